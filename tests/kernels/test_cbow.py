from __future__ import annotations

import numpy as np
import pytest

from ..reference import word2vec as twin
from .training import MIXINGS, cbow_noise, random_weights

WORDS, DIM = 12, 48  # Few words, so that windows share them.
SIZES = [*range(1, 11)] * 3
# Shares are float32; sums of up to ten rows are larger than those of skip-gram.
EXACT = [(np.float64, 1e-6, 1e-7), (np.float32, 5e-5, 1e-5)]


def some_windows(generator, negative):
    contexts = [generator.integers(0, WORDS, size).tolist() for size in SIZES]
    return contexts, generator.integers(0, WORDS, (len(SIZES), 1 + negative)).tolist()


@pytest.mark.parametrize(("dtype", "limit", "loss_limit"), EXACT)
@pytest.mark.parametrize("negative", [1, 5, 6, 10, 15])
@pytest.mark.parametrize("name", MIXINGS)
def test_windows_are_trained_as_their_definition_says(dtype, limit, loss_limit, negative, name):
    generator = np.random.default_rng(negative)
    weights = random_weights(generator, WORDS, DIM, dtype)
    exact = [matrix.astype(np.float64) for matrix in weights]
    contexts, targets = some_windows(generator, negative)
    loss = cbow_noise(*weights, contexts, targets, 0.03125, MIXINGS[name])
    signs = twin.noise_signs(1 + negative)
    windows = [(c, t, signs) for c, t in zip(contexts, targets, strict=True)]
    lost = twin.train_mixed_windows(*exact, windows, 0.03125, MIXINGS[name])
    np.testing.assert_allclose(weights[0], exact[0], atol=limit)
    np.testing.assert_allclose(weights[1], exact[1], atol=limit)
    assert loss == pytest.approx(lost, rel=loss_limit)


@pytest.mark.parametrize("name", MIXINGS)
def test_without_a_rate_the_loss_is_that_of_the_parameters(name):
    generator = np.random.default_rng(1)
    weights = random_weights(generator, WORDS, DIM, np.float32)
    before = [matrix.copy() for matrix in weights]
    contexts, targets = some_windows(generator, 5)
    loss = cbow_noise(*weights, contexts, targets, 0.0, MIXINGS[name])
    signs = twin.noise_signs(6)
    exact = sum(
        twin.mixed_loss(*before, c, t, signs, MIXINGS[name])
        for c, t in zip(contexts, targets, strict=True)
    )
    assert loss / len(SIZES) == pytest.approx(exact / len(SIZES), abs=1e-4)
    np.testing.assert_array_equal(weights, before)


def test_padding_of_rows_stays_zero():
    generator = np.random.default_rng(1)
    weights = random_weights(generator, WORDS, DIM, np.float32)
    for matrix in weights:
        matrix[:, 40:] = 0
    cbow_noise(*weights, *some_windows(generator, 5), 0.1, MIXINGS["mean"])
    assert not weights[0][:, 40:].any()
    assert not weights[1][:, 40:].any()


@pytest.mark.parametrize("side", [0, 1])
def test_a_diverged_row_shows_in_the_loss(side):
    weights = random_weights(np.random.default_rng(1), WORDS, DIM, np.float32)
    weights[side][3, 0] = np.nan
    with np.errstate(invalid="ignore"):
        loss = cbow_noise(*weights, [[1, 3, 3]], [[3, 1, 2]], 0.1, MIXINGS["mean"])
    assert np.isnan(loss)
