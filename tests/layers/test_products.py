"""Products in pieces: right, and the same bytes at any number of threads."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.layers.products import Products

SHAPES = [(1, 1, 1), (0, 5, 3), (3, 700, 900), (900, 300, 7), (257, 129, 300)]


@pytest.mark.parametrize("shape", SHAPES)
def test_products_are_those_of_numpy_at_any_number_of_threads(shape):
    rows, depth, columns = shape
    generator = np.random.default_rng(0)
    left, right = generator.normal(0, 1, (rows, depth)), generator.normal(0, 1, (columns, depth)).T
    results = set()
    for threads in (1, 2, 4):
        products = Products(threads)
        total = np.ones((rows, columns))
        products.add(left, right, total)
        found = products(left, right)
        np.testing.assert_allclose(found, left @ right, atol=1e-12 * depth)
        np.testing.assert_allclose(total, 1 + left @ right, atol=1e-12 * depth)
        results.add(found.tobytes() + total.tobytes())
    assert len(results) == 1


def test_an_error_in_a_part_is_raised():
    def fail(part):
        if part == 3:
            raise KeyError("three")

    with pytest.raises(KeyError, match="three"):
        Products(2).each(5, fail)
