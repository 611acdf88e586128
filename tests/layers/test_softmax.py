"""Full softmax: as defined, as PyTorch, the same bytes at any number of threads."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.errors import ParameterError
from fastvec.layers import sliced_softmax
from fastvec.layers.softmax import FullSoftmax

from ..reference.softmax import gradients, loss

SHAPES = [(1, 16, 1), (50, 16, 7), (1300, 32, 40), (10_500, 16, 9)]  # words, dim, rows


def drawn(words, dim, rows, scale=0.5, seed=0):
    """Draw outputs, hidden rows, and windows of 0 to 6 words."""
    generator = np.random.default_rng(seed)
    outputs, hidden = (
        generator.normal(0, scale, (count, dim)).astype(np.float32) for count in (words, rows)
    )
    windows = [generator.integers(0, words, generator.integers(0, 7)) for _ in range(rows)]
    return outputs, hidden, windows


def flat(windows):
    """Return windows as offsets and targets."""
    offsets = np.cumsum([0, *map(len, windows)], dtype=np.int64)
    return offsets, np.concatenate([*windows, []]).astype(np.int32)


def stepped(outputs, hidden, windows, threads=2):
    """Return the loss, the gradient by hidden, and outputs after a step."""
    moved = outputs.copy()
    layer = FullSoftmax(moved, len(hidden), threads)
    return *layer.step(hidden, *flat(windows), 0.1), moved


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("scale", [0.1, 1.0, 2.0])
def test_step_is_that_of_the_definition(shape, scale):
    outputs, hidden, windows = drawn(*shape, scale)
    value, by_hidden, moved = stepped(outputs, hidden, windows)
    assert value == pytest.approx(loss(outputs, hidden, windows), rel=1e-6, abs=1e-6)
    wanted_outputs, wanted_hidden = gradients(outputs, hidden, windows)
    np.testing.assert_allclose(by_hidden, wanted_hidden, rtol=2e-5, atol=2e-5 * scale)
    np.testing.assert_allclose(moved, outputs - 0.1 * wanted_outputs, rtol=1e-5, atol=1e-5 * scale)


@pytest.mark.parametrize("shape", SHAPES)
def test_step_is_that_of_pytorch(shape):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    outputs, hidden, windows = drawn(*shape)
    value, by_hidden, moved = stepped(outputs, hidden, windows)
    weights = torch.tensor(outputs, requires_grad=True)
    rows = torch.tensor(hidden, requires_grad=True)
    offsets, targets = flat(windows)
    owners = torch.tensor(np.repeat(np.arange(len(hidden)), np.diff(offsets)))
    wanted = torch.nn.functional.cross_entropy(
        (rows @ weights.T)[owners], torch.tensor(targets).long(), reduction="sum"
    )
    wanted.backward()
    torch.optim.SGD([weights], lr=0.1).step()
    assert value == pytest.approx(wanted.item(), rel=1e-5)
    np.testing.assert_allclose(by_hidden, rows.grad, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(moved, weights.detach(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("shape", SHAPES)
def test_bytes_do_not_depend_on_threads(shape):
    results = [stepped(*drawn(*shape), threads=threads) for threads in (1, 2, 4)]
    for value, by_hidden, moved in results[1:]:
        assert value == results[0][0]
        assert by_hidden.tobytes() == results[0][1].tobytes()
        assert moved.tobytes() == results[0][2].tobytes()


def test_slices_that_are_not_kept_are_computed_again_to_the_same_bytes(monkeypatch):
    """M4: the logits of a large vocabulary need not fit in memory."""
    data = drawn(5000, 16, 20)
    kept = stepped(*data)
    monkeypatch.setattr(sliced_softmax, "KEPT_BYTES", 3 * 20 * 625 * 4)  # Three slices.
    partly = stepped(*data)
    assert partly[0] == kept[0]
    assert partly[1].tobytes() == kept[1].tobytes()
    assert partly[2].tobytes() == kept[2].tobytes()


def test_smaller_batches_fit_and_repeated_steps_learn():
    outputs, hidden, windows = drawn(300, 16, 12)
    layer = FullSoftmax(outputs, 64, 2)
    losses = [layer.step(hidden, *flat(windows), 0.05)[0] for _ in range(30)]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.8 * losses[0]


def test_loss_alone_is_that_of_the_step_and_changes_nothing():
    outputs, hidden, windows = drawn(2000, 16, 30)
    before = outputs.copy()
    layer = FullSoftmax(outputs, 30, 2)
    alone = layer.loss(hidden, *flat(windows))
    np.testing.assert_array_equal(outputs, before)
    assert layer.step(hidden, *flat(windows), 0.1)[0] == alone


def test_padding_of_rows_stays_zero():
    outputs, hidden, windows = drawn(200, 16, 10)
    outputs[:, 10:], hidden[:, 10:] = 0, 0
    _, by_hidden, moved = stepped(outputs, hidden, windows)
    assert not by_hidden[:, 10:].any()
    assert not moved[:, 10:].any()
    assert (moved[:, :10] != outputs[:, :10]).any()


def test_examples_without_targets_cost_and_move_nothing():
    outputs, hidden, _ = drawn(40, 16, 3)
    value, by_hidden, moved = stepped(outputs, hidden, [[], [], []])
    assert value == 0
    assert not by_hidden.any()
    np.testing.assert_array_equal(moved, outputs)


def test_logits_of_hundreds_keep_the_loss_exact():
    outputs = np.zeros((300, 16), np.float32)
    outputs[:, 0] = np.linspace(-400, 400, 300)
    hidden = np.eye(2, 16, dtype=np.float32) * 3
    windows = [[0, 299], [1]]
    value, _, _ = stepped(outputs, hidden, windows)
    assert value == pytest.approx(2400 + np.log(300), rel=1e-6)


@pytest.mark.parametrize("bad", [np.nan, -np.nan, np.inf, 3e38])
def test_numbers_without_bound_reach_the_loss_and_move_nothing(bad):
    outputs, hidden, _ = drawn(1500, 16, 5)
    outputs[700] = bad
    hidden[:] = 10
    value, _, moved = stepped(outputs, hidden, [[1]] * 5)
    assert not np.isfinite(value)
    np.testing.assert_array_equal(moved, outputs)


BAD = {
    "must be float32 of shape": {"hidden": np.zeros((2, 16))},
    "shape \\(B, 16\\)": {"hidden": np.zeros((2, 17), np.float32)},
    "at most 4 examples": {"hidden": np.zeros((5, 16), np.float32)},
    "offsets must rise from 0, and be 3": {"offsets": np.array([0, 2, 1])},
    "as the last offset says, 3": {"offsets": np.array([0, 1, 3])},
    "from 0 to 9": {"targets": np.array([0, 10], np.int32)},
}


@pytest.mark.parametrize("message", BAD)
def test_examples_that_do_not_fit_are_refused(message):
    given = {
        "hidden": np.zeros((2, 16), np.float32),
        "offsets": np.array([0, 1, 2]),
        "targets": np.array([0, 9], np.int32),
    }
    layer = FullSoftmax(np.zeros((10, 16), np.float32), 4, 1)
    assert layer.loss(**given) == pytest.approx(2 * np.log(10))
    with pytest.raises(ParameterError, match=message):
        layer.loss(**given | BAD[message])
