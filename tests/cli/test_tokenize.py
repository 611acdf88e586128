from __future__ import annotations

from importlib.util import find_spec

import pytest

from fastvec_cli.tokenize import watched_corpus
from tests.text.packing import PACKERS

needs_jieba = pytest.mark.skipif(find_spec("jieba") is None, reason="needs the extra `chinese`")
TEXT = "Orange juice,  please.\n\nDon't\u00a0stop!\n...\n"
WORDS = "Orange juice please\nDon't stop\n"


@pytest.mark.parametrize(
    ("options", "tokens"),
    [
        ([], WORDS),
        (["--lowercase"], WORDS.lower()),
        (["--tokenizer", "whitespace"], "Orange juice, please.\nDon't stop!\n...\n"),
    ],
)
def test_tokens_come_out_one_sentence_a_line(run, options, tokens):
    (run.folder / "a.txt").write_text(TEXT, encoding="utf-8")
    result = run("tokenize", "a.txt", *options)
    assert result.stdout == tokens
    sentences, words = tokens.count("\n"), len(tokens.split())
    assert result.stderr.endswith(f"{sentences} sentences, {words} tokens\n")
    assert run("tokenize", "a.txt", *options, "--quiet").stderr == ""


@needs_jieba
@pytest.mark.parametrize("options", [["--language", "zh"], ["--tokenizer", "zh"]])
def test_chinese_is_cut_into_words_and_sentences(run, options):
    (run.folder / "a.txt").write_text("我喜欢吃苹果。他说“好”。\n", encoding="utf-8")
    assert run("tokenize", "a.txt", *options).stdout == "我 喜欢 吃 苹果\n他 说 好\n"


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_packed_files_and_packed_standard_input_are_read(run, pack):
    packed = pack(TEXT.encode())
    (run.folder / "a").write_bytes(packed)
    assert run("tokenize", "a").stdout == WORDS
    assert run("tokenize", "-", stdin=packed).stdout == WORDS


def test_bytes_that_are_no_text_pass_through(run):
    (run.folder / "a.txt").write_bytes(b"caf\xe9 \xff\n")
    assert run("tokenize", "a.txt").stdout_bytes == b"caf\xe9 \xff\n"


def test_a_file_is_written_whole_and_not_replaced_unasked(run):
    (run.folder / "a.txt").write_text(TEXT, encoding="utf-8")
    result = run("tokenize", "a.txt", "-o", "out.txt")
    assert (result.exit_code, result.stdout) == (0, "")
    assert (run.folder / "out.txt").read_text() == WORDS
    refused = run("tokenize", "a.txt", "-o", "out.txt")
    assert refused.exit_code == 1
    assert "out.txt: exists; replace it with --overwrite" in refused.stderr
    assert run("tokenize", "a.txt", "-o", "a.txt", "--overwrite").exit_code == 0
    assert (run.folder / "a.txt").read_text() == WORDS
    assert {path.name for path in run.folder.iterdir()} == {"a.txt", "out.txt"}


def test_after_a_failure_nothing_is_left(run):
    (run.folder / "a.txt").write_bytes(b"good text\n" * 200_000 + b"\x1f\x8b")
    (run.folder / "b.gz").write_bytes(b"\x1f\x8b\x08\x00 this is no gzip")
    result = run("tokenize", "a.txt", "b.gz", "-o", "out.txt")
    assert result.exit_code == 1
    assert "b.gz: the file is damaged" in result.stderr
    assert {path.name for path in run.folder.iterdir()} == {"a.txt", "b.gz"}
    assert "Name a text" in run("tokenize").stderr
    for name in (".", "/dev/null"):
        refused = run("tokenize", "a.txt", "-o", name, "--overwrite")
        assert f"{name}: is no ordinary file" in refused.stderr
    assert "cannot be written" in run("tokenize", "a.txt", "-o", "none/out.txt").stderr


def test_a_line_longer_than_a_block_stays_a_line(run):
    (run.folder / "a.txt").write_text("word " * 1_000_000 + "\nend")
    assert run("tokenize", "a.txt").stdout == "word " * 999_999 + "word\nend\n"


def test_every_reading_reports_how_far_it_is(run):
    (run.folder / "a.txt").write_text("some words\n" * 10)
    events = []
    corpus = watched_corpus(("a.txt",), {}, events.append)
    for _ in range(2):
        assert b"".join(corpus.blocks(40)) == b"some words\n" * 10
        assert events[-1].done == events[-1].total == 110
        assert len(events) > 1
        events.clear()
