"""Every flag of the tagger's commands is run, and its help states the real default."""

from __future__ import annotations

from dataclasses import fields

import click
import pytest

import fastvec
from fastvec.models.tagger.config import TaggerConfig

RUNS = {
    "train": [
        "train.conll --dev train.conll --test train.conll --vectors random --elmo elmo --output o "
        "--overwrite --checkpoint-every never --seeds 2 --cells 4 --layers 2 --decoder softmax "
        "--scheme IOB2 --lookup exact --tune --dim 6 --capitals no --characters 4 "
        "--lowercase-augment --dropout 0.1 --batch 8 --epochs 1 --patience 2 --learning-rate 0.01 "
        "--clip-norm 2 --mix-penalty 0.1 --threads 1 --seed 3 --log-json log --json --quiet",
        "train.conll -o o -q --plan --word-column 1 --tag-column -1",
        "train.conll -o tagger.fastvec --resume",
    ],
    "predict": [
        "tagger.fastvec John --format json --tokenizer whitespace --output p --overwrite",
        "tagger.fastvec --columns train.conll --word-column 1 --tag-column 2 -o -",
    ],
    "evaluate": [
        "tagger.fastvec --test train.conll --lowercase --errors 3 --confusion --word-column 1 "
        "--tag-column 2 --json",
    ],
}


@pytest.fixture
def ready(run):
    """A text, a tagger and an ELMo."""
    text = [(["Sally", "is", "big"], ["B-PER", "O", "O"])] * 8
    (run.folder / "train.conll").write_text("Sally B-PER\nis O\nbig O\n\n" * 8)
    fastvec.Tagger(cells=4, dim=4, epochs=1, threads=1).fit(text).save(
        run.folder / "tagger.fastvec"
    )
    elmo = fastvec.ELMo(preset="tiny", cells=8, dim=8, min_count=1, epochs=1, threads=1)
    elmo.fit([["sally", "is", "big"]] * 20).save(run.folder / "elmo")
    return run


@pytest.mark.parametrize(
    ("name", "line"), [(name, line) for name, lines in RUNS.items() for line in lines]
)
def test_every_flag_runs(ready, name, line):
    """I3."""
    result = ready("tagger", name, *line.split())
    assert result.exit_code == 0, result.stderr


@pytest.mark.parametrize("name", RUNS)
def test_no_flag_is_missing_above(command, name):
    group = command.get_command(None, "tagger")
    options = [o for o in group.get_command(None, name).params if isinstance(o, click.Option)]
    flags = {flag for option in options for flag in option.opts}
    words = {word for line in RUNS[name] for word in line.split()}
    assert flags == {word for word in words if word.startswith("-") and word not in ("-", "-1")}
    assert set(group.list_commands(None)) == set(RUNS)


def test_settings_reach_the_tagger_and_help_states_their_defaults(ready):
    """I1."""
    text = " ".join(ready("tagger", "train", "--help").stdout.split())
    for item in fields(TaggerConfig):
        assert f"--{item.name.replace('_', '-')} " in text
        if not isinstance(item.default, bool) and item.default is not None:
            assert f"[default: {item.default}]" in text
    ready("tagger", "train", *RUNS["train"][0].replace("--seeds 2", "").replace("--elmo elmo", "")
          .split())  # fmt: skip
    found = fastvec.load_model(ready.folder / "o").config
    assert (found.cells, found.decoder, found.scheme, found.lookup) == (
        4,
        "softmax",
        "IOB2",
        "exact",
    )
    assert (found.tune, found.lowercase_augment, found.seed, found.batch) == (True, True, 3, 8)
