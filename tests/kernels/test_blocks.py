"""How a block lists the rows that it touches, and copies them."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.kernels.blocks import (
    Side,
    copy_rows,
    count_targets,
    count_uses,
    draw_private_words,
    forget_numbers,
    number_paths,
    number_rows,
    sample_private,
)
from fastvec.kernels.hierarchical import Paths, Tree
from fastvec.kernels.noise import Noise
from fastvec.kernels.skipgram import Weights
from fastvec.kernels.tiles import TARGETS
from fastvec.kernels.windows import Windows, WindowShape, WordRows
from fastvec.samplers.huffman import huffman_tree
from fastvec.samplers.unigram import noise_table

from ..reference import blocks as twin
from ..reference import sampling
from ..reference.word2vec import path_of
from .training import as_windows, kernel_tree, random_weights

WORDS, DIM, BLOCKS = 40, 8, 3
COUNTS = 2 ** np.arange(12, -1, -1)

lists_of_rows = st.lists(st.integers(0, WORDS - 1), max_size=60)
word_lists = st.lists(st.integers(0, WORDS - 1), max_size=20)


def empty_side():
    return Side(
        np.full((BLOCKS, WORDS, DIM), np.nan, np.float32),
        np.full((BLOCKS, WORDS), -7, np.int32),
        np.full((BLOCKS, WORDS), -7, np.int32),
        np.zeros(BLOCKS, np.int64),
    )


def unnumbered():
    return np.full(WORDS, -1, np.int32)


def list_of(side, block=1):
    """Return the rows that a block lists, each with its uses."""
    used = int(side.used[block])
    return list(zip(side.listed[block, :used].tolist(), side.uses[block, :used], strict=True))


def side_of(rows, block=1):
    """Return a side whose block lists some different rows."""
    side = empty_side()
    side.listed[block, : len(rows)], side.used[block] = rows, len(rows)
    return side


@given(st.lists(lists_of_rows, max_size=4))
def test_rows_get_places_in_the_order_in_which_they_come(calls):
    side, number, places, uses = empty_side(), unnumbered(), {}, Counter()
    for rows in calls:
        ids = np.array(rows, np.int32)
        number_rows(ids, number, side, 1)
        assert ids.tolist() == twin.numbered(rows, places)
        count_uses(ids, side, 1)
        uses.update(rows)
    assert list_of(side) == [(row, uses[row]) for row in places]
    assert {row: place for row, place in enumerate(number.tolist()) if place >= 0} == places
    assert side.used[[0, 2]].tolist() == [0, 0]
    assert (side.listed[[0, 2]] == -7).all()
    forget_numbers(number, side, 1)
    assert (number == -1).all()


@given(st.lists(st.lists(st.integers(0, 7), min_size=6, max_size=6), max_size=9), st.integers(1, 5))
def test_moves_of_targets_are_counted_without_padding(targets, negative):
    side = side_of(range(8))
    side.uses[1, :8] = 0
    rows = np.array([*targets, [0] * 6], np.int32)  # One window more than there are.
    count_targets(rows, len(targets), negative, side, 1)
    uses = Counter(target for row in targets for target in row[: 1 + negative])
    assert list_of(side) == [(place, uses[place]) for place in range(8)]
    assert (side.uses[:, 8:] == -7).all()


@given(
    st.lists(word_lists, max_size=4),
    st.lists(st.sampled_from([0, 2**31, 2**32]), min_size=WORDS, max_size=WORDS).map(np.array),
    st.builds(WindowShape, st.integers(1, 3), st.integers(3, 6), st.integers(0, 3)),
    st.integers(1, 2**31),
)
def test_private_windows_are_the_shared_ones_in_places_of_kept_words(sentences, keep, shape, seed):
    rows, number, near = WordRows(keep, WORDS - 2, -1, WORDS - 1, -1), unnumbered(), empty_side()
    near.used[1] = 9  # Of the round before.
    positions = sum(map(len, sentences)) + len(sentences)
    found = Windows(
        np.empty(positions, np.int32), np.empty(positions + 1, np.int64),
        np.empty((positions + 1) * 12, np.int32),
    )  # fmt: skip
    kept, kept_ends = np.empty(positions + 6, np.int32), np.empty(len(sentences), np.int64)
    text = as_windows(sentences, [])
    count = sample_private(
        text.contexts, text.offsets[1:], rows, shape, np.array([seed, 2, 3, 4]), kept, kept_ends,
        found, number, near, 1,
    )  # fmt: skip
    stream, places = sampling.Stream([seed, 2, 3, 4]), {}
    thinned = [sampling.thinned(sentence, rows, stream) for sentence in sentences]
    exact = sampling.cut([twin.numbered(s, places) for s in thinned], shape, stream)
    edges = found.offsets[: count + 1].tolist()
    windows = [found.contexts[a:b].tolist() for a, b in pairwise(edges)]
    assert list(zip(found.centres[:count].tolist(), windows, strict=True)) == exact
    uses = Counter(context for _, contexts in exact for context in contexts)
    assert list_of(near) == [(row, uses[place]) for row, place in places.items()]
    assert {row: place for row, place in enumerate(number.tolist()) if place >= 0} == places


@given(st.permutations(range(WORDS)), st.integers(0, WORDS), st.integers(0, 90))
def test_noise_words_are_numbered_after_the_words_of_the_input_side(order, used, draws):
    near, far, number = side_of(order[:used]), empty_side(), unnumbered()
    number[order[:used]] = np.arange(used)
    near.uses[1, :used] = 5
    table, words = noise_table(np.arange(WORDS, 0, -1)), np.empty(draws, np.int32)
    draw_private_words(Noise(*table), np.array([1, 2, 3, 4]), words, number, near, far, 1)
    places = {row: place for place, row in enumerate(order[:used])}
    drawn = sampling.draw_words(*table, draws, sampling.Stream([1, 2, 3, 4]))
    assert words.tolist() == twin.numbered(drawn, places)
    assert list_of(far) == [(row, 0) for row in places]  # None has been dealt yet.
    assert list_of(near) == [(row, 5) for row in order[:used]]
    assert (number == -1).all()


@given(st.lists(st.integers(0, len(COUNTS) - 1), max_size=40))
def test_each_different_centre_has_one_path_in_places_of_the_list(words):
    tree = huffman_tree(COUNTS, TARGETS)
    near, far, number, places = side_of(range(len(COUNTS))[::-1]), empty_side(), unnumbered(), {}
    far.used[1] = 3  # Of the round before.
    room = Tree(
        np.zeros(41, np.int64),
        np.empty(400, np.int32),
        np.empty(402, np.int8),
        np.empty(40, np.int64),
    )
    paths = Paths(
        np.full(len(COUNTS), -1, np.int32), np.empty(40, np.int32), np.empty(40, np.int32), room
    )
    centres = np.array([*(len(COUNTS) - 1 - word for word in words), 99], np.int32)
    number_paths(centres, len(words), kernel_tree(tree), number, near, far, 1, paths)
    different = {}
    assert centres.tolist() == [*twin.numbered(words, different), 99]
    assert (paths.seen == -1).all()
    for path, word in enumerate(different):
        entries = slice(*tree.offsets[word : word + 2])
        own = slice(*room.offsets[path : path + 2])
        assert room.points[own].tolist() == twin.numbered(tree.points[entries], places)
        assert room.signs[own].tolist() == tree.signs[entries].tolist()
        assert room.lengths[path] == tree.lengths[word]
    uses = Counter(node for word in words for node in path_of(tree, word)[0])
    assert list_of(far) == [(row, uses[row]) for row in places]
    assert {row: place for row, place in enumerate(number.tolist()) if place >= 0} == places


@pytest.mark.parametrize("used", [0, 1, 5, 7, WORDS])
def test_a_block_copies_its_rows(used):
    generator = np.random.default_rng(used)
    matrices = random_weights(generator, WORDS, DIM, np.float32)
    orders = [generator.permutation(WORDS)[:number] for number in (used, WORDS - used)]
    sides = [side_of(rows) for rows in orders]
    copy_rows(Weights(*matrices), *sides, 1)
    for side, rows, matrix in zip(sides, orders, matrices, strict=True):
        np.testing.assert_array_equal(side.rows[1, : len(rows)], matrix[rows])
        assert np.isnan(side.rows[1, len(rows) :]).all()
        assert np.isnan(side.rows[[0, 2]]).all()
