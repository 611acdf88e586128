"""Gradients of LSTM layers and stacks against central differences, in float64."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.layers.bidirectional import Bidirectional
from fastvec.layers.layer import zero_gradients
from fastvec.layers.lstm import LSTM, LSTMState
from fastvec.layers.stack import Stack

STEP = 1e-6
FREE = {"cell_clip": None, "proj_clip": None}
LIMITED = {"cell_clip": 0.4, "proj_clip": 0.1}


def differences(matrix, value):
    """Return the derivatives of ``value()`` by every number of an array."""
    gradient = np.zeros_like(matrix)
    for place in np.ndindex(matrix.shape):
        at = matrix[place]
        matrix[place] = at + STEP
        above = value()
        matrix[place] = at - STEP
        gradient[place] = (above - value()) / (2 * STEP)
        matrix[place] = at
    return gradient


def check(layer, inputs, value, backward):
    """Compare all gradients of a layer and that of its inputs."""
    zero_gradients(layer)
    value()
    made = {"inputs": backward().copy(), **{k: g.copy() for k, g in layer.gradients.items()}}
    for name, array in {"inputs": inputs, **layer.parameters}.items():
        expected = differences(array, value)
        assert np.abs(expected).max() > 1e-3, name
        np.testing.assert_allclose(made[name], expected, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("limits", [FREE, LIMITED], ids=["free", "limited"])
@pytest.mark.parametrize("projection", [3, None])
@pytest.mark.parametrize("lengths", [None, [4, 1, 0, 3]])
def test_one_layer(limits, projection, lengths):
    rng = np.random.default_rng(1)
    layer = LSTM(2, 5, projection, rng, dtype=np.float64, **limits)
    layer.parameters["bias"][:] = rng.normal(size=20)
    inputs = rng.normal(size=(4, 4, 2))
    state = LSTMState(rng.normal(0, 0.1, (4, 5)), rng.normal(0, 0.1, (4, layer.outputs)))
    weights = rng.normal(size=(4, 4, layer.outputs))

    def value():
        return (layer.forward(inputs, state, lengths)[0] * weights).sum()

    if limits is LIMITED:
        layer.forward(inputs, state, lengths)
        reached = np.abs(layer._kept.cells) == 0.4
        assert reached.any()
        assert not reached.all()
    check(layer, inputs, value, lambda: layer.backward(weights))


@pytest.mark.parametrize("dropout", [0.0, 0.3])
@pytest.mark.parametrize("skips", [True, False])
@pytest.mark.parametrize("lengths", [None, [2, 3]])
def test_a_stack(dropout, skips, lengths):
    rng = np.random.default_rng(2)
    stack = Stack(
        2, 4, 3, 3, rng, skip_connections=skips, dropout=dropout, dtype=np.float64, **LIMITED
    )
    inputs = rng.normal(size=(3, 2, 2))
    weights = [rng.normal(size=(3, 2, 3)), None, rng.normal(size=(3, 2, 3))]

    def value():
        outputs, _ = stack.forward(inputs, None, lengths, np.random.default_rng(7))
        mask = np.arange(3)[:, None, None] < np.reshape(lengths or [3, 3], (2, 1))
        return sum(
            (o * w * mask).sum() for o, w in zip(outputs, weights, strict=True) if w is not None
        )

    check(stack, inputs, value, lambda: stack.backward(weights))


@pytest.mark.parametrize("shared", [True, False])
def test_both_directions(shared):
    rng = np.random.default_rng(3)
    layer = Bidirectional(2, 4, 3, 2, rng, threads=2, dropout=0.2, dtype=np.float64)
    inputs = rng.normal(size=(2, 3, 2, 2))
    weights = rng.normal(size=(2, 2, 3, 2, 3))
    lengths = [3, 1]

    def value():
        given = inputs[0] if shared else tuple(inputs)
        *outputs, _ = layer.forward(given, None, lengths, np.random.default_rng(7))
        return sum((o * w).sum() for o, w in zip(outputs, weights, strict=True))

    weights[:, :, 1:, 1] = 0
    if shared:
        check(layer, inputs[0], value, lambda: layer.backward(*weights))
    else:
        check(layer, inputs, value, lambda: np.stack(layer.backward(*weights)))


def test_gradients_add_up_over_steps():
    rng = np.random.default_rng(4)
    layer = LSTM(2, 5, 3, rng, dtype=np.float64)
    inputs, weights = rng.normal(size=(3, 2, 2)), rng.normal(size=(3, 2, 3))
    sums = []
    for _ in range(2):
        layer.forward(inputs)
        layer.backward(weights)
        sums.append({name: array.copy() for name, array in layer.gradients.items()})
    for name, once in sums[0].items():
        np.testing.assert_allclose(sums[1][name], 2 * once, rtol=1e-14)
    zero_gradients(layer)
    assert not any(array.any() for array in layer.gradients.values())
