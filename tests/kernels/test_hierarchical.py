from __future__ import annotations

import numpy as np
import pytest

from fastvec.kernels.hidden import BLOCK
from fastvec.kernels.tiles import TARGETS
from fastvec.samplers.huffman import huffman_tree

from ..reference import word2vec as twin
from .training import MIXINGS, cbow_tree, random_weights, skipgram_tree

DIM, RATE = 48, 0.03125
COUNTS = 2 ** np.arange(14, -1, -1)  # Paths of 1 to 14 turns.
WORDS = len(COUNTS)
TILES, BLOCKS = (huffman_tree(COUNTS, size) for size in (TARGETS, BLOCK))
SIZES = [*range(1, 11)] * 3
EXACT = [(np.float64, 1e-6, 1e-7), (np.float32, 5e-5, 1e-5)]


def some_windows(generator):
    contexts = [generator.integers(0, WORDS, size).tolist() for size in SIZES]
    return contexts, generator.permutation([*range(WORDS)] * 2)[: len(SIZES)].tolist()


def check(weights, exact, loss, losses, limit, loss_limit):
    np.testing.assert_allclose(weights[0], exact[0], atol=limit)
    np.testing.assert_allclose(weights[1], exact[1], atol=limit)
    assert loss == pytest.approx(sum(losses), rel=loss_limit)


@pytest.mark.parametrize(("dtype", "limit", "loss_limit"), EXACT)
@pytest.mark.parametrize("seed", range(3))
def test_every_context_is_trained_against_the_path(dtype, limit, loss_limit, seed):
    generator = np.random.default_rng(seed)
    weights = random_weights(generator, WORDS, DIM, dtype)
    exact = [matrix.astype(np.float64) for matrix in weights]
    contexts, centres = some_windows(generator)
    loss = skipgram_tree(*weights, contexts, centres, TILES, RATE)
    losses = [
        twin.train_window(*exact, window, *twin.path_of(TILES, centre), RATE)
        for window, centre in zip(contexts, centres, strict=True)
    ]
    check(weights, exact, loss, losses, limit, loss_limit)


@pytest.mark.parametrize(("dtype", "limit", "loss_limit"), EXACT)
@pytest.mark.parametrize("name", MIXINGS)
def test_the_contexts_together_are_trained_against_the_path(dtype, limit, loss_limit, name):
    generator = np.random.default_rng(4)
    weights = random_weights(generator, WORDS, DIM, dtype)
    exact = [matrix.astype(np.float64) for matrix in weights]
    contexts, centres = some_windows(generator)
    loss = cbow_tree(*weights, contexts, centres, BLOCKS, RATE, MIXINGS[name])
    windows = [
        (c, *twin.path_of(BLOCKS, centre)) for c, centre in zip(contexts, centres, strict=True)
    ]
    lost = twin.train_mixed_windows(*exact, windows, RATE, MIXINGS[name])
    check(weights, exact, loss, [lost], limit, loss_limit)


def test_a_diverged_node_shows_in_the_loss():
    weights = random_weights(np.random.default_rng(1), WORDS, DIM, np.float32)
    weights[1][twin.path_of(TILES, 14)[0][-1], 0] = np.nan
    with np.errstate(invalid="ignore"):
        assert np.isnan(skipgram_tree(*weights, [[1, 3]], [14], TILES, RATE))
        assert np.isnan(cbow_tree(*weights, [[1, 3]], [14], BLOCKS, RATE, MIXINGS["mean"]))
