"""Hierarchical softmax: the inner nodes above a window's centre are what it is trained against."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.blocks import forget_numbers, number_paths
from fastvec.kernels.cbow import Learning
from fastvec.kernels.hierarchical import Descent, Paths, Tree
from fastvec.kernels.hot import COLD, Hot
from fastvec.kernels.logistic import SLACK
from fastvec.kernels.windows import Windows
from fastvec.models.schedule import Tally
from fastvec.models.word2vec.architectures import Architecture
from fastvec.models.word2vec.objectives import (
    LOG_2,
    Private,
    learning,
    reset_loss,
    total_loss,
)
from fastvec.samplers.huffman import HuffmanTree


class Drawing(NamedTuple):
    """What one thread needs to itself."""

    learning: Learning
    descent: Descent
    paths: Paths  # Only of private rows


class HierarchicalSoftmax:
    """The inner nodes above the centre against each row.

    Parameters
    ----------
    architecture : Architecture
    tree : HuffmanTree
        Over the model's rows, paths padded to whole tiles.
    dim : int
        Length of a row in memory.
    most_contexts : int
        Of a window.
    """

    def __init__(
        self, architecture: Architecture, tree: HuffmanTree, dim: int, most_contexts: int
    ) -> None:
        self._architecture = architecture
        self._tree = Tree(tree.offsets, tree.points, np.pad(tree.signs, (0, SLACK)))
        self._dim = dim
        self._most_contexts = most_contexts
        self._nodes = int(tree.points.max(initial=-1)) + 1
        self._longest = int(np.diff(tree.offsets).max())
        self.untrained_loss = float(tree.lengths.max()) * LOG_2

    def scratch(self, windows: int) -> Drawing:
        """Allocate what a thread needs."""
        own = learning(np.empty(0, np.float32), self._longest, self._most_contexts, self._dim)
        no_copies = Hot(0, 0, np.zeros(COLD, np.int32), np.empty((0, self._dim), np.float32))
        descent = Descent(self._tree, no_copies, np.empty((2, self._longest), np.int32))
        entries, words = windows * self._longest, len(self._tree.offsets) - 1
        tree = Tree(
            np.zeros(windows + 1, np.int64),
            np.empty(entries, np.int32),
            np.zeros(entries + SLACK, np.float32),
        )
        centres, times = np.empty((2, windows), np.int32)
        return Drawing(own, descent, Paths(np.full(words, -1, np.int32), centres, times, tree))

    def most_targets(self, windows: int) -> int:
        """Return the most output rows that so many windows can touch."""
        return min(windows * self._longest, len(self._tree.offsets) - 1)

    def draw(self, windows: Windows, count: int, stream: NDArray[np.int64], own: Drawing) -> Any:
        """Return the tree: nothing is left to chance."""
        return own.descent

    def hottest(self, rows: int) -> int:
        """Return the first of the last nodes to be joined, the root and those below it."""
        return max(self._nodes - rows, 0)

    def draw_hot(
        self, windows: Windows, count: int, stream: NDArray[np.int64], own: Drawing, hot: Hot
    ) -> Any:
        """Return the tree, with a thread's copies in place of hot nodes."""
        return own.descent._replace(hot=hot)

    def draw_private(
        self,
        windows: Windows,
        count: int,
        stream: NDArray[np.int64],
        own: Drawing,
        private: Private,
        block: int,
    ) -> Any:
        """Return the paths of the block's centres."""
        near, far = private.near, private.far
        forget_numbers(private.words, near, block)
        number_paths(windows.centres, count, self._tree, private.nodes, near, far, block, own.paths)
        forget_numbers(private.nodes, far, block)
        return own.descent._replace(tree=own.paths.tree)

    def learn(
        self,
        weights: Any,
        windows: Windows,
        count: int,
        targets: Any,
        rate: float,
        own: Drawing,
    ) -> Tally:
        """Train, and return the summed loss and the examples."""
        loss = reset_loss(own.learning)
        self._architecture.learn_tree(weights, windows, count, targets, rate, own.learning)
        return Tally(total_loss(loss), self._architecture.examples(windows, count))
