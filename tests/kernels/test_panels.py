"""Products by packed matrices against plain ones, of shapes that do not fill tiles."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.kernels.panels import multiply, pack, panel_shape, result_shape


def packed(matrix):
    panels = np.full(panel_shape(*matrix.shape), np.nan, matrix.dtype)
    pack(matrix, panels)
    return panels


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("shape", [(1, 1, 1), (4, 3, 24), (5, 7, 25), (70, 33, 40), (0, 3, 5)])
def test_products_equal_plain_ones_whatever_the_shape(shape, transposed, dtype):
    rng, (m, k, n) = np.random.default_rng(1), shape
    rows = rng.normal(size=(m, k)).astype(dtype)
    matrix = rng.normal(size=(n, k)).astype(dtype).T
    out = np.full(result_shape(m, n), np.nan, dtype)
    multiply(rows, packed(matrix if transposed else matrix.copy()), out)
    tolerance = 1e-5 if dtype == np.float32 else 1e-13
    np.testing.assert_allclose(out[:m, :n], rows @ matrix, atol=tolerance)
    assert not out[:m, n:].any()


def test_a_row_does_not_depend_on_the_others():
    rng = np.random.default_rng(2)
    rows, panels = rng.normal(size=(70, 33)).astype(np.float32), packed(rng.normal(size=(33, 20)))
    panels = panels.astype(np.float32)
    out, alone = (np.empty(result_shape(count, 20), np.float32) for count in (70, 1))
    multiply(rows, panels, out)
    for b in (0, 6, 69):
        multiply(rows[b : b + 1], panels, alone)
        np.testing.assert_array_equal(alone[0], out[b])


def test_wider_rows_take_part_with_their_first_numbers():
    rng = np.random.default_rng(3)
    rows, matrix = rng.normal(size=(6, 12)), rng.normal(size=(9, 5))
    out = np.empty(result_shape(6, 5))
    multiply(rows, packed(matrix), out)
    np.testing.assert_allclose(out[:6, :5], rows[:, :9] @ matrix, atol=1e-13)


def test_rows_beyond_the_product_stay_as_they_are():
    out = np.full((12, panel_shape(2, 3)[2]), 7.0)
    multiply(np.ones((5, 2)), packed(np.ones((2, 3))), out)
    assert (out[:5, :3] == 2).all()
    assert (out[8:] == 7).all()
