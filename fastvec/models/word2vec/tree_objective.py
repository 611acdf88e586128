"""Hierarchical softmax: the inner nodes above a window's centre are what it is trained against."""

from __future__ import annotations

from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.blocks import forget_numbers, number_paths
from fastvec.kernels.cbow import Learning
from fastvec.kernels.hierarchical import Crown, Paths, Tree, count_uses
from fastvec.kernels.hot import Hot
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
    tree: Tree
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

    settling = 500_000.0  # Fewer tokens, and short texts would learn less.

    def __init__(
        self, architecture: Architecture, tree: HuffmanTree, dim: int, most_contexts: int
    ) -> None:
        self._architecture = architecture
        signs, lengths = np.pad(tree.signs, (0, SLACK)), tree.lengths.astype(np.int8)
        self._tree = Tree(tree.offsets, tree.points, signs, lengths)
        self._crown = cache(partial(crown_of, self._tree))  # One for all threads.
        self._dim = dim
        self._most_contexts = most_contexts
        self._nodes = int(tree.points.max(initial=-1)) + 1
        self._longest = int(np.diff(tree.offsets).max())
        self.untrained_loss = float(tree.lengths.max()) * LOG_2

    def scratch(self, windows: int, hot: Hot | None = None) -> Drawing:
        """Allocate what a thread needs."""
        own = learning(np.empty(0, np.int8), self._longest, self._most_contexts, self._dim)
        entries, words = windows * self._longest, len(self._tree.offsets) - 1
        tree = self._tree if hot is None else with_copies(self._tree, hot)
        private = Tree(
            np.zeros(windows + 1, np.int64),
            np.empty(entries, np.int32),
            np.zeros(entries + SLACK, np.int8),
            np.empty(windows, np.int8),
        )
        centres, times = np.empty((2, windows), np.int32)
        return Drawing(own, tree, Paths(np.full(words, -1, np.int32), centres, times, private))

    def most_targets(self, windows: int) -> int:
        """Return the most output rows that so many windows can touch."""
        return min(windows * self._longest, len(self._tree.offsets) - 1)

    def draw(self, windows: Windows, count: int, stream: NDArray[np.int64], own: Drawing) -> Any:
        """Return the tree: nothing is left to chance."""
        return own.tree

    def hottest(self, rows: int) -> int:
        """Return the first of the last nodes to be joined, the root and those below it."""
        return max(self._nodes - rows, 0)

    def draw_hot(
        self, windows: Windows, count: int, stream: NDArray[np.int64], own: Drawing, hot: Hot
    ) -> Any:
        """Return the tree, and count how often it moves the thread's copies."""
        count_uses(windows.centres, count, self._crown(hot.first, len(hot.shared)), hot.uses)
        return own.tree

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


def with_copies(tree: Tree, hot: Hot) -> Tree:
    """Have a thread's copies stand for hot nodes."""
    is_hot = (tree.points >= hot.first) & (tree.points < hot.first + len(hot.shared))
    return tree._replace(points=tree.points + np.int32(hot.place - hot.first) * is_hot)


def crown_of(tree: Tree, first: int, count: int) -> Crown:
    """Find how words hang from the ``count`` nodes from ``first`` on, which end with the root."""
    lengths = np.diff(tree.offsets)
    words, starts = (
        np.repeat(np.arange(len(lengths), dtype=np.int32), lengths),
        np.zeros(len(tree.points), np.bool_),
    )
    starts[tree.offsets[:-1][lengths > 0]] = True
    nodes = tree.points - first
    is_hot = (nodes >= 0) & (tree.signs[: len(nodes)] != 0)
    under = np.full(len(lengths), count - 1, np.int32)
    under[words[is_hot]] = nodes[is_hot]  # Of each word the last one stays.
    above = np.arange(count, dtype=np.int32)
    below = np.flatnonzero(is_hot & ~starts)
    above[nodes[below]] = nodes[below - 1]
    return Crown(under, above)
