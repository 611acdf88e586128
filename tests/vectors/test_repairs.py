"""Inputs of group F of the field notes."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastvec.errors import FastvecError, FormatError
from fastvec.vectors.formats import load, save
from fastvec.vectors.word_vectors import WordVectors


@pytest.fixture
def read(tmp_path):
    def read(data, name="v.txt", format=None):
        (tmp_path / name).write_bytes(data)
        return load(tmp_path / name, format=format)

    return read


def binary(rows, header, end=b"\n"):
    body = b"".join(
        word + b" " + np.array(numbers, dtype="<f4").tobytes() + end for word, numbers in rows
    )
    return header + b"\n" + body


@pytest.mark.parametrize("header", [b"", b"2 2\n", b"2 2 \r\n"])
def test_header_or_none_is_found_out(read, header):
    vectors = read(header + b"the 0.1 0.2\n. 0.3 0.4\n")
    assert vectors.words == ["the", "."]
    assert vectors.matrix.tolist() == np.float32([[0.1, 0.2], [0.3, 0.4]]).tolist()
    assert vectors.report == []


def test_number_rows_without_header(read):
    vectors = read(b"7 3\n8 4\n")
    assert vectors.words == ["7", "8"]
    assert vectors.matrix.tolist() == [[3], [4]]


def test_a_header_before_a_damaged_row_is_not_taken_for_a_word(read):
    vectors = read(b"9 4\nthe 2.0 -2.5 0.}1 -0.5\n")
    assert vectors.words == ["the 2.0 -2.5 0.}1"]
    assert "the header says 4 numbers a row, the rows hold 1" in vectors.report[0]


def test_ambiguous_header_is_said_and_can_be_decided(read):
    vectors = read(b"1 1\n8 4\n")
    assert vectors.words == ["8"]
    assert "line 1" in vectors.report[0]
    assert read(b"1 1\n8 4\n", format="glove").words == ["1", "8"]


@pytest.mark.parametrize("count", [2, 4])
def test_rows_are_trusted_over_the_header(read, count):
    vectors = read(b"%d 3\nx 1 2 3\ny 4 5 6\nz 7 8 9\n" % count)
    assert vectors.words == ["x", "y", "z"]
    assert vectors.report == [f"the header says {count} rows, the file has 3; read all 3"]


def test_wrong_dimension_in_the_header_is_said(read):
    vectors = read(b"2 2\nx 1 2 3 4\ny 5 6 7 8\n")
    assert vectors.matrix.shape == (2, 4)
    assert vectors.report == ["line 1: the header says 2 numbers a row, the rows hold 4; read 4"]


def test_words_may_hold_spaces(read):
    assert read(b". . . 0.1 0.2\nthe 0.3 0.4\n").words == [". . .", "the"]
    assert read(b"the 0.3 0.4\nat a@b.c 1 2\nb\xc2\xa0c 1 2\n").words[1:] == [
        "at a@b.c",
        "b\u00a0c",
    ]


def test_first_of_equal_words_is_kept(read):
    vectors = read(b"a 1 2\na 3 4\nb 5 6\n")
    assert vectors.words == ["a", "b"]
    assert vectors.matrix.tolist() == [[1, 2], [5, 6]]
    assert vectors.report == ["line 2: 'a' came before in line 1; kept the first"]


@pytest.mark.parametrize("end", [b"\n", b""])
def test_bytes_that_are_not_utf8_survive(read, tmp_path, end):
    data = binary([(b"\xd0", [1, 2]), (b"b", [3, 4])], b"2 2", end)
    vectors = read(data, "v.bin")
    assert vectors.words == ["\udcd0", "b"]
    save(vectors, tmp_path / "w.bin")
    assert b"\xd0 " in (tmp_path / "w.bin").read_bytes()


def test_truncated_binary_names_row_and_bytes(read):
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
        "1 vectors are zero or not finite, the first that of 'b'"
        in read(b"a 1 2\nb 0 0\n").report[0]
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
        (b"\x80\x04\x95rest", "Python pickle"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"PK\x03\x04", "zip"),
        (b"\x93NUMPY\x01", "NumPy"),
        (b"\xba\x16\x4f\x2f\x0c\0\0\0", "fastText"),
        (b"hello world\nno numbers\n", "no word with numbers"),
        (b"5 3\n", "promises 5 rows"),
    ],
)
def test_other_files_are_named_for_what_they_are(read, data, meaning):
    with pytest.raises(FormatError, match=meaning):
        read(data)


@pytest.mark.parametrize("suffix", [".txt", ".glove.txt", ".bin", ".safetensors"])
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_damage_is_read_or_refused_but_never_a_traceback(suffix, data, tmp_path):
    good, bad = tmp_path / f"good{suffix}", tmp_path / f"bad{suffix}"
    matrix = np.random.default_rng(3).standard_normal((5, 3)).astype(np.float32)
    save(WordVectors(list("abcde"), matrix), good)
    content = bytearray(good.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=3)):
        content[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    bad.write_bytes(content[:cut])
    try:
        vectors = load(bad)
    except FastvecError as error:
        message = str(error)
    else:
        message = str(bad)
        assert len(vectors.words) == len(vectors.matrix)
    assert str(bad) in message
