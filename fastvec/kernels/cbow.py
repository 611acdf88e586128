"""CBOW: a window's contexts act together, as one hidden row against the centre's targets."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fastvec.kernels.hierarchical import Tree, spread_signs
from fastvec.kernels.jit import Array, kernel
from fastvec.kernels.skipgram import AHEAD, Weights, train_window
from fastvec.kernels.tiles import prefetch_row
from fastvec.kernels.windows import Windows

BEFORE, HIDDEN = 0, 1  # Rows of the scratch matrix.


class Mixing(NamedTuple):
    """How contexts make the hidden row, and how its error goes back.

    0 takes sums, 1 divides by the number of contexts: (1, 0) is the classic mean
    of word2vec.c, (1, 1) the mean with its true gradient, (0, 0) the sum.
    """

    forward: float
    backward: float


class Learning(NamedTuple):
    """What one thread's windows write to beside the weights."""

    signs: Array  # (blocks, scores of a block) float; see `skipgram.train_windows`
    scores: Array  # float: scratch of one window
    hidden: Array  # (2, D) float: scratch
    loss: Array  # (2,) float64; see `logistic.logistic_steps`


@kernel
def gather_hidden(inputs: Array, contexts: Array, forward: float, hidden: Array) -> None:
    """Write the contexts' sum or mean to both rows of ``hidden``."""
    total = hidden[HIDDEN]
    total[:] = 0
    for context in contexts:
        row = inputs[context]
        for k in range(len(total)):
            total[k] += row[k]
    scale = total.dtype.type(1 + forward * (1 / len(contexts) - 1))
    before = hidden[BEFORE]
    for k in range(len(total)):
        total[k] *= scale
        before[k] = total[k]


@kernel
def scatter_error(inputs: Array, contexts: Array, backward: float, hidden: Array) -> None:
    """Add the hidden row's move, whole or divided, to every context."""
    move, before = hidden[HIDDEN], hidden[BEFORE]
    scale = move.dtype.type(1 + backward * (1 / len(contexts) - 1))
    for k in range(len(move)):
        move[k] = (move[k] - before[k]) * scale
    for context in contexts:
        row = inputs[context]
        for k in range(len(move)):
            row[k] += move[k]


@kernel
def train_cbow(
    weights: Weights,
    mixing: Mixing,
    windows: Windows,
    count: int,
    targets: Array,
    rate: np.float32,
    learning: Learning,
) -> None:
    """Train windows with negative sampling; as `skipgram.train_windows`.

    References
    ----------
    Mikolov et al., "Efficient Estimation of Word Representations in Vector
    Space", 2013; on the mean's gradient İrsoy et al., "Corrected CBOW Performs
    as well as Skip-gram", 2021.
    """
    signs, scores, hidden, loss = learning
    row = np.full(1, HIDDEN, np.int32)
    own = Weights(hidden, weights.output)
    for w in range(count):
        if w + AHEAD < count:
            for target in targets[w + AHEAD]:
                prefetch_row(weights.output, target)
            prefetch_row(weights.input, windows.contexts[windows.offsets[w + AHEAD + 1] - 1])
        contexts = windows.contexts[windows.offsets[w] : windows.offsets[w + 1]]
        gather_hidden(weights.input, contexts, mixing.forward, hidden)
        train_window(own, row, targets[w], signs, rate, scores, loss)
        scatter_error(weights.input, contexts, mixing.backward, hidden)


@kernel
def train_cbow_hierarchical(
    weights: Weights,
    mixing: Mixing,
    windows: Windows,
    count: int,
    tree: Tree,
    rate: np.float32,
    learning: Learning,
) -> None:
    """Train windows with hierarchical softmax; as `hierarchical.train_windows_hierarchical`."""
    signs, scores, hidden, loss = learning
    row = np.full(1, HIDDEN, np.int32)
    own = Weights(hidden, weights.output)
    for w in range(count):
        if w + AHEAD < count:
            prefetch_row(weights.input, windows.contexts[windows.offsets[w + AHEAD + 1] - 1])
        centre = windows.centres[w]
        contexts = windows.contexts[windows.offsets[w] : windows.offsets[w + 1]]
        gather_hidden(weights.input, contexts, mixing.forward, hidden)
        blocks = spread_signs(tree, centre, 1, signs)
        nodes = tree.points[tree.offsets[centre] : tree.offsets[centre + 1]]
        train_window(own, row, nodes, signs[:blocks], rate, scores, loss)
        scatter_error(weights.input, contexts, mixing.backward, hidden)
