"""LSTM layers: PyTorch's results, states, padding, lengths, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.errors import ParameterError
from fastvec.layers.layer import zero_gradients
from fastvec.layers.lstm import LSTM, LSTMState, reverse_within
from fastvec.workers import ordered_map

from ..golden.make_lstm import PATH, PROJECTIONS, drawn, made_stack, torch_results

NAMES = pytest.mark.parametrize("name", PROJECTIONS)


def results(stack, given):
    """Return a stack's results under the names that the golden arrays have."""
    state = [LSTMState(*pair) for pair in zip(given["cell"], given["output"], strict=True)]
    outputs, after = stack.forward(given["inputs"], state)
    made = {"outputs": outputs[-1].copy()}
    for number, part in enumerate(("cell", "output")):
        made[part] = np.stack([layer_state[number] for layer_state in after])
    gradients = [None] * (len(outputs) - 1) + [given["output_gradient"]]
    return {**made, "input_gradient": stack.backward(gradients), **stack.gradients}


def assert_equal_results(made, expected):
    assert made.keys() == expected.keys()
    for name, array in expected.items():
        assert np.abs(array).max() > 1e-3, name
        scale = max(1, np.abs(array).max())
        np.testing.assert_allclose(made[name], array, atol=1e-5 * scale, rtol=0, err_msg=name)


@NAMES
def test_outputs_and_gradients_equal_those_that_pytorch_made(name):
    with np.load(PATH) as file:
        given, expected = (
            {
                key.removeprefix(f"{name}/{kind}/"): file[key]
                for key in file.files
                if key.startswith(f"{name}/{kind}/")
            }
            for kind in ("given", "made")
        )
    stack = made_stack(PROJECTIONS[name])
    for key, array in stack.parameters.items():
        array[:] = given.pop(key)
    assert_equal_results(results(stack, given), expected)


@NAMES
@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
def test_outputs_and_gradients_equal_pytorch_here(name):
    pytest.importorskip("torch", reason="the reference extra is not installed")
    stack, given = made_stack(PROJECTIONS[name]), drawn(PROJECTIONS[name])
    assert_equal_results(results(stack, given), torch_results(stack, given))


def made(projection=6, dtype=np.float32, **settings):
    rng = np.random.default_rng(1)
    layer = LSTM(4, 20, projection, rng, dtype=dtype, **settings)
    return layer, rng.normal(size=(9, 5, 4)).astype(dtype)


@pytest.mark.parametrize("method", ["forward", "run"])
@pytest.mark.parametrize("projection", [6, None])
def test_a_state_carried_over_continues_the_text(method, projection):
    layer, inputs = made(projection)
    whole, end = layer.run(inputs)
    first, state = getattr(layer, method)(inputs[:4])
    first = first.copy()
    second, state = getattr(layer, method)(inputs[4:], state)
    np.testing.assert_allclose(np.concatenate([first, second]), whole, atol=1e-6)
    np.testing.assert_allclose(state.cell, end.cell, atol=1e-6)
    np.testing.assert_array_equal(state.output, second[-1])


def test_long_texts_run_in_parts_with_the_results_of_one():
    layer, _ = made()
    inputs = np.random.default_rng(2).normal(size=(260, 5, 4)).astype(np.float32)
    lengths = np.array([260, 103, 104, 0, 206])
    outputs, state = layer.run(inputs, None, lengths)
    kept, end = layer.forward(inputs, None, lengths)
    np.testing.assert_allclose(outputs, kept, atol=1e-6)
    for ours, theirs in zip(state, end, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_states_are_copies():
    layer, inputs = made()
    _, state = layer.forward(inputs)
    before = state.cell.copy()
    layer.forward(2 * inputs)
    np.testing.assert_array_equal(state.cell, before)


@pytest.mark.parametrize("projection", [6, None])
def test_a_row_depends_on_neither_padding_nor_other_rows(projection):
    layer, inputs = made(projection)
    lengths = np.array([3, 9, 0, 5, 1])
    garbage = np.where(np.arange(9)[:, None, None] < lengths[:, None], inputs, 1e3)
    garbage = garbage.astype(np.float32)
    weights = np.random.default_rng(3).normal(size=(9, 5, layer.outputs)).astype(np.float32)
    outputs, state = layer.forward(garbage, None, lengths)
    flow = layer.backward(weights).copy()
    total = {name: array.copy() for name, array in layer.gradients.items()}
    outputs = outputs.copy()
    zero_gradients(layer)
    for b, n in enumerate(lengths):
        alone, end = layer.forward(inputs[:n, b : b + 1].copy())
        np.testing.assert_allclose(outputs[:n, b], alone[:, 0], atol=1e-6)
        assert not outputs[n:, b].any()
        np.testing.assert_allclose(state.cell[b], end.cell[0], atol=1e-6)
        np.testing.assert_allclose(state.output[b], end.output[0], atol=1e-6)
        gradient = layer.backward(weights[:n, b : b + 1])
        np.testing.assert_allclose(flow[:n, b], gradient[:, 0], atol=1e-5)
        assert not flow[n:, b].any()
    for name, array in layer.gradients.items():
        np.testing.assert_allclose(total[name], array, atol=1e-4, err_msg=name)


@pytest.mark.parametrize("projection", [6, None])
def test_inference_gives_a_row_the_same_bytes_in_any_batch(projection):
    layer, inputs = made(projection)
    together, _ = layer.run(inputs, None, [9, 4, 9, 7, 1])
    for b, n in ((1, 4), (2, 9), (4, 1)):
        alone, _ = layer.run(inputs[:n, b : b + 1])
        np.testing.assert_array_equal(together[:n, b], alone[:, 0])


def test_several_threads_may_run_one_layer_at_once():
    layer, inputs = made()
    texts = [inputs * scale for scale in np.arange(1, 9, dtype=np.float32)]
    expected = [layer.run(text)[0] for text in texts]
    made_at_once = ordered_map(lambda text, _: layer.run(text)[0], texts, [None] * 4)
    for ours, right in zip(made_at_once, expected, strict=True):
        np.testing.assert_array_equal(ours, right)


def test_rows_without_any_step_keep_their_state():
    layer, inputs = made()
    _, state = layer.run(inputs)
    outputs, after = layer.run(inputs, state, [0] * 5)
    assert not outputs.any()
    for ours, theirs in zip(after, state, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    forward, after = layer.forward(inputs[:0], state)
    assert forward.shape == (0, 5, 6)
    np.testing.assert_array_equal(after.cell, state.cell)


def test_inference_between_forward_and_backward_changes_nothing():
    gradients = []
    for between in (False, True):
        layer, inputs = made()
        outputs, _ = layer.forward(inputs)
        if between:
            layer.run(3 * inputs)
        layer.backward(np.ones_like(outputs))
        gradients.append(layer.gradients["kernel"])
    np.testing.assert_array_equal(*gradients)


def test_no_array_is_made_anew_while_shapes_stay():
    layer, inputs = made()
    first, _ = layer.forward(inputs)
    gradient = layer.backward(np.ones_like(first))
    again, _ = layer.forward(inputs)
    assert np.shares_memory(first, again)
    assert np.shares_memory(gradient, layer.backward(np.ones_like(again)))


def test_first_weights_come_from_the_generator_alone():
    layer, twin = (LSTM(4, 20, 6, np.random.default_rng(5)) for _ in range(2))
    assert list(layer.parameters) == ["kernel", "bias", "projection"]
    assert [a.shape for a in layer.parameters.values()] == [(10, 80), (80,), (20, 6)]
    for name, array in layer.parameters.items():
        assert array.dtype == np.float32
        np.testing.assert_array_equal(array, twin.parameters[name])
    assert "projection" not in LSTM(4, 20, None, np.random.default_rng(5)).parameters


def test_reversing_stays_within_each_row():
    array = np.arange(12).reshape(4, 3)
    np.testing.assert_array_equal(reverse_within(array), array[::-1])
    expected = [[9, 1, 5], [6, 4, 2], [3, 7, 8], [0, 10, 11]]
    np.testing.assert_array_equal(reverse_within(array, [4, 0, 2]), expected)
    twice = reverse_within(reverse_within(array, [4, 0, 2]), [4, 0, 2])
    np.testing.assert_array_equal(twice, array)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda layer, x: layer.forward(x[:, :, :3]), "inputs must have shape"),
        (lambda layer, x: layer.run(x[0]), "inputs must have shape"),
        (lambda layer, x: layer.run(x, None, [1, 2]), "lengths must be 5 numbers"),
        (lambda layer, x: layer.run(x, None, [1, 2, 3, 4, 10]), "from 0 to 9"),
        (lambda layer, x: layer.run(x, layer.run(x[:, :2])[1]), "a state of 5 rows"),
        (lambda layer, x: layer.backward(x), "one forward before it"),
        (lambda layer, _: LSTM(4, 0, layer.outputs, np.random.default_rng()), "at least 1"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ParameterError, match=message):
        call(*made())


def test_backward_wants_a_forward_each_time():
    layer, inputs = made()
    outputs, _ = layer.forward(inputs)
    layer.backward(np.ones_like(outputs))
    with pytest.raises(ParameterError, match="one forward before it"):
        layer.backward(np.ones_like(outputs))
