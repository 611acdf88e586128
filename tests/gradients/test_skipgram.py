"""Skip-gram: moves of each objective against the gradient of its loss."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.kernels.skipgram import Weights
from fastvec.kernels.tiles import TARGETS
from fastvec.models.word2vec.architectures import SkipGramArchitecture
from fastvec.models.word2vec.full_softmax import SoftmaxObjective
from fastvec.samplers.huffman import huffman_tree

from ..kernels.gradients import RATE, check_moves
from ..kernels.training import as_windows, random_weights, skipgram_noise, skipgram_tree
from ..reference import softmax
from ..reference.word2vec import loss, noise_signs, path_of

CONTEXTS = [[0], [1, 2], [3, 3, 1], [5, 4, 3, 2, 1, 4, 0]]
COUNTS = np.array([40, 20, 10, 6, 3, 1])


@pytest.mark.parametrize("negative", [1, 5, 10])
@pytest.mark.parametrize("contexts", CONTEXTS, ids=str)
def test_noise_moves_a_window_down_the_gradient(negative, contexts):
    generator = np.random.default_rng(negative)
    targets = generator.integers(0, 6, 1 + negative).tolist()
    signs = noise_signs(1 + negative)
    check_moves(
        random_weights(generator, 6, 16),
        lambda inputs, outputs: loss(inputs, outputs, contexts, targets, signs),
        lambda *weights: skipgram_noise(*weights, [contexts], [targets], RATE),
    )


@pytest.mark.parametrize("word", range(len(COUNTS)))
@pytest.mark.parametrize("contexts", CONTEXTS, ids=str)
def test_a_tree_moves_a_window_down_the_gradient(word, contexts):
    tree = huffman_tree(COUNTS, TARGETS)
    nodes, turns = path_of(tree, word)
    check_moves(
        random_weights(np.random.default_rng(word), 6, 16),
        lambda inputs, outputs: loss(inputs, outputs, contexts, nodes, turns),
        lambda *weights: skipgram_tree(*weights, [contexts], [word], tree, RATE),
    )


@pytest.mark.parametrize("centres", [[2, 0, 2], [4, 5, 1]], ids=str)
def test_the_full_softmax_moves_a_batch_down_the_gradient(centres):
    contexts = [[1, 3, 3], [5], [0, 1, 2, 4]]

    def train(*weights):
        objective = SoftmaxObjective(SkipGramArchitecture(), words=6, batch=3, threads=1)
        windows = as_windows(contexts, centres)
        tally = objective.learn(Weights(*weights), windows, 3, None, RATE, None)
        assert tally.pairs == 8
        return tally.loss

    check_moves(
        random_weights(np.random.default_rng(1), 6, 16),
        lambda inputs, outputs: softmax.loss(outputs, inputs[centres], contexts),
        train,
    )
