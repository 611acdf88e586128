"""The tagger's network: gradients by differences, and the same as PyTorch's."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.layers.optimisers import Adam, clip_global_norm

from ..gradients.test_softmax import differences
from .tagging import TAGS, drawn_batch, small_network


@pytest.mark.parametrize("decoder", ["crf", "softmax"])
@pytest.mark.parametrize("layers", [1, 2])
def test_gradients_of_all_parameters_are_differences_of_the_loss(decoder, layers):
    network = small_network(np.float64, cells=3, decoder=decoder, layers=layers, dropout=0.0)
    features, tags = drawn_batch(dtype=np.float64)
    loss = network.loss_and_gradients(features, tags, None)
    assert network.loss(features, tags) == pytest.approx(loss, rel=1e-12)
    rows, gradients = network.rows, network.gradients
    expected = {"words/table", "context/weights", "context/gamma", "linear/weights"}
    assert expected <= set(gradients)
    for name, values in network.parameters.items():
        wanted = differences(values, lambda: network.loss(features, tags) / 3)
        found = np.zeros_like(values)
        if name in rows:
            found[rows[name]] = gradients[name]
        else:
            found = gradients[name]
        np.testing.assert_allclose(found, wanted, atol=1e-6, err_msg=name)


def test_dropout_is_that_of_its_generator():
    network = small_network(dropout=0.5)
    features, tags = drawn_batch()
    losses = [
        network.loss_and_gradients(features, tags, np.random.default_rng(seed))
        for seed in (1, 1, 2)
    ]
    assert losses[0] == losses[1] != losses[2]


def test_padding_changes_nothing():
    network = small_network()
    features, tags = drawn_batch()
    loss = network.loss(features, tags)
    paths = network.predict(features)
    for sentence, length in enumerate(features.lengths):
        features.rows[length:, sentence] = 29
        features.context[0][length:, sentence] = 1e3
        assert not paths[length:, sentence].any()
    assert network.loss(features, tags) == pytest.approx(loss, rel=1e-6)
    np.testing.assert_array_equal(network.predict(features), paths)


def test_what_is_predicted_is_a_valid_sequence():
    network = small_network()
    allowed = TAGS.transitions
    for seed in range(10):
        features, _ = drawn_batch(seed, steps=8, lengths=(8, 8, 2))
        paths = network.predict(features)
        for sentence, length in enumerate(features.lengths):
            path = paths[:length, sentence]
            assert allowed.start[path[0]]
            assert allowed.end[path[-1]]
            assert allowed.between[path[:-1], path[1:]].all()


def test_twenty_steps_are_those_of_pytorch():
    """The same architecture on the same batches: the loss agrees to 1e-4, and in fact closer."""
    pytest.importorskip("torch", reason="PyTorch is not installed")
    from ..reference.tagger import TorchTraining

    network = small_network(context=False, cells=16, dropout=0.0)
    twin = TorchTraining({name: a.copy() for name, a in network.parameters.items()}, 0.01, 5.0)
    optimiser, losses = Adam(0.01), []
    for step in range(20):
        features, tags = drawn_batch(step % 2, steps=7, lengths=(7, 4, 2, 5))
        # Vectors that are trained are another test's; PyTorch takes the inputs as they are.
        inputs = np.concatenate([part.run(features) for part in network.parts.values()], axis=2)
        loss = network.loss_and_gradients(features, tags, None)
        gradients = {n: g for n, g in network.gradients.items() if not n.startswith("words/")}
        clip_global_norm(gradients, 5.0)
        optimiser.step(network.parameters, gradients)
        losses.append((loss, twin.step(inputs, tags, features.lengths)))
    ours, theirs = np.array(losses).T
    np.testing.assert_allclose(ours, theirs, rtol=1e-4)
    assert ours[-5:].mean() < ours[:5].mean()
