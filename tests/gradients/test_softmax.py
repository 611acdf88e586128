"""Full softmax: both gradients against central differences, in float64."""

from __future__ import annotations

import numpy as np

from fastvec.layers.softmax import FullSoftmax

from ..reference.softmax import loss

STEP = 1e-5
RATE = 2.0**-10
WINDOWS = [[3], [], [0, 5, 5], [1, 139, 139, 139, 2, 0]]


def differences(matrix, value):
    """Return the derivatives of ``value()`` by every number of a matrix."""
    gradient = np.zeros_like(matrix)
    for place in np.ndindex(matrix.shape):
        at = matrix[place]
        matrix[place] = at + STEP
        above = value()
        matrix[place] = at - STEP
        gradient[place] = (above - value()) / (2 * STEP)
        matrix[place] = at
    return gradient


def test_full_softmax_moves_down_the_gradient():
    generator = np.random.default_rng(1)
    outputs, hidden = generator.normal(0, 0.5, (140, 5)), generator.normal(0, 0.5, (4, 5))
    by_outputs, by_hidden = (
        differences(matrix, lambda: loss(outputs, hidden, WINDOWS)) for matrix in (outputs, hidden)
    )
    moved = outputs.copy()
    offsets = np.cumsum([0, *map(len, WINDOWS)])
    targets = np.concatenate(WINDOWS).astype(np.int32)
    _, gradient = FullSoftmax(moved, 4, 2).step(hidden, offsets, targets, RATE)
    assert np.abs(by_hidden).max() > 0.1
    np.testing.assert_allclose(gradient, by_hidden, atol=1e-6)
    np.testing.assert_allclose((outputs - moved) / RATE, by_outputs, atol=1e-6)
