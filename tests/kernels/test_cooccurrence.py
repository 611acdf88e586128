"""Counting a row at a time: each kernel against its definition in plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.kernels.cooccurrence import (
    BOUNDARY,
    SCANNED,
    Reach,
    cooccurrences,
    count_rows,
    first_unsound_row,
    list_places,
    write_known,
)
from fastvec.kernels.windows import WordRows

from ..reference.glove import cooccurrence

SENTENCES = [[0, 5, 1], [9], [2, 2, 8, 0]]
texts = st.lists(st.lists(st.integers(0, 6), max_size=9), min_size=1, max_size=9)


def written(rows, boundaries, first=0, last=3):
    """Write the known words of the sentences above."""
    tokens = np.array([word for sentence in SENTENCES for word in sentence], np.int32)
    ends = np.array([0, 3, 4, 8])
    text = np.full(50, 99, np.int32)
    length = write_known(tokens, ends, first, last, rows, boundaries, text)
    assert (text[length:] == 99).all()
    return text[:length].tolist()


def word_rows(known=7, unknown=-1, begin=-1, end=-1, left_out=()):
    keep = np.ones(9, np.int64)
    keep[list(left_out)] = 0
    return WordRows(keep, known, unknown, begin, end)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (word_rows(), [0, 5, 1, -1, -1, 2, 2, 0, -1]),
        (word_rows(unknown=7), [0, 5, 1, -1, 7, -1, 2, 2, 7, 0, -1]),
        (word_rows(left_out=[2, 5]), [0, 1, -1, -1, 0, -1]),
        (word_rows(known=2, begin=3, end=4), [3, 0, 1, 4, -1, 3, 4, -1, 3, 0, 4, -1]),
        (word_rows(known=0), [-1, -1, -1]),
    ],
)
def test_known_words_are_written_with_marks_and_boundaries(rows, expected):
    assert written(rows, 1) == expected
    assert written(rows, 0) == [row for row in expected if row != BOUNDARY]


def test_some_sentences_are_as_in_the_whole():
    whole = written(word_rows(unknown=8), 1)
    parts = [written(word_rows(unknown=8), 1, n, n + 1) for n in range(3)]
    assert [row for part in parts for row in part] == whole


def as_text(sentences):
    """Put boundaries around every sentence."""
    flat = [BOUNDARY]
    for sentence in sentences:
        flat += [*sentence, BOUNDARY]
    return np.array(flat, np.int32)


@given(texts, st.integers(0, 6), st.integers(0, 7))
def test_places_are_listed_in_order(sentences, first, more):
    text, last = as_text(sentences), min(first + more, 7)
    counts = np.zeros(7, np.int64)
    count_rows(text, counts)
    assert counts.tolist() == [(text == row).sum() for row in range(7)]
    free = np.concatenate([[0], np.cumsum(counts[first:last])])
    places = np.full(free[-1] + 1, -9)
    list_places(text, first, last, free[:-1], places)
    expected = [place for row in range(first, last) for place in np.flatnonzero(text == row)]
    assert places.tolist() == [*expected, -9]


@pytest.mark.parametrize("size", [7, 7 * SCANNED * 20], ids=["scanned", "sorted"])
@given(texts, st.integers(1, 12), st.sampled_from(["both", "left", "right"]))
def test_rows_are_the_sums_by_definition(size, sentences, window, side):
    """Few contexts among many words are sorted, many are found by looking through all."""
    unit = 27720  # Divisible by 1 to 12.
    left, right = (window if side in ("both", s) else 0 for s in ("left", "right"))
    weights = np.array([0, *(unit // d for d in range(1, window + 1))])
    text = as_text(sentences)
    counts = np.zeros(size, np.int64)
    count_rows(text, counts)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    places = np.empty(offsets[-1], np.int32)
    list_places(text, 0, size, offsets[:-1].copy(), places)
    sums, met = np.zeros(size, np.int64), np.empty(size, np.int32)
    lengths, columns = np.empty(size, np.int64), np.full(60, -9, np.int32)
    values = np.empty(60, np.int64)
    filled = cooccurrences(
        text, offsets, places, Reach(left, right, weights), sums, met, lengths, columns, values
    )
    found = {}
    for row, last in enumerate(np.cumsum(lengths).tolist()):
        own = columns[last - lengths[row] : last].tolist()
        assert own == sorted(set(own))
        found |= {(row, c): v for c, v in zip(own, values[last - lengths[row] :], strict=False)}
    expected = cooccurrence(sentences, 7, window, side, "harmonic", across=False)
    assert found == {pair: weight * unit for pair, weight in expected.items()}
    assert (filled, sums.any()) == (len(found), False)
    assert (columns[filled:] == -9).all()


SOUND = ([0, 2, 2, 3], [0, 2, 1], [1.0, 5e-324, 1e300])


def test_a_sound_matrix_has_no_unsound_row():
    assert unsound(*SOUND) == -1
    assert unsound([0], [], []) == -1


def unsound(starts, columns, values):
    return first_unsound_row(
        np.array(starts, np.int64), np.array(columns, np.int32), np.array(values, np.float64)
    )


@pytest.mark.parametrize(
    ("part", "place", "value", "row"),
    [
        (0, 0, -1, 0), (0, 1, 4, 0), (0, 1, 3, 0), (0, 3, 1, 2), (0, 3, 2**40, 2),
        (1, 0, 2, 0), (1, 0, 3, 0), (1, 0, -1, 0), (1, 1, 0, 0), (1, 2, 3, 2), (1, 2, -9, 2),
        (2, 0, 0.0, 0), (2, 1, -1.0, 0), (2, 2, np.nan, 2), (2, 2, np.inf, 2), (2, 2, -np.inf, 2),
    ],
)  # fmt: skip
def test_the_first_unsound_row_is_found(part, place, value, row):
    parts = [list(values) for values in SOUND]
    parts[part][place] = value
    assert unsound(*parts) == row
