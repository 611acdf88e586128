from __future__ import annotations

import numpy as np
import pytest

from fastvec.kernels.logistic import (
    PERIOD,
    SECTION,
    SLACK,
    logistic_steps,
)
from fastvec.kernels.simd import vector_room

from ..reference.word2vec import steps

DTYPES = [np.float32, np.float64]
EXACT = {np.float32: 2e-7, np.float64: 1e-15}
COUNTS = [1, 6, 8, 23, 24, SECTION - 1, SECTION, SECTION + 1, 700]
GUARD = 3


def room_for(period, before=0):
    """Lay six signs between numbers that do not matter."""
    around = [np.full(size, 99) for size in (before, SLACK)]
    return np.concatenate([around[0], np.resize(period, PERIOD), around[1]]).astype(np.int8)


def learn(scores, signs, dtype=np.float32, rate=0.5):
    """Return the steps and the loss; signs are repeated as the kernel does."""
    room = np.full(vector_room(len(scores)), 7, dtype)
    room[: len(scores)] = scores
    loss = np.array([0.0, 1.0])
    with np.errstate(invalid="ignore"):  # NumPy warns of NaN where the JIT is off.
        logistic_steps(room, 0, len(scores), room_for(signs, 3), 3, dtype(rate), loss)
    return room[: len(scores)], loss[0] + np.log(loss[1])


def error_of_exponential(x, dtype):
    """The relative error that the module promises of exp(-x)."""
    return 2e-7 + 8e-8 * x if dtype == np.float32 else 1e-15 * (1 + x)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("low", "high"), [(0, 1), (1, 20), (20, 85.9)])
def test_the_logistic_function_is_as_good_as_its_module_says(dtype, low, high):
    x = np.linspace(low, high, 5000).astype(dtype)
    exact = np.exp(-x.astype(np.float64))
    near, _ = learn(-x, [1.0], dtype, rate=1.0)  # 1 / (1 + exp(-x))
    far, _ = learn(x, [1.0], dtype, rate=1.0)  # exp(-x) / (1 + exp(-x))
    assert np.abs(near - 1 / (1 + exact)).max() < EXACT[dtype]
    assert np.abs(far - exact / (1 + exact)).max() < EXACT[dtype]
    relative = np.abs(far / (exact / (1 + exact)) - 1)
    assert (relative < 1.5 * error_of_exponential(x, dtype)).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scale", [0.01, 1, 30])
@pytest.mark.parametrize("count", COUNTS)
def test_steps_and_loss_follow_the_definition(dtype, scale, count):
    generator = np.random.default_rng(count)
    # At 86 the exponential stops falling; see below.
    scores = np.clip(generator.normal(0, scale, count), -85, 85).astype(dtype)
    period = generator.choice([-1.0, 0.0, 1.0], PERIOD)
    signs = np.resize(period, count)
    moved, loss = learn(scores, period, dtype)
    assert moved.dtype == dtype
    z = signs * scores.astype(np.float64)
    limit = 2 * error_of_exponential(np.abs(z), dtype)
    exact = steps(z * signs, signs, 0.5)
    assert (np.abs(moved - exact) <= limit * np.abs(exact)).all()
    exact = np.logaddexp(0, -z[signs != 0]).sum()
    assert loss == pytest.approx(exact, rel=2e-6, abs=1e-7 * count)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("beyond", [1.0, np.nan, np.inf])
def test_nothing_is_written_beyond_whole_vectors_and_what_lies_there_does_not_matter(
    dtype, count, beyond
):
    room = vector_room(count)
    scores = np.full(GUARD + room + GUARD, beyond, dtype)
    scores[GUARD : GUARD + count] = 1
    loss = np.array([0.0, 1.0])
    logistic_steps(scores, GUARD, count, room_for([1]), 0, dtype(0.5), loss)
    assert np.array_equal(scores[:GUARD], np.full(GUARD, beyond, dtype), equal_nan=True)
    assert np.array_equal(scores[GUARD + room :], np.full(GUARD, beyond, dtype), equal_nan=True)
    assert not scores[GUARD + count : GUARD + room].any()
    np.testing.assert_allclose(scores[GUARD : GUARD + count], 0.5 / (1 + np.e), rtol=1e-6)
    exact = count * np.log1p(np.exp(-1))
    assert loss[0] + np.log(loss[1]) == pytest.approx(exact, rel=1e-6)


@pytest.mark.parametrize(("count", "room"), [(1, 8), (8, 8), (9, 16), (384, 384), (385, 392)])
def test_room_is_for_whole_vectors(count, room):
    assert vector_room(count) == room


def test_far_off_scores_cost_their_distance_and_certain_ones_nothing():
    moved, loss = learn([-1000, 1000, 1000, -1000], [1, -1, 1, -1])
    assert loss == pytest.approx(2000)
    np.testing.assert_allclose(moved, [0.5, -0.5, 0, 0], atol=1e-30)


@pytest.mark.parametrize("z", [86, 1e3, 1e30])
def test_the_step_of_a_certain_word_is_next_to_nothing(z):
    moved, loss = learn([z, -z], [1, -1], rate=1.0)
    assert 0 <= moved[0] == -moved[1] < 5e-38
    assert loss == 0


@pytest.mark.parametrize("dtype", DTYPES)
def test_padding_costs_and_moves_nothing(dtype):
    moved, loss = learn([3.0, -40.0, 0.0, 1e30], [0], dtype)
    assert not moved.any()
    assert loss == 0


def test_losses_of_many_calls_add_up():
    loss, signs = np.array([0.0, 1.0]), room_for([1])
    for _ in range(200):
        logistic_steps(np.zeros(96, np.float32), 0, 90, signs, 0, np.float32(0.1), loss)
    assert loss[0] + np.log(loss[1]) == pytest.approx(200 * 90 * np.log(2))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("count", [3, 400])
def test_nan_and_infinity_reach_the_loss(dtype, count):
    scores = np.ones(count)
    scores[1] = np.nan
    moved, loss = learn(scores, [1.0, -1.0], dtype)
    assert np.isnan(loss)
    assert np.flatnonzero(np.isnan(moved)).tolist() == [1]
    scores[[1, 2]] = np.inf, -np.inf
    moved, loss = learn(scores, [1.0, -1.0], dtype)
    assert loss == np.inf
    np.testing.assert_array_equal(moved[1:3], dtype([-0.5, 0.5]))
    assert learn([np.inf, -np.inf], [1.0, -1.0], dtype)[1] == 0  # Certain, and right.


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_padded_score_that_is_no_number_reaches_the_loss(dtype):
    assert np.isnan(learn([1.0, np.nan], [1.0, 0.0], dtype)[1])
