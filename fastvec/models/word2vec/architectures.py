"""Skip-gram and CBOW: which rows of a window meet its targets, and how.

Both offer the same things to an objective, so that any objective goes with
either: how many examples the windows hold, and training by noise or by tree.
"""

from __future__ import annotations

from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.cbow import Learning, Mixing, train_cbow, train_cbow_hierarchical
from fastvec.kernels.hidden import BLOCK
from fastvec.kernels.hierarchical import Tree, train_windows_hierarchical
from fastvec.kernels.skipgram import Weights, train_windows
from fastvec.kernels.tiles import TARGETS
from fastvec.kernels.windows import Windows

Ids = NDArray[np.int32]
Side: TypeAlias = tuple[NDArray[np.int64], Ids]  # Offsets, and the ids that they cut.


class Architecture(Protocol):
    """What an objective asks of an architecture."""

    block: int  # Targets that kernels take at once: windows have multiples of them, padded.

    def examples(self, windows: Windows, count: int) -> int:
        """Return the examples that the loss is the mean over."""

    def learn_noise(
        self,
        weights: Weights,
        windows: Windows,
        count: int,
        targets: Ids,
        rate: float,
        learning: Learning,
    ) -> None:
        """Train windows against their centre and noise words."""

    def learn_tree(
        self,
        weights: Weights,
        windows: Windows,
        count: int,
        tree: Tree,
        rate: float,
        learning: Learning,
    ) -> None:
        """Train windows against the path to their centre."""

    def softmax_sides(self, windows: Windows, first: int, last: int) -> tuple[Side, Side, Mixing]:
        """Return, of windows first to last, what makes the hidden rows and what they predict."""


class SkipGramArchitecture:
    """Every context meets the targets by itself."""

    block = TARGETS

    def examples(self, windows: Windows, count: int) -> int:
        """Return the pairs of context and centre."""
        return int(windows.offsets[count])

    def learn_noise(
        self,
        weights: Weights,
        windows: Windows,
        count: int,
        targets: Ids,
        rate: float,
        learning: Learning,
    ) -> None:
        """Train windows against their centre and noise words."""
        train_windows(
            weights, windows, count, targets, learning.signs, np.float32(rate), learning.scores,
            learning.loss,
        )  # fmt: skip

    def learn_tree(
        self,
        weights: Weights,
        windows: Windows,
        count: int,
        tree: Tree,
        rate: float,
        learning: Learning,
    ) -> None:
        """Train windows against the path to their centre."""
        step = np.float32(rate)
        train_windows_hierarchical(
            weights, windows, count, tree, step, learning.scores, learning.loss
        )

    def softmax_sides(self, windows: Windows, first: int, last: int) -> tuple[Side, Side, Mixing]:
        """Have each centre predict its contexts."""
        contexts, centres = _sides(windows, first, last)
        return centres, contexts, Mixing(forward=0.0, backward=0.0)


class CBOWArchitecture:
    """The contexts' mean, or sum, meets the targets."""

    block = BLOCK

    def __init__(self, mixing: Mixing) -> None:
        self._mixing = mixing

    def examples(self, windows: Windows, count: int) -> int:
        """Return the windows."""
        return count

    def learn_noise(
        self,
        weights: Weights,
        windows: Windows,
        count: int,
        targets: Ids,
        rate: float,
        learning: Learning,
    ) -> None:
        """Train windows against their centre and noise words."""
        step = np.float32(rate)
        train_cbow(weights, self._mixing, windows, count, targets, step, learning)

    def learn_tree(
        self,
        weights: Weights,
        windows: Windows,
        count: int,
        tree: Tree,
        rate: float,
        learning: Learning,
    ) -> None:
        """Train windows against the path to their centre."""
        step = np.float32(rate)
        train_cbow_hierarchical(weights, self._mixing, windows, count, tree, step, learning)

    def softmax_sides(self, windows: Windows, first: int, last: int) -> tuple[Side, Side, Mixing]:
        """Have the contexts predict their centre."""
        contexts, centres = _sides(windows, first, last)
        return contexts, centres, self._mixing


def _sides(windows: Windows, first: int, last: int) -> tuple[Side, Side]:
    """Return the contexts and the centres of some windows."""
    offsets = windows.offsets[first : last + 1]
    contexts = windows.contexts[offsets[0] : offsets[-1]]
    centres = windows.centres[first:last]
    return (offsets - offsets[0], contexts), (np.arange(last - first + 1), centres)
