"""Call the training kernels with plain lists."""

from __future__ import annotations

from itertools import accumulate

import numpy as np

from fastvec.kernels.cbow import Learning, Mixing, train_cbow, train_cbow_hierarchical
from fastvec.kernels.hidden import BLOCK
from fastvec.kernels.hierarchical import Tree, train_windows_hierarchical
from fastvec.kernels.logistic import SLACK
from fastvec.kernels.noise import pool_words
from fastvec.kernels.skipgram import Weights, train_windows
from fastvec.kernels.tiles import TARGETS
from fastvec.kernels.windows import Windows
from fastvec.models.word2vec import objectives
from fastvec.models.word2vec.objectives import target_signs
from fastvec.models.word2vec.runs import STREAMS
from fastvec.samplers.unigram import keep_probabilities, keep_thresholds

from ..reference import sampling
from ..reference.blocks import numbered
from ..reference.sampling import Stream

MIXINGS = {
    "mean": Mixing(forward=1.0, backward=1.0),
    "sum": Mixing(forward=0.0, backward=0.0),
    "classic": Mixing(forward=1.0, backward=0.0),
}


def as_windows(contexts, centres) -> Windows:
    """Lay windows out as the kernels take them."""
    return Windows(
        np.array(centres, np.int32),
        np.array([0, *accumulate(map(len, contexts))], np.int64),
        np.array([word for window in contexts for word in window], np.int32),
    )


def padded(targets, block) -> np.ndarray:
    """Fill the windows' targets up to whole blocks with their first one."""
    width = -(-len(targets[0]) // block) * block
    return np.array([[*row, *row[:1] * (width - len(row))] for row in targets], np.int32)


def learning(signs, most_targets, contexts, inputs) -> Learning:
    """Allocate as a thread does; rows must be padded to whole vectors."""
    most_contexts, dim = max(map(len, contexts)), inputs.shape[1]
    own = objectives.learning(signs, most_targets, most_contexts, dim, inputs.dtype)
    own.loss[:] = 0.0, 1.0
    return own


def noise_learning(contexts, words, negative, inputs) -> Learning:
    """Allocate for negative sampling."""
    signs = target_signs(negative, words.shape[1])
    return learning(signs, words.shape[1], contexts, inputs)


def kernel_tree(tree) -> Tree:
    """Return a tree as kernels take it; what follows the signs may be anything."""
    signs = np.append(tree.signs, [99] * SLACK).astype(np.int8)
    return Tree(tree.offsets, tree.points, signs, tree.lengths)


def tree_learning(tree, contexts, inputs) -> Learning:
    """Allocate for the longest path."""
    return learning(np.empty(0, np.int8), int(np.diff(tree.offsets).max()), contexts, inputs)


def total(own: Learning) -> float:
    """Return the summed loss."""
    return own.loss[0] + np.log(own.loss[1])


def skipgram_noise(inputs, outputs, contexts, targets, rate) -> float:
    """Train skip-gram windows against their targets; return the loss."""
    words = padded(targets, TARGETS)
    own = noise_learning(contexts, words, len(targets[0]) - 1, inputs)
    own.signs[-SLACK:] = 99
    train_windows(
        Weights(inputs, outputs), as_windows(contexts, words[:, 0]), len(contexts), words,
        own.signs, inputs.dtype.type(rate), own.scores, own.loss,
    )  # fmt: skip
    return total(own)


def cbow_noise(inputs, outputs, contexts, targets, rate, mixing) -> float:
    """Train CBOW windows against their targets; return the loss."""
    words = padded(targets, BLOCK)
    own = noise_learning(contexts, words, len(targets[0]) - 1, inputs)
    train_cbow(
        Weights(inputs, outputs), mixing, as_windows(contexts, words[:, 0]), len(contexts), words,
        inputs.dtype.type(rate), own,
    )  # fmt: skip
    return total(own)


def skipgram_tree(inputs, outputs, contexts, centres, tree, rate) -> float:
    """Train skip-gram windows against the paths to their centres; return the loss."""
    own = tree_learning(tree, contexts, inputs)
    train_windows_hierarchical(
        Weights(inputs, outputs), as_windows(contexts, centres), len(contexts),
        kernel_tree(tree), inputs.dtype.type(rate), own.scores, own.loss,
    )  # fmt: skip
    return total(own)


def cbow_tree(inputs, outputs, contexts, centres, tree, rate, mixing) -> float:
    """Train CBOW windows against the paths to their centres; return the loss."""
    own = tree_learning(tree, contexts, inputs)
    train_cbow_hierarchical(
        Weights(inputs, outputs), mixing, as_windows(contexts, centres), len(contexts),
        kernel_tree(tree), inputs.dtype.type(rate), own,
    )  # fmt: skip
    return total(own)


def twin_stream(config, run) -> Stream:
    """Return a run's random numbers."""
    group, place = divmod(run.number, STREAMS)
    source = np.random.SeedSequence((config.seed, run.epoch, group))
    return Stream(source.generate_state(4 * STREAMS)[4 * place : 4 * place + 4])


def twin_thresholds(config, counts) -> np.ndarray:
    """Return the random numbers below which words are kept."""
    return keep_thresholds(keep_probabilities(counts, config.sample, config.sample_rule))


def twin_targets(config, centres, table, stream, places) -> list[list[int]]:
    """Draw all noise words of a run, then deal them: places of a list that they go on with.

    The list matters where the neighbour of a centre stands in for it.
    """
    negative, pooled = config.negative, config.negative_sharing == "pool"
    number = pool_words(len(centres)) if pooled else len(centres) * (1 + negative)
    words = numbered(sampling.draw_words(*table, number, stream), places)
    own = [places[centre] for centre in centres]
    if pooled:
        dealt = sampling.pooled_targets(own, negative, words, len(places), stream)
    else:
        dealt = sampling.fresh_targets(own, negative, words, len(places))
    order = list(places)
    return [[order[place] for place in row] for row in dealt]


def random_weights(generator, words, dim, dtype=np.float64, scale=1.0):
    """Return two matrices whose products are about as large as ``scale``."""
    spread = np.sqrt(scale) / dim**0.25
    return tuple(generator.normal(0, spread, (words, dim)).astype(dtype) for _ in range(2))
