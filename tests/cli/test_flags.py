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
        "--learning-rate 0.1 --final-rate 0.5 --unk mean --sentence-marks --batch 64 --patience 2 "
        "--updates ordered --new-words skip --old-words keep --freeze-old",
        "a.txt --model cbow --loss hs --cbow-combine mean --cbow-gradient corrected --json",
        "a.txt --model glove --window 4 --window-side left --distance-weighting flat "
        "--across-sentences --x-max 10 --alpha 0.5 --bias-eta head --clip 10 "
        "--combine sum --retrofit 0",
        "a.txt --model elmo --dim 8 --cells 9 --layers 1 --input characters --samples 9 --unroll 5 "
        "--carry 2 --optimiser adagrad --warmup 2 --clip-norm 5 --dropout 0.2 --cell-clip 2 "
        "--proj-clip 2 --skip-connections --filters 1x3 --char-dim 3 --highway 1 "
        "--activation tanh --max-characters 9",
        "a.txt --model elmo --shared-softmax",
    ],
    "train": [
        "a.txt --model skipgram -w other --tokenizer words --lowercase --whitespace ascii -o b",
        "a.txt --model skipgram --dim 8 --min-count 2 --max-size 50 --epochs 2 --threads 1 "
        "--seed 3 --window 2 --window-shape sample --window-draws 2 --loss ns --negative 2 "
        "--negative-sharing pair --noise-exponent 0.5 --sample 0 --sample-rule paper "
        "--learning-rate 0.1 --final-rate 0.5 --unk mean --sentence-marks --output b",
        "a.txt --model skipgram --init v.txt --dim 2 --new-words skip --old-words keep "
        "--freeze-old --updates ordered --validation a.txt --patience 2 --log-json log",
        "a.txt --model skipgram --preset fasttext --checkpoint-every 1 --dim 8",
        "a.txt --model cbow --loss softmax --batch 64 --max-size 20 --dim 8 --learning-rate 0.001",
        "a.txt --model skipgram -o old --resume",
        "a.txt --model skipgram --unk trained --window-shape full -o old --overwrite --rebuild",
        "a.txt --model skipgram --workspace other --json --quiet",
        "a.txt --model skipgram -q",
        "a.txt --model cbow --loss hs --cbow-combine mean --cbow-gradient corrected --json",
        "a.txt --model glove --window 4 --window-side left --distance-weighting flat "
        "--across-sentences --x-max 10 --alpha 0.5 --bias-eta head --clip 10 --combine sum --dim 2 "
        "--init v.txt --retrofit 0.1 --memory 0.1 --tmp-dir . --save-cooccurrence y.bin",
        "a.txt --model glove --cooccurrence x.bin --epochs 2",
        "a.txt --model elmo --dim 8 --cells 9 --layers 1 --input characters --samples 9 --unroll 5 "
        "--carry 2 --optimiser adagrad --warmup 2 --clip-norm 5 --dropout 0.2 --cell-clip 2 "
        "--proj-clip 2 --skip-connections --filters 1x3 --char-dim 3 --highway 1 "
        "--activation tanh --max-characters 9 --epochs 1",
        "a.txt --model elmo --preset tiny --shared-softmax --epochs 1",
    ],
    "neighbors": [
        "MODEL the --topn 2 --restrict 9 --oov skip --json",
        "MODEL the -n 2 --approximate",
    ],
    "similarity": ["MODEL the a --restrict 9 --oov zero --json"],
    "analogy": [
        "MODEL the a in --topn 2 --restrict 9 --oov skip --json",
        "MODEL the a in -n 2 --method 3cosmul",
    ],
    "odd-one-out": ["MODEL the a in --restrict 9 --oov skip --json"],
    "evaluate": [
        "v.txt --analogies q.txt --pairs p.tsv --protocol glove --method 3cosadd --oov zero "
        "--restrict 9 --seed 2 --json",
    ],
    "predict": ["MODEL the|__ --topn 2 --window 3 --json", "MODEL the|__ -n 2"],
    "embed": [],  # In test_elmo.py, with a model of its own.
    "tagger": [],  # A group; its commands are in test_tagger_flags.py.
    "plot": [
        "MODEL the a in -o m.png --method pca --seed 2 --oov skip --limit 50 --json",
        "MODEL --output m.html --neighbors-of the --groups g.txt --top 9 --perplexity 3 "
        "--overwrite",
    ],
    "explore": [],  # In test_explore.py, because it runs until it is ended.
    "history": ["MODEL --json", "MODEL -o h.svg --overwrite", "MODEL --output h.png --overwrite"],
    "convert": [
        "v.txt v.npy --from glove --strict --duplicates first --limit 2 --unicode-errors replace "
        "--allow-truncated --to numpy --dtype float16 --merge v.txt --words w.txt --normalize "
        "--overwrite --json",
    ],
    "inspect": [
        "v.txt --from glove --strict --duplicates error --limit 2 --unicode-errors replace "
        "--allow-truncated --json",
    ],
    "tokenize": [
        "a.txt --tokenizer words --lowercase --output - --quiet",
        "a.txt --language zh -o - --overwrite -q",
    ],
    "phrases": [
        "a.txt --scoring npmi --threshold 0.1 --min-count 2 --passes 2 --overlap left "
        "--delimiter + --max-entries 1000 --topn 5 --tokenizer words --lowercase "
        "--whitespace ascii --json --output p.txt --overwrite --quiet",
        "a.txt -n 5 -o - -q",
    ],
    "info": ["--json", "MODEL --json"],
    "completion": ["bash", "zsh", "fish"],
}

FILES = {"a.txt": "", "v.txt": "the 1 2\na 2 1\nin 2 2\n", "w.txt": "the\na\n",
         "q.txt": ": all\nthe a in the\n", "p.tsv": "the\ta\t1\na\tin\t2\n",
         "g.txt": ": all\nthe a in\n"}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "line"),
    [pytest.param(name, line, marks=[pytest.mark.slow] if "--approximate" in line else [])
     for name, lines in RUNS.items() for line in lines],
)  # fmt: skip
def test_it_runs(run, trained, english, name, line):
    for file, content in FILES.items():
        (run.folder / file).write_text(content or english)
    for option, package in (
        ("--approximate", "pynndescent"),
        ("language zh", "jieba"),
        ("h.svg", "matplotlib"),
        ("h.png", "matplotlib"),
        ("m.png", "matplotlib"),
        ("m.html", "sklearn"),
    ):
        if option in line:
            pytest.importorskip(package)
    if "--cooccurrence" in line:
        counting = ("train", "a.txt", "--model", "glove", "--save-cooccurrence", "x.bin", "-o", "c")
        assert run(*counting).exit_code == 0
    if "-o old" in line:
        assert run("train", "a.txt", "--model", "skipgram", "-o", "old").exit_code == 0
    words = [trained if word == "MODEL" else word.replace("|", " ") for word in line.split()]
    result = run(name, *words)
    assert result.exit_code == 0, result.stderr
    assert result.stdout


@pytest.mark.parametrize(
    "name", [name for name in RUNS if name not in ("demo", "embed", "explore")]
)
def test_no_flag_is_missing_above(command, name):
    found = command.get_command(None, name)
    flags = {flag for option in found.params if isinstance(option, click.Option)
             for flag in option.opts}  # fmt: skip
    used = {
        word for line in RUNS[name] for word in line.split() if word.startswith("-") and word != "-"
    }
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
