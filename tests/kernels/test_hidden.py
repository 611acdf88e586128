from __future__ import annotations

import numba
import numpy as np
import pytest

from fastvec.kernels.hidden import BLOCK, MOVE, book, find_steps, move_targets
from fastvec.kernels.logistic import LARGE
from fastvec.kernels.simd import ROW_LANES
from fastvec.kernels.strips import STRIP

from ..reference import word2vec as twin
from .training import MIXINGS, cbow_noise, random_weights

WORDS, RATE = 9, 0.0625
DIMS = [ROW_LANES * vectors for vectors in (1, 2, STRIP, STRIP + 1, 3 * STRIP + 2)]
IDS = [(0, 1, 2, 3, 4, 5, 6, 7), (7, 7, 2, 7, 3, 2, 2, 2), (4, 4, 4, 4, 4, 4, 4, 4)]
SIGNS = [(1, -1, -1, -1, -1, -1, -1, -1), (-1, 1, 1, 0, 0, 0, 0, 0), (0, 0, 0, 0, 0, 0, 0, 0)]
EXACT = [(np.float32, 1e-5), (np.float64, 1e-6)]


# Intrinsics can be called from compiled code only.
@numba.njit
def find(hidden, row, outputs, targets, signs, rate, steps, lanes, loss):
    find_steps(hidden, row, outputs, targets, signs, rate, steps, lanes, loss)


@numba.njit
def move(hidden, row, outputs, targets, count, steps):
    move_targets(hidden, row, outputs, targets, count, steps)


def some_rows(dim, dtype):
    """Return two hidden rows with their move row, and output rows."""
    hidden, outputs = random_weights(np.random.default_rng(dim), WORDS, dim, dtype)
    return hidden[:3].copy(), outputs


@pytest.mark.parametrize(("dtype", "limit"), EXACT)
@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("ids", [*IDS, IDS[0] + IDS[1]], ids=str)
@pytest.mark.parametrize("signs", SIGNS, ids=str)
@pytest.mark.parametrize("row", [0, 1])
@pytest.mark.parametrize("product", [3.0, 1.5 * LARGE])
def test_steps_are_those_of_the_logistic_loss(dtype, limit, dim, ids, signs, row, product):
    hidden, outputs = some_rows(dim, dtype)
    before, loss = [hidden.copy(), outputs.copy()], np.array([2.0, 3.0])
    blocks = len(ids) // BLOCK
    signs = (signs[:1] * BLOCK + signs)[-len(ids) :]
    own, turns = hidden[row].astype(float), np.array(signs, float)
    real = [place for place, sign in enumerate(signs) if sign]
    lanes, steps = np.array([[1] * 8, [product] * 8], dtype), np.full(BLOCK * 3, 7, dtype)
    find(
        hidden, row, outputs, np.array(ids, np.int32), turns.astype(np.int8), dtype(RATE), steps,
        lanes, loss,
    )  # fmt: skip
    exact = twin.steps(outputs[list(ids)].astype(float) @ own, turns, RATE)
    np.testing.assert_allclose(steps[: blocks * BLOCK], exact, atol=limit)
    assert (steps[blocks * BLOCK :] == 7).all()
    book(lanes, loss)
    assert lanes.tolist() == [[0] * 8, [1] * 8]
    lost = twin.hidden_loss(own, outputs, [ids[place] for place in real], turns[real])
    so_far = 2 + np.log(3) + 8 * (1 + np.log(product))
    assert loss[0] + np.log(loss[1]) == pytest.approx(so_far + lost, rel=1e-6)
    np.testing.assert_array_equal(hidden, before[0])
    np.testing.assert_array_equal(outputs, before[1])


@pytest.mark.parametrize(("dtype", "limit"), EXACT)
@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("ids", IDS, ids=str)
@pytest.mark.parametrize("row", [0, 1])
@pytest.mark.parametrize("count", [1, 5, 8])
def test_a_row_moves_the_targets_and_its_own_move_is_kept_apart(dtype, limit, dim, ids, row, count):
    hidden, outputs = some_rows(dim, dtype)
    own, before, exact = hidden[row].astype(float), hidden.copy(), outputs.astype(np.float64)
    moved, steps = np.zeros(dim), np.random.default_rng(count).normal(0, 0.1, 8).astype(dtype)
    for step, target in zip(steps[:count].astype(float), ids, strict=False):
        moved += step * exact[target]
        exact[target] += step * own
    move(hidden, row, outputs, np.array(ids, np.int32), count, steps)
    np.testing.assert_allclose(hidden[MOVE], moved, atol=limit)
    np.testing.assert_allclose(outputs, exact, atol=limit)
    np.testing.assert_array_equal(hidden[:MOVE], before[:MOVE])


def test_a_product_of_many_losses_stays_a_number():
    """A thousand noise words that all say no better than chance: 2 ** 1000 and more."""
    inputs, outputs = np.zeros((2, 5, 16), np.float32)
    targets = [[0, *[1, 2, 3, 4] * 350]] * 3
    lost = cbow_noise(inputs, outputs, [[1, 2]] * 3, targets, 1e-9, MIXINGS["mean"])
    assert lost == pytest.approx(3 * 1401 * np.log(2), rel=1e-6)
