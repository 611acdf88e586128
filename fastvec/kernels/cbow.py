"""CBOW: a window's contexts act together, as one hidden row against the centre's targets.

From the products of a window to its steps takes as long as to move its rows, and the processor
would only wait. So the steps of a window are found before the window before it moves its rows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fastvec.kernels.hidden import MOVE, block_steps, block_update
from fastvec.kernels.hierarchical import Tree, path_of
from fastvec.kernels.jit import Array, kernel
from fastvec.kernels.logistic import carry
from fastvec.kernels.rows import add_to_rows, prefetch_row, sum_rows
from fastvec.kernels.skipgram import AHEAD, Weights
from fastvec.kernels.tiles import TARGETS
from fastvec.kernels.windows import Windows

# Windows between asking for the lowest nodes of a path and using them. Those above are common.
NEXT = 4


class Mixing(NamedTuple):
    """How contexts make the hidden row, and how its error goes back.

    0 takes sums, 1 divides by the number of contexts: (1, 0) is the classic mean
    of word2vec.c, (1, 1) the mean with its true gradient, (0, 0) the sum.
    """

    forward: float
    backward: float


class Learning(NamedTuple):
    """What one thread's windows write to beside the weights."""

    signs: Array  # (blocks * 6 + 2,) float; see `skipgram.train_windows`
    scores: Array  # float: scratch of one skip-gram window
    hidden: Array  # (3, D) float: scratch of two windows, and a move
    steps: Array  # (2, blocks * 8) float: scratch of two windows
    loss: Array  # (2,) float64; see `logistic.logistic_steps`


@kernel
def share(divided: float, contexts: int) -> np.float32:
    """Return 1, or 1 / contexts where ``divided`` is 1."""
    return np.float32(1 + divided * (1 / contexts - 1))


@kernel
def find_steps(
    learning: Learning, place: int, outputs: Array, targets: Array, signs: Array, rate: np.float32
) -> None:
    """Find the steps that a window's targets ask for, given its hidden row."""
    steps = learning.steps[place]
    for block in range(len(targets) // TARGETS):
        block_steps(
            learning.hidden, place, outputs, targets, block, signs, rate, steps, learning.loss
        )
        carry(learning.loss)


@kernel
def move_targets(learning: Learning, place: int, outputs: Array, targets: Array) -> None:
    """Move a window's targets by the steps that were found, and add up the hidden row's move.

    A noise word that is drawn into two blocks of one window has moved when the second meets it;
    the nodes of a path are all different.
    """
    steps = learning.steps[place]
    for block in range(len(targets) // TARGETS):
        block_update(learning.hidden, place, outputs, targets, block, steps)


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
    for w in range(count + 1):
        if w + AHEAD < count:
            for t in range(targets.shape[1]):
                prefetch_row(weights.output, targets[w + AHEAD, t])
            prefetch_row(weights.input, windows.contexts[windows.offsets[w + AHEAD + 1] - 1])
        if w < count:
            contexts = windows.contexts[windows.offsets[w] : windows.offsets[w + 1]]
            scale = share(mixing.forward, len(contexts))
            sum_rows(weights.input, contexts, learning.hidden[w & 1], scale)
            find_steps(learning, w & 1, weights.output, targets[w], learning.signs, rate)
        if w > 0:
            contexts = windows.contexts[windows.offsets[w - 1] : windows.offsets[w]]
            move_targets(learning, w - 1 & 1, weights.output, targets[w - 1])
            scale = share(mixing.backward, len(contexts))
            add_to_rows(weights.input, contexts, learning.hidden[MOVE], scale)


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
    for w in range(count + 1):
        if w + AHEAD < count:
            prefetch_row(weights.input, windows.contexts[windows.offsets[w + AHEAD + 1] - 1])
        if w + NEXT < count:
            end = tree.offsets[windows.centres[w + NEXT] + 1]
            for node in range(end - TARGETS, end):
                prefetch_row(weights.output, tree.points[node])
        if w < count:
            centre = windows.centres[w]
            contexts = windows.contexts[windows.offsets[w] : windows.offsets[w + 1]]
            scale = share(mixing.forward, len(contexts))
            sum_rows(weights.input, contexts, learning.hidden[w & 1], scale)
            signs = tree.signs[tree.offsets[centre] :]
            find_steps(learning, w & 1, weights.output, path_of(tree, centre), signs, rate)
        if w > 0:
            contexts = windows.contexts[windows.offsets[w - 1] : windows.offsets[w]]
            nodes = path_of(tree, windows.centres[w - 1])
            move_targets(learning, w - 1 & 1, weights.output, nodes)
            scale = share(mixing.backward, len(contexts))
            add_to_rows(weights.input, contexts, learning.hidden[MOVE], scale)
