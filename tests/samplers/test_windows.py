from __future__ import annotations

from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chisquare

from fastvec.kernels.simd import vector_room
from fastvec.kernels.windows import Windows, WindowShape, WordRows, sample_windows, split_windows

from ..reference.sampling import Stream, windows

ALWAYS = 2**32
WORDS = 8


def word_rows(keep=(ALWAYS,) * WORDS, known=WORDS, unknown=-1, begin=-1, end=-1) -> WordRows:
    return WordRows(np.array(keep), known, unknown, begin, end)


def as_list(found: Windows, count: int) -> list[tuple[int, list[int]]]:
    edges = found.offsets[: count + 1].tolist()
    return [
        (int(found.centres[w]), found.contexts[edges[w] : edges[w + 1]].tolist())
        for w in range(count)
    ]


def sampled(sentences, rows, shape, stream=None):
    """Return the windows of some sentences, in arrays of just the room that is promised."""
    marks = (rows.begin >= 0) + (rows.end >= 0)
    positions = sum(len(sentence) + marks for sentence in sentences)
    slack = vector_room(shape.largest)
    found = Windows(
        np.empty(positions, np.int32),
        np.empty(positions + 1, np.int64),
        np.empty(positions * (shape.draws or 2 * shape.largest) + slack, np.int32),
    )
    kept = np.empty(positions + slack, np.int32)
    kept_ends = np.empty(len(sentences), np.int64)
    stream = np.array([1, 2, 3, 4]) if stream is None else stream
    tokens = np.array([token for sentence in sentences for token in sentence], np.int32)
    ends = np.array(list(accumulate(map(len, sentences))), np.int64)
    count = sample_windows(tokens, ends, rows, shape, stream, kept, kept_ends, found)
    return as_list(found, count)


tokens = st.integers(0, WORDS + 2)
limits = st.sampled_from([0, 2**30, 2**31, ALWAYS])
marks = st.sampled_from([-1, WORDS - 1])


@given(
    st.lists(st.lists(tokens, min_size=1, max_size=30), max_size=4),
    st.builds(
        WordRows,
        st.lists(limits, min_size=WORDS, max_size=WORDS).map(np.array),
        st.integers(1, WORDS), marks, marks, marks,
    ),
    st.builds(WindowShape, st.integers(1, 3), st.integers(3, 6), st.integers(0, 7)),
    st.integers(1, 2**31),
)  # fmt: skip
def test_windows_are_those_of_the_definition(sentences, rows, shape, seed):
    exact = windows(sentences, rows, shape, Stream([seed, 2, 3, 4]))
    assert sampled(sentences, rows, shape, np.array([seed, 2, 3, 4])) == exact


def test_a_full_window_has_all_words_within_reach():
    assert sampled([[0, 1, 2, 3, 4]], word_rows(), WindowShape(2, 2, 0)) == [
        (0, [1, 2]),
        (1, [0, 2, 3]),
        (2, [0, 1, 3, 4]),
        (3, [1, 2, 4]),
        (4, [2, 3]),
    ]


def test_a_window_ends_with_its_sentence_and_a_lone_word_has_none():
    found = sampled([[0, 1], [2], [3, 4]], word_rows(), WindowShape(5, 5, 0))
    assert found == [(0, [1]), (1, [0]), (3, [4]), (4, [3])]


def test_a_word_beside_itself_is_a_context():
    found = sampled([[1, 1, 1]], word_rows(), WindowShape(1, 1, 0))
    assert found == [(1, [1]), (1, [1, 1]), (1, [1])]


def test_windows_close_up_over_words_out_of_vocabulary():
    rows = word_rows(known=4)
    assert sampled([[0, 7, 6, 1, 5, 2]], rows, WindowShape(1, 1, 0)) == [
        (0, [1]),
        (1, [0, 2]),
        (2, [1]),
    ]


def test_windows_close_up_over_thinned_words():
    rows = word_rows(keep=[ALWAYS, ALWAYS, 0, 0, 0, 0, 0, 0])
    assert sampled([[0, 2, 3, 1, 4]], rows, WindowShape(1, 1, 0)) == [(0, [1]), (1, [0])]


def test_unknown_words_and_marks_have_rows():
    rows = word_rows(known=3, unknown=5, begin=6, end=7)
    assert sampled([[0, 9], [1]], rows, WindowShape(1, 1, 0)) == [
        (6, [0]), (0, [6, 5]), (5, [0, 7]), (7, [5]),
        (6, [1]), (1, [6, 7]), (7, [1]),
    ]  # fmt: skip


def test_marks_are_never_thinned():
    rows = word_rows(keep=[0] * WORDS, begin=6, end=7)
    assert sampled([[0, 1]], rows, WindowShape(1, 1, 0)) == [(6, [7]), (7, [6])]


@pytest.mark.parametrize("chance", [0.1, 0.5, 0.9])
def test_a_word_is_kept_with_its_chance(chance):
    rows = word_rows(keep=[round(chance * 2**32)] + [ALWAYS] * (WORDS - 1))
    found = sampled([[0, 1] * 5000], rows, WindowShape(1, 1, 0))
    kept = sum(centre == 0 for centre, _ in found)
    assert binomtest(kept, 5000, chance).pvalue > 1e-3
    assert len(found) - kept == 5000


@pytest.mark.parametrize("window", [2, 5, 10])
def test_the_radius_is_uniform_from_1_to_the_window(window):
    found = sampled([[0] * 8000], word_rows(), WindowShape(1, window, 0))
    sizes = np.array([len(contexts) for _, contexts in found[window:-window]])
    assert (sizes % 2 == 0).all()
    radii = np.bincount(sizes // 2, minlength=window + 1)
    assert radii[0] == 0
    assert chisquare(radii[1:]).pvalue > 1e-3


@pytest.mark.parametrize("draws", [1, 3])
@pytest.mark.parametrize(("place", "near"), [(4, [2, 3, 5, 6]), (0, [1, 2]), (7, [5, 6])])
def test_drawn_contexts_are_uniform_over_the_window_without_its_centre(draws, place, near):
    found = sampled([list(range(WORDS))] * 2000, word_rows(), WindowShape(2, 2, draws))
    drawn = [contexts for centre, contexts in found if centre == place]
    assert {len(contexts) for contexts in drawn} == {draws}
    counts = np.bincount(np.ravel(drawn), minlength=WORDS)
    assert np.flatnonzero(counts).tolist() == near
    assert chisquare(counts[near]).pvalue > 1e-3


@given(st.lists(st.lists(tokens, min_size=1, max_size=5), max_size=6))
def test_split_windows_have_one_context_each(contexts):
    centres = list(range(len(contexts)))
    edges = np.array([0, *accumulate(map(len, contexts))], np.int64)
    flat = np.array([word for window in contexts for word in window], np.int32)
    whole = Windows(np.array(centres, np.int32), edges, flat)
    pairs = Windows(
        np.empty(len(flat), np.int32), np.empty(len(flat) + 1, np.int64), np.empty_like(flat)
    )
    count = split_windows(whole, len(contexts), pairs)
    assert as_list(pairs, count) == [
        (centre, [word]) for centre, window in zip(centres, contexts, strict=True)
        for word in window
    ]  # fmt: skip
