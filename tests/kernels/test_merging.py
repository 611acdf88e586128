"""How what the blocks of a round have learned is joined."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from fastvec.kernels.blocks import JOINT_COLUMNS, Side, in_share, merge_rows

from ..reference import blocks as twin

WORDS, DIM, BLOCKS = 40, 8, 3


def empty_side(blocks=BLOCKS):
    return Side(
        np.full((blocks, WORDS, DIM), np.nan, np.float32),
        np.full((blocks, WORDS), -7, np.int32),
        np.full((blocks, WORDS), -7, np.int32),
        np.zeros(blocks, np.int64),
    )


def trained_blocks(seed, blocks=BLOCKS, most_uses=50):
    """Return a matrix, a side whose blocks have moved some rows, and the same for the twin."""
    generator = np.random.default_rng(seed)
    matrix = generator.normal(size=(WORDS, DIM)).astype(np.float32)
    side, uses, copies = empty_side(blocks), [], []
    for block in range(blocks):
        rows = generator.permutation(WORDS)[: generator.integers(5, WORDS)]
        used = len(rows)
        copy = matrix.copy()
        copy[rows] += generator.normal(0, 0.1, (used, DIM)).astype(np.float32)
        times = generator.integers(1, most_uses, used)
        side.listed[block, :used], side.uses[block, :used] = rows, times
        side.rows[block, :used], side.used[block] = copy[rows], used
        uses.append(dict(zip(rows.tolist(), times.tolist(), strict=True)))
        copies.append(copy)
    return matrix, side, uses, copies


def merge(matrix, side, strength, parts=1, frozen=(), blocks=None):
    joint, still = np.zeros((WORDS, JOINT_COLUMNS), np.float32), np.zeros(WORDS, bool)
    still[list(frozen)] = True
    number = len(side.used) if blocks is None else blocks
    for part in reversed(range(parts)):
        merge_rows(matrix, side, number, np.float32(strength), joint, still, part, parts)
    assert not joint.any()


@pytest.mark.parametrize("strength", [0.0, 1e-3, 0.025, 1.0])
@pytest.mark.parametrize("blocks", [1, 2, 16])
def test_moves_are_joined_as_the_formula_says(strength, blocks):
    matrix, side, uses, copies = trained_blocks(blocks, blocks)
    exact = matrix.astype(np.float64)
    twin.merge(exact, [copy.astype(np.float64) for copy in copies], uses, strength, frozen=[3])
    merge(matrix, side, strength, frozen=[3])
    np.testing.assert_allclose(matrix, exact, atol=5e-6)


@pytest.mark.parametrize("parts", [2, 3, 4, 7, 16])
def test_sharing_the_work_changes_no_byte(parts):
    matrix, side, *_ = trained_blocks(1, 16)
    shared = matrix.copy()
    merge(matrix, side, 0.025)
    merge(shared, side, 0.025, parts)
    assert shared.tobytes() == matrix.tobytes()


@pytest.mark.parametrize("parts", [1, 2, 3, 16])
def test_every_row_is_in_one_share_and_shares_are_about_equal(parts):
    owners = [[part for part in range(parts) if in_share(row, part, parts)] for row in range(3000)]
    assert {len(owner) for owner in owners} == {1}
    sizes = np.bincount(np.ravel(owners), minlength=parts)
    assert sizes.min() > 0.8 * 3000 / parts


def test_what_only_one_block_moved_is_taken_over_exactly():
    matrix, side, uses, copies = trained_blocks(6)
    before = matrix.copy()
    merge(matrix, side, 1.0)
    movers = Counter(row for own in uses for row in own)
    alone = [(block, row) for block, own in enumerate(uses) for row in own if movers[row] == 1]
    assert len(alone) > 5
    for block, row in alone:
        assert matrix[row].tobytes() == copies[block][row].tobytes()
    untouched = [row for row in range(WORDS) if row not in movers]
    assert matrix[untouched].tobytes() == before[untouched].tobytes()


def test_frozen_rows_and_further_blocks_leave_no_trace():
    matrix, side, uses, _ = trained_blocks(3)
    before, frozen = matrix.copy(), list(range(0, WORDS, 2))
    merge(matrix, side, 0.025, parts=2, frozen=frozen, blocks=1)
    assert matrix[frozen].tobytes() == before[frozen].tobytes()
    moved = np.flatnonzero((matrix != before).any(axis=1)).tolist()
    assert moved == sorted(row for row in uses[0] if row % 2)


def test_the_commonest_rows_move_by_the_mean_and_the_rarest_by_the_sum():
    for times, strength, factor in ((10**6, 1.0, 1 / BLOCKS), (1, 1e-7, 1.0)):
        matrix, side = np.zeros((WORDS, DIM), np.float32), empty_side()
        side.used[:], side.listed[:, 0], side.uses[:, 0] = 1, 5, times
        side.rows[:, 0] = np.array([1.0, 2.0, 6.0])[:, None]
        merge(matrix, side, strength)
        np.testing.assert_allclose(matrix[5], 9 * factor, rtol=1e-5)


@pytest.mark.parametrize("unused", [[0], [1, 2], [0, 1, 2]], ids=str)
def test_rows_that_a_block_lists_but_never_moves_are_left_to_the_others(unused):
    """Words without contexts, pool words that are never dealt: 0 / 0 once made them NaN."""
    matrix, side, uses, copies = trained_blocks(5)
    (row, *_) = (row for row in uses[0] if all(row in own for own in uses))
    for block in unused:
        place = list(uses[block]).index(row)
        side.uses[block, place] = 0
        side.rows[block, place] = 1e6  # What is there does not matter.
        del uses[block][row]
    exact = matrix.astype(np.float64)
    twin.merge(exact, copies, uses, 0.025)
    merge(matrix, side, 0.025)
    np.testing.assert_allclose(matrix, exact, atol=5e-6)


def test_a_row_that_is_no_number_in_one_block_is_none_after():
    matrix, side, uses, _ = trained_blocks(4)
    row = next(iter(uses[0]))
    side.rows[0, 0] = np.nan
    merge(matrix, side, 0.025)
    assert np.isnan(matrix[row]).all()
    assert np.isfinite(np.delete(matrix, row, axis=0)).all()
