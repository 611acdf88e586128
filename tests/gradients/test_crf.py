"""Conditional random field, tag softmax and linear layer: central differences, in float64."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.layers.crf import CRF
from fastvec.layers.linear import Linear
from fastvec.layers.tag_softmax import TagSoftmax

from .test_softmax import differences

LENGTHS = np.array([4, 1, 0, 3])


def drawn(tags):
    generator = np.random.default_rng(1)
    scores = generator.normal(0, 1, (4, 4, tags))
    return generator, scores, generator.integers(0, tags, (4, 4)).astype(np.int32)


@pytest.mark.parametrize("tags", [2, 5])
def test_crf_gradients_are_differences_of_its_loss(tags):
    generator, scores, gold = drawn(tags)
    layer = CRF(tags, generator, dtype=np.float64)
    _, by_scores = layer.loss_and_gradient(scores, gold, LENGTHS)
    wanted = differences(scores, lambda: layer.loss(scores, gold, LENGTHS))
    np.testing.assert_allclose(by_scores, wanted, atol=1e-6)
    for name, values in layer.parameters.items():
        wanted = differences(values, lambda: layer.loss(scores, gold, LENGTHS))
        assert np.abs(wanted).max() > 0.1
        np.testing.assert_allclose(layer.gradients[name], wanted, atol=1e-6)


def test_softmax_gradient_is_differences_of_its_loss():
    _, scores, gold = drawn(4)
    layer = TagSoftmax(4)
    wanted = differences(scores, lambda: layer.loss(scores, gold, LENGTHS))
    np.testing.assert_allclose(layer.loss_and_gradient(scores, gold, LENGTHS)[1], wanted, atol=1e-6)


def test_linear_gradients_are_differences():
    generator = np.random.default_rng(2)
    layer = Linear(3, 4, generator, dtype=np.float64)
    inputs, weights = generator.normal(0, 1, (2, 5, 3)), generator.normal(0, 1, (2, 5, 4))

    def value():
        return float((layer.run(inputs) * weights).sum())

    np.testing.assert_array_equal(layer.forward(inputs), layer.run(inputs))
    by_inputs = layer.backward(weights)
    np.testing.assert_allclose(by_inputs, differences(inputs, value), atol=1e-6)
    for name, values in layer.parameters.items():
        np.testing.assert_allclose(layer.gradients[name], differences(values, value), atol=1e-6)
