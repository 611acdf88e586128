"""Blocks of a matrix: rounds whose threads share nothing, and epochs that leave nothing out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array

from fastvec.samplers import grid as module
from fastvec.samplers.cooccurrence_matrix import CooccurrenceMatrix
from fastvec.samplers.grid import BLOCK_ENTRIES, MOST_GROUPS, Grid


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    """Cut small matrices into many blocks."""
    monkeypatch.setattr(module, "BLOCK_ENTRIES", 2)


def matrix_of(rows, columns, size):
    """Return a matrix with entries at these places."""
    values = np.ones(len(rows))
    return CooccurrenceMatrix.from_sparse(coo_array((values, (rows, columns)), shape=(size, size)))


def zipf_matrix(entries=60_000, size=3000, seed=1):
    """Return a matrix whose leading words have most of the entries."""
    generator = np.random.default_rng(seed)
    shares = 1 / np.arange(1, size + 1)
    places = generator.choice(size, (2, entries), p=shares / shares.sum())
    return matrix_of(*places, size)


def entries_of(grid, block):
    """Return the places of a block's entries, in the order of training."""
    starts, cuts, _, _ = grid.records
    places = []
    for row in block.rows:
        own = slice(cuts[row, block.columns], cuts[row, block.columns + 1])
        places += range(starts[row] + own.start, starts[row] + own.stop)
    return places


places = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=200)


@given(places, st.integers(0, 9), st.integers(1, 5))
def test_rounds_share_no_rows_or_columns_and_epochs_leave_out_no_entry(pairs, seed, epoch):
    matrix = matrix_of(*np.array(pairs, int).reshape(-1, 2).T, 31)
    grid, seen = Grid(matrix), []
    rounds = grid.epoch(seed, epoch)
    assert len(rounds) == grid.rounds
    for blocks in rounds:
        rows = np.concatenate([block.rows for block in blocks])
        assert sorted(rows.tolist()) == list(range(31))
        assert sorted(block.columns for block in blocks) == list(range(grid.rounds))
        own = [entries_of(grid, block) for block in blocks]
        columns = [set(matrix.columns[entries].tolist()) for entries in own]
        assert sum(map(len, columns)) == len(set().union(*columns))
        assert grid.round_entries(blocks) == sum(map(len, own))
        seen += [entry for entries in own for entry in entries]
    assert sorted(seen) == list(range(matrix.entries))


def test_groups_have_about_as_many_entries_each():
    matrix = zipf_matrix()
    grid = Grid(matrix)
    assert grid.rounds == MOST_GROUPS
    rounds = [grid.round_entries(blocks) for blocks in grid.epoch(1, 1)]
    assert sum(rounds) == matrix.entries
    assert max(rounds) < 1.2 * matrix.entries / MOST_GROUPS
    heaviest = np.diff(matrix.starts).max()
    blocks = [len(entries_of(grid, block)) for block in grid.epoch(1, 1)[0]]
    assert max(blocks) <= heaviest / 4 + 3 * matrix.entries / MOST_GROUPS**2


@pytest.mark.parametrize(
    ("entries", "size", "rounds"), [(0, 5, 1), (3, 5, 1), (8, 5, 2), (20, 3, 3), (900, 99, 21)]
)
def test_rounds_depend_on_the_matrix_alone(entries, size, rounds):
    places = np.arange(entries) % size**2
    matrix = matrix_of(places // size, places % size, size)
    assert Grid(matrix).rounds == (rounds if entries <= size**2 else 2)


def test_blocks_take_long_enough_for_a_thread(monkeypatch):
    monkeypatch.setattr(module, "BLOCK_ENTRIES", BLOCK_ENTRIES)
    assert Grid(zipf_matrix(entries=3 * BLOCK_ENTRIES)).rounds == 1
    matrix = zipf_matrix(entries=30 * BLOCK_ENTRIES)
    assert matrix.entries / Grid(matrix).rounds ** 2 >= BLOCK_ENTRIES


def order(grid, seed, epoch):
    return [(block.rows.tolist(), block.columns) for r in grid.epoch(seed, epoch) for block in r]


def test_the_order_depends_on_seed_and_epoch_only():
    one, two = Grid(zipf_matrix()), Grid(zipf_matrix())
    assert order(one, 3, 2) == order(one, 3, 2) == order(two, 3, 2)
    orders = [str(order(one, seed, epoch)) for seed in (3, 4, 2**63 - 1) for epoch in (1, 2, 3)]
    assert len(set(orders)) == len(orders)


def test_epochs_begin_in_different_rounds():
    grid = Grid(zipf_matrix())
    first = [grid.epoch(1, epoch)[0][0].columns for epoch in range(1, 20)]
    assert len(set(first)) > 8
