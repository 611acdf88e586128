"""Compare the moves of a kernel with central differences of the loss as defined, in float64."""

from __future__ import annotations

import numpy as np
import pytest

# Rates so small that the order of the moves does not matter, yet well above rounding.
RATE = 2.0**-27
STEP = 1e-5


def differences(weights, loss):
    """Return the derivatives of ``loss(*weights)`` by every number of both matrices."""
    gradients = [np.zeros_like(matrix) for matrix in weights]
    for matrix, gradient in zip(weights, gradients, strict=True):
        for place in np.ndindex(matrix.shape):
            at = matrix[place]
            matrix[place] = at + STEP
            above = loss(*weights)
            matrix[place] = at - STEP
            gradient[place] = (above - loss(*weights)) / (2 * STEP)
            matrix[place] = at
    return gradients


def check_moves(weights, loss, train, atol=1e-6):
    """Train in place at `RATE`; compare the moves with minus the gradient, and the losses."""
    gradients, value = differences(weights, loss), loss(*weights)
    before = [matrix.copy() for matrix in weights]
    assert train(*weights) == pytest.approx(value, rel=1e-6)
    for after, start, gradient in zip(weights, before, gradients, strict=True):
        assert np.abs(gradient).max() > 0.01
        np.testing.assert_allclose((after - start) / RATE, -gradient, atol=atol)
