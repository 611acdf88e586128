from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.errors import CorpusError
from fastvec.text import Corpus
from fastvec.text.binary import text_only

BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("ab".encode("utf-16"), "looks like UTF-16 text; convert it to UTF-8: iconv -f utf-16 "),
        ("ab".encode("utf-32"), "looks like UTF-32 text"),
        ("a word".encode("utf-16-le"), "iconv -f utf-16le"),
        ("a word".encode("utf-16-be"), "iconv -f utf-16be"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\x80\x04\x95abc", "a Python pickle"),
        (b"\x7fELF\x02", "a program"),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
        (b"\x28\xb5\x2f\xfdabc", "zstd -dc"),
        (b"x" * 257 + b"ustar" + bytes(250), "a tar archive"),
        (b"a b c \0 d e f", "NUL bytes"),
    ],
)
def test_what_is_not_text_is_named(tmp_path, head, message):
    for data in (head, gzip.compress(head)):
        (tmp_path / "c.txt").write_bytes(data)
        with pytest.raises(CorpusError, match=message) as caught:
            list(Corpus(tmp_path / "c.txt").blocks())
        assert str(caught.value).startswith(str(tmp_path / "c.txt"))


def test_standard_input_is_looked_at_too(pipe_in):
    pipe_in("some text".encode("utf-16"))
    with pytest.raises(CorpusError, match="standard input: looks like UTF-16"):
        list(Corpus("-").blocks())


@given(st.binary(max_size=5).filter(lambda tail: b"\0" not in tail), st.integers(1, 4))
def test_a_byte_order_mark_is_dropped_once_in_any_pieces(tail, step):
    data = BOM + tail
    pieces = (data[start : start + step] for start in range(0, len(data), step))
    assert b"".join(text_only("c", pieces)) == tail


def test_each_file_may_have_a_byte_order_mark(tmp_path):
    for name in ("1", "2"):
        (tmp_path / name).write_bytes(BOM + b"a")
    assert b"".join(Corpus(tmp_path).blocks()) == b"a\na\n"
