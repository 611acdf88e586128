"""CBOW: moves of each objective against the gradient of its loss."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.kernels.hidden import BLOCK
from fastvec.kernels.skipgram import Weights
from fastvec.models.word2vec.architectures import CBOWArchitecture
from fastvec.models.word2vec.full_softmax import SoftmaxObjective
from fastvec.samplers.huffman import huffman_tree

from ..kernels.gradients import RATE, check_moves
from ..kernels.training import MIXINGS, as_windows, cbow_noise, cbow_tree, random_weights
from ..reference import softmax
from ..reference.word2vec import hidden_loss, mixed, mixed_loss, noise_signs, path_of

CONTEXTS = [[0], [1, 2], [3, 3, 1], [5, 4, 3, 2, 1, 4, 0]]
COUNTS = np.array([40, 20, 10, 6, 3, 1])
TRUE_GRADIENTS = ["mean", "sum"]  # The classic mean's is another; see D9.


@pytest.mark.parametrize("name", TRUE_GRADIENTS)
@pytest.mark.parametrize("negative", [1, 5, 10])
@pytest.mark.parametrize("contexts", CONTEXTS, ids=str)
def test_noise_moves_a_window_down_the_gradient(name, negative, contexts):
    generator = np.random.default_rng(negative)
    targets = generator.integers(0, 6, 1 + negative).tolist()
    signs, mixing = noise_signs(1 + negative), MIXINGS[name]
    check_moves(
        random_weights(generator, 6, 16),
        lambda inputs, outputs: mixed_loss(inputs, outputs, contexts, targets, signs, mixing),
        lambda *weights: cbow_noise(*weights, [contexts], [targets], RATE, mixing),
    )


@pytest.mark.parametrize("name", TRUE_GRADIENTS)
@pytest.mark.parametrize("word", range(len(COUNTS)))
def test_a_tree_moves_a_window_down_the_gradient(name, word):
    tree = huffman_tree(COUNTS, BLOCK)
    nodes, turns = path_of(tree, word)
    contexts, mixing = [1, 4, 2, 4], MIXINGS[name]
    check_moves(
        random_weights(np.random.default_rng(word), 6, 16),
        lambda inputs, outputs: mixed_loss(inputs, outputs, contexts, nodes, turns, mixing),
        lambda *weights: cbow_tree(*weights, [contexts], [word], tree, RATE, mixing),
    )


@pytest.mark.parametrize("name", TRUE_GRADIENTS)
@pytest.mark.parametrize("centres", [[2, 0, 2], [4, 5, 1]], ids=str)
def test_the_full_softmax_moves_a_batch_down_the_gradient(name, centres):
    contexts, mixing = [[1, 3, 3], [5], [0, 1, 2, 4]], MIXINGS[name]

    def loss(inputs, outputs):
        hidden = [mixed(inputs, window, mixing) for window in contexts]
        return softmax.loss(outputs, hidden, [[centre] for centre in centres])

    def train(*weights):
        objective = SoftmaxObjective(CBOWArchitecture(mixing), words=6, batch=3, threads=1)
        windows = as_windows(contexts, centres)
        tally = objective.learn(Weights(*weights), windows, 3, None, RATE, None)
        assert tally.pairs == 3
        return tally.loss

    check_moves(random_weights(np.random.default_rng(1), 6, 16), loss, train)


@pytest.mark.parametrize("train", ["noise", "tree", "softmax"])
def test_the_classic_mean_moves_each_context_by_the_whole_error(train):
    """D9: word2vec.c's update is the corrected one times the number of contexts."""
    contexts, tree = [0, 1, 2, 3], huffman_tree(COUNTS, BLOCK)

    def softmax_step(*weights, mixing):
        objective = SoftmaxObjective(CBOWArchitecture(mixing), words=6, batch=3, threads=1)
        objective.learn(Weights(*weights), as_windows([contexts], [4]), 1, None, RATE, None)

    steps = {
        "noise": lambda *weights, mixing: cbow_noise(
            *weights, [contexts], [[4, 0, 5, 1, 1, 3]], RATE, mixing
        ),
        "tree": lambda *weights, mixing: cbow_tree(*weights, [contexts], [4], tree, RATE, mixing),
        "softmax": softmax_step,
    }
    moves = []
    for name in ("classic", "mean"):
        inputs, outputs = random_weights(np.random.default_rng(0), 6, 16)
        before = inputs.copy()
        steps[train](inputs, outputs, mixing=MIXINGS[name])
        moves.append((inputs - before) / RATE)
    np.testing.assert_allclose(moves[0], 4 * moves[1], atol=1e-6)
    assert np.abs(moves[0]).max() > 0.01


def test_the_probabilities_of_all_words_sum_to_one():
    """D8: a path's product of turns is a probability."""
    tree = huffman_tree(COUNTS)
    generator = np.random.default_rng(0)
    hidden, outputs = generator.normal(size=8), generator.normal(size=(6, 8))
    chances = [np.exp(-hidden_loss(hidden, outputs, *path_of(tree, word))) for word in range(6)]
    assert sum(chances) == pytest.approx(1)
