"""Inputs of group F of the field notes: repaired and reported, or refused with the place."""

import os
import pickle  # noqa: TID251 - to show that it is refused
import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastvec.errors import FormatError
from fastvec.vectors.formats import save

from .format_files import binary, reader


@pytest.fixture
def read(tmp_path):
    return reader(tmp_path)


@pytest.mark.parametrize("header", [b"", b"2 2\n", b"2 2 \r\n"])
def test_header_or_none_is_found_out(read, header):
    """F1."""
    vectors = read(header + b"the 0.1 0.2\n. 0.3 0.4\n")
    assert vectors.words == ["the", "."]
    assert vectors.matrix.tolist() == np.float32([[0.1, 0.2], [0.3, 0.4]]).tolist()
    assert vectors.report == []


def test_number_rows_without_header(read):
    """F1."""
    vectors = read(b"7 3\n8 4\n")
    assert vectors.words == ["7", "8"]
    assert vectors.matrix.tolist() == [[3], [4]]


def test_a_header_before_a_damaged_row_is_not_taken_for_a_word(read):
    vectors = read(b"9 4\nthe 2.0 -2.5 0.}1 -0.5\n")
    assert vectors.words == ["the 2.0 -2.5 0.}1"]
    assert "the header says 4 numbers a row, the rows hold 1" in vectors.report[0]


def test_ambiguous_header_is_said_and_can_be_decided(read):
    """F1."""
    vectors = read(b"1 1\n8 4\n")
    assert vectors.words == ["8"]
    assert "line 1" in vectors.report[0]
    assert read(b"1 1\n8 4\n", format="glove").words == ["1", "8"]


@pytest.mark.parametrize("count", [2, 4])
def test_rows_are_trusted_over_the_header(read, count):
    """F2."""
    vectors = read(b"%d 3\nx 1 2 3\ny 4 5 6\nz 7 8 9\n" % count)
    assert vectors.words == ["x", "y", "z"]
    assert vectors.report == [f"the header says {count} rows, the file has 3; read all 3"]


def test_wrong_dimension_in_the_header_is_said(read):
    """F11."""
    vectors = read(b"2 2\nx 1 2 3 4\ny 5 6 7 8\n")
    assert vectors.matrix.shape == (2, 4)
    assert vectors.report == ["line 1: the header says 2 numbers a row, the rows hold 4; read 4"]


def test_words_may_hold_spaces(read):
    """F3."""
    assert read(b". . . 0.1 0.2\nthe 0.3 0.4\n").words == [". . .", "the"]
    assert read(b"the 0.3 0.4\nat a@b.c 1 2\nb\xc2\xa0c 1 2\n").words[1:] == [
        "at a@b.c",
        "b\u00a0c",
    ]


def test_first_of_equal_words_is_kept(read):
    """F4."""
    vectors = read(b"a 1 2\na 3 4\nb 5 6\n")
    assert vectors.words == ["a", "b"]
    assert vectors.matrix.tolist() == [[1, 2], [5, 6]]
    assert vectors.report == ["line 2: 'a' came before in line 1; kept the first"]


@pytest.mark.parametrize("end", [b"\n", b""])
def test_bytes_that_are_not_utf8_survive(read, tmp_path, end):
    """F5."""
    data = binary([(b"\xd0", [1, 2]), (b"b", [3, 4])], b"2 2", end)
    vectors = read(data, "v.bin")
    assert vectors.words == ["\udcd0", "b"]
    save(vectors, tmp_path / "w.bin")
    assert b"\xd0 " in (tmp_path / "w.bin").read_bytes()


def test_truncated_binary_names_row_and_bytes(read):
    """F6."""
    data = binary([(b"a", [1, 2]), (b"b", [3, 4])], b"2 2", b"")
    with pytest.raises(FormatError, match="row 2 of 2 at byte 14 is short: the file has 22 bytes"):
        read(data[:-2], "v.bin")
    with pytest.raises(FormatError, match="need at least"):
        read(data[:10], "v.bin")


def test_binary_cut_between_rows_is_refused(read):
    data = binary([(b"long", [1]), (b"b", [3])], b"3 1", b"\n")
    with pytest.raises(FormatError, match="row 3 of 3 is missing"):
        read(data, "v.bin")


def test_binary_with_more_rows_than_promised_says_so(read):
    vectors = read(binary([(b"a", [1, 2]), (b"b", [3, 4])], b"1 2"), "v.bin")
    assert vectors.words == ["a", "b"]
    assert "header says 1 rows, the file has 2" in vectors.report[0]


def test_a_header_that_promises_too_much_takes_no_memory(read):
    with pytest.raises(FormatError, match="need at least"):
        read(b"999999999999 300\na \0\0\0\0", "v.bin")


def test_unk_row_beyond_the_header_is_special(read):
    assert read(b"1 2\na 1 2\n<unk> 3 4\n").specials == ("<unk>",)
    assert read(b"a 1 2\n<unk> 3 4\n").specials == ("<unk>",)
    assert read(b"2 2\na 1 2\n<unk> 3 4\n").specials == ()


def test_trailing_spaces_empty_lines_and_a_missing_end_are_fine(read):
    vectors = read(b"2 2\na 1 2 \n\nb 3 4")
    assert vectors.matrix.tolist() == [[1, 2], [3, 4]]
    assert vectors.report == [
        "1 empty lines were left out",
        "line 4: the last line has no end; the file may be cut short",
    ]


def test_zero_rows_are_counted(read):
    assert (
        "1 vectors are zero, the first that of 'b' in line 2" in read(b"a 1 2\nb 0 0\n").report[0]
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [(b"y 4 5", "line 3: expected 3 numbers, found 2"), (b"y 4 bad 6", "line 3: a word and 3")],
)
def test_bad_rows_are_named(read, line, message):
    with pytest.raises(FormatError, match=message):
        read(b"2 3\nx 1 2 3\n" + line + b"\n")


@pytest.mark.parametrize(
    ("data", "meaning"),
    [
        (b"", "empty"),
        (b"\x80\x04\x95rest", "Python pickle, which could run code"),
        (b"ccopy_reg\n_reconstructor\n", "Python pickle"),
        (b"\x1f\x8b\x08", "damaged or cut short"),
        (b"PK\x03\x04", "a damaged zip archive"),
        (b"\x93NUMPY\x01", "NumPy array without words"),
        (b"\xba\x16\x4f\x2f\x0c\0\0\0", "cut short"),
        (b"\x89HDF\r\n", "HDF5"),
        (b"SQLite format 3\0", "SQLite"),
        (b"<!DOCTYPE html>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
        (b"cat 3:0.5 17:-0.25\ndog 2:1\n", "index:value"),
        (b"hello world\nno numbers\n", "no word with numbers"),
        (b"5 3\n", "promises 5 rows"),
    ],
)
def test_other_files_are_named_for_what_they_are(read, data, meaning):
    """F6, F11."""
    with pytest.raises(FormatError, match=meaning):
        read(data)


def test_a_pickle_is_never_opened_whatever_its_name(read):
    """F9, F11: opening one would run what it holds."""

    class Harmful:
        def __reduce__(self):
            return os.mkdir, ("harm",)

    for protocol in (0, 2, 4):
        data = pickle.dumps([1, Harmful()], protocol)
        for name in ("m.model", "v.bin", "v.txt", "v.vec"):
            with pytest.raises(FormatError):
                read(data, name)
    assert not os.path.exists("harm")


def test_an_old_fasttext_model_is_named(read):
    """F11: its first number is the dimension, where later ones have a signature."""
    settings = struct.pack("<12id", 10, 5, 5, 5, 5, 1, 2, 2, 1000, 3, 6, 100, 1e-4)
    words = struct.pack("<3iq", 2, 2, 0, 9) + b"the\0" + struct.pack("<qb", 7, 0) + b"of\0"
    for name in ("v.bin", "v.txt"):
        with pytest.raises(FormatError, match=r"is a model of fastText before 2017; use the \.vec"):
            read(settings + words + bytes(100), name)
    with pytest.raises(FormatError, match=r"not a file of vectors|no line of two counts"):
        read(struct.pack("<12id", 10, 5, 5, 5, 5, 1, 9, 2, 1000, 3, 6, 100, 1e-4) + words)


def test_rows_that_are_not_finite_are_listed(read):
    rows = b"".join(b"w%d %s 1\n" % (row, b"nan" if row % 2 else b"1") for row in range(40))
    report = read(rows).report
    assert report[0] == "line 2: the vector of 'w1' is not finite"
    assert len(report) == 11
    assert report[-1] == "10 more vectors are not finite"
    assert read(b"a 3e38 3e38\n").report == []  # Only their sum is not.


def test_a_byte_order_mark_is_no_part_of_the_first_word(read):
    vectors = read(b"\xef\xbb\xbf1 2\na 1 2\n")
    assert (vectors.words, vectors.matrix.tolist()) == (["a"], [[1, 2]])
    assert vectors.report == ["line 1: a byte order mark was left out"]


def test_line_numbers_count_empty_lines(read):
    vectors = read(b"\n\na 1 2\n\nb 3 4\n\n\na 5 6\n")
    assert "line 8: 'a' came before in line 3; kept the first" in vectors.report


def test_glove_files_of_every_mode_are_read(read):
    """F10: its header counts neither the row for unknown words nor both matrices."""
    assert read(b"2 2\na 1 2\nb 3 4\n<unk> 5 6\n").matrix.shape == (3, 2)
    both = read(b"1 2\na 1 2 3 4 5 6\n<unk> 1 2 3 4 5 6\n")
    assert both.matrix.shape == (2, 6)
    assert "the header says 2 numbers a row, the rows hold 6" in both.report[0]


numbers = st.floats(width=32, allow_nan=False, allow_infinity=False)
token = st.text("ab. -1", min_size=1, max_size=4).map(str.strip).filter(bool)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(token, st.tuples(numbers, numbers, numbers)), min_size=1, max_size=6),
    promised=st.none() | st.integers(0, 9),
)
def test_no_row_is_lost_without_a_word(read, rows, promised):
    """F1 to F4, for any words, header and repetition."""
    head = "" if promised is None else f"{promised} 3\n"
    text = head + "".join(f"{word} {a!r} {b!r} {c!r}\n" for word, (a, b, c) in rows)
    try:
        vectors = read(text.encode())
    except FormatError:
        return
    lost = len(rows) - len(vectors)
    assert vectors.dim == 3 or vectors.report or promised is None
    repeated = sum("came before" in note for note in vectors.report)
    assert lost == repeated or promised is None
    if promised not in (None, len(rows)) and vectors.dim == 3:
        assert any(f"the header says {promised} rows" in note for note in vectors.report)
