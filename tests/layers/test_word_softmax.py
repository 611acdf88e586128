"""Softmax over all words with a bias: as defined, as PyTorch, the same bytes at any threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from fastvec.errors import ParameterError
from fastvec.layers import sliced_softmax
from fastvec.layers.layer import zero_gradients
from fastvec.layers.word_softmax import WordSoftmax

from ..reference.softmax import gradients, loss
from .golden import golden

SHAPES = [(1, 4, 1), (50, 6, 70), (1300, 33, 40), (10_500, 16, 9)]  # words, width, rows


def drawn(words, width, rows, dtype=np.float32, threads=2):
    generator = np.random.default_rng(0)
    layer = WordSoftmax(words, width, generator, threads=threads, dtype=dtype)
    layer.parameters["bias"][:] = generator.normal(0, 1, words)
    hidden = generator.normal(0, 1, (rows, width)).astype(dtype)
    return layer, hidden, generator.integers(0, words, rows)


def widened(layer, hidden):
    """Return weights and hidden rows whose products hold the bias, for the twin without one."""
    weights = np.column_stack([layer.parameters["weights"], layer.parameters["bias"]])
    return weights, np.column_stack([hidden, np.ones(len(hidden))])


@pytest.mark.parametrize("shape", SHAPES)
def test_loss_and_gradients_are_those_of_the_definition(shape):
    layer, hidden, targets = drawn(*shape)
    value, by_hidden = layer.loss_and_gradient(hidden, targets)
    outputs, rows = widened(layer, hidden)
    windows = [[target] for target in targets]
    assert value == pytest.approx(loss(outputs, rows, windows), rel=1e-6)
    assert layer.loss(hidden, targets) == value
    by_outputs, by_rows = gradients(outputs, rows, windows)
    np.testing.assert_allclose(by_hidden, by_rows[:, :-1], rtol=2e-5, atol=2e-6)
    np.testing.assert_allclose(layer.gradients["weights"], by_outputs[:, :-1], rtol=2e-5, atol=2e-6)
    np.testing.assert_allclose(layer.gradients["bias"], by_outputs[:, -1], rtol=2e-5, atol=2e-6)


def test_loss_and_gradients_are_those_that_pytorch_found():
    given, arrays, wanted = golden("softmax")
    layer = WordSoftmax(12, 5, np.random.default_rng(0))
    layer.parameters["weights"][:], layer.parameters["bias"][:] = given["weights"], given["bias"]
    value, by_hidden = layer.loss_and_gradient(given["hidden"], arrays["targets"])
    assert value == pytest.approx(float(arrays["outputs"]), rel=1e-6)
    for name, found in (layer.gradients | {"hidden": by_hidden}).items():
        np.testing.assert_allclose(found, wanted[name], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("shape", SHAPES)
def test_loss_and_gradients_are_those_of_pytorch(shape):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    from ..reference import torch_token_layers as twin

    layer, hidden, targets = drawn(*shape)
    value, by_hidden = layer.loss_and_gradient(hidden, targets)
    arrays = layer.parameters | {"hidden": hidden}
    wanted_value, wanted = twin.gradients(lambda own: twin.word_loss(own, targets), arrays)
    assert value == pytest.approx(wanted_value, rel=1e-5, abs=1e-6)
    for name, found in (layer.gradients | {"hidden": by_hidden}).items():
        np.testing.assert_allclose(found, wanted[name], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("shape", SHAPES)
def test_bytes_do_not_depend_on_threads(shape):
    results = set()
    for threads in (1, 2, 4):
        layer, hidden, targets = drawn(*shape, threads=threads)
        value, by_hidden = layer.loss_and_gradient(hidden, targets)
        arrays = [by_hidden, *layer.gradients.values(), layer.log_probabilities(hidden)]
        results.add((value, *(array.tobytes() for array in arrays)))
    assert len(results) == 1


def test_slices_that_are_not_kept_give_the_same_bytes(monkeypatch):
    """M4: the logits of a large vocabulary need not fit in memory."""
    found = []
    for room in (1 << 29, 3 * 20 * 625 * 4):
        monkeypatch.setattr(sliced_softmax, "KEPT_BYTES", room)
        layer, hidden, targets = drawn(5000, 16, 20)
        value, by_hidden = layer.loss_and_gradient(hidden, targets)
        arrays = [by_hidden, *layer.gradients.values()]
        found.append([value, *(array.tobytes() for array in arrays)])
    assert found[0] == found[1]


def test_gradients_add_up_until_they_are_cleared():
    layer, hidden, targets = drawn(300, 8, 20)
    layer.loss_and_gradient(hidden[:5], targets[:5])  # Batches may grow and shrink.
    layer.loss_and_gradient(hidden[5:], targets[5:])
    parts = {name: array.copy() for name, array in layer.gradients.items()}
    zero_gradients(layer)
    layer.loss_and_gradient(hidden, targets)
    for name, array in layer.gradients.items():
        np.testing.assert_allclose(array, parts[name], atol=1e-5)


def test_log_probabilities_add_up_to_one_and_agree_with_the_loss():
    layer, hidden, targets = drawn(700, 12, 70)
    found = layer.log_probabilities(hidden)
    assert found.dtype == np.float32
    np.testing.assert_allclose(np.exp(found.astype(float)).sum(axis=1), 1, atol=1e-5)
    own = found[np.arange(70), targets].sum(dtype=float)
    assert -own == pytest.approx(layer.loss(hidden, targets), rel=1e-6)


def test_weights_that_are_not_finite_give_such_a_loss_and_leave_gradients_alone():
    layer, hidden, targets = drawn(50, 8, 4)
    layer.loss_and_gradient(hidden, targets)
    before = layer.gradients["weights"].copy()
    layer.parameters["weights"][7, 3] = np.nan
    value, _ = layer.loss_and_gradient(hidden, targets)
    assert np.isnan(value)
    np.testing.assert_array_equal(layer.gradients["weights"], before)


def test_weights_may_be_those_of_another_layer():
    layer, hidden, targets = drawn(50, 8, 4)
    own = layer.loss(hidden, targets)
    layer.parameters["weights"] = np.zeros((50, 8), np.float32)
    layer.parameters["bias"][:] = 0
    assert layer.loss(hidden, targets) == pytest.approx(4 * np.log(50)) != own


def test_threads_may_judge_different_batches_at_once():
    layer, hidden, targets = drawn(3000, 16, 64)
    batches = [slice(0, 4 * (n % 16) + 1) for n in range(60)]
    alone = [layer.loss(hidden[b], targets[b]) for b in batches]
    fresh, _, _ = drawn(3000, 16, 64)
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda b: fresh.loss(hidden[b], targets[b]), batches))
    assert together == alone


@pytest.mark.parametrize(
    ("hidden", "targets", "message"),
    [
        (np.zeros((2, 7), np.float32), [1, 2], r"hidden must be float32 of shape \(N, 8\)"),
        (np.zeros((2, 8)), [1, 2], "hidden must be float32"),
        (np.zeros((2, 8), np.float32), [1, 2, 3], "targets must be 2 integers"),
        (np.zeros((2, 8), np.float32), [0.5, 1], "targets must be 2 integers"),
        (np.zeros((2, 8), np.float32), [1, 50], "targets must be from 0 to 49"),
        (np.zeros((2, 8), np.float32), [-1, 2], "targets must be from 0 to 49"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(hidden, targets, message):
    layer, _, _ = drawn(50, 8, 1)
    with pytest.raises(ParameterError, match=message):
        layer.loss_and_gradient(hidden, np.array(targets))
