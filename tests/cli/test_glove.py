"""fastvec train --model glove: whole sessions, its own options, and what is refused."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from inspect import signature

import numpy as np
import pytest

import fastvec
from fastvec.models.glove.config import GloVeConfig
from fastvec.models.glove.counting import FOLDER, Resources
from fastvec.samplers.cooccurrence_matrix import open_matrix
from fastvec.samplers.glove_file import read_cooccurrence

TRAIN = ("train", "--model", "glove")


@pytest.fixture
def built(run, english):
    """Build a workspace of a small text."""
    (run.folder / "corpus.txt").write_text(english)
    assert run("build-vocab", "corpus.txt").exit_code == 0
    return run


def names(folder):
    return sorted(path.name for path in folder.iterdir())


# Sessions


def test_build_vocab_then_train_glove_is_a_whole_session(built):
    """The card's own example."""
    result = built(*TRAIN)
    assert result.exit_code == 0, result.stderr
    line = r"glove\.fastvec: \d+ words x 100, .*, .* words/s, glove loss 0\.\d{4}\n"
    assert re.fullmatch(line, result.stdout), result.stdout
    assert re.search(r"training: 100% epoch 25/25, .* words/s, glove loss 0\.\d+, rate 0\.05",
                     result.stderr)  # fmt: skip
    assert names(built.folder) == ["corpus.txt", "fastvec-data", "glove.fastvec"]
    follow = result.stderr.split("next: fastvec ")[1].split()
    near = built(*follow)
    assert near.exit_code == 0
    assert len(near.stdout.splitlines()) == 10
    losses = [r.loss for r in fastvec.load_model(built.folder / "glove.fastvec").history]
    assert len(losses) == 25
    assert losses[-1] < losses[0]


def test_a_corpus_can_be_named_and_vectors_asked_for(run, english):
    (run.folder / "a.txt").write_text(english)
    result = run(*TRAIN, "a.txt", "--dim", 8, "--epochs", 2, "-o", "v.glove.txt")
    assert result.exit_code == 0, result.stderr
    assert fastvec.load(run.folder / "v.glove.txt").dim == 8


def test_the_summary_as_json_has_the_history(built):
    facts = json.loads(built(*TRAIN, "--epochs", 3, "--dim", 8, "--json").stdout)
    assert [record["epoch"] for record in facts["history"]] == [1, 2, 3]
    assert (facts["model"], facts["dim"]) == ("glove.fastvec", 8)


def test_events_are_logged_with_their_stages(built):
    """I2."""
    assert built(*TRAIN, "--epochs", 2, "--dim", 8, "--log-json", "log").exit_code == 0
    events = [json.loads(line) for line in (built.folder / "log").read_text().splitlines()]
    stages = list(dict.fromkeys(event["stage"] for event in events))
    assert [stage for stage in stages if stage != "compiling"] == [
        "reading", "co-occurrence", "training",
    ]  # fmt: skip
    ended = [event for event in events if event["epoch_ended"]]
    assert [event["objective"] for event in ended] == ["glove", "glove"]


def test_the_preset_is_stanfords(built):
    result = built(*TRAIN, "--preset", "glove", "--epochs", 2, "--json")
    assert "preset glove: dim 50, window 15, " in result.stderr
    assert "bias_eta head" in result.stderr
    model = fastvec.load_model(built.folder / "glove.fastvec")
    assert (model.config.bias_eta, model.config.combine, model.config.min_count) == (
        "head", "sum", 1
    )  # fmt: skip
    assert model.vectors.specials == ("<unk>",)


def test_validation_and_patience(built, english):
    (built.folder / "held-out.txt").write_text("".join(english.splitlines(keepends=True)[::3]))
    result = built(*TRAIN, "--epochs", 4, "--dim", 8, "--validation", "held-out.txt",
                   "--patience", 3)  # fmt: skip
    assert re.search(r"^best epoch: \d of 4, held-out loss 0\.\d+", result.stdout, re.M)


def test_start_vectors_can_be_looked_at(built):
    """O3."""
    assert built(*TRAIN, "--epochs", 0).exit_code == 0
    stored = json.loads((built.folder / "glove.fastvec/config.json").read_text())["settings"]
    assert stored == GloVeConfig(epochs=0).as_dict()
    assert built("neighbors", "glove.fastvec", "the").exit_code == 0


def test_what_is_learned_goes_on_from_vectors(built):
    assert built(*TRAIN, "--epochs", 1, "--dim", 8, "-o", "v.txt").exit_code == 0
    result = built(*TRAIN, "--epochs", 1, "--dim", 8, "--init", "v.txt", "--retrofit", 0.1)
    assert result.exit_code == 0, result.stderr
    assert re.search(r"init: \d+ of \d+ words have a vector, 0 are new .*; biases are new",
                     result.stderr)  # fmt: skip


# Its own options


def test_memory_and_tmp_dir_change_nothing(built):
    (built.folder / "t").mkdir()
    for name, options in (("a", []), ("b", ["--memory", 0.0002, "--tmp-dir", "t", "--rebuild"])):
        (built.folder / f"fastvec-data/{FOLDER}").exists() and built("build-vocab", "corpus.txt")
        result = built(*TRAIN, "--epochs", 1, "--dim", 8, "-o", name, "-w", name + "-data",
                       "corpus.txt", *options)  # fmt: skip
        assert result.exit_code == 0, result.stderr
    a, b = (fastvec.load(built.folder / name).matrix.tobytes() for name in "ab")
    assert a == b
    assert names(built.folder / "t") == []


def test_co_occurrences_are_saved_and_trained_on(built):
    saved = built(*TRAIN, "--epochs", 1, "--dim", 8, "-o", "a", "--save-cooccurrence", "x.bin")
    assert saved.exit_code == 0, saved.stderr
    matrix = open_matrix(built.folder / "fastvec-data" / FOLDER)
    assert f"x.bin: {matrix.entries:,} co-occurrences" in saved.stderr
    assert read_cooccurrence(built.folder / "x.bin", len(matrix)).entries == matrix.entries
    result = built(*TRAIN, "--epochs", 1, "--dim", 8, "-o", "b", "--cooccurrence", "x.bin")
    assert result.exit_code == 0, result.stderr
    a, b = (fastvec.load(built.folder / name).matrix.tobytes() for name in "ab")
    assert a == b


def test_plan_prints_memory_disk_and_time(built):
    """B10, M4."""
    text = built("plan", "corpus.txt", "--model", "glove", "--dim", 300).stdout
    for words in ("memory", "2 matrices of", "disk", "co-occurrences", "time", "25 epochs"):
        assert words in text
    facts = json.loads(built("plan", "corpus.txt", "--model", "glove", "--json").stdout)
    assert facts["model"] == "glove"
    assert facts["memory_total"] == sum(facts["memory"].values())


# What is refused: one line, no traceback


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--x-max", "0"], 2, "--x-max must be between"),
        (["--x-max", "-3"], 2, "--x-max must be between"),
        (["--window", "0"], 2, "--window must be between"),
        (["--negative", "5"], 2, "--negative is no setting of --model glove"),
        (["--memory", "0"], 2, "'--memory'"),
        (["--memory", "inf"], 2, "--memory must be a number of GB above 0"),
        (["--memory", "nan"], 2, "--memory must be a number of GB above 0"),
        (["--memory", "1e-7"], 1, "bytes of memory at least, but may use 100; allow more"),
        (["--tmp-dir", "none"], 2, "'none' does not exist"),
        (["--cooccurrence", "none"], 2, "'none' does not exist"),
        (["--cooccurrence", "empty"], 1, "empty: is empty"),
        (["--cooccurrence", "corpus.txt"], 1, "corpus.txt: "),
        (["--retrofit", "1"], 2, "retrofit needs vectors to pull to: init"),
        (["--retrofit", "1", "--combine", "both"], 2, "--combine must be 'mean' or 'sum' with"),
        (["--save-cooccurrence", "no/x.bin"], 1, "the folder no does not exist; make it first"),
        (["--save-cooccurrence", "empty"], 1, "empty: exists; replace it with --overwrite"),
        (["--save-cooccurrence", "x", "--cooccurrence", "empty"], 2, "has nothing to save with"),
        (["--min-count", "100000"], 1, "the vocabulary is empty"),
        (["--preset", "fasttext"], 2, "has no settings for --model glove"),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_is_one_message(built, arguments, code, message):
    """D2, M1, I4."""
    (built.folder / "empty").touch()
    before = names(built.folder)
    result = built(*TRAIN, *arguments, "--dim", 8)
    assert result.exit_code == code, (result.stdout, result.stderr)
    assert message in result.stderr.replace("\n", " ")
    assert names(built.folder) == before
    assert not (built.folder / "fastvec-data" / FOLDER).exists()


def test_the_corpus_is_never_written_over(built, english):
    result = built(*TRAIN, "corpus.txt", "--save-cooccurrence", "corpus.txt", "--overwrite")
    assert result.exit_code == 2
    assert "would replace the corpus" in result.stderr
    assert (built.folder / "corpus.txt").read_text() == english


@pytest.mark.parametrize("name", ["memory", "tmp-dir", "cooccurrence", "save-cooccurrence"])
def test_other_models_have_no_co_occurrences(built, name):
    value = {"memory": "1", "tmp-dir": ".", "cooccurrence": "corpus.txt"}.get(name, "x.bin")
    result = built("train", "--model", "skipgram", f"--{name}", value)
    assert result.exit_code == 2
    assert f"--{name} is no setting of --model skipgram" in result.stderr
    assert names(built.folder) == ["corpus.txt", "fastvec-data"]


@pytest.mark.parametrize("text", ["", "\n\n", "a\nb\n"], ids=["empty", "blank", "no pairs"])
def test_a_text_with_nothing_to_learn_is_said(run, text):
    """M1, D1."""
    (run.folder / "a.txt").write_text(text)
    result = run(*TRAIN, "a.txt", "--min-count", 1)
    assert result.exit_code == 1
    assert re.search("holds no words|no two words of the vocabulary stand together", result.stderr)
    assert not (run.folder / "glove.fastvec").exists()


@pytest.mark.parametrize("epochs", [5, 25])
def test_a_tiny_text_at_a_huge_rate_writes_no_nan(run, epochs):
    """D1: `a b a b a b`, dim 500, eta 5."""
    (run.folder / "c.txt").write_text("a b a b a b\n")
    result = run(*TRAIN, "c.txt", "--dim", 500, "--learning-rate", 5, "--min-count", 1,
                 "--epochs", epochs, "-o", "v.txt")  # fmt: skip
    if result.exit_code:
        assert "Try a smaller learning rate" in result.stderr
        assert not (run.folder / "v.txt").exists()
    else:
        assert np.isfinite(fastvec.load(run.folder / "v.txt").matrix).all()


# Help


@pytest.mark.parametrize("name", ["train", "plan"])
def test_help_states_the_defaults_that_hold(run, name):
    """I1."""
    text = " ".join(run(name, "--help").stdout.split())
    for item in fields(GloVeConfig):
        start = text.index(f"--{item.name.replace('_', '-')} ")
        entry = text[start : start + 900]
        stated = re.search(r"\[default: (.*?)\]", entry)
        if item.default is not None and str(item.type) != "bool":
            own = re.search(r"([^ ,]+) glove\b", stated[1])
            assert (own[1] if own else stated[1]) == str(item.default), entry


def test_help_states_the_memory_of_counting(run):
    from fastvec import GloVe

    default = signature(GloVe.fit).parameters["memory"].default
    assert default == Resources().memory
    text = " ".join(run("train", "--help").stdout.split())
    assert f"Memory for counting co-occurrences. [only glove; default: {default}]" in text
