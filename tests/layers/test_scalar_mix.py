"""The mix of layers: shares, scale, layer norm, penalty."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.errors import ParameterError
from fastvec.layers.scalar_mix import ScalarMix, mix

from ..reference.token_layers import mixed
from .golden import golden, weighting


def drawn(layer_norm=False, dtype=np.float32):
    generator = np.random.default_rng(0)
    layer = ScalarMix(3, layer_norm=layer_norm, dtype=dtype)
    layer.parameters["weights"][:], layer.parameters["gamma"][:] = [0.5, -1, 2], 1.7
    mask = np.array([[1, 1], [1, 1], [1, 0], [0, 0]], bool)
    return layer, generator.normal(1, 2, (3, 4, 2, 5)).astype(dtype), mask


def test_a_new_mix_is_the_mean():
    """L10: shares of 1/3 and a scale of 1 are where a task starts to learn, not a fault."""
    layer = ScalarMix(3)
    np.testing.assert_allclose(layer.shares, [1 / 3] * 3, rtol=1e-6)
    assert layer.gamma == 1
    layers = np.random.default_rng(0).normal(0, 1, (3, 4, 2, 5)).astype(np.float32)
    np.testing.assert_allclose(layer.forward(layers), layers.mean(axis=0), atol=1e-6)


@pytest.mark.parametrize("layer_norm", [False, True])
@pytest.mark.parametrize("masked", [False, True])
def test_the_mix_is_that_of_the_definition(layer_norm, masked):
    layer, layers, mask = drawn(layer_norm)
    mask = mask if masked else None
    wanted = mixed(layer.parameters["weights"], 1.7, layers.astype(float), mask, layer_norm)
    np.testing.assert_allclose(layer.forward(layers, mask), wanted, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(layer.run(list(layers), mask), layer.forward(layers, mask))


def test_mix_and_gradients_are_those_that_pytorch_found():
    given, arrays, wanted = golden("mix")
    layer = ScalarMix(3, layer_norm=True)
    for name, array in layer.parameters.items():
        array[...] = given[name]
    outputs = layer.forward(given["layers"])
    np.testing.assert_allclose(outputs, arrays["outputs"], rtol=1e-5, atol=1e-5)
    by_layers = layer.backward(weighting(outputs))
    for name, found in (layer.gradients | {"layers": np.array(by_layers)}).items():
        np.testing.assert_allclose(found, wanted[name], rtol=1e-4, atol=1e-5)


def test_what_is_masked_does_not_change_the_mean():
    layer, layers, mask = drawn(layer_norm=True)
    before = layer.run(layers, mask)
    layers[:, ~mask] = 1e6
    np.testing.assert_array_equal(layer.run(layers, mask)[mask], before[mask])


def test_a_batch_without_tokens_has_no_mean_and_no_error():
    layer, layers, mask = drawn(layer_norm=True)
    assert np.isfinite(layer.forward(layers, mask & False)).all()
    assert layer.forward(layers[:, :0], mask[:0]).shape == (0, 2, 5)
    assert [part.shape for part in layer.backward(np.empty((0, 2, 5), np.float32))] == [
        (0, 2, 5)
    ] * 3


def test_the_penalty_is_that_of_the_squares():
    layer = ScalarMix(3, l2=0.1)
    layer.parameters["weights"][:] = [1, 2, 0]
    assert layer.penalty == pytest.approx(0.5)
    layer.forward(np.zeros((3, 1, 2), np.float32))
    layer.backward(np.zeros((1, 2), np.float32))
    np.testing.assert_allclose(layer.gradients["weights"], [0.2, 0.4, 0], rtol=1e-6)


def test_given_shares_are_taken_as_they_are():
    layers = np.arange(12, dtype=np.float32).reshape(3, 2, 2)
    np.testing.assert_allclose(mix(layers, (0, 2, -1), 0.5), layers[1] - layers[2] / 2)
    with pytest.raises(ParameterError, match="3 layers need as many weights, but got 2"):
        mix(layers, (1, 2))
    with pytest.raises(ParameterError, match="one of 4 layers, but got 3"):
        ScalarMix(4).forward(layers)
