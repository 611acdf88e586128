from __future__ import annotations

import numba
import numpy as np
import pytest

from fastvec.kernels.tiles import TARGETS, TILE, row_scores, row_update, tile_scores, tile_update

from ..reference import word2vec as twin
from .training import random_weights

DTYPES = [np.float32, np.float64]
DIMS = [16, 32, 48, 112]
WORDS = 9
ROWS = [(3, 5), (4, 4), (3,)]
IDS = [(0, 1, 2, 3, 4, 5), (7, 7, 2, 7, 3, 2), (4, 4, 4, 4, 4, 4)]


# Intrinsics can be called from compiled code only.
@numba.njit
def scores_of(inputs, rows, outputs, targets, block, scores, tile):
    if len(rows) == 2:
        tile_scores(inputs, rows[0], rows[-1], outputs, targets, block, scores, tile)
    else:
        row_scores(inputs, rows[0], outputs, targets, block, scores, tile)


@numba.njit
def update(inputs, rows, outputs, targets, block, steps, tile):
    if len(rows) == 2:
        tile_update(inputs, rows[0], rows[-1], outputs, targets, block, steps, tile)
    else:
        row_update(inputs, rows[0], outputs, targets, block, steps, tile)


def tolerance(dtype) -> float:
    return 1e-5 if dtype == np.float32 else 1e-12


def second_block(ids):
    return np.array([*[8] * TARGETS, *ids], np.int32)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("ids", IDS)
def test_a_tile_of_scores_is_a_product_of_matrices(dtype, dim, rows, ids):
    inputs, outputs = random_weights(np.random.default_rng(dim), WORDS, dim, dtype)
    scores = np.full(3 * TILE, 99, dtype)
    scores_of(inputs, rows, outputs, second_block(ids), 1, scores, 1)
    exact = inputs[list(rows)].astype(float) @ outputs[list(ids)].astype(float).T
    end = TILE + exact.size
    np.testing.assert_allclose(scores[TILE:end], exact.ravel(), atol=tolerance(dtype))
    assert (scores[:TILE] == 99).all()
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
    own = steps[TILE:].astype(float).reshape(-1, TARGETS)[: len(rows)]
    twin.tile_update(*exact, list(rows), list(ids), own)
    update(inputs, rows, outputs, second_block(ids), 1, steps, 1)
    np.testing.assert_allclose(inputs, exact[0], atol=tolerance(dtype))
    np.testing.assert_allclose(outputs, exact[1], atol=tolerance(dtype))
