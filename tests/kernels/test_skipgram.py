from __future__ import annotations

import numpy as np
import pytest

from ..reference import word2vec as twin
from .training import random_weights, skipgram_noise

WORDS, DIM = 12, 48  # Few words, so that windows share them.
EXACT = [(np.float64, 1e-12, 1e-12), (np.float32, 2e-5, 1e-5)]


def some_windows(generator, sizes, negative):
    contexts = [generator.integers(0, WORDS, size).tolist() for size in sizes]
    targets = generator.integers(0, WORDS, (len(sizes), 1 + negative)).tolist()
    return contexts, targets


def check(weights, contexts, targets, rate, limit, loss_limit):
    """Train with the kernel and, in float64, with its twin."""
    exact = tuple(matrix.astype(np.float64) for matrix in weights)
    loss = skipgram_noise(*weights, contexts, targets, rate)
    signs = twin.noise_signs(len(targets[0]))
    losses = [
        twin.train_window(*exact, window, words, signs, rate)
        for window, words in zip(contexts, targets, strict=True)
    ]
    np.testing.assert_allclose(weights[0], exact[0], atol=limit)
    np.testing.assert_allclose(weights[1], exact[1], atol=limit)
    assert loss == pytest.approx(sum(losses), rel=loss_limit)


@pytest.mark.parametrize(("dtype", "limit", "loss_limit"), EXACT)
@pytest.mark.parametrize("negative", [1, 5, 6, 10, 15])
@pytest.mark.parametrize("size", range(1, 11))
def test_a_window_moves_as_its_definition_says(dtype, limit, loss_limit, negative, size):
    generator = np.random.default_rng(100 * negative + size)
    weights = random_weights(generator, WORDS, DIM, dtype)
    contexts, targets = some_windows(generator, [size], negative)
    check(weights, contexts, targets, 0.125, limit, loss_limit)


@pytest.mark.parametrize(("dtype", "limit", "loss_limit"), EXACT)
@pytest.mark.parametrize("negative", [1, 5, 10, 15])
def test_windows_are_trained_one_after_another(dtype, limit, loss_limit, negative):
    generator = np.random.default_rng(negative)
    weights = random_weights(generator, WORDS, DIM, dtype)
    contexts, targets = some_windows(generator, [*range(1, 11)] * 3, negative)
    check(weights, contexts, targets, 0.03125, limit, loss_limit)


@pytest.mark.parametrize("scale", [1e-3, 1, 25])
@pytest.mark.parametrize("negative", [1, 5, 10, 15])
def test_the_loss_is_that_of_the_parameters(scale, negative):
    generator = np.random.default_rng(negative)
    weights = random_weights(generator, WORDS, DIM, np.float32, scale)
    before = [matrix.copy() for matrix in weights]
    contexts, targets = some_windows(generator, generator.integers(1, 11, 100), negative)
    loss = skipgram_noise(*weights, contexts, targets, 0.0)
    signs = twin.noise_signs(1 + negative)
    exact = sum(twin.loss(*before, c, t, signs) for c, t in zip(contexts, targets, strict=True))
    assert loss / exact == pytest.approx(1, abs=1e-5)
    pairs = sum(map(len, contexts))
    assert loss / pairs == pytest.approx(exact / pairs, abs=1e-4)
    np.testing.assert_array_equal(weights, before)


def test_padding_of_rows_stays_zero():
    generator = np.random.default_rng(1)
    weights = random_weights(generator, WORDS, DIM, np.float32)
    for matrix in weights:
        matrix[:, 40:] = 0
    contexts, targets = some_windows(generator, [7] * 20, 5)
    skipgram_noise(*weights, contexts, targets, 0.1)
    assert not weights[0][:, 40:].any()
    assert not weights[1][:, 40:].any()


@pytest.mark.parametrize("negative", [5, 4])
def test_a_diverged_row_shows_in_the_loss(negative):
    weights = random_weights(np.random.default_rng(1), WORDS, DIM, np.float32)
    weights[0][3, 0] = np.nan
    targets = [[0, 1, 2, 4, 5, 6][: 1 + negative]]
    with np.errstate(invalid="ignore"):
        assert np.isnan(skipgram_noise(*weights, [[1, 3]], targets, 0.1))
