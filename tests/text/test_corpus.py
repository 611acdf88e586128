from __future__ import annotations

import json
import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.errors import CorpusError, ParameterError
from fastvec.text import Corpus

UNICODE = Corpus("-").separators


def twin_split(block: bytes, separators) -> list[str]:
    """Split as the compiled code does, slowly."""
    text = block.decode()
    marked = [
        " "
        if separators[c.encode()[0]] in (1, 2) or (separators[c.encode()[0]] == 3 and c.isspace())
        else c
        for c in text
    ]
    return [token for token in "".join(marked).split(" ") if token]


@given(st.text(max_size=60))
def test_unicode_separators_are_those_of_str_split(text):
    assert twin_split(text.encode(), UNICODE) == text.split()


def test_every_unicode_space_is_marked():
    separators = Corpus("-").separators
    spaces = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()]
    classes = {space: separators[space.encode()[0]] for space in spaces}
    assert all(classes.values())
    assert all((kind == 3) == (ord(space) > 127) for space, kind in classes.items())


def test_ascii_separators_are_six_bytes():
    separators = Corpus("-", whitespace="ascii").separators
    assert bytes(separators.nonzero()[0].tolist()) == b"\t\n\v\f\r "
    assert separators[ord("\n")] == 2


def test_files_are_read_in_the_order_given_and_again(tmp_path):
    for name in "ab":
        (tmp_path / name).write_text(name)
    corpus = Corpus(tmp_path / "b", str(tmp_path / "a"))
    assert list(corpus.blocks()) == list(corpus.blocks()) == [b"b\n", b"a\n"]


def test_line_ends_of_windows_and_bad_bytes_pass_through(tmp_path):
    (tmp_path / "c").write_bytes(b"a b\r\n\xe9t\xe9\r\n")
    assert b"".join(Corpus(tmp_path / "c").blocks()) == b"a b\r\n\xe9t\xe9\r\n"


def test_empty_files_are_no_error(tmp_path):
    (tmp_path / "c").touch()
    assert list(Corpus(tmp_path / "c").blocks()) == []


def test_standard_input_is_read_once(pipe_in):
    pipe_in(b"a b")
    corpus = Corpus("-")
    assert list(corpus.blocks()) == [b"a b\n"]
    assert corpus.total_bytes is None
    with pytest.raises(CorpusError, match="only once"):
        corpus.blocks()


def test_closed_standard_input_is_said(monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(CorpusError, match="standard input: closed"):
        list(Corpus("-").blocks())


def test_identity_changes_with_the_file(tmp_path):
    path = tmp_path / "c"
    path.write_text("a")
    corpus = Corpus(path, lowercase=True)
    before = corpus.identity()
    assert json.loads(json.dumps(before)) == {
        "kind": "files",
        "tokenizer": "whitespace",
        "whitespace": "unicode",
        "lowercase": True,
        "files": [{"path": str(path), "size": 1, "mtime_ns": path.stat().st_mtime_ns}],
    }
    os.utime(path, ns=(0, 0))
    assert corpus.identity() != before


def test_identity_of_what_is_not_a_file():
    assert Corpus("-").identity()["kind"] == "stdin"
    assert Corpus([["a"]]).identity()["kind"] == "tokens"


def test_a_file_that_went_away_is_named(tmp_path):
    path = tmp_path / "c"
    path.write_text("a")
    corpus = Corpus(path)
    path.unlink()
    for read in (corpus.identity, lambda: list(corpus.blocks())):
        with pytest.raises(CorpusError, match="cannot be"):
            read()


@pytest.mark.parametrize(
    ("sources", "options", "message"),
    [
        ((), {}, "needs a source"),
        (("-", "-"), {}, "'-' .* must be the only source"),
        (([["a"]], [["b"]]), {}, "a list must be the only source"),
        (("-",), {"tokenizer": "nltk"}, "tokenizer 'nltk': expected one of whitespace, words, zh"),
        (("-",), {"whitespace": "tabs"}, "whitespace 'tabs': expected unicode or ascii"),
        (([["a"]],), {"tokenizer": "words"}, "split already"),
    ],
)
def test_impossible_settings_are_refused(sources, options, message):
    with pytest.raises(ParameterError, match=message):
        Corpus(*sources, **options)


def test_a_block_has_at_least_one_byte():
    with pytest.raises(ParameterError, match="size 0"):
        Corpus([["a"]]).blocks(0)


def test_blocks_are_tokenised(tmp_path):
    (tmp_path / "c").write_text("Don't panic, it's fine.\n\nOK?")
    joined = b"".join(Corpus(tmp_path / "c", tokenizer="words").blocks(3))
    assert [line.split() for line in joined.split(b"\n")] == [
        [b"Don't", b"panic", b"it's", b"fine"], [], [b"OK"], []
    ]  # fmt: skip
