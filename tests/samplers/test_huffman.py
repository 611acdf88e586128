from __future__ import annotations

import heapq

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.errors import ParameterError
from fastvec.samplers.huffman import huffman_tree

counts_of_words = st.lists(st.integers(1, 10**6), min_size=2, max_size=60)


def least_cost(counts) -> int:
    """Return the cost of an optimal prefix code, by joining the two lightest again and again."""
    heap = [int(count) for count in counts]
    heapq.heapify(heap)
    cost = 0
    while len(heap) > 1:
        joined = heapq.heappop(heap) + heapq.heappop(heap)
        cost += joined
        heapq.heappush(heap, joined)
    return cost


def codes(tree) -> list[tuple[float, ...]]:
    starts = tree.offsets[:-1]
    return [tuple(tree.signs[a : a + n]) for a, n in zip(starts, tree.lengths, strict=True)]


@given(counts_of_words, st.sampled_from([1, 6]))
def test_no_code_begins_another_and_the_cost_is_least(counts, multiple):
    tree = huffman_tree(np.array(counts), multiple)
    assert int((tree.lengths * counts).sum()) == least_cost(counts)
    found = codes(tree)
    for code in found:
        assert sum(other[: len(code)] == code for other in found) == 1
    assert sum(2.0 ** -len(code) for code in found) == 1.0


@given(counts_of_words)
def test_paths_lead_from_the_root_through_one_node_after_another(counts):
    tree = huffman_tree(np.array(counts))
    words = len(counts)
    below: dict[tuple[int, float], int] = {}
    for word in range(words):
        entries = slice(tree.offsets[word], tree.offsets[word + 1])
        nodes, turns = tree.points[entries].tolist(), tree.signs[entries].tolist()
        assert nodes[0] == words - 2
        # A turn at a node always leads to the same next node, or to this word.
        for node, turn, following in zip(nodes, turns, [*nodes[1:], words + word], strict=True):
            assert below.setdefault((node, turn), following) == following


def test_frequent_words_are_near_the_root():
    tree = huffman_tree(np.array([1, 1000, 10, 100]))
    assert tree.lengths.tolist() == [3, 1, 3, 2]


def test_paths_are_padded_with_signs_of_zero():
    tree = huffman_tree(np.array([8, 4, 2, 1]), 6)
    assert np.diff(tree.offsets).tolist() == [6, 6, 6, 6]
    for word, length in enumerate(tree.lengths):
        padding = tree.signs[tree.offsets[word] + length : tree.offsets[word + 1]]
        assert not padding.any()
        assert set(tree.points.tolist()) == {0, 1, 2}


def test_one_word_has_no_tree():
    with pytest.raises(ParameterError, match="at least 2 words"):
        huffman_tree(np.array([3]))
