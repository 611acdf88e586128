"""Copies of common rows: which numbers they stand for, and how their moves are shared."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.kernels import hierarchical
from fastvec.kernels.hierarchical import Tree
from fastvec.kernels.hot import (
    COLD,
    Hot,
    count_uses,
    sample_copies,
    share_copies,
    use_copies,
    weigh_uses,
)
from fastvec.kernels.tiles import TARGETS
from fastvec.kernels.windows import Windows, WindowShape, WordRows
from fastvec.models.word2vec.tree_objective import crown_of, with_copies
from fastvec.samplers.huffman import huffman_tree

from ..reference import blocks as twin
from ..reference import sampling
from ..reference.word2vec import path_of
from .training import as_windows

WORDS, DIM, PLACE = 15, 8, 100
DEEP, FLAT = 2 ** np.arange(WORDS - 1, -1, -1), np.arange(WORDS + 4, 4, -1)

lists_of_rows = st.lists(st.integers(0, WORDS - 1), max_size=60)
stretches = st.tuples(st.integers(0, WORDS - 1), st.integers(0, WORDS)).filter(
    lambda stretch: sum(stretch) <= WORDS
)


def copies(first, count):
    uses = np.zeros(count + COLD, np.int32)
    return Hot(first, PLACE, uses, np.zeros((count, DIM), np.float32))


def replaced(rows, first, count):
    """Return the numbers that stand for rows."""
    return [PLACE + row - first if first <= row < first + count else row for row in rows]


@given(lists_of_rows, lists_of_rows, stretches)
def test_copies_stand_for_hot_rows_and_their_uses_are_counted(rows, more, stretch):
    first, count = stretch
    hot = copies(first, count)
    for some in (rows, more):
        ids = np.array(some, np.int32)
        count_uses(ids, hot)
        use_copies(ids, hot)
        assert ids.tolist() == replaced(some, first, count)
    uses = Counter(rows + more)
    assert hot.uses[:count].tolist() == [uses[row] for row in range(first, first + count)]
    weigh_uses(hot, 7 * len(rows + more), 3 * len(rows + more))
    assert hot.uses[:count].tolist() == [uses[row] * 7 // 3 for row in range(first, first + count)]


@given(
    st.lists(lists_of_rows, max_size=4),
    st.lists(st.sampled_from([0, 2**31, 2**32]), min_size=WORDS, max_size=WORDS).map(np.array),
    st.builds(WindowShape, st.integers(1, 3), st.integers(3, 6), st.integers(0, 3)),
    st.integers(0, WORDS),
    st.integers(1, 2**31),
)
def test_copies_are_contexts_and_count_as_often_as_their_words(sentences, keep, shape, count, seed):
    rows, hot = WordRows(keep, WORDS - 2, -1, WORDS - 1, -1), copies(0, count)
    positions = sum(map(len, sentences)) + len(sentences)
    found = Windows(
        np.empty(positions, np.int32), np.empty(positions + 1, np.int64),
        np.empty((positions + 1) * 12, np.int32),
    )  # fmt: skip
    kept, kept_ends = np.empty(positions + 8, np.int32), np.empty(len(sentences), np.int64)
    text = as_windows(sentences, [])
    number = sample_copies(
        text.contexts, text.offsets[1:], rows, shape, np.array([seed, 2, 3, 4]), kept, kept_ends,
        found, hot,
    )  # fmt: skip
    stream = sampling.Stream([seed, 2, 3, 4])
    thinned = [sampling.thinned(sentence, rows, stream) for sentence in sentences]
    exact = sampling.cut(thinned, shape, stream)
    edges = found.offsets[: number + 1].tolist()
    windows = [found.contexts[a:b].tolist() for a, b in pairwise(edges)]
    assert found.centres[:number].tolist() == [centre for centre, _ in exact]
    assert windows == [replaced(contexts, 0, count) for _, contexts in exact]
    uses = Counter(word for sentence in thinned for word in sentence)
    share = (edges[-1], max(sum(uses.values()), 1))
    assert hot.uses[:count].tolist() == [uses[row] * share[0] // share[1] for row in range(count)]


@given(lists_of_rows, lists_of_rows, st.integers(1, WORDS), st.sampled_from([DEEP, FLAT]))
def test_copies_stand_for_hot_nodes_and_padding_is_no_use(words, more, count, counts):
    found = huffman_tree(counts, TARGETS)
    tree, first = Tree(*found), max(WORDS - 1 - count, 0)
    hot = copies(first, count)
    assert with_copies(tree, hot).points.tolist() == replaced(tree.points, first, count)
    for some in (words, more):
        hierarchical.count_uses(
            np.array([*some, 0], np.int32), len(some), crown_of(tree, first, count), hot.uses
        )
    uses = Counter(node for word in words + more for node in path_of(found, word)[0])
    assert hot.uses[:count].tolist() == [uses[node] for node in range(first, first + count)]


@pytest.mark.parametrize("strength", [0.0, 1e-3, 0.025, 1.0])
@pytest.mark.parametrize("together", [1, 2, 16])
def test_moves_are_shared_as_the_formula_says(strength, together):
    generator = np.random.default_rng(together)
    matrix = generator.normal(size=(PLACE + WORDS, DIM)).astype(np.float32)
    shared = generator.normal(size=(6, DIM)).astype(np.float32)
    uses = np.array([0, 1, 5, 50, 500, 10**6], np.int32)
    exact = matrix.astype(np.float64)
    for i, steps in enumerate(uses.astype(np.float64)):
        part = twin.covered(together * steps, strength) / together
        scale = part / twin.covered(steps, strength) if steps else 1.0
        exact[4 + i] += scale * (exact[PLACE + i] - shared[i])
        exact[PLACE + i] = exact[4 + i]
    hot = Hot(4, PLACE, uses, shared)
    share_copies(matrix, hot, np.float32(strength), together)
    np.testing.assert_allclose(matrix, exact, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(hot.shared, matrix[4:10])
    np.testing.assert_array_equal(matrix[PLACE : PLACE + 6], matrix[4:10])
    assert not hot.uses.any()
