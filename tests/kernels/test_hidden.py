from __future__ import annotations

import numba
import numpy as np
import pytest

from fastvec.kernels.hidden import HIDDEN, MOVE, train_block
from fastvec.kernels.logistic import SLACK
from fastvec.kernels.tiles import TARGETS

from ..reference import word2vec as twin
from .training import MIXINGS, cbow_noise, random_weights

WORDS, RATE = 9, 0.0625
IDS = [(0, 1, 2, 3, 4, 5), (7, 7, 2, 7, 3, 2), (4, 4, 4, 4, 4, 4)]
SIGNS = [(1, -1, -1, -1, -1, -1), (-1, 1, 1, 0, 0, 0), (0, 0, 0, 0, 0, 0)]
EXACT = [(np.float32, 1e-5), (np.float64, 1e-6)]


# Intrinsics can be called from compiled code only.
@numba.njit
def train(hidden, outputs, targets, block, signs, rate, loss):
    train_block(hidden, outputs, targets, block, signs, rate, loss)


@pytest.mark.parametrize(("dtype", "limit"), EXACT)
@pytest.mark.parametrize("dim", [8, 16, 24, 112])
@pytest.mark.parametrize("ids", IDS)
@pytest.mark.parametrize("signs", SIGNS)
@pytest.mark.parametrize("block", [0, 1])
def test_a_row_moves_the_targets_and_its_own_move_is_kept_apart(
    dtype, limit, dim, ids, signs, block
):
    hidden, outputs = random_weights(np.random.default_rng(dim), WORDS, dim, dtype)
    hidden = hidden[:2].copy()
    own = hidden[HIDDEN].astype(np.float64)
    moved, exact = block * hidden[MOVE].astype(np.float64), outputs.astype(np.float64)
    turns, count = np.array(signs, np.float64), abs(np.array(signs)).sum()
    lost = twin.hidden_loss(own, exact, list(ids[:count]), turns[:count])
    steps = twin.steps(exact[list(ids)] @ own, turns, RATE)
    for step, target in zip(steps, ids, strict=True):
        moved += step * exact[target]
        exact[target] += step * own
    before, loss = hidden[HIDDEN].copy(), np.array([2.0, 3.0])
    targets = np.array([*[8] * (TARGETS * block), *ids], np.int32)
    room = np.array([*[np.nan] * (TARGETS * block), *signs, *[np.nan] * SLACK], dtype)
    train(hidden, outputs, targets, block, room, dtype(RATE), loss)
    np.testing.assert_allclose(hidden[MOVE], moved, atol=limit)
    np.testing.assert_allclose(outputs, exact, atol=limit)
    np.testing.assert_array_equal(hidden[HIDDEN], before)
    assert loss[0] + np.log(loss[1]) == pytest.approx(2 + np.log(3) + lost, rel=1e-6)


def test_a_product_of_many_losses_stays_a_number():
    """A thousand noise words that all say no better than chance: 2 ** 1000 and more."""
    inputs, outputs = np.zeros((2, 5, 8), np.float32)
    targets = [[0, *[1, 2, 3, 4] * 350]] * 3
    lost = cbow_noise(inputs, outputs, [[1, 2]] * 3, targets, 1e-9, MIXINGS["mean"])
    assert lost == pytest.approx(3 * 1401 * np.log(2), rel=1e-6)
