"""Hierarchical softmax: the inner nodes above a window's centre are what it is trained against."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.blocks import forget_numbers, number_paths
from fastvec.kernels.hierarchical import Tree, gather_paths
from fastvec.kernels.hot import Hot, use_copied_nodes
from fastvec.kernels.logistic import SLACK
from fastvec.kernels.windows import Windows
from fastvec.models.schedule import Tally
from fastvec.models.word2vec.architectures import Architecture
from fastvec.models.word2vec.objectives import (
    LOG_2,
    Drawing,
    Private,
    learning,
    reset_loss,
    room_for_paths,
    total_loss,
)
from fastvec.samplers.huffman import HuffmanTree


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
        unused = np.empty(0, np.float32)
        return Drawing(
            learning(unused, self._longest, self._most_contexts, self._dim),
            np.empty((0, 0), np.int32),
            np.empty(0, np.int32),
            np.empty(0, np.int32),
            room_for_paths(windows, windows * self._longest, len(self._tree.offsets) - 1),
        )

    def most_targets(self, windows: int) -> int:
        """Return the most output rows that so many windows can touch."""
        return min(windows * self._longest, len(self._tree.offsets) - 1)

    def draw(self, windows: Windows, count: int, stream: NDArray[np.int64], own: Drawing) -> Any:
        """Return the tree: nothing is left to chance."""
        return self._tree

    def hottest(self, rows: int) -> int:
        """Return the first of the last nodes to be joined, the root and those below it."""
        return max(self._nodes - rows, 0)

    def draw_hot(
        self, windows: Windows, count: int, stream: NDArray[np.int64], own: Drawing, hot: Hot
    ) -> Any:
        """Return the paths of the centres, with a thread's copies in place of hot nodes."""
        different = gather_paths(windows.centres, count, self._tree, own.paths)
        use_copied_nodes(own.paths, different, hot)
        return own.paths.tree

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
        return own.paths.tree

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
