"""Skip-gram and CBOW: which rows of a window meet its targets, and how.

Both offer the same three things to an objective, so that any objective goes
with either: how many rows of a window count, and training by noise or by tree.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.cbow import Learning, Mixing, train_cbow, train_cbow_hierarchical
from fastvec.kernels.hierarchical import Tree, train_windows_hierarchical
from fastvec.kernels.skipgram import Weights, train_windows
from fastvec.kernels.windows import Windows

Ids = NDArray[np.int32]


class Architecture(Protocol):
    """What an objective asks of an architecture."""

    def rows(self, most_contexts: int) -> int:
        """Return the most rows of a window that meet its targets."""

    def examples(self, windows: Windows, count: int) -> int:
        """Return the examples that the loss is the mean over."""

    def learn_noise(
        self, windows: Windows, count: int, targets: Ids, rate: float, learning: Learning
    ) -> None:
        """Train windows against their centre and noise words."""

    def learn_tree(
        self, windows: Windows, count: int, tree: Tree, rate: float, learning: Learning
    ) -> None:
        """Train windows against the path to their centre."""


class SkipGramArchitecture:
    """Every context meets the targets by itself."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights

    def rows(self, most_contexts: int) -> int:
        """Return the contexts."""
        return most_contexts

    def examples(self, windows: Windows, count: int) -> int:
        """Return the pairs of context and centre."""
        return int(windows.offsets[count])

    def learn_noise(
        self, windows: Windows, count: int, targets: Ids, rate: float, learning: Learning
    ) -> None:
        """Train windows against their centre and noise words."""
        signs, scores, _, loss = learning
        step = np.float32(rate)
        train_windows(self._weights, windows, count, targets, signs, step, scores, loss)

    def learn_tree(
        self, windows: Windows, count: int, tree: Tree, rate: float, learning: Learning
    ) -> None:
        """Train windows against the path to their centre."""
        signs, scores, _, loss = learning
        step = np.float32(rate)
        train_windows_hierarchical(self._weights, windows, count, tree, signs, step, scores, loss)


class CBOWArchitecture:
    """The contexts' mean, or sum, meets the targets."""

    def __init__(self, weights: Weights, mixing: Mixing) -> None:
        self._weights = weights
        self._mixing = mixing

    def rows(self, most_contexts: int) -> int:
        """Return 1, the hidden row."""
        return 1

    def examples(self, windows: Windows, count: int) -> int:
        """Return the windows."""
        return count

    def learn_noise(
        self, windows: Windows, count: int, targets: Ids, rate: float, learning: Learning
    ) -> None:
        """Train windows against their centre and noise words."""
        step = np.float32(rate)
        train_cbow(self._weights, self._mixing, windows, count, targets, step, learning)

    def learn_tree(
        self, windows: Windows, count: int, tree: Tree, rate: float, learning: Learning
    ) -> None:
        """Train windows against the path to their centre."""
        step = np.float32(rate)
        train_cbow_hierarchical(self._weights, self._mixing, windows, count, tree, step, learning)
