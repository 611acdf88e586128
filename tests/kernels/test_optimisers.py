"""Optimisers' kernels against plain ones."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.kernels import optimisers as kernels
from fastvec.kernels.jit import JIT_DISABLED

from ..reference import optimisers as plain
from .assembly import assembly, has_vectors

TYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])


@TYPES
def test_adagrad_equals_its_definition(dtype):
    rng = np.random.default_rng(1)
    start, gradients = rng.normal(size=37), rng.normal(size=(5, 37))
    parameter, sums = start.astype(dtype), np.full(37, 0.5, dtype)
    for gradient in gradients.astype(dtype):
        kernels.adagrad(parameter, gradient, sums, dtype(0.2))
    expected = plain.adagrad(start, gradients, 0.2, 0.5)
    tolerance = 1e-6 if dtype == np.float32 else 1e-14
    for made, right in zip((parameter, sums), expected, strict=True):
        np.testing.assert_allclose(made, right, rtol=tolerance, atol=tolerance)


@TYPES
def test_rows_move_as_they_would_by_themselves(dtype):
    rng = np.random.default_rng(1)
    start, gradients = rng.normal(size=(9, 5)).astype(dtype), rng.normal(size=(3, 5)).astype(dtype)
    rows = np.array([7, 0, 4], np.int32)
    for whole, part, states, factors in (
        (kernels.adagrad, kernels.adagrad_rows, 1, [0.1]),
        (kernels.adam, kernels.adam_rows, 2, [0.9, 0.99, 0.1, 1e-8]),
    ):
        factors = [dtype(factor) for factor in factors]
        moved, *kept = [start.copy(), *np.full((states, 9, 5), 0.5, dtype)]
        part(moved, rows, gradients, *kept, *factors)
        expected, *others = [start.copy(), *np.full((states, 9, 5), 0.5, dtype)]
        for row, gradient in zip(rows, gradients, strict=True):
            whole(expected[row], gradient, *(state[row] for state in others), *factors)
        for made, right in zip([moved, *kept], [expected, *others], strict=True):
            np.testing.assert_array_equal(made, right)
        assert (moved != start).any(axis=1).sum() == 3


@TYPES
def test_squares_are_summed_in_float64(dtype):
    numbers = np.random.default_rng(1).normal(0, 1e25, 1001).astype(dtype)
    expected = (numbers.astype(np.float64) ** 2).sum()
    np.testing.assert_allclose(kernels.sum_of_squares(numbers), expected, rtol=1e-13)


@pytest.mark.skipif(JIT_DISABLED, reason="nothing is compiled")
def test_steps_are_vector_code():
    numbers = np.ones((4, 64), np.float32)
    rate = np.float32(0.1)
    for code in (
        assembly(kernels.adagrad, *numbers[:3], rate),
        assembly(kernels.adam, *numbers, rate, rate, rate, rate),
    ):
        assert has_vectors(code, "sqrt")
        assert has_vectors(code, "div")
