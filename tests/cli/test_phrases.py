from __future__ import annotations

import json
from inspect import signature

import pytest

import fastvec
from fastvec.text.phrases import THRESHOLDS

LINES = ["we saw new york city today"] * 10 + ["a new day in the city"] * 10 + ["we saw a day"] * 30
TEXT = "\n".join(LINES) + "\n"


@pytest.fixture
def text(run):
    path = run.folder / "a.txt"
    path.write_text(TEXT)
    return path


def test_pairs_are_listed_with_frequency_and_score(run, text):
    """P1: thresholds are guesswork without the scores."""
    result = run("phrases", text, "--threshold", "4", "-n", "2")
    top = fastvec.Phrases(threshold=4).fit(text).top(2)
    assert [line.split() for line in result.stdout.splitlines()] == [
        [*phrase.words, str(phrase.frequency), f"{phrase.score:.3f}"] for phrase in top
    ]
    assert "phrases" in result.stderr
    assert len(run("phrases", text, "--threshold", "0", "--min-count", "1").stdout.splitlines()) > 2


def test_the_default_prints_20_pairs_and_joins_nothing(run, english):
    (run.folder / "e.txt").write_text(english)
    result = run("phrases", "e.txt", "--threshold", "1")
    assert len(result.stdout.splitlines()) == 20
    assert [path.name for path in run.folder.iterdir()] == ["e.txt"]


@pytest.mark.parametrize("scoring", ["word2phrase", "npmi"])
def test_json_has_the_librarys_scores(run, text, scoring):
    result = run("phrases", text, "--scoring", scoring, "--threshold", "0.4", "--json")
    found = json.loads(result.stdout)
    phrases = fastvec.Phrases(scoring=scoring, threshold=0.4).fit(text).top()
    assert found["phrases"] == len(phrases)
    assert found["undercount"] == 0
    assert [(*each["words"], each["frequency"], each["score"]) for each in found["top"]] == [
        (*phrase.words, phrase.frequency, phrase.score) for phrase in phrases[:20]
    ]


def test_joined_text_goes_to_a_file(run, text):
    result = run("phrases", text, "--threshold", "3", "-o", "out.txt", "--delimiter", "+")
    assert result.exit_code == 0
    assert result.stdout
    joined = (run.folder / "out.txt").read_text().splitlines()
    phrases = fastvec.Phrases(threshold=3, delimiter="+").fit(text)
    assert joined == [" ".join(phrases.transform(line.split())) for line in LINES]
    assert any("+" in line for line in joined)
    assert "exists; replace it with --overwrite" in run("phrases", text, "-o", "out.txt").stderr


def test_three_words_are_joined_in_two_passes(run, text):
    """P3: trigrams need several runs."""
    result = run("phrases", text, "--passes", "2", "--threshold", "2", "-o", "-", "-q")
    assert "new_york_city" in result.stdout
    assert result.stderr == ""
    once = run("phrases", text, "--threshold", "2", "-o", "-", "-q").stdout
    assert "new_york_city" not in once


def test_standard_input_is_read_as_often_as_needed(run, text):
    options = ["--threshold", "3", "--passes", "2", "-o", "-"]
    assert run("phrases", "-", *options, stdin=TEXT).stdout == run("phrases", text, *options).stdout


def test_dropped_entries_are_said(run, text):
    result = run("phrases", text, "--max-entries", "3", "--threshold", "0")
    assert "Note: counts are too low by up to" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "Name a text"),
        (["a.txt", "--json", "-o", "-"], 2, "--json and -o - both want standard output"),
        (["a.txt", "--scoring", "npmi", "--threshold", "9"], 2, "from -1 to below 1"),
        (["a.txt", "--passes", "0"], 2, "must be at least 1"),
        (["none.txt"], 1, "none.txt: no such file"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(run, text, arguments, code, message):
    result = run("phrases", *arguments)
    assert result.exit_code == code
    assert message in result.stderr
    assert not list(run.folder.glob(".*"))


def test_defaults_are_the_librarys(command):
    """I1: help texts state defaults that the code does not use."""
    options = {option.name: option for option in command.get_command(None, "phrases").params}
    for name, parameter in signature(fastvec.Phrases).parameters.items():
        if parameter.default is not None:
            assert options[name].default == parameter.default
    for scoring, threshold in THRESHOLDS.items():
        assert f"{threshold:g} {scoring}" in options["threshold"].help


@pytest.mark.parametrize("name", ["phrases", "tokenize"])
def test_it_works_without_numba(run_process, tmp_path, name):
    (tmp_path / "a.txt").write_text(TEXT)
    code = "import sys; sys.modules['numba'] = None; from fastvec_cli.main import main; main()"
    status, output, errors = run_process(name, "a.txt", "-o", "-", "-q", code=code)
    assert (status, output.count("\n"), errors) == (0, len(LINES), "")


def test_no_phrases_is_said(run, text):
    assert run("phrases", text, "--threshold", "1e9").stdout == (
        "no phrases; try a lower --threshold\n"
    )
