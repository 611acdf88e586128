"""Optimisers over named parameters: rows, checkpoints, clipping, schedules."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.errors import ParameterError
from fastvec.layers.optimisers import AdaGrad, Adam, clip_global_norm, warmup_and_decay

from ..reference import optimisers as plain

MAKERS = [lambda: AdaGrad(0.2), lambda: Adam(0.05, 0.9, 0.99, 1e-6)]
OPTIMISERS = pytest.mark.parametrize("make", MAKERS, ids=["adagrad", "adam"])


def drawn(steps=4):
    """Return a parameter and gradients."""
    rng = np.random.default_rng(1)
    return rng.normal(size=(6, 5)).astype(np.float32), rng.normal(size=(steps, 6, 5))


def test_adagrad_starts_from_one_and_has_no_epsilon():
    start, gradients = drawn()
    parameters, optimiser = {"w": start.copy()}, AdaGrad(0.2)
    for gradient in gradients.astype(np.float32):
        optimiser.step(parameters, {"w": gradient})
    expected, sums = plain.adagrad(start, gradients, 0.2, 1.0)
    np.testing.assert_allclose(parameters["w"], expected, atol=1e-6)
    np.testing.assert_allclose(optimiser.state["sums/w"], sums, rtol=1e-6)


def test_adam_equals_its_definition():
    start, gradients = drawn(30)
    parameters, optimiser = {"w": start.copy()}, Adam(0.05, 0.9, 0.99, 1e-3)
    for gradient in gradients.astype(np.float32):
        optimiser.step(parameters, {"w": gradient})
    expected = plain.adam(start, gradients, 0.05, 0.9, 0.99, 1e-3)
    np.testing.assert_allclose(parameters["w"], expected, atol=1e-5)


@OPTIMISERS
def test_rows_move_as_in_a_whole_step_and_the_others_stay(make):
    start, gradients = drawn(3)
    rows = np.array([5, 0, 2], np.int32)
    biases = np.arange(6, dtype=np.float32)
    whole, part = ({"w": start.copy(), "b": biases.copy()} for _ in range(2))
    first, second = make(), make()
    for gradient in gradients.astype(np.float32):
        first.step(whole, {"w": gradient, "b": gradient[:, 0].copy()})
        touched = gradient[rows]
        given = {"w": touched, "b": touched[:, 0].copy()}
        second.step(part, given, rows={"w": rows, "b": rows})
    others = [1, 3, 4]
    for name, before in (("w", start), ("b", biases)):
        np.testing.assert_array_equal(part[name][rows], whole[name][rows])
        np.testing.assert_array_equal(part[name][others], before[others])
        assert (part[name][rows] != before[rows]).all()


@OPTIMISERS
def test_training_goes_on_from_a_kept_state(make):
    start, gradients = drawn(4)
    gradients = gradients.astype(np.float32)
    straight, optimiser = {"w": start.copy()}, make()
    for gradient in gradients:
        optimiser.step(straight, {"w": gradient})
    halves, before = {"w": start.copy()}, make()
    for gradient in gradients[:2]:
        before.step(halves, {"w": gradient})
    after = make()
    after.prepare(halves)
    assert after.state.keys() == before.state.keys()
    for name, array in before.state.items():
        after.state[name][...] = array
    for gradient in gradients[2:]:
        after.step(halves, {"w": gradient})
    np.testing.assert_array_equal(halves["w"], straight["w"])


@OPTIMISERS
def test_the_rate_factor_scales_the_step(make):
    start, gradients = drawn(1)
    gradient = gradients[0].astype(np.float32)
    once, half = {"w": start.copy()}, {"w": start.copy()}
    make().step(once, {"w": gradient})
    make().step(half, {"w": gradient}, 0.5)
    np.testing.assert_allclose(half["w"] - start, 0.5 * (once["w"] - start), atol=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: AdaGrad(0.0), "learning_rate"),
        (lambda: AdaGrad(0.1, 0.0), "initial"),
        (lambda: Adam(0.1, 1.0), "beta1"),
        (lambda: AdaGrad(0.1).step({"w": np.ones(3)}, {"w": np.ones(4)}), "gradient of w"),
        (lambda: AdaGrad(0.1).step({"w": np.ones((3, 4)).T}, {"w": np.ones((4, 3))}), "C order"),
    ],
)
def test_what_does_not_fit_is_refused(call, message):
    with pytest.raises(ParameterError, match=message):
        call()


def test_clipping_scales_all_gradients_to_the_limit():
    arrays = {"a": np.full(4, 3, np.float32), "b": np.full((2, 2), 4.0)}
    assert clip_global_norm(arrays, 100) == pytest.approx(10)
    np.testing.assert_array_equal(arrays["b"], 4)
    assert clip_global_norm(arrays, 5) == pytest.approx(10)
    np.testing.assert_allclose(arrays["a"], 1.5)
    np.testing.assert_allclose(arrays["b"], 2)
    assert clip_global_norm(list(arrays.values()), 5) == pytest.approx(5)


def test_clipping_tells_of_what_is_no_number_and_leaves_it():
    arrays = {"a": np.array([1, np.nan], np.float32), "b": np.ones(2, np.float32)}
    assert np.isnan(clip_global_norm(arrays, 0.1))
    np.testing.assert_array_equal(arrays["b"], 1)


def test_the_rate_rises_and_then_falls():
    factors = [warmup_and_decay(step, 4, 12, end=0.5) for step in range(15)]
    assert factors[:5] == [0.25, 0.5, 0.75, 1, 1]
    assert factors[8] == pytest.approx(0.75)
    assert factors[12:] == [0.5] * 3
    assert warmup_and_decay(0, 0) == warmup_and_decay(10**6, 0) == 1


@OPTIMISERS
def test_a_step_without_rows_moves_nothing(make):
    start, _ = drawn()
    parameters = {"w": start.copy()}
    nowhere = np.empty(0, np.int64)
    make().step(parameters, {"w": np.empty((0, 5), np.float32)}, rows={"w": nowhere})
    np.testing.assert_array_equal(parameters["w"], start)
