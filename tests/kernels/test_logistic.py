from __future__ import annotations

import numpy as np
import pytest

from fastvec.kernels.logistic import SECTION, exp_negative, logistic_steps

from ..reference.word2vec import steps

DTYPES = [np.float32, np.float64]


def learn(scores, signs, dtype=np.float32, rate=0.5, loss=(0.0, 1.0)):
    """Return the steps and the loss."""
    scores, signs = np.array(scores, dtype), np.array(signs, dtype)
    loss = np.array(loss)
    with np.errstate(invalid="ignore"):  # NumPy warns of NaN where the JIT is off.
        logistic_steps(scores, 0, len(scores), signs, dtype(rate), loss)
    return scores, loss[0] + np.log(loss[1])


@pytest.mark.parametrize(("low", "high"), [(0, 1), (1, 20), (20, 85.9)])
def test_the_exponential_is_as_good_as_its_module_says(low, high):
    x = np.linspace(low, high, 5000, dtype=np.float32)
    exact = np.exp(-x.astype(np.float64))
    error = np.abs([exp_negative(v) for v in x] / exact - 1)
    assert (error < 2e-7 + 8e-8 * x).all()
    logistic = 1 / (1 + np.array([exp_negative(v) for v in x], np.float64))
    assert np.abs(logistic - 1 / (1 + exact)).max() < 2e-7


def test_the_exponential_of_next_to_nothing_is_one():
    assert exp_negative(np.float32(0)) == 1
    assert exp_negative(np.float32(1e-30)) == pytest.approx(1, rel=2e-7)


@pytest.mark.parametrize("x", [86, 1e3, 1e30, np.inf])
def test_the_exponential_of_large_numbers_stops_above_zero(x):
    assert 0 < exp_negative(np.float32(x)) < 5e-38


@pytest.mark.filterwarnings("ignore:invalid value")
def test_the_exponential_of_nan_is_nan():
    assert np.isnan(exp_negative(np.float32(np.nan)))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scale", [0.01, 1, 30])
@pytest.mark.parametrize("count", [1, SECTION - 1, SECTION, SECTION + 1, 700])
def test_steps_and_loss_follow_the_definition(dtype, scale, count):
    generator = np.random.default_rng(count)
    # At 86 the exponential stops falling; see above.
    scores = np.clip(generator.normal(0, scale, count), -85, 85).astype(dtype)
    signs = generator.choice([-1.0, 1.0], count)
    moved, loss = learn(scores, signs, dtype)
    assert moved.dtype == dtype
    z = signs * scores.astype(np.float64)
    error = np.abs(moved / steps(z * signs, signs, 0.5) - 1)
    rounding = 0 if dtype == np.float32 else 6e-8  # The exponential takes a float32.
    assert (error < 4e-7 + (8e-8 + rounding) * np.abs(z)).all()
    exact = np.logaddexp(0, -signs * scores.astype(np.float64)).sum()
    assert loss == pytest.approx(exact, rel=2e-6, abs=1e-7 * count)


def test_only_the_named_stretch_of_scores_changes():
    scores = np.ones(10, np.float32)
    logistic_steps(scores, 3, 4, np.ones(4, np.float32), np.float32(0.1), np.array([0.0, 1.0]))
    assert np.flatnonzero(scores != 1).tolist() == [3, 4, 5, 6]


def test_far_off_scores_cost_their_distance_and_certain_ones_nothing():
    moved, loss = learn([-1000, 1000, 1000, -1000], [1, -1, 1, -1])
    assert loss == pytest.approx(2000)
    np.testing.assert_allclose(moved, [0.5, -0.5, 0, 0], atol=1e-30)


def test_padding_costs_log_2_and_moves_nothing():
    moved, loss = learn([3.0, -40.0, 0.0], [0, 0, 0])
    assert not moved.any()
    assert loss == pytest.approx(3 * np.log(2))


def test_losses_of_many_calls_add_up():
    loss = np.array([0.0, 1.0])
    for _ in range(200):
        logistic_steps(
            np.zeros(90, np.float32), 0, 90, np.ones(90, np.float32), np.float32(0.1), loss
        )
    assert loss[0] + np.log(loss[1]) == pytest.approx(200 * 90 * np.log(2))


@pytest.mark.parametrize("dtype", DTYPES)
def test_nan_and_infinity_reach_the_loss(dtype):
    moved, loss = learn([1.0, np.nan, 1.0], [1, -1, 1], dtype)
    assert np.isnan(loss)
    assert np.isnan(moved).tolist() == [False, True, False]
    moved, loss = learn([1.0, -np.inf, np.inf], [1, 1, -1], dtype)
    assert loss == np.inf
    np.testing.assert_array_equal(moved[1:], dtype([0.5, -0.5]))
