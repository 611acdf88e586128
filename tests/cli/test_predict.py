from __future__ import annotations

import json

import pytest

import fastvec

GAP = "a glass of apple __"


def test_answers_are_a_table_of_words_and_probabilities(run, trained):
    result = run("predict", trained, GAP, "-n", "3")
    expected = fastvec.load_model(trained).predict(GAP, topn=3)
    assert [line.split() for line in result.stdout.splitlines()] == [
        [word, f"{chance:.4f}"] for word, chance in expected
    ]
    assert result.stderr == ""


def test_a_sentence_needs_no_quotes(run, trained):
    assert run("predict", trained, *GAP.split()).stdout == run("predict", trained, GAP).stdout


def test_sentences_come_from_standard_input(run, trained):
    result = run("predict", trained, "-n", "1", stdin=f"{GAP}\n\nthe __ of the king\n")
    assert result.stdout.splitlines()[0::2] == [f"{GAP}:", "the __ of the king:"]
    assert all(line.startswith("  ") for line in result.stdout.splitlines()[1::2])


def test_json_names_sentence_unknown_words_and_answers(run, trained):
    result = run("predict", trained, "a xyzzy glass of __", "--json", "--topn", "2")
    answer = json.loads(result.stdout)
    assert (answer["sentence"], answer["unknown"]) == ("a xyzzy glass of __", ["xyzzy"])
    expected = fastvec.load_model(trained).predict("a glass of __", topn=2)
    assert [tuple(pair) for pair in answer["answers"]] == expected


def test_unknown_words_are_named_on_stderr_and_skipped(run, trained):
    with_unknown = run("predict", trained, "a xyzzy glass of nope __")
    assert with_unknown.stderr == "Note: unknown words are left out: xyzzy, nope\n"
    assert with_unknown.stdout == run("predict", trained, "a glass of __").stdout


def test_the_window_limits_contexts(run, trained):
    narrow = run("predict", trained, "king a glass of __", "--window", "1").stdout
    assert narrow == run("predict", trained, "of __").stdout
    assert narrow != run("predict", trained, "king a glass of __").stdout


@pytest.mark.parametrize(
    ("sentence", "code", "message"),
    [
        ("a glass of juice", 2, "'a glass of juice' has no gap; write __"),
        ("a __ of __", 2, "'a __ of __' has 2 gaps; leave one __"),
        ("__", 2, "there is nothing around the gap"),
        ("xyzzy __ nope", 1, "none of the words around the gap ('xyzzy', 'nope') is among"),
    ],
)
def test_what_cannot_be_filled_is_said_in_a_line(run, trained, sentence, code, message):
    result = run("predict", trained, sentence)
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr


def test_vectors_alone_are_not_enough(run, trained):
    (run.folder / "v.txt").write_text("a 1 0\nb 0 1\n")
    result = run("predict", "v.txt", GAP)
    assert result.exit_code == 1
    assert "vectors alone cannot predict; name the model folder" in result.stderr
    assert "is not a model folder" in run("predict", run.folder, GAP).stderr
    assert "MODEL comes first" in run("predict", GAP, trained).stderr
