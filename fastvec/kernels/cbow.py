"""CBOW: a window's contexts act together, as one hidden row against the centre's targets.

From the products of a window to its steps takes as long as to move its rows, and the processor
would only wait. So the steps of a window are found before the window before it moves its rows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fastvec.kernels.hidden import MOVE, book, find_steps, move_targets
from fastvec.kernels.hierarchical import Tree, path_of, prefetch_window
from fastvec.kernels.jit import Array, kernel
from fastvec.kernels.rows import add_to_rows, prefetch_row, sum_rows
from fastvec.kernels.skipgram import AHEAD, Weights
from fastvec.kernels.windows import Windows, contexts_of


class Mixing(NamedTuple):
    """How contexts make the hidden row, and how its error goes back.

    0 takes sums, 1 divides by the number of contexts: (1, 0) is the classic mean
    of word2vec.c, (1, 1) the mean with its true gradient, (0, 0) the sum.
    """

    forward: float
    backward: float


class Learning(NamedTuple):
    """What one thread's windows write to beside the weights."""

    signs: Array  # int8; see `skipgram.train_windows`
    scores: Array  # float: scratch of one skip-gram window
    hidden: Array  # (3, D) float: scratch of two windows, and a move
    steps: Array  # (2, targets) float: scratch of two windows
    lanes: Array  # (2, 8) float: losses that are not booked; see `hidden.book`
    loss: Array  # (2,) float64; see `logistic.logistic_steps`


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
    """Train windows with negative sampling; as `skipgram.train_windows`, but in blocks of eight.

    References
    ----------
    Mikolov et al., "Efficient Estimation of Word Representations in Vector
    Space", 2013; on the mean's gradient İrsoy et al., "Corrected CBOW Performs
    as well as Skip-gram", 2021.
    """
    hidden, steps, signs = learning.hidden, learning.steps, learning.signs
    live = np.count_nonzero(signs)
    for w in range(count + 1):
        if w + AHEAD < count:
            for t in range(live):
                prefetch_row(weights.output, targets[w + AHEAD, t])
            prefetch_row(weights.input, windows.centres[w + AHEAD])  # Soon a context.
        if w < count:
            contexts = contexts_of(windows, w)
            scale = share(mixing.forward, len(contexts))
            sum_rows(weights.input, contexts, hidden[w & 1], scale)
            find_steps(
                hidden, w & 1, weights.output, targets[w], signs, rate, steps[w & 1],
                learning.lanes, learning.loss,
            )  # fmt: skip
        if w > 0:
            place = w - 1 & 1
            move_targets(hidden, place, weights.output, targets[w - 1], live, steps[place])
            contexts = contexts_of(windows, w - 1)
            scale = share(mixing.backward, len(contexts))
            add_to_rows(weights.input, contexts, hidden[MOVE], scale)
    book(learning.lanes, learning.loss)


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
    hidden, steps = learning.hidden, learning.steps
    for w in range(count + 1):
        if w + AHEAD < count:
            later = windows.centres[min(w + 2 * AHEAD, count - 1)]
            prefetch_window(weights, windows.centres[w + AHEAD], later, tree)
        if w < count:
            centre = windows.centres[w]
            contexts = contexts_of(windows, w)
            scale = share(mixing.forward, len(contexts))
            sum_rows(weights.input, contexts, hidden[w & 1], scale)
            signs = tree.signs[tree.offsets[centre] :]
            find_steps(
                hidden, w & 1, weights.output, path_of(tree, centre), signs, rate, steps[w & 1],
                learning.lanes, learning.loss,
            )  # fmt: skip
        if w > 0:
            centre, place = windows.centres[w - 1], w - 1 & 1
            nodes, length = path_of(tree, centre), tree.lengths[centre]
            move_targets(hidden, place, weights.output, nodes, length, steps[place])
            contexts = contexts_of(windows, w - 1)
            scale = share(mixing.backward, len(contexts))
            add_to_rows(weights.input, contexts, hidden[MOVE], scale)
    book(learning.lanes, learning.loss)
