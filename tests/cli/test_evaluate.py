from __future__ import annotations

import json

import numpy as np
import pytest

import fastvec
from fastvec.evaluation.protocols import PROTOCOLS
from fastvec.vectors.methods import ALL_METHODS

QUESTIONS = ": royal\nman woman king queen\nman king woman queen\n: fruit\nman woman apple pear\n"
PAIRS = "word1\tword2\tscore\nman\twoman\t2\nman\tqueen\t1\nking\tqueen\t3\nman\tapple\t0\n"


@pytest.fixture
def files(run):
    """Two files of vectors; in the second, one analogy comes out."""
    folder = run.folder
    (folder / "q.txt").write_text(QUESTIONS)
    (folder / "p.tsv").write_text(PAIRS)
    text = "man 1 0 0\nwoman 1 1 0\nking 1 0 1\nqueen {}\n"
    (folder / "good.txt").write_text(text.format("1 1 1"))
    (folder / "bad.txt").write_text(text.format("-1 -1 -1") + "prince 1 1 1\n")
    return folder


def test_models_stand_side_by_side_under_a_named_protocol(run, files):
    """V4."""
    result = run("evaluate", "good.txt", "bad.txt", "--analogies", "q.txt")
    title, blank, *table = result.stdout.splitlines()
    assert title.startswith("protocol gensim: Unicode upper case")
    assert blank == ""
    assert [" ".join(line.split()) for line in table] == [
        "q.txt, 3cosadd good.txt bad.txt",
        "royal 100.00 % (2/2) 0.00 % (0/2)",
        "fruit - (0/0) - (0/0)",
        "total 100.00 % (2/2) 0.00 % (0/2)",
        "95 % interval of total 100.00 to 100.00 % 0.00 to 0.00 %",
        "known questions 2/3 2/3",
    ]
    assert len({len(line) for line in table}) == 1  # Columns are straight.


def test_pairs_have_coverage_and_an_interval(run, files):
    result = run("evaluate", "good.txt", "--pairs", "p.tsv")
    assert result.stdout.splitlines()[-1].startswith("p.tsv")
    assert result.stdout.endswith("), 3/4\n")
    assert result.stderr == "Note: p.tsv: lines passed over, for they are no entries: 1\n"


def test_json_holds_each_model_and_file(run, files):
    result = run("evaluate", "good.txt", "bad.txt", "--analogies", "q.txt", "--pairs", "p.tsv",
                 "--json", "--oov", "zero")  # fmt: skip
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["model"] for line in lines] == ["good.txt"] * 2 + ["bad.txt"] * 2
    assert lines[0]["total"]["accuracy"] == pytest.approx(2 / 3)
    assert [section["name"] for section in lines[0]["sections"]] == ["royal", "fruit"]
    assert (lines[1]["pairs"], lines[1]["counted"], lines[1]["known"]) == ("p.tsv", 4, 3)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_each_protocol_is_printed(run, files, protocol):
    result = run("evaluate", "good.txt", "--analogies", "q.txt", "--protocol", protocol)
    assert result.stdout.startswith(f"protocol {protocol}: {PROTOCOLS[protocol].about}\n")


@pytest.mark.parametrize("method", ALL_METHODS)
def test_each_method_is_printed(run, files, method):
    """V6."""
    result = run("evaluate", "good.txt", "--analogies", "q.txt", "--method", method)
    assert f"q.txt, {method} " in result.stdout


def test_restrict_and_seed_reach_the_evaluation(run, files):
    line = ("evaluate", "good.txt", "--analogies", "q.txt", "--restrict", "3", "--seed", "4")
    assert "known questions" in run(*line).stdout
    assert run(*line).stdout.splitlines()[-1].split() == ["known", "questions", "0/3"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "Name a file of questions"),
        (["--analogies", "none.txt"], 2, "'none.txt' does not exist"),
        (["--analogies", "p.tsv"], 1, "p.tsv: holds no question"),
        (["--pairs", "q.txt"], 1, "q.txt: holds no pair"),
        (["--pairs", "p.tsv", "--protocol", "c"], 2, "'c' is not one of"),
    ],
)
def test_what_cannot_be_scored_is_one_message(run, files, arguments, code, message):
    result = run("evaluate", "good.txt", *arguments)
    assert result.exit_code == code
    assert message in result.stderr


def test_it_works_without_numba_and_leaves_the_model_as_it_is(run_process, tmp_path):
    """V1."""
    matrix = np.eye(4, dtype=np.float32)
    vectors = fastvec.WordVectors(["a", "b", "c", "d"], matrix)
    fastvec.save(vectors, tmp_path / "v.bin")
    before = (tmp_path / "v.bin").read_bytes()
    (tmp_path / "q.txt").write_text("a b c d\n")
    blocked = "import sys; sys.modules['numba'] = None; from fastvec_cli.main import main; main()"
    code, output, errors = run_process("evaluate", "v.bin", "--analogies", "q.txt", code=blocked)
    assert (code, errors) == (0, "")
    assert "(1/1)" in output
    assert (tmp_path / "v.bin").read_bytes() == before
