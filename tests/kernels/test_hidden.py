from __future__ import annotations

import numba
import numpy as np
import pytest

from fastvec.kernels.hidden import MOVE, block_steps, block_update
from fastvec.kernels.logistic import SLACK
from fastvec.kernels.simd import LANES
from fastvec.kernels.tiles import TARGETS

from ..reference import word2vec as twin
from .training import MIXINGS, cbow_noise, random_weights

WORDS, RATE = 9, 0.0625
DIMS = [16, 32, 48, 112]
IDS = [(0, 1, 2, 3, 4, 5), (7, 7, 2, 7, 3, 2), (4, 4, 4, 4, 4, 4)]
SIGNS = [(1, -1, -1, -1, -1, -1), (-1, 1, 1, 0, 0, 0), (0, 0, 0, 0, 0, 0)]
EXACT = [(np.float32, 1e-5), (np.float64, 1e-6)]


# Intrinsics can be called from compiled code only.
@numba.njit
def find(hidden, row, outputs, targets, block, signs, rate, steps, loss):
    block_steps(hidden, row, outputs, targets, block, signs, rate, steps, loss)


@numba.njit
def move(hidden, row, outputs, targets, block, steps):
    block_update(hidden, row, outputs, targets, block, steps)


def some_rows(dim, dtype):
    """Return two hidden rows with their move row, and output rows."""
    hidden, outputs = random_weights(np.random.default_rng(dim), WORDS, dim, dtype)
    return hidden[:3].copy(), outputs


def places(block, ids):
    """Put a block's targets behind others that do not matter."""
    return np.array([*[8] * (TARGETS * block), *ids], np.int32)


@pytest.mark.parametrize(("dtype", "limit"), EXACT)
@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("ids", IDS)
@pytest.mark.parametrize("signs", SIGNS)
@pytest.mark.parametrize(("block", "row"), [(0, 0), (0, 1), (1, 1)])
def test_steps_are_those_of_the_logistic_loss(dtype, limit, dim, ids, signs, block, row):
    hidden, outputs = some_rows(dim, dtype)
    before, loss = [hidden.copy(), outputs.copy()], np.array([2.0, 3.0])
    own, turns, count = hidden[row].astype(float), np.array(signs, float), sum(map(abs, signs))
    room = np.array([*[np.nan] * (TARGETS * block), *signs, *[np.nan] * SLACK], dtype)
    steps = np.full(3 * LANES, 7, dtype)
    find(hidden, row, outputs, places(block, ids), block, room, dtype(RATE), steps, loss)
    exact = np.zeros(LANES)
    exact[:TARGETS] = twin.steps(outputs[list(ids)].astype(float) @ own, turns, RATE)
    np.testing.assert_allclose(steps[block * LANES : (block + 1) * LANES], exact, atol=limit)
    assert (np.delete(steps, np.s_[block * LANES : (block + 1) * LANES]) == 7).all()
    lost = twin.hidden_loss(own, outputs, list(ids[:count]), turns[:count])
    assert loss[0] + np.log(loss[1]) == pytest.approx(2 + np.log(3) + lost, rel=1e-6)
    np.testing.assert_array_equal(hidden, before[0])
    np.testing.assert_array_equal(outputs, before[1])


@pytest.mark.parametrize(("dtype", "limit"), EXACT)
@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("ids", IDS)
@pytest.mark.parametrize(("block", "row"), [(0, 0), (0, 1), (1, 1)])
def test_a_row_moves_the_targets_and_its_own_move_is_kept_apart(dtype, limit, dim, ids, block, row):
    hidden, outputs = some_rows(dim, dtype)
    own, before, exact = hidden[row].astype(float), hidden.copy(), outputs.astype(np.float64)
    moved = hidden[MOVE] * np.float64(block > 0)
    steps = np.random.default_rng(block).normal(0, 0.1, (2, LANES)).astype(dtype)
    for step, target in zip(steps[block].astype(float), ids, strict=False):
        moved += step * exact[target]
        exact[target] += step * own
    move(hidden, row, outputs, places(block, ids), block, steps.ravel())
    np.testing.assert_allclose(hidden[MOVE], moved, atol=limit)
    np.testing.assert_allclose(outputs, exact, atol=limit)
    np.testing.assert_array_equal(hidden[:MOVE], before[:MOVE])


def test_a_product_of_many_losses_stays_a_number():
    """A thousand noise words that all say no better than chance: 2 ** 1000 and more."""
    inputs, outputs = np.zeros((2, 5, 16), np.float32)
    targets = [[0, *[1, 2, 3, 4] * 350]] * 3
    lost = cbow_noise(inputs, outputs, [[1, 2]] * 3, targets, 1e-9, MIXINGS["mean"])
    assert lost == pytest.approx(3 * 1401 * np.log(2), rel=1e-6)
