"""Whole sessions: text, workspace, model, questions."""

from __future__ import annotations

import json
import os
import re

import pytest

import fastvec


@pytest.fixture
def text(run, english):
    path = run.folder / "corpus.txt"
    path.write_text(english)
    return path


def test_build_vocab_then_train_needs_no_corpus(run, text):
    built = run("build-vocab", text)
    assert built.exit_code == 0
    assert "next: fastvec train --model skipgram\n" in built.stderr
    made = run("train", "--model", "skipgram")
    assert made.exit_code == 0, made.stderr
    assert made.stdout.startswith("skipgram.fastvec: ")
    follow = made.stderr.split("next: fastvec ")[1].split()
    assert run(*follow).exit_code == 0


def test_build_vocab_tells_what_it_found(run):
    (run.folder / "a.txt").write_text("b a a\n\na b c\n")
    result = run("build-vocab", "a.txt", "--min-count", "2")
    assert result.stdout == (
        "words                 6\n"
        "sentences             2\n"
        "distinct words        3\n"
        "seen 2 times or more  2\n"
        "commonest: a (3), b (2), c (1)\n"
    )


def test_what_build_vocab_is_told_is_trainings_default(run, text):
    run("build-vocab", text, "--min-count", "1", "--max-size", "30")
    assert json.loads(run("train", "--model", "skipgram", "--json").stdout)["rows"] == 30
    again = run("train", "--model", "skipgram", "--json", "--max-size", "20", "-o", "b")
    assert json.loads(again.stdout)["rows"] == 20


def test_standard_input_is_encoded_once_and_trained_from(run, english):
    assert run("build-vocab", "-", stdin=english).exit_code == 0
    assert run("train", "--model", "skipgram").exit_code == 0


@pytest.mark.parametrize("name", ["v.txt", "v.vec", "v.bin", "v.glove.txt", "v.safetensors"])
def test_a_file_name_asks_for_a_file_of_vectors(run, text, name):
    result = run("train", text, "--model", "skipgram", "--dim", "8", "-o", name)
    assert result.exit_code == 0, result.stderr
    vectors = fastvec.load(run.folder / name)
    assert vectors.dim == 8
    assert "the" in vectors
    headed = (run.folder / name).read_bytes().startswith(b"%d 8\n" % len(vectors))
    assert headed == (name in ("v.txt", "v.vec", "v.bin"))
    assert run("neighbors", name, "the").exit_code == 0


@pytest.mark.parametrize("name", ["taken.txt", "taken.fastvec"])
def test_an_existing_output_is_refused_before_any_work(run, text, name):
    train = ("train", text, "--model", "skipgram", "-o", name, "--dim")
    assert run(*train, 4).exit_code == 0
    (run.folder / "fastvec-data/manifest.json").unlink()
    refused = run(*train, 8)
    assert refused.exit_code == 1
    assert re.search(f"{name}: exists; replace it with --overwrite, .*choose another -o",
                     refused.stderr)  # fmt: skip
    assert not (run.folder / "fastvec-data/manifest.json").exists()
    assert run(*train, 8, "--overwrite").exit_code == 0
    assert fastvec.load(run.folder / name).dim == 8


@pytest.mark.parametrize("name", ["folder", "folder.txt"])
def test_a_folder_that_is_no_model_is_never_replaced(run, text, name):
    (run.folder / name).mkdir()
    (run.folder / name / "precious").touch()
    result = run("train", text, "--model", "skipgram", "-o", name, "--overwrite")
    assert result.exit_code == 1
    assert "choose another" in result.stderr
    assert (run.folder / name / "precious").exists()


def test_the_corpus_is_never_written_over(run, text, english):
    os.link(text, run.folder / "same.txt")
    for name in ("corpus.txt", "../" + run.folder.name + "/corpus.txt", "same.txt"):
        result = run("train", "corpus.txt", "--model", "skipgram", "-o", name, "--overwrite")
        assert result.exit_code == 2
        assert "would replace the corpus" in result.stderr
    assert text.read_text() == english


def test_a_missing_parent_of_the_output_is_named(run, text):
    result = run("train", text, "--model", "skipgram", "-o", "no/such/model")
    assert result.exit_code == 1
    assert "the folder no/such does not exist; make it first" in result.stderr


def test_a_changed_corpus_is_refused_until_rebuilt(run, text):
    run("build-vocab", text)
    text.write_text(text.read_text() + "a new line\n")
    for corpus in ([], [text]):
        refused = run("train", *corpus, "--model", "skipgram")
        assert refused.exit_code == 1
        assert f"{text} has changed" in refused.stderr
        assert "--rebuild" in refused.stderr
    words = fastvec.Workspace(run.folder / "fastvec-data").words
    assert run("train", "--model", "skipgram", "--rebuild").exit_code == 0
    assert fastvec.Workspace(run.folder / "fastvec-data").words == words + 3


def test_a_corpus_that_was_only_touched_is_accepted(run, text):
    run("build-vocab", text)
    os.utime(text, ns=(1, 1))
    assert run("train", "--model", "skipgram").exit_code == 0
    assert run("train", text, "--model", "skipgram", "-o", "b").exit_code == 0


def test_a_change_that_keeps_the_size_is_noticed(run, text):
    run("build-vocab", text)
    text.write_text(text.read_text().replace("the", "teh"))
    assert "has changed" in run("train", "--model", "skipgram").stderr


def test_a_corpus_that_is_gone_is_not_needed(run, text):
    run("build-vocab", text)
    text.unlink()
    assert run("train", "--model", "skipgram").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["other.txt"], "it was made from"),
        (["corpus.txt", "other.txt"], "and 1 more"),
        (["corpus.txt", "--lowercase"], "it was read with lowercase False, not True"),
        (["corpus.txt", "--whitespace", "ascii"], "whitespace 'unicode', not 'ascii'"),
        (["corpus.txt", "--tokenizer", "words"], "tokenizer 'whitespace', not 'words'"),
        (["-"], "it was read with kind 'files', not 'stdin'"),
    ],
)
def test_other_text_is_refused_until_rebuilt(run, text, arguments, reason):
    (run.folder / "other.txt").write_text("other words " * 100)
    run("build-vocab", text)
    train = ("train", *arguments, "--model", "skipgram", "--min-count", "1")
    refused = run(*train, stdin="some text")
    assert refused.exit_code == 1
    assert reason in refused.stderr
    assert "--rebuild, or name another folder with -w" in refused.stderr
    assert run(*train, "--rebuild", stdin="some text").exit_code == 0


def test_other_standard_input_is_not_taken_for_the_old(run, english):
    train = ("train", "-", "--model", "skipgram", "--min-count", "1", "-o")
    assert run(*train, "a", stdin=english).exit_code == 0
    refused = run(*train, "b", stdin="quite other words")
    assert refused.exit_code == 1
    assert "it was made from standard input, which cannot be compared" in refused.stderr
    assert run(*train, "b", "--rebuild", stdin="quite other words").exit_code == 0
    assert fastvec.load(run.folder / "b").words == ["other", "quite", "words"]


def test_a_missing_workspace_says_how_to_make_one(run):
    result = run("train", "--model", "skipgram", "-w", "none")
    assert result.exit_code == 1
    assert "none: holds no workspace; make one with: fastvec build-vocab CORPUS -w none" in (
        result.stderr
    )


def test_a_damaged_workspace_says_how_to_mend_it(run, text):
    run("build-vocab", text)
    (run.folder / "fastvec-data/tokens.i32").write_bytes(b"")
    for corpus in ([], [text]):
        result = run("train", *corpus, "--model", "skipgram")
        assert result.exit_code == 1
        assert "build it again: fastvec build-vocab CORPUS, or train CORPUS --rebuild" in (
            result.stderr
        )
    assert run("train", text, "--model", "skipgram", "--rebuild").exit_code == 0


def test_the_summary_as_json_is_one_line_on_stdout(run, text):
    result = run("train", text, "--model", "skipgram", "--epochs", "2", "--json")
    facts = json.loads(result.stdout)
    assert facts["model"] == "skipgram.fastvec"
    assert [record["epoch"] for record in facts["history"]] == [1, 2]
    assert facts["history"][1]["loss"] < facts["history"][0]["loss"]
    built = json.loads(run("build-vocab", text, "--json").stdout)
    assert built["words"] == len(text.read_text().split())
    assert built["distinct"] == len(set(text.read_text().split()))


def test_a_loss_that_is_no_number_is_null_in_json(run):
    (run.folder / "a.txt").write_text("a\n" * 9)

    def refuse(constant):
        raise AssertionError(constant)

    result = run("train", "a.txt", "--model", "skipgram", "--json")
    facts = json.loads(result.stdout, parse_constant=refuse)
    assert facts["history"][0]["loss"] is None


def test_quiet_commands_say_nothing_on_stderr(run, text):
    assert run("build-vocab", text, "-q").stderr == ""
    assert run("train", "--model", "skipgram", "--quiet").stderr == ""


def test_chinese_is_advised_the_chinese_tokenizer(run, chinese):
    pytest.importorskip("jieba")
    text = run.folder / "zh.txt"
    text.write_text(chinese.replace(" ", ""))
    warned = run("build-vocab", text)
    assert "try --tokenizer zh" in warned.stderr
    mended = run("build-vocab", text, "--tokenizer", "zh")
    assert "try --tokenizer" not in mended.stderr
    assert run("train", "--model", "skipgram").exit_code == 0


def test_glued_punctuation_is_advised_the_word_tokenizer(run):
    (run.folder / "a.txt").write_text("Yes, we did, then. No more, please.\n" * 20)
    assert "try --tokenizer words" in run("build-vocab", "a.txt").stderr
    assert "Note" not in run("build-vocab", "a.txt", "--tokenizer", "words").stderr
