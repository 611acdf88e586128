"""CBOW and hierarchical softmax: moves against central differences of the loss as defined."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.kernels.cbow import Learning, Mixing, train_cbow, train_cbow_hierarchical
from fastvec.kernels.hierarchical import Tree, train_windows_hierarchical
from fastvec.kernels.skipgram import Weights
from fastvec.kernels.tiles import TARGETS
from fastvec.models.objectives import target_signs
from fastvec.samplers.huffman import huffman_tree

from ..kernels.training import as_windows, random_weights

RATE = 2.0**-30
STEP = 1e-5
COUNTS = np.array([40, 20, 10, 6, 3, 1])
MIXINGS = {"mean": Mixing(1.0, 1.0), "sum": Mixing(0.0, 0.0)}
CONTEXTS = [[0], [1, 2], [3, 3, 1], [5, 4, 3, 2, 1, 4, 0]]


def noise_loss(hidden, outputs, targets) -> float:
    """-log sigmoid(h . o) for the first target and -log sigmoid(-h . o) for the others."""
    signs = np.array([1.0] + [-1.0] * (len(targets) - 1))
    return float(np.logaddexp(0, -signs * (outputs[targets] @ hidden)).sum())


def path_loss(hidden, outputs, path) -> float:
    """-log of the product of the turns' probabilities."""
    nodes, turns = path
    return float(np.logaddexp(0, -turns * (outputs[nodes] @ hidden)).sum())


def differences(weights, loss):
    """Return the derivatives of ``loss(*weights)`` by every number of both matrices."""
    gradients = [np.zeros_like(matrix) for matrix in weights]
    for matrix, gradient in zip(weights, gradients, strict=True):
        for place in np.ndindex(matrix.shape):
            at = matrix[place]
            matrix[place] = at + STEP
            above = loss(*weights)
            matrix[place] = at - STEP
            gradient[place] = (above - loss(*weights)) / (2 * STEP)
            matrix[place] = at
    return gradients


def path_of(tree, word):
    start = tree.offsets[word]
    entries = slice(start, start + tree.lengths[word])
    return tree.points[entries], tree.signs[entries].astype(np.float64)


def learning(signs, dim=8):
    """Room for a window, in float64."""
    return Learning(
        signs.astype(np.float64), np.empty(signs.size), np.zeros((2, dim)), np.array([0.0, 1.0])
    )


def tree_learning(tree, rows):
    blocks = int(np.diff(tree.offsets).max()) // TARGETS
    return learning(np.zeros((blocks, (rows + rows % 2) * TARGETS)))


def check(weights, loss, train):
    """Train in place and compare the moves with minus the gradient."""
    gradients = differences(weights, loss)
    before = [matrix.copy() for matrix in weights]
    value = loss(*weights)
    reported = train(Weights(*weights))
    assert reported == pytest.approx(value, rel=1e-6)
    for after, start, gradient in zip(weights, before, gradients, strict=True):
        assert np.abs(gradient).max() > 0.01
        np.testing.assert_allclose((after - start) / RATE, -gradient, atol=3e-6)


@pytest.mark.parametrize("mixing", MIXINGS)
@pytest.mark.parametrize("contexts", CONTEXTS)
def test_cbow_moves_down_the_gradient(mixing, contexts):
    generator = np.random.default_rng(len(contexts))
    targets = [2, 0, 5, 1, 1, 3]
    combine = np.mean if mixing == "mean" else np.sum

    def loss(inputs, outputs):
        return noise_loss(combine(inputs[contexts], axis=0), outputs, targets)

    def train(weights):
        own = learning(target_signs(5, 1))
        windows = as_windows([contexts], targets[:1])
        train_cbow(weights, MIXINGS[mixing], windows, 1, np.array([targets], np.int32), RATE, own)
        return own.loss[0] + np.log(own.loss[1])

    check(random_weights(generator, 6, 8), loss, train)


def test_the_classic_mean_moves_each_context_by_the_whole_error():
    """D9: word2vec.c's update is the corrected one times the number of contexts."""
    contexts, targets = [0, 1, 2, 3], np.array([[4, 0, 5, 1, 1, 3]], np.int32)
    moves = []
    for mixing in (Mixing(1.0, 0.0), Mixing(1.0, 1.0)):
        inputs, outputs = random_weights(np.random.default_rng(0), 6, 8)
        before = inputs.copy()
        windows = as_windows([contexts], [4])
        own = learning(target_signs(5, 1))
        train_cbow(Weights(inputs, outputs), mixing, windows, 1, targets, RATE, own)
        moves.append((inputs - before) / RATE)
    np.testing.assert_allclose(moves[0], 4 * moves[1], atol=1e-5)
    assert np.abs(moves[0]).max() > 0.01


@pytest.mark.parametrize("word", range(len(COUNTS)))
@pytest.mark.parametrize("contexts", CONTEXTS)
def test_skipgram_with_a_tree_moves_down_the_gradient(word, contexts):
    tree = huffman_tree(COUNTS, TARGETS)
    path = path_of(tree, word)

    def loss(inputs, outputs):
        return sum(path_loss(inputs[context], outputs, path) for context in contexts)

    def train(weights):
        own = tree_learning(tree, len(contexts))
        windows = as_windows([contexts], [word])
        train_windows_hierarchical(
            weights, windows, 1, Tree(*tree[:3]), own.signs, RATE, own.scores, own.loss
        )
        padding = len(contexts) * (np.diff(tree.offsets)[word] - tree.lengths[word])
        return own.loss[0] + np.log(own.loss[1]) - padding * np.log(2)

    check(random_weights(np.random.default_rng(word), 6, 8), loss, train)


@pytest.mark.parametrize("mixing", MIXINGS)
def test_cbow_with_a_tree_moves_down_the_gradient(mixing):
    tree = huffman_tree(COUNTS, TARGETS)
    contexts, word = [1, 4, 2], 3
    path = path_of(tree, word)
    combine = np.mean if mixing == "mean" else np.sum

    def loss(inputs, outputs):
        return path_loss(combine(inputs[contexts], axis=0), outputs, path)

    def train(weights):
        own = tree_learning(tree, 1)
        windows = as_windows([contexts], [word])
        train_cbow_hierarchical(weights, MIXINGS[mixing], windows, 1, Tree(*tree[:3]), RATE, own)
        padding = np.diff(tree.offsets)[word] - tree.lengths[word]
        return own.loss[0] + np.log(own.loss[1]) - padding * np.log(2)

    check(random_weights(np.random.default_rng(3), 6, 8), loss, train)


def test_the_probabilities_of_all_words_sum_to_one():
    """D8: a path's product of turns is a probability."""
    tree = huffman_tree(COUNTS)
    generator = np.random.default_rng(0)
    hidden, outputs = generator.normal(size=8), generator.normal(size=(6, 8))
    total = sum(np.exp(-path_loss(hidden, outputs, path_of(tree, word))) for word in range(6))
    assert total == pytest.approx(1)
