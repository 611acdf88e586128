from __future__ import annotations

import numpy as np
import pytest

from ..reference import word2vec as twin
from .training import random_weights, train

WORDS, DIM = 12, 32  # Few words, so that windows share them.


def some_windows(generator, sizes, negative):
    contexts = [generator.integers(0, WORDS, size).tolist() for size in sizes]
    targets = generator.integers(0, WORDS, (len(sizes), 1 + negative)).tolist()
    return contexts, targets


def both(weights, contexts, targets, rate):
    """Train with the kernel and, in float64, with its twin; return both losses and the twin's."""
    exact = tuple(matrix.astype(np.float64) for matrix in weights)
    loss = train(*weights, contexts, targets, rate)
    losses = [
        twin.train_window(*exact, window, words, rate)
        for window, words in zip(contexts, targets, strict=True)
    ]
    return loss, sum(losses), exact


@pytest.mark.parametrize(("dtype", "limit"), [(np.float64, 1e-6), (np.float32, 5e-6)])
@pytest.mark.parametrize("negative", [1, 5, 6, 10, 15])
@pytest.mark.parametrize("size", range(1, 11))
def test_a_window_moves_as_its_definition_says(dtype, limit, negative, size):
    generator = np.random.default_rng(100 * negative + size)
    weights = random_weights(generator, WORDS, DIM, dtype)
    contexts, targets = some_windows(generator, [size], negative)
    loss, exact_loss, exact = both(weights, contexts, targets, 0.125)
    np.testing.assert_allclose(weights[0], exact[0], atol=limit)
    np.testing.assert_allclose(weights[1], exact[1], atol=limit)
    assert loss == pytest.approx(exact_loss, rel=1e-5)


@pytest.mark.parametrize(("dtype", "limit"), [(np.float64, 1e-6), (np.float32, 2e-5)])
@pytest.mark.parametrize("negative", [1, 5, 10, 15])
def test_windows_are_trained_one_after_another(dtype, limit, negative):
    generator = np.random.default_rng(negative)
    weights = random_weights(generator, WORDS, DIM, dtype)
    contexts, targets = some_windows(generator, [*range(1, 11)] * 3, negative)
    loss, exact_loss, exact = both(weights, contexts, targets, 0.03125)
    np.testing.assert_allclose(weights[0], exact[0], atol=limit)
    np.testing.assert_allclose(weights[1], exact[1], atol=limit)
    assert loss == pytest.approx(exact_loss, rel=1e-5)


@pytest.mark.parametrize("scale", [1e-3, 1, 25])
@pytest.mark.parametrize("negative", [1, 5, 10, 15])
def test_the_loss_is_that_of_the_parameters(scale, negative):
    generator = np.random.default_rng(negative)
    weights = random_weights(generator, WORDS, DIM, np.float32, scale)
    before = [matrix.copy() for matrix in weights]
    contexts, targets = some_windows(generator, generator.integers(1, 11, 100), negative)
    loss = train(*weights, contexts, targets, 0.0)
    exact = sum(twin.loss(*before, c, t) for c, t in zip(contexts, targets, strict=True))
    assert loss / exact == pytest.approx(1, abs=1e-5)
    pairs = sum(map(len, contexts))
    assert loss / pairs == pytest.approx(exact / pairs, abs=1e-4)
    np.testing.assert_array_equal(weights, before)


def test_padding_of_rows_stays_zero():
    generator = np.random.default_rng(1)
    weights = random_weights(generator, WORDS, DIM, np.float32)
    for matrix in weights:
        matrix[:, 20:] = 0
    contexts, targets = some_windows(generator, [7] * 20, 5)
    train(*weights, contexts, targets, 0.1)
    assert not weights[0][:, 20:].any()
    assert not weights[1][:, 20:].any()


def test_a_diverged_row_shows_in_the_loss():
    weights = random_weights(np.random.default_rng(1), WORDS, DIM, np.float32)
    weights[0][3, 0] = np.nan
    with np.errstate(invalid="ignore"):
        assert np.isnan(train(*weights, [[1, 3]], [[0, 1, 2, 4, 5, 6]], 0.1))
