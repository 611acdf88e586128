"""Logistic function and hyperbolic tangent: precision, extremes, and vector code."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.kernels import lstm
from fastvec.kernels.activations import sigmoid, tanh
from fastvec.kernels.jit import JIT_DISABLED, kernel

from .assembly import assembly, calls, has_vectors


@kernel
def sigmoids(x, out):
    for k in range(len(x)):
        out[k] = sigmoid(x[k])


@kernel
def tanhs(x, out):
    for k in range(len(x)):
        out[k] = tanh(x[k])


KERNELS = {"sigmoid": (sigmoids, lambda x: 1 / (1 + np.exp(-x))), "tanh": (tanhs, np.tanh)}
NUMBERS = np.concatenate([np.linspace(-85, 85, 4001), np.logspace(-30, 1, 500), [0.0]])


@pytest.mark.parametrize("name", KERNELS)
def test_float32_is_right_to_the_last_digits_everywhere(name):
    function, exact = KERNELS[name]
    x = NUMBERS.astype(np.float32)
    out = np.empty_like(x)
    function(x, out)
    np.testing.assert_allclose(out, exact(x.astype(float)), rtol=5e-7, atol=0)


@pytest.mark.parametrize("name", KERNELS)
def test_float64_is_exact(name):
    function, exact = KERNELS[name]
    out = np.empty_like(NUMBERS)
    function(NUMBERS, out)
    np.testing.assert_allclose(out, exact(NUMBERS), rtol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extremes_are_limits_and_nan_stays(dtype):
    x = np.array([np.inf, 1e30, -1e30, -np.inf, np.nan], dtype)
    for (function, _), least in zip(KERNELS.values(), (0.0, -1.0), strict=True):
        out = np.empty_like(x)
        function(x, out)
        np.testing.assert_allclose(out, [1, 1, least, least, np.nan], atol=2e-7)


@pytest.mark.skipif(JIT_DISABLED, reason="nothing is compiled")
@pytest.mark.parametrize(
    ("name", "rows"),
    [("_sigmoids", 0), ("_tanhs", 0), ("_cells_forward", 3), ("_cells_backward", 4)],
)
def test_the_loops_over_cells_are_vector_code_without_calls_of_libm(name, rows):
    arrays = [np.zeros(64, np.float32), *np.zeros((rows, 16), np.float32)]
    limits = [np.float32(3)] if rows else []
    code = assembly(getattr(lstm, name), *arrays, *limits)
    assert has_vectors(code, "div")
    assert not any(calls(code, function) for function in ("exp", "tanh", "expm1"))
