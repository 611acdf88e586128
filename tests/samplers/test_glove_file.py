"""cooccurrence.bin of Stanford's GloVe: written, read, and refused where it is damaged."""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array

from fastvec.errors import FormatError, ResourceError
from fastvec.samplers import glove_file
from fastvec.samplers.cooccurrence_matrix import CooccurrenceMatrix
from fastvec.samplers.glove_file import read_cooccurrence, write_cooccurrence

from .cooccurrence_texts import as_bytes, as_dict

SIZE = 9
ENTRIES = {(0, 1): 2.5, (1, 0): 1 / 3, (4, 4): 1e-9, (4, 8): 1e9}
entries = st.dictionaries(
    st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)),
    st.floats(0, exclude_min=True, allow_infinity=False),
)


def matrix_of(found):
    pairs = np.array(list(found), int).reshape(-1, 2).T
    values = np.array(list(found.values()), float)
    return CooccurrenceMatrix.from_sparse(coo_array((values, tuple(pairs)), shape=(SIZE, SIZE)))


def record(word, context, value):
    """Return a record as GloVe's own programs write it on a PC."""
    return struct.pack("<iid", word, context, value)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cooccurrence.bin"


def test_records_are_those_of_glove(path):
    write_cooccurrence(matrix_of(ENTRIES), path)
    assert path.read_bytes() == b"".join(
        record(word + 1, context + 1, value) for (word, context), value in sorted(ENTRIES.items())
    )


@given(entries.filter(bool), st.integers(1, 5))
def test_any_matrix_comes_back(found, part):
    matrix = matrix_of(found)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr(glove_file, "PART", part)
        path = Path(folder, "x.bin")
        write_cooccurrence(matrix, path)
        assert path.stat().st_size == 16 * matrix.entries
        assert as_bytes(read_cooccurrence(path, SIZE)) == as_bytes(matrix)


def test_order_does_not_matter_and_doubles_are_summed(path):
    records = [record(i + 1, j + 1, value) for (i, j), value in ENTRIES.items()]
    np.random.default_rng(1).shuffle(records)
    path.write_bytes(b"".join([*records, record(5, 5, 2.0)]))
    assert as_dict(read_cooccurrence(path, SIZE)) == {**ENTRIES, (4, 4): 2.0 + 1e-9}


@given(st.binary(max_size=80))
def test_any_bytes_are_a_sound_matrix_or_a_format_error(content):
    check_reading(content)


@given(st.integers(0, 63), st.binary(min_size=1, max_size=9))
def test_any_damage_is_a_sound_matrix_or_a_format_error(place, noise):
    whole = b"".join(record(i + 1, j + 1, value) for (i, j), value in ENTRIES.items())
    check_reading(whole[:place] + noise + whole[place + len(noise) :])


def check_reading(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.bin")
        path.write_bytes(content)
        try:
            matrix = read_cooccurrence(path, SIZE)
        except FormatError:
            return
        matrix.check()
        assert len(matrix) == SIZE
        assert 0 < matrix.entries <= len(content) // 16


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (record(1, 1, 1)[:-1], "has 15 bytes, which are not whole records of 16; it is cut short"),
        (record(1, 1, 1) + record(0, 1, 1), "record 2 is of words 0 and 1 with weight 1.0"),
        (record(1, 10, 1), "words must be from 1 to 9, those of the same text, min_count"),
        (record(2**31 - 1, 1, 1), "record 1 is of words 2147483647 and 1"),
        (record(1, -3, 1), "of words 1 and -3"),
        (record(1, 1, 0), "weights above 0"),
        (record(1, 1, float("nan")), "with weight nan"),
        (record(1, 1, float("inf")), "with weight inf"),
    ],
)
def test_what_is_wrong_is_said(path, content, message):
    path.write_bytes(content)
    with pytest.raises(FormatError, match=message) as caught:
        read_cooccurrence(path, SIZE)
    assert str(path) in str(caught.value)


def test_a_file_that_cannot_be_written_leaves_the_old_one(path, monkeypatch):
    write_cooccurrence(matrix_of(ENTRIES), path)
    before = path.read_bytes()

    def fail(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(glove_file, "_parts", fail)
    with pytest.raises(ResourceError, match="could not be written: No space left"):
        write_cooccurrence(matrix_of({}), path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
    with pytest.raises(ResourceError, match="could not be written"):
        write_cooccurrence(matrix_of(ENTRIES), path.parent / "no" / "x.bin")
