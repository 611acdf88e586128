"""Negative sampling and hierarchical softmax: what a window's rows are trained against."""

from __future__ import annotations

import math
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.cbow import Learning
from fastvec.kernels.hierarchical import Tree
from fastvec.kernels.noise import Noise, draw_fresh, draw_pooled
from fastvec.kernels.tiles import ROWS, TARGETS
from fastvec.kernels.windows import Windows
from fastvec.models.architectures import Architecture
from fastvec.models.matrices import padded_zeros
from fastvec.models.training import Tally
from fastvec.samplers.huffman import HuffmanTree

POOL = 256  # Noise words; their rows fit beside the contexts in a level-2 cache.
LOG_2 = math.log(2)


class Drawing(NamedTuple):
    """What one thread needs to itself for an objective."""

    learning: Learning
    targets: NDArray[np.int32]
    pool: NDArray[np.int32]


class Objective(Protocol):
    """Trains windows, whatever the architecture."""

    untrained_loss: float

    def scratch(self, windows: int) -> Drawing:
        """Allocate what a thread needs for so many windows."""

    def learn(
        self, windows: Windows, count: int, stream: NDArray[np.int64], rate: float, own: Drawing
    ) -> Tally:
        """Train, and return the summed loss and the examples."""


class NegativeSampling:
    """The centre and noise words against each row.

    Parameters
    ----------
    architecture : Architecture
    noise : Noise
        Alias table over the model's rows.
    dim : int
        Length of a row in memory.
    negative : int
        Noise words a window.
    sharing : {"pool", "pair"}
        Where they come from; see `kernels.noise`.
    most_contexts : int
        Of a window.
    """

    def __init__(
        self,
        architecture: Architecture,
        noise: Noise,
        dim: int,
        *,
        negative: int,
        sharing: str,
        most_contexts: int,
    ) -> None:
        self._architecture = architecture
        self._noise = noise
        self._dim = dim
        self._negative = negative
        self._pooled = sharing == "pool"
        self._signs = target_signs(negative, architecture.rows(most_contexts))
        self.untrained_loss = (1 + negative) * LOG_2

    def scratch(self, windows: int) -> Drawing:
        """Allocate what a thread needs for so many windows."""
        blocks = len(self._signs)
        return Drawing(
            learning=_learning(self._signs, self._dim),
            targets=np.empty((windows, blocks * TARGETS), np.int32),
            pool=np.empty(POOL, np.int32),
        )

    def learn(
        self, windows: Windows, count: int, stream: NDArray[np.int64], rate: float, own: Drawing
    ) -> Tally:
        """Train, and return the summed loss and the examples."""
        noise, centres, negative = self._noise, windows.centres, self._negative
        if self._pooled:
            draw_pooled(noise, centres, count, negative, stream, own.targets, own.pool)
        else:
            draw_fresh(noise, centres, count, negative, stream, own.targets)
        loss = _reset(own.learning)
        self._architecture.learn_noise(windows, count, own.targets, rate, own.learning)
        examples = self._architecture.examples(windows, count)
        padding = len(self._signs) * TARGETS - (1 + negative)
        return Tally(_total(loss) - examples * padding * LOG_2, examples)


class HierarchicalSoftmax:
    """The inner nodes above the centre against each row.

    Parameters
    ----------
    architecture : Architecture
    tree : HuffmanTree
        Over the model's rows, paths padded to whole tiles.
    most_contexts : int
        Of a window.
    dim : int
        Length of a row in memory.
    """

    def __init__(
        self, architecture: Architecture, tree: HuffmanTree, most_contexts: int, dim: int
    ) -> None:
        self._architecture = architecture
        self._tree = Tree(tree.offsets, tree.points, tree.signs)
        self._padding = np.diff(tree.offsets) - tree.lengths
        self._dim = dim
        blocks = int(np.diff(tree.offsets).max()) // TARGETS
        rows = -(-architecture.rows(most_contexts) // ROWS) * ROWS
        self._shape = (blocks, rows * TARGETS)
        self.untrained_loss = float(tree.lengths.max()) * LOG_2

    def scratch(self, windows: int) -> Drawing:
        """Allocate what a thread needs."""
        signs = np.zeros(self._shape, np.float32)
        return Drawing(
            _learning(signs, self._dim), np.empty((0, 0), np.int32), np.empty(0, np.int32)
        )

    def learn(
        self, windows: Windows, count: int, stream: NDArray[np.int64], rate: float, own: Drawing
    ) -> Tally:
        """Train, and return the summed loss and the examples."""
        loss = _reset(own.learning)
        self._architecture.learn_tree(windows, count, self._tree, rate, own.learning)
        examples = self._architecture.examples(windows, count)
        padding = self._padding[windows.centres[:count]]
        if examples != count:  # Each context of a window paid for the centre's padding.
            padding = padding * np.diff(windows.offsets[: count + 1])
        return Tally(_total(loss) - float(padding.sum()) * LOG_2, examples)


def target_signs(negative: int, most_rows: int) -> NDArray[np.float32]:
    """Return the signs of a window's scores: a row for each block of targets.

    1 at the centre, -1 at noise words, 0 at what fills up the last block.
    """
    blocks = -(-(1 + negative) // TARGETS)
    signs = np.zeros(blocks * TARGETS, np.float32)
    signs[0] = 1
    signs[1 : 1 + negative] = -1
    return np.tile(signs.reshape(blocks, TARGETS), -(-most_rows // ROWS) * ROWS)


def _learning(signs: NDArray[np.float32], dim: int) -> Learning:
    """Allocate what the kernels write to."""
    return Learning(
        signs=signs.copy(),
        scores=np.empty(signs.size, np.float32),
        hidden=padded_zeros(2, dim),
        loss=np.zeros(2),
    )


def _reset(learning: Learning) -> NDArray[np.float64]:
    """Start a new sum: nothing so far, and an empty product."""
    learning.loss[:] = 0.0, 1.0
    return learning.loss


def _total(loss: NDArray[np.float64]) -> float:
    return float(loss[0] + np.log(loss[1]))
