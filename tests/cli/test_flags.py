"""Every flag of every command is run (I3: a peer's flag called a method long gone)."""

from __future__ import annotations

import click
import pytest

RUNS = {
    "demo": [],  # In test_demo.py, because it takes its time.
    "build-vocab": [
        "a.txt -w data --tokenizer words --lowercase --whitespace ascii",
        "a.txt --workspace data --min-count 2 --max-size 50 --threads 1",
        "a.txt --json --quiet",
        "a.txt -q",
    ],
    "plan": [
        "a.txt --model skipgram --tokenizer words --lowercase --whitespace ascii --json",
        "a.txt --model skipgram --dim 8 --min-count 2 --max-size 50 --epochs 2 --threads 1 "
        "--seed 3 --window 2 --window-shape sample --window-draws 2 --loss ns --negative 2 "
        "--negative-sharing pair --noise-exponent 0.5 --sample 0 --sample-rule paper "
        "--learning-rate 0.1 --final-rate 0.5 --unk mean --sentence-marks",
        "a.txt --model cbow --loss hs --cbow-combine mean --cbow-gradient corrected --json",
    ],
    "train": [
        "a.txt --model skipgram -w other --tokenizer words --lowercase --whitespace ascii -o b",
        "a.txt --model skipgram --dim 8 --min-count 2 --max-size 50 --epochs 2 --threads 1 "
        "--seed 3 --window 2 --window-shape sample --window-draws 2 --loss ns --negative 2 "
        "--negative-sharing pair --noise-exponent 0.5 --sample 0 --sample-rule paper "
        "--learning-rate 0.1 --final-rate 0.5 --unk mean --sentence-marks --output b",
        "a.txt --model skipgram --unk trained --window-shape full -o old --overwrite --rebuild",
        "a.txt --model skipgram --workspace other --json --quiet",
        "a.txt --model skipgram -q",
        "a.txt --model cbow --loss hs --cbow-combine mean --cbow-gradient corrected --json",
    ],
    "neighbors": ["MODEL the --topn 2 --restrict 9 --oov skip --json", "MODEL the -n 2"],
    "similarity": ["MODEL the a --json"],
    "analogy": ["MODEL the a in --topn 2 --restrict 9 --json", "MODEL the a in -n 2"],
    "info": ["--json", "MODEL --json"],
}


@pytest.mark.parametrize(
    ("name", "line"), [(name, line) for name, lines in RUNS.items() for line in lines]
)
def test_it_runs(run, trained, english, name, line):
    (run.folder / "a.txt").write_text(english)
    if "--overwrite" in line:
        assert run("train", "a.txt", "--model", "skipgram", "-o", "old").exit_code == 0
    result = run(name, *(trained if word == "MODEL" else word for word in line.split()))
    assert result.exit_code == 0, result.stderr
    assert result.stdout


@pytest.mark.parametrize("name", [name for name in RUNS if name != "demo"])
def test_no_flag_is_missing_above(command, name):
    found = command.get_command(None, name)
    flags = {flag for option in found.params if isinstance(option, click.Option)
             for flag in option.opts}  # fmt: skip
    used = {word for line in RUNS[name] for word in line.split() if word.startswith("-")}
    assert flags == used


def test_every_command_is_above(command):
    assert list(RUNS) == command.list_commands(None)


def test_what_is_set_reaches_the_model(run, english):
    (run.folder / "a.txt").write_text(english)
    run("train", "a.txt", *RUNS["train"][1].split()[1:])
    facts = run("info", "b").stdout
    for text in ("dim=8", "min_count=2", "window_shape=sample", "sample=0", "sample_rule=paper",
                 "unk=mean", "sentence_marks=True", "seed=3", "final_rate=0.5"):  # fmt: skip
        assert f"{text}," in facts or f"{text}\n" in facts
    assert "rows          50\n" in facts
