from __future__ import annotations

import numba
import numpy as np
import pytest

from fastvec.kernels.rows import CACHE_LINE, add_to_rows, prefetch_at, prefetch_row, sum_rows
from fastvec.kernels.simd import ROW_LANES
from fastvec.kernels.strips import STRIP
from fastvec.models.matrices import aligned_empty, padded_zeros

DTYPES = [(np.float32, 1e-5), (np.float64, 1e-12)]
DIMS = [16, 32, 48, 112, ROW_LANES * (2 * STRIP + 3)]
IDS = [[3], [0, 5], [4, 4], [8, 1, 1, 0, 1, 7, 2]]


# Intrinsics can be called from compiled code only.
@numba.njit
def total_of(matrix, ids, total, scale):
    sum_rows(matrix, ids, total, scale)


@numba.njit
def add(matrix, ids, move, scale):
    add_to_rows(matrix, ids, move, scale)


@numba.njit
def prefetch(matrix, row):
    prefetch_row(matrix, row)
    prefetch_at(matrix[row], 3)


@pytest.mark.parametrize(("dtype", "limit"), DTYPES)
@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("ids", IDS, ids=str)
@pytest.mark.parametrize("scale", [1.0, 0.25])
def test_rows_are_summed_as_often_as_they_are_named(dtype, limit, dim, ids, scale):
    matrix = np.random.default_rng(dim).normal(size=(9, dim)).astype(dtype)
    before, room = matrix.copy(), np.full((3, dim), 99, dtype)
    total_of(matrix, np.array(ids, np.int32), room[1], dtype(scale))
    exact = scale * sum(matrix[row].astype(float) for row in ids)
    np.testing.assert_allclose(room[1], exact, atol=limit)
    assert (room[[0, 2]] == 99).all()
    np.testing.assert_array_equal(matrix, before)


@pytest.mark.parametrize(("dtype", "limit"), DTYPES)
@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("ids", IDS, ids=str)
@pytest.mark.parametrize("scale", [1.0, -0.25])
def test_a_row_that_is_named_twice_moves_twice(dtype, limit, dim, ids, scale):
    generator = np.random.default_rng(dim)
    matrix = generator.normal(size=(9, dim)).astype(dtype)
    move = generator.normal(size=dim).astype(dtype)
    exact = matrix.astype(float)
    for row in ids:
        exact[row] += scale * move
    add(matrix, np.array(ids, np.int32), move, dtype(scale))
    np.testing.assert_allclose(matrix, exact, atol=limit)


@pytest.mark.parametrize(("dtype", "_"), DTYPES)
@pytest.mark.parametrize("dim", DIMS)
def test_asking_for_a_row_changes_nothing(dtype, _, dim):
    matrix = np.arange(2 * dim, dtype=dtype).reshape(2, dim)
    prefetch(matrix, 1)
    np.testing.assert_array_equal(matrix.ravel(), np.arange(2 * dim))


@pytest.mark.parametrize(
    ("dim", "vectors"), [(1, 1), (8, 1), (ROW_LANES + 1, 2), (96, 96 // ROW_LANES)]
)
def test_matrices_have_rows_of_whole_vectors_and_start_a_cache_line(dim, vectors):
    matrix, width = padded_zeros(3, dim), vectors * ROW_LANES
    assert matrix.shape == (3, width)
    assert matrix.dtype == np.float32
    assert not matrix.any()
    room = aligned_empty(3, 5, width)
    assert room.shape == (3, 5, width)
    assert {array.ctypes.data % CACHE_LINE for array in (matrix, room)} == {0}
