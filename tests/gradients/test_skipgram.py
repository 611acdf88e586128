"""Training moves against the gradient of the loss, taken by central differences."""

from __future__ import annotations

import numpy as np
import pytest

from ..kernels.training import random_weights, train
from ..reference.word2vec import loss

RATE = 2.0**-30  # So small that the order of the moves does not matter.
STEP = 1e-5


def central_differences(weights, contexts, targets):
    """Return the derivatives of the loss by every number of both matrices."""
    gradients = tuple(np.zeros_like(matrix) for matrix in weights)
    for matrix, gradient in zip(weights, gradients, strict=True):
        for place in np.ndindex(matrix.shape):
            at = matrix[place]
            sides = []
            for shift in (STEP, -STEP):
                matrix[place] = at + shift
                sides.append(loss(*weights, contexts, targets))
            matrix[place] = at
            gradient[place] = (sides[0] - sides[1]) / (2 * STEP)
    return gradients


@pytest.mark.parametrize("negative", [1, 5, 10])
@pytest.mark.parametrize("contexts", [[0], [1, 2], [3, 3, 1], [5, 4, 3, 2, 1, 4, 0]])
def test_a_window_moves_down_the_gradient(negative, contexts):
    generator = np.random.default_rng(negative)
    weights = random_weights(generator, 6, 8)
    targets = generator.integers(0, 6, 1 + negative).tolist()
    gradients = central_differences(weights, contexts, targets)
    before = [matrix.copy() for matrix in weights]
    train(*weights, [contexts], [targets], RATE)
    for after, start, gradient in zip(weights, before, gradients, strict=True):
        assert np.abs(gradient).max() > 0.1
        # The kernel's exponential is good to 3e-7, and a row gathers up to 70 terms.
        np.testing.assert_allclose((after - start) / RATE, -gradient, atol=3e-6)
