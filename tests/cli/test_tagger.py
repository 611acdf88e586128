"""``fastvec tagger``: train, predict, evaluate."""

from __future__ import annotations

import json

import numpy as np
import pytest

import fastvec

TRAIN = (
    "Sally B-PER\nJohnson I-PER\nis O\na O\nfarmer O\n\n"
    "we O\nmet O\nJohn B-PER\nin O\nParis B-LOC\n\n"
    "Paris B-LOC\nis O\nbig O\n\n"
) * 6
POS = "1\tWe\twe\tPRON\tPRP\t_\t2\tnsubj\t_\t_\n2\tsing\tsing\tVERB\tVBP\t_\t0\troot\t_\t_\n\n" * 4
SMALL = ("--cells", "16", "--batch", "4", "--threads", "1", "--dropout", "0", "--dim", "10")
FAST = ("--learning-rate", "0.02", "--epochs", "40")


@pytest.fixture
def texts(run):
    """Files to learn from."""
    (run.folder / "train.conll").write_text(TRAIN)
    (run.folder / "pos.conllu").write_text(POS)
    return run


@pytest.fixture
def learned(texts):
    """A trained tagger."""
    assert texts("tagger", "train", "train.conll", *SMALL, *FAST, "-q").exit_code == 0
    return texts


def test_train_tells_what_a_score_depends_on(texts):
    result = texts("tagger", "train", "train.conll", "--dev", "train.conll", "--test",
                   "train.conll", *SMALL, *FAST)  # fmt: skip
    lines = result.stderr.splitlines()
    assert lines[0] == "vectors: random, 11 x 10, capitals"
    assert lines[1].endswith("9 tags, IOB2, learned as BIOES")
    assert lines[2].startswith("training: 100.0% of 78 tokens have a vector")
    # A slow machine also tells of progress before the first epoch has been scored.
    scored = [line for line in lines[5:-1] if "development score " in line]
    assert scored
    assert all("tag loss" in line for line in scored)
    assert all("epoch 1/40" in line for line in lines[5 : lines.index(scored[0])])
    assert lines[-1] == "next: fastvec tagger predict tagger.fastvec ..."
    shown = result.stdout.splitlines()
    assert shown[0] == (
        "tagger.fastvec: vectors: random, 11 x 10, capitals; 9 tags, IOB2, learned as BIOES"
    )
    assert shown[1].startswith("best epoch: ")
    table = [line.split() for line in shown[3:7]]
    assert table[0] == ["precision", "recall", "F1", "right", "predicted", "gold"]
    assert table[1] == ["LOC", "100.00", "100.00", "100.00", "12", "12", "12"]
    assert table[3] == ["total", "100.00", "100.00", "100.00", "24", "24", "24"]


def test_train_prints_json(texts):
    line = ("train.conll", "--dev", "train.conll", "--test", "train.conll", "--epochs", "2")
    result = texts("tagger", "train", *line, *SMALL, "--seeds", "2", "--json", "-q")
    facts = json.loads(result.stdout)
    assert [entry["seed"] for entry in facts["seeds"]] == [1, 2]
    assert set(facts["test"]["types"]) == {"LOC", "PER"}
    assert len(facts["history"]) == 2
    assert (facts["scheme"], facts["learned"]) == ("IOB2", "BIOES")


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("conll", "we\tO\nmet\tO\nJohn\tB-PER\nin\tO\nParis\tB-LOC\n\n"),
        ("auto", "we\tO\nmet\tO\nJohn\tB-PER\nin\tO\nParis\tB-LOC\n\n"),
        ("text", "we met [John PER] in [Paris LOC]\n"),
    ],
)
def test_plain_text_is_tagged(learned, form, expected):
    result = learned(
        "tagger", "predict", "tagger.fastvec", "we met John in Paris", "--format", form
    )
    assert result.stdout == expected


def test_json_lines_have_entities_with_their_places(learned):
    result = learned("tagger", "predict", "tagger.fastvec", "--format", "json",
                     stdin="we met John in Paris\n\nParis is big\n")  # fmt: skip
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert first["tags"] == ["O", "O", "B-PER", "O", "B-LOC"]
    assert first["entities"] == [
        {"type": "PER", "text": "John", "start": 7, "stop": 11},
        {"type": "LOC", "text": "Paris", "start": 15, "stop": 20},
    ]
    assert second["text"][second["entities"][0]["start"] : second["entities"][0]["stop"]] == "Paris"


def test_a_terminal_gets_colours(learned, monkeypatch):
    import sys

    monkeypatch.setattr(type(sys.stdout), "isatty", lambda self: True, raising=False)
    from fastvec.text.marks import split_sentences
    from fastvec_cli.tagger_predict import Piece, _Writer

    text = "we met John"
    writer = _Writer("text", entities=True, colours=True)
    line = writer.line(Piece(text, split_sentences(text)[0]), [], ["O", "O", "B-PER"])
    assert line == "we met \x1b[32m\x1b[1m[John PER]\x1b[0m\n"


def test_a_column_file_keeps_its_documents_and_tags(learned):
    (learned.folder / "a.conll").write_text(
        "Paris I-LOC\n\n-DOCSTART- O\n\nJohn I-PER\nis O\n", encoding="utf-8"
    )
    result = learned("tagger", "predict", "tagger.fastvec", "--columns", "a.conll", "-o", "p.conll")
    assert result.stdout == ""
    assert (learned.folder / "p.conll").read_text() == (
        "Paris\tI-LOC\tB-LOC\n\n-DOCSTART-\tO\tO\n\nJohn\tI-PER\tB-PER\nis\tO\tO\n\n"
    )
    again = learned("tagger", "predict", "tagger.fastvec", "--columns", "a.conll", "-o", "p.conll")
    assert again.exit_code == 1
    assert "--overwrite" in again.stderr


def test_words_alone_are_a_column_file(learned):
    (learned.folder / "a.txt").write_text("Paris\nis\n\nJohn\n")
    result = learned("tagger", "predict", "tagger.fastvec", "--columns", "a.txt")
    assert result.stdout == "Paris\tB-LOC\nis\tO\n\nJohn\tB-PER\n\n"


def test_plain_labels_are_learned_from_a_named_column(texts):
    texts("tagger", "train", "pos.conllu", "--tag-column", "xpos", *SMALL, *FAST, "-q")
    result = texts("tagger", "predict", "tagger.fastvec", "We sing", "--format", "text")
    assert result.stdout == "We/PRP sing/VBP\n"
    scores = texts("tagger", "evaluate", "tagger.fastvec", "--test", "pos.conllu",
                   "--tag-column", "xpos", "--confusion")  # fmt: skip
    assert "accuracy: 100.00% of 8 tokens" in scores.stdout
    wrong = texts("tagger", "evaluate", "tagger.fastvec", "--test", "train.conll")
    assert wrong.exit_code == 2
    assert "learned plain labels; choose the column" in wrong.stderr


def test_errors_and_confusion_are_listed(learned):
    (learned.folder / "t.conll").write_text("Paris B-PER\nis O\nbig O\n\nParis B-LOC\nis O\n")
    result = learned("tagger", "evaluate", "tagger.fastvec", "--test", "t.conll", "--errors", "5",
                     "--confusion")  # fmt: skip
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines[6:9] == ["gold \\ predicted LOC PER", "LOC 1 -", "PER 1 -"]
    assert "line 1 type Paris (PER) Paris (LOC)" in lines
    assert "1 of 1 errors" in lines


def test_models_stand_side_by_side(learned):
    learned("tagger", "train", "train.conll", *SMALL, "--epochs", "0", "-o", "raw", "-q")
    line = ("evaluate", "raw", "tagger.fastvec", "--test", "train.conll")
    result = learned("tagger", *line)
    rows = [line.split() for line in result.stdout.splitlines()]
    assert rows[0] == ["train.conll,", "F1", "raw", "tagger.fastvec"]
    assert rows[1][2] == "100.00"
    lines = learned("tagger", *line, "--json")
    assert [json.loads(line)["model"] for line in lines.stdout.splitlines()] == [
        "raw", "tagger.fastvec",
    ]  # fmt: skip


def test_plan_is_printed_and_nothing_trained(texts):
    result = texts("tagger", "train", "train.conll", "--plan")
    titles = [line.split()[0] for line in result.stdout.splitlines() if line[0] != " "]
    assert titles[:3] == ["memory", "disk", "time"]
    assert not (texts.folder / "tagger.fastvec").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["train", "none.conll"], 2, "'none.conll' does not exist"),
        (["train", "train.conll", "--vectors", "none.txt"], 1, "none.txt"),
        (["train", "train.conll", "--batch", "0"], 2, "--batch must be between"),
        (["train", "train.conll", "--tag-column", "9"], 2, "there is no column 9: the file has 2"),
        (["train", "bad.conll"], 1, "bad.conll, line 2: has 1 columns"),
        (["train", "train.conll", "--resume"], 2, "there is no training to resume"),
        (["train", "train.conll", "--resume", "--seeds", "2"], 2, "leave out --seeds"),
        (["predict", "none", "a"], 2, "'none' does not exist"),
        (["predict", "words", "a"], 1, "words: holds a skipgram, not a tagger"),
        (["trian"], 2, "No such command 'trian'"),
    ],
)
def test_what_cannot_be_done_is_one_message(texts, arguments, code, message):
    (texts.folder / "bad.conll").write_text("a O\nb\n")
    if "words" in arguments:
        fastvec.SkipGram(dim=4, min_count=1, threads=1).fit([["a", "b"]] * 9).save(
            texts.folder / "words"
        )
    result = texts("tagger", *arguments)
    assert result.exit_code == code
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_sentences_and_a_file_are_not_tagged_together(learned):
    result = learned("tagger", "predict", "tagger.fastvec", "a", "--columns", "train.conll")
    assert result.exit_code == 2
    assert "not both" in result.stderr


def test_an_existing_folder_is_kept_and_a_finished_training_not_resumed(learned):
    again = learned("tagger", "train", "train.conll", *SMALL)
    assert again.exit_code == 1
    assert "--overwrite" in again.stderr
    done = learned("tagger", "train", "train.conll", "--resume")
    assert (done.exit_code, done.stdout) == (
        0, "tagger.fastvec: its training is finished, there is nothing to resume\n",
    )  # fmt: skip


@pytest.mark.slow
def test_a_training_killed_at_any_moment_resumes_to_the_same_bytes(texts, spawn):
    line = ("tagger", "train", "train.conll", "--dev", "train.conll", *SMALL, "--epochs", "60",
            "--patience", "60", "--checkpoint-every", "1")  # fmt: skip
    texts(*line, "-o", "whole", "-q")
    process = spawn(*line, "-o", "killed")
    for text in process.stderr:
        if "epoch 7/60" in text:
            process.kill()
            break
    assert process.wait() != 0
    left = fastvec.load_model(texts.folder / "killed")
    assert left.unfinished
    result = texts(*line, "-o", "killed", "--resume", "-q")
    assert result.exit_code == 0, result.stderr
    whole, killed = (fastvec.load_model(texts.folder / name) for name in ("whole", "killed"))
    for name, array in whole.model.network.parameters.items():
        np.testing.assert_array_equal(array, killed.model.network.parameters[name])
    changed = texts(*line, "-o", "killed", "--resume", "--cells", "3")
    assert changed.exit_code == 2


@pytest.mark.parametrize("name", ["train", "predict", "evaluate"])
def test_every_help_ends_with_examples(run, name):
    text = run("tagger", name, "--help").stdout
    assert f"    fastvec tagger {name} " in text
    assert "Traceback" not in text


def test_vectors_of_a_tagger_can_be_asked(learned):
    result = learned("neighbors", "tagger.fastvec", "Paris", "-n", "2")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 2
