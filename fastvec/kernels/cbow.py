"""CBOW: a window's contexts act together, as one hidden row against the centre's targets."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fastvec.kernels.hidden import HIDDEN, MOVE, train_block
from fastvec.kernels.hierarchical import Descent, descend
from fastvec.kernels.jit import Array, kernel
from fastvec.kernels.logistic import carry
from fastvec.kernels.rows import add_to_rows, prefetch_row, sum_rows
from fastvec.kernels.skipgram import AHEAD, Weights
from fastvec.kernels.tiles import TARGETS
from fastvec.kernels.windows import Windows


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
    hidden: Array  # (2, D) float: scratch
    loss: Array  # (2,) float64; see `logistic.logistic_steps`


@kernel
def train_hidden(
    learning: Learning, outputs: Array, targets: Array, signs: Array, rate: np.float32
) -> None:
    """Move the targets' output rows by the hidden row; the move row is its own move.

    A noise word that is drawn into two blocks of one window has moved when the second meets it,
    as in word2vec.c; the nodes of a path are all different.
    """
    for block in range(len(targets) // TARGETS):
        train_block(learning.hidden, outputs, targets, block, signs, rate, learning.loss)
        carry(learning.loss)


@kernel
def share(divided: float, contexts: int) -> np.float32:
    """Return 1, or 1 / contexts where ``divided`` is 1."""
    return np.float32(1 + divided * (1 / contexts - 1))


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
    for w in range(count):
        if w + AHEAD < count:
            for target in targets[w + AHEAD]:
                prefetch_row(weights.output, target)
            prefetch_row(weights.input, windows.contexts[windows.offsets[w + AHEAD + 1] - 1])
        contexts = windows.contexts[windows.offsets[w] : windows.offsets[w + 1]]
        sum_rows(
            weights.input, contexts, learning.hidden[HIDDEN], share(mixing.forward, len(contexts))
        )
        train_hidden(learning, weights.output, targets[w], learning.signs, rate)
        add_to_rows(
            weights.input, contexts, learning.hidden[MOVE], share(mixing.backward, len(contexts))
        )


@kernel
def train_cbow_hierarchical(
    weights: Weights,
    mixing: Mixing,
    windows: Windows,
    count: int,
    descent: Descent,
    rate: np.float32,
    learning: Learning,
) -> None:
    """Train windows with hierarchical softmax; as `hierarchical.train_windows_hierarchical`."""
    for w in range(count):
        if w + AHEAD < count:
            prefetch_row(weights.input, windows.contexts[windows.offsets[w + AHEAD + 1] - 1])
        centre = windows.centres[w]
        contexts = windows.contexts[windows.offsets[w] : windows.offsets[w + 1]]
        sum_rows(
            weights.input, contexts, learning.hidden[HIDDEN], share(mixing.forward, len(contexts))
        )
        nodes = descent.path[: descend(descent, centre)]
        signs = descent.tree.signs[descent.tree.offsets[centre] :]
        train_hidden(learning, weights.output, nodes, signs, rate)
        add_to_rows(
            weights.input, contexts, learning.hidden[MOVE], share(mixing.backward, len(contexts))
        )
