"""Stacks of LSTM layers and both directions: skip connections, dropout, threads."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.errors import ParameterError
from fastvec.layers.bidirectional import Bidirectional
from fastvec.layers.dropout import Dropout
from fastvec.layers.lstm import reverse_within
from fastvec.layers.stack import Stack

LENGTHS = [7, 3, 0, 5]


def inputs(dtype=np.float32):
    return np.random.default_rng(1).normal(size=(7, 4, 6)).astype(dtype)


def test_skip_connections_go_round_every_layer_but_the_first():
    stack = Stack(6, 10, 5, 3, np.random.default_rng(2))
    outputs, states = stack.run(inputs())
    below, state = stack.layers[0].run(inputs())
    np.testing.assert_array_equal(outputs[0], below)
    for number in (1, 2):
        inner, state = stack.layers[number].run(below)
        np.testing.assert_array_equal(outputs[number], inner + below)
        np.testing.assert_array_equal(states[number].output, state.output)
        np.testing.assert_array_equal(inner[-1], state.output)
        below = outputs[number]


def test_without_skip_connections_layers_feed_each_other():
    stack = Stack(6, 10, None, 2, np.random.default_rng(2), skip_connections=False)
    outputs, _ = stack.run(inputs())
    np.testing.assert_array_equal(outputs[1], stack.layers[1].run(outputs[0])[0])


@pytest.mark.parametrize("lengths", [None, LENGTHS])
def test_training_without_dropout_gives_what_inference_gives(lengths):
    stack = Stack(6, 10, 5, 2, np.random.default_rng(2), dropout=0.5)
    for ours, theirs in zip(
        stack.forward(inputs(), None, lengths)[0], stack.run(inputs(), None, lengths)[0],
        strict=True,
    ):  # fmt: skip
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_dropout_falls_on_every_input_and_on_the_last_output():
    stack = Stack(6, 10, 5, 2, np.random.default_rng(2), dropout=0.5)
    outputs, _ = stack.forward(inputs(), dropout=np.random.default_rng(3))
    rng = np.random.default_rng(3)
    below = Dropout(0.5).forward(inputs(), rng)
    first, _ = stack.layers[0].run(below)
    np.testing.assert_allclose(outputs[0], first, atol=1e-6)
    below = Dropout(0.5).forward(first, rng)
    second = stack.layers[1].run(below)[0] + below
    np.testing.assert_allclose(outputs[1], Dropout(0.5).forward(second, rng), atol=1e-6)


def test_dropout_keeps_the_mean_and_its_share():
    dropout = Dropout(0.25)
    dropped = dropout.forward(np.ones((100, 1000), np.float32), np.random.default_rng(4))
    assert (dropped == 0).mean() == pytest.approx(0.25, abs=0.01)
    assert dropped.max() == pytest.approx(4 / 3)
    np.testing.assert_array_equal(dropout.backward(np.ones_like(dropped)), dropped)
    with pytest.raises(ParameterError, match="below 1"):
        Dropout(1.0)


def test_a_gradient_of_the_caller_stays_as_it_is():
    stack = Stack(6, 10, 5, 2, np.random.default_rng(2), dropout=0.5)
    outputs, _ = stack.forward(inputs(), dropout=np.random.default_rng(3))
    gradients = [np.ones_like(output) for output in outputs]
    stack.backward(gradients)
    assert all((gradient == 1).all() for gradient in gradients)


def test_what_does_not_fit_is_refused():
    stack = Stack(6, 10, 5, 2, np.random.default_rng(2))
    _, states = stack.forward(inputs())
    with pytest.raises(ParameterError, match="as many states"):
        stack.run(inputs(), states[:1])
    with pytest.raises(ParameterError, match="not only None"):
        stack.backward([None, None])
    with pytest.raises(ParameterError, match="layers must be at least 1"):
        Stack(6, 10, 5, 0, np.random.default_rng(2))


def test_parameters_and_gradients_are_the_layers_own():
    layer = Bidirectional(6, 10, 5, 2, np.random.default_rng(2))
    names = [f"{d}/{n}/{p}" for d in ("forward", "backward") for n in (0, 1)
             for p in ("kernel", "bias", "projection")]  # fmt: skip
    assert list(layer.parameters) == names
    assert list(layer.gradients) == names
    own = layer.backward_stack.layers[1]
    assert layer.parameters["backward/1/kernel"] is own.parameters["kernel"]
    assert layer.gradients["backward/1/kernel"] is own.gradients["kernel"]


@pytest.mark.parametrize("lengths", [None, LENGTHS])
def test_the_backward_stack_reads_each_row_from_its_end(lengths):
    layer = Bidirectional(6, 10, 5, 2, np.random.default_rng(2), threads=2)
    forward, backward, states = layer.run(inputs(), None, lengths)
    expected, state = layer.forward_stack.run(inputs(), None, lengths)
    turned, turned_state = layer.backward_stack.run(
        reverse_within(inputs(), lengths), None, lengths
    )
    for made, right in zip(forward, expected, strict=True):
        np.testing.assert_array_equal(made, right)
    for made, right in zip(backward, turned, strict=True):
        np.testing.assert_array_equal(made, reverse_within(right, lengths))
    for made, right in zip(states, (state, turned_state), strict=True):
        np.testing.assert_array_equal(made[1].cell, right[1].cell)


def test_each_direction_may_have_its_own_inputs_and_state():
    layer = Bidirectional(6, 10, 5, 1, np.random.default_rng(2), threads=1)
    first, second = inputs(), 2 * inputs()
    _, _, state = layer.run(first)
    forward, backward, _ = layer.run((first, second), state)
    np.testing.assert_array_equal(forward[0], layer.forward_stack.run(first, state[0])[0][0])
    expected = layer.backward_stack.run(second[::-1], state[1])[0][0][::-1]
    np.testing.assert_array_equal(backward[0], expected)


def step(threads):
    """Return the bytes of all that a training step and inference make."""
    rng = np.random.default_rng(5)
    layer = Bidirectional(48, 64, 40, 2, rng, threads=threads, dropout=0.1)
    texts = rng.normal(size=(9, 6, 48)).astype(np.float32)
    lengths = [9, 2, 7, 9, 1, 0]
    forward, backward, states = layer.forward(texts, None, lengths, np.random.default_rng(6))
    kept = [array.tobytes() for array in (*forward, *backward)]
    kept += [array.tobytes() for stack in states for state in stack for array in state]
    kept.append(layer.backward(forward, backward).tobytes())
    kept += [array.tobytes() for array in layer.gradients.values()]
    forward, backward, _ = layer.run(texts, states, lengths)
    return kept + [array.tobytes() for array in (*forward, *backward)]


def test_one_and_two_threads_give_the_same_bytes():
    assert step(1) == step(2) == step(4)


def test_dropout_goes_on_where_the_generator_stands():
    layer = Bidirectional(6, 10, 5, 1, np.random.default_rng(2), dropout=0.5)
    rng = np.random.default_rng(3)
    layer.forward(inputs(), dropout=rng)
    place = rng.bit_generator.state
    first = layer.forward(inputs(), dropout=rng)[0][0].copy()
    again = np.random.default_rng(0)
    again.bit_generator.state = place
    np.testing.assert_array_equal(layer.forward(inputs(), dropout=again)[0][0], first)


def test_an_error_of_either_direction_is_raised():
    layer = Bidirectional(6, 10, 5, 1, np.random.default_rng(2), threads=2)
    with pytest.raises(ParameterError, match="inputs must have shape"):
        layer.run((inputs(), inputs()[:, :, :5]))
