from __future__ import annotations

import numba
import numpy as np
import pytest

from fastvec.kernels.logistic import vector_room
from fastvec.kernels.tiles import (
    TARGETS,
    TILE,
    row_scores,
    row_update,
    tile_scores,
    tile_update,
)

from ..reference import word2vec as twin
from .training import random_weights

DTYPES = [np.float32, np.float64]
DIMS = [8, 16, 24, 112]
WORDS = 9
ROWS = [(3, 5), (4, 4)]
IDS = [(0, 1, 2, 3, 4, 5), (7, 7, 2, 7, 3, 2), (4, 4, 4, 4, 4, 4)]


# Intrinsics can be called from compiled code only.
@numba.njit
def scores_of(inputs, first, second, outputs, targets, block, scores, tile):
    tile_scores(inputs, first, second, outputs, targets, block, scores, tile)


@numba.njit
def update(inputs, first, second, outputs, targets, block, steps, tile):
    tile_update(inputs, first, second, outputs, targets, block, steps, tile)


@numba.njit
def scores_of_row(inputs, row, moved, outputs, targets, block, scores, tile):
    row_scores(inputs, row, moved, outputs, targets, block, scores, tile)


@numba.njit
def update_row(inputs, row, moved, outputs, targets, block, steps, tile):
    row_update(inputs, row, moved, outputs, targets, block, steps, tile)


def tolerance(dtype) -> float:
    return 1e-5 if dtype == np.float32 else 1e-12


def second_block(ids):
    return np.array([*[8] * TARGETS, *ids], np.int32)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("ids", IDS)
@pytest.mark.parametrize(
    ("call", "values", "rows"),
    [(scores_of, TILE, [3, 5]), (scores_of, TILE, [4, 4]), (scores_of_row, TARGETS, [3])],
)
def test_a_tile_of_scores_is_a_product_of_matrices(dtype, dim, ids, call, values, rows):
    inputs, outputs = random_weights(np.random.default_rng(dim), WORDS, dim, dtype)
    scores = np.full(3 * values, 99, dtype)
    call(inputs, rows[0], rows[-1], outputs, second_block(ids), 1, scores, 1)
    exact = inputs[rows].astype(float) @ outputs[list(ids)].astype(float).T
    np.testing.assert_allclose(scores[values : 2 * values], exact.ravel(), atol=tolerance(dtype))
    assert (scores[:values] == 99).all()
    end = values + vector_room(values) if values == TARGETS else 2 * values
    assert (scores[2 * values : end] == 0).all()
    assert (scores[end:] == 99).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("ids", IDS)
def test_no_move_is_lost_where_rows_are_equal(dtype, dim, rows, ids):
    generator = np.random.default_rng(dim)
    inputs, outputs = random_weights(generator, WORDS, dim, dtype)
    steps = generator.normal(0, 0.3, 2 * TILE).astype(dtype)
    exact = [matrix.astype(np.float64) for matrix in (inputs, outputs)]
    twin.tile_update(*exact, list(rows), list(ids), steps[TILE:].reshape(2, TARGETS).astype(float))
    update(inputs, *rows, outputs, second_block(ids), 1, steps, 1)
    np.testing.assert_allclose(inputs, exact[0], atol=tolerance(dtype))
    np.testing.assert_allclose(outputs, exact[1], atol=tolerance(dtype))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("ids", IDS)
@pytest.mark.parametrize("block", [0, 1])
def test_one_row_moves_the_targets_and_its_own_move_goes_to_another_row(dtype, dim, ids, block):
    generator = np.random.default_rng(dim)
    inputs, outputs = random_weights(generator, WORDS, dim, dtype)
    steps = generator.normal(0, 0.3, 2 * TARGETS).astype(dtype)
    before = inputs.copy()
    moved, targets = block * inputs[5].astype(np.float64), outputs.astype(np.float64)
    for step, target in zip(steps[TARGETS:].astype(float), ids, strict=True):
        moved += step * targets[target]
        targets[target] += step * before[2].astype(float)
    update_row(inputs, 2, 5, outputs, second_block(ids)[(1 - block) * TARGETS :], block, steps, 1)
    np.testing.assert_allclose(inputs[5], moved, atol=tolerance(dtype))
    np.testing.assert_allclose(outputs, targets, atol=tolerance(dtype))
    others = np.arange(WORDS) != 5
    np.testing.assert_array_equal(inputs[others], before[others])
