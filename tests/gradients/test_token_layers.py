"""Token layers, softmaxes and mixes: every gradient by central differences, in float64."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.layers.characters import CharacterCNN
from fastvec.layers.embedding import WordEmbedding
from fastvec.layers.highway import Highway
from fastvec.layers.sampled_softmax import SampledSoftmax
from fastvec.layers.scalar_mix import ScalarMix
from fastvec.layers.word_softmax import WordSoftmax

from .test_softmax import differences


def weights_of(outputs):
    return np.cos(np.arange(outputs.size)).reshape(outputs.shape)


def weighted(outputs):
    """Return a loss whose derivative by the outputs is `weights_of` them."""
    return float((weights_of(outputs) * outputs).sum())


def check(layer, value):
    """Compare a layer's gradients with the differences of a loss."""
    assert layer.gradients.keys() == layer.parameters.keys()
    for name, array in layer.parameters.items():
        wanted = differences(array, value)
        assert np.abs(wanted).max() > 1e-3, name
        np.testing.assert_allclose(layer.gradients[name], wanted, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("projection", [3, None])
def test_characters(activation, projection):
    generator = np.random.default_rng(2)
    layer = CharacterCNN(
        7, 2, [[1, 2], [3, 3]], 2, projection, activation, rng=generator, dtype=np.float64
    )
    for name, array in layer.parameters.items():
        array += generator.normal(0, 0.5, array.shape) if "cnn" in name else 0
    words = generator.integers(0, 7, (9, 6)).astype(np.int32)
    words[4:, 3:] = 6
    layer.backward(weights_of(layer.forward(words)))
    check(layer, lambda: weighted(layer.run(words)))


def test_highway():
    generator = np.random.default_rng(0)
    layer, inputs = Highway(5, generator, dtype=np.float64), generator.normal(0, 1, (6, 5))
    by_inputs = layer.backward(weights_of(layer.forward(inputs)))
    wanted = differences(inputs, lambda: weighted(layer.run(inputs)))
    np.testing.assert_allclose(by_inputs, wanted, atol=1e-6)
    check(layer, lambda: weighted(layer.run(inputs)))


def test_embedding():
    layer = WordEmbedding(6, 3, np.random.default_rng(0), dtype=np.float64)
    ids = np.array([[4, 1, 4], [4, 0, 1]])
    layer.backward(weights_of(layer.forward(ids)))
    wanted = differences(layer.parameters["embedding"], lambda: weighted(layer.run(ids)))
    np.testing.assert_allclose(layer.row_gradients, wanted[layer.rows], atol=1e-6)
    wanted[layer.rows] = 0
    assert not wanted.any()


def softmax_and_batch():
    generator = np.random.default_rng(1)
    layer = WordSoftmax(140, 4, generator, dtype=np.float64)
    layer.parameters["bias"][:] = generator.normal(0, 1, 140)
    return layer, generator.normal(0, 1, (7, 4)), np.array([3, 139, 139, 0, 5, 5, 77])


def test_word_softmax():
    layer, hidden, targets = softmax_and_batch()
    value, by_hidden = layer.loss_and_gradient(hidden, targets)
    own = -layer.log_probabilities(hidden)[np.arange(7), targets].sum()
    assert value == pytest.approx(own, rel=1e-12)
    wanted = differences(hidden, lambda: layer.loss(hidden, targets))
    np.testing.assert_allclose(by_hidden, wanted, atol=1e-6)
    check(layer, lambda: layer.loss(hidden, targets))


def test_sampled_softmax():
    softmax, hidden, targets = softmax_and_batch()
    layer = SampledSoftmax(softmax, 12)

    def value():
        return layer.loss_and_gradient(hidden, targets, np.random.default_rng(3))[0]

    _, by_hidden = layer.loss_and_gradient(hidden, targets, np.random.default_rng(3))
    rows, found = layer.rows, layer.row_gradients
    np.testing.assert_allclose(by_hidden, differences(hidden, value), atol=1e-6)
    for name, array in softmax.parameters.items():
        wanted = differences(array, value)
        assert np.abs(wanted).max() > 0.1
        np.testing.assert_allclose(found[name], wanted[rows], atol=1e-6)
        wanted[rows] = 0
        assert not wanted.any()


@pytest.mark.parametrize("layer_norm", [False, True])
@pytest.mark.parametrize("masked", [False, True])
def test_scalar_mix(layer_norm, masked):
    generator = np.random.default_rng(4)
    layer = ScalarMix(3, layer_norm=layer_norm, l2=0.3, dtype=np.float64)
    layer.parameters["weights"][:], layer.parameters["gamma"][:] = [0.5, -1, 1], 1.7
    layers = generator.normal(1, 2, (3, 4, 2, 3))
    mask = np.array([[1, 1], [1, 1], [1, 0], [0, 0]], bool) if masked else None

    def value():
        return weighted(layer.run(layers, mask)) + layer.penalty

    by_layers = np.array(layer.backward(weights_of(layer.forward(layers, mask))))
    np.testing.assert_allclose(by_layers, differences(layers, value), atol=1e-6)
    check(layer, value)
