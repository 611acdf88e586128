"""``fastvec convert`` and ``fastvec inspect``."""

from __future__ import annotations

import gzip
import json

import numpy as np
import pytest

import fastvec
from fastvec.models.folder import StoredModel, save_folder
from fastvec.vocabulary.words import Vocabulary

TEXT = "4 2\nking 1 0\nqueen 3 4\nking 5 6\nfig 0 1\n"
NOTE = "line 4: 'king' came before in line 2; kept the first"


@pytest.fixture
def flawed(run):
    """A file with a word twice."""
    path = run.folder / "v.txt"
    path.write_text(TEXT)
    return path


@pytest.fixture
def model(run):
    """A model folder."""
    words = ["<unk>", *(f"w{row}" for row in range(9))]
    matrix = np.random.default_rng(1).standard_normal((10, 3)).astype(np.float32)
    save_folder(
        run.folder / "m.fastvec",
        StoredModel(
            kind="skipgram",
            vocabulary=Vocabulary(words, range(10, 0, -1), ["<unk>"]),
            tensors={"vectors": matrix},
        ),
    )
    return run.folder / "m.fastvec"


@pytest.mark.parametrize("name", ["w.bin", "w.txt", "w.glove.txt", "w.safetensors", "w.npy"])
def test_it_converts_by_the_ending(run, flawed, name):
    """F12."""
    result = run("convert", flawed, name)
    assert result.exit_code == 0
    assert result.stdout == f"3 words of 2 numbers written to {name}\n"
    assert NOTE in result.stderr
    back = fastvec.load(run.folder / name)
    assert back.words == ["king", "queen", "fig"]
    assert back.matrix.tolist() == [[1, 0], [3, 4], [0, 1]]


def test_there_and_back_is_the_same_file(run):
    """F12."""
    (run.folder / "a.glove.txt").write_text("a b 1 2.5\nc -0.25 1e-05\n")
    run("convert", "a.glove.txt", "b.safetensors")
    run("convert", "b.safetensors", "c.glove.txt")
    assert (run.folder / "a.glove.txt").read_bytes() == (run.folder / "c.glove.txt").read_bytes()


def test_a_model_folder_becomes_a_file(run, model):
    assert run("convert", model, "v.bin").exit_code == 0
    np.testing.assert_array_equal(
        fastvec.load(run.folder / "v.bin").matrix, fastvec.load(model).matrix
    )
    assert run("convert", model, "few.txt", "--limit", "5").exit_code == 0
    assert fastvec.load(run.folder / "few.txt").words == fastvec.load(model).words[:5]


def test_projector_tables(run, flawed):
    assert run("convert", flawed, "vectors.tsv").exit_code == 0
    assert (run.folder / "metadata.tsv").read_text() == "king\nqueen\nfig\n"


def test_options_change_the_vectors(run, flawed):
    (run.folder / "words.txt").write_text("queen\nnope\n")
    result = run("convert", flawed, "w.npy", "--words", "words.txt", "--normalize", "--dtype",
                 "float16", "--json")  # fmt: skip
    assert json.loads(result.stdout) == {"file": "w.npy", "format": "numpy", "words": 1, "dim": 2}
    assert "1 of the words asked for have no vector" in result.stderr
    np.testing.assert_allclose(fastvec.load(run.folder / "w.npy")["queen"], [0.6, 0.8], atol=1e-3)


def test_files_are_merged(run, flawed):
    (run.folder / "more.txt").write_text("fig 8 8\nplum 9 9\n")
    assert (
        run("convert", flawed, "w.bin", "--merge", "more.txt", "--duplicates", "last").exit_code
        == 0
    )
    back = fastvec.load(run.folder / "w.bin")
    assert back.words == ["king", "queen", "fig", "plum"]
    assert back.matrix.tolist() == [[5, 6], [3, 4], [8, 8], [9, 9]]


def test_an_existing_file_is_kept(run, flawed):
    (run.folder / "w.bin").write_bytes(b"mine")
    result = run("convert", flawed, "w.bin")
    assert result.exit_code == 2
    assert "replace it with --overwrite" in result.stderr
    assert (run.folder / "w.bin").read_bytes() == b"mine"
    assert run("convert", flawed, "w.bin", "--overwrite").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["convert", "v.txt", "w.bin", "--strict"], NOTE),
        (["inspect", "v.txt", "--strict"], NOTE),
        (["convert", "v.txt", "w.bin", "--duplicates", "error"], "line 4: 'king' came before"),
        (["convert", "v.txt", "w.dat"], "the ending tells no format"),
        (["convert", "nowhere.txt", "w.bin"], "nowhere.txt cannot be read"),
        (["inspect", "v.txt", "--from", "binary"], "row 4 of 4 at byte 36 is short"),
    ],
)
def test_refusals_are_one_line(run, flawed, arguments, message):
    result = run(*arguments)
    assert result.exit_code == 1
    assert message in result.stderr
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert [path.name for path in run.folder.iterdir()] == ["v.txt"]


def test_inspect_says_what_a_file_is(run, flawed):
    (run.folder / "v.gz").write_bytes(gzip.compress(TEXT.encode()))
    result = run("inspect", "v.gz")
    assert result.exit_code == 0
    facts = dict(line.split(None, 1) for line in result.stdout.splitlines()[:-1])
    assert facts == {"file": "v.gz", "format": "word2vec", "packed": "gzip", "words": "3",
                     "dim": "2", "counts": "no", "specials": "none"}  # fmt: skip
    assert result.stdout.splitlines()[-1] == NOTE
    as_json = json.loads(run("inspect", flawed, "--json").stdout)
    assert as_json["repairs"] == [NOTE]
    assert as_json["packed"] is None


def test_inspect_names_a_pickle(run):
    """F11."""
    (run.folder / "model.pkl").write_bytes(b"\x80\x04\x95")
    result = run("inspect", "model.pkl")
    assert result.exit_code == 1
    assert "is a Python pickle" in result.stderr


def test_inspect_sends_a_model_folder_elsewhere(run, model):
    assert "fastvec info" in run("inspect", model).stderr


def test_the_header_can_be_decided(run):
    """F1."""
    (run.folder / "v.txt").write_text("1 1\n8 4\n")
    assert json.loads(run("inspect", "v.txt", "--json").stdout)["words"] == 1
    decided = run("inspect", "v.txt", "--from", "glove", "--json")
    assert json.loads(decided.stdout)["words"] == 2


@pytest.mark.parametrize(
    "start", [["convert", "v.dat", "w.dat", "--to", "glove"], ["inspect", "v.dat"]]
)
def test_every_flag_of_reading_is_passed_on(run, start):
    """I3."""
    (run.folder / "v.dat").write_bytes(b"4 2\na\xd0 1 2\nb 3 4\nb 5 6\ncut 7")
    flags = ["--from", "word2vec", "--unicode-errors", "replace", "--duplicates", "mean",
             "--allow-truncated", "--limit", "9", "--json"]  # fmt: skip
    result = run(*start, *flags)
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["words"] == 2
    for expected in ("header says 4 rows", "kept the mean", "line 5: cut short"):
        assert expected in result.stdout + result.stderr
    if start[0] == "convert":
        assert (run.folder / "w.dat").read_text() == "a\ufffd 1 2\nb 4 5\n"
