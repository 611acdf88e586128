"""Negative sampling and hierarchical softmax: what a window's rows are trained against."""

from __future__ import annotations

import math
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from fastvec.kernels.blocks import Side, count_targets, draw_private_words
from fastvec.kernels.cbow import Learning
from fastvec.kernels.hot import Hot, count_uses, use_copies, weigh_uses
from fastvec.kernels.logistic import SLACK
from fastvec.kernels.noise import POOL, Noise, deal_fresh, deal_pooled, draw_words, pool_words
from fastvec.kernels.simd import LANES, vector_room
from fastvec.kernels.windows import Windows
from fastvec.models.matrices import aligned_empty, padded_zeros
from fastvec.models.schedule import Tally
from fastvec.models.word2vec.architectures import Architecture

LOG_2 = math.log(2)


class Private(NamedTuple):
    """The private rows of a round's blocks, and one thread's tables to number them by."""

    near: Side
    far: Side
    words: NDArray[np.int32]
    nodes: NDArray[np.int32]


class Objective(Protocol):
    """Trains windows, whatever the architecture.

    What it trains them against passes through it, noise words or a tree, and so
    does what a thread needs to itself, `own`.
    """

    untrained_loss: float

    def scratch(self, windows: int, hot: Hot | None = None) -> Any:
        """Allocate what a thread needs for so many windows; ``hot`` are its copies."""

    def draw(self, windows: Windows, count: int, stream: NDArray[np.int64], own: Any) -> Any:
        """Choose the windows' targets."""

    def learn(
        self,
        weights: Any,
        windows: Windows,
        count: int,
        targets: Any,
        rate: float,
        own: Any,
    ) -> Tally:
        """Train, and return the summed loss and the examples."""


class PrivateObjective(Objective, Protocol):
    """One that can work on private rows: all but the full softmax, which touches every row."""

    settling: float  # Tokens after which a hot row moves with one run more; see `kernels.hot`.

    def hottest(self, rows: int) -> int:
        """Return the first of so many neighbouring output rows that move most often."""

    def draw_hot(
        self, windows: Windows, count: int, stream: NDArray[np.int64], own: Any, hot: Hot
    ) -> Any:
        """Choose targets, and have a thread's copies stand for hot rows."""

    def most_targets(self, windows: int) -> int:
        """Return the most output rows that so many windows can touch."""

    def draw_private(
        self,
        windows: Windows,
        count: int,
        stream: NDArray[np.int64],
        own: Any,
        private: Private,
        block: int,
    ) -> Any:
        """Choose targets in places among a block's private rows, which it lists."""


class Drawing(NamedTuple):
    """What one thread needs to itself for negative sampling."""

    learning: Learning
    targets: NDArray[np.int32]
    words: NDArray[np.int32]
    pool: NDArray[np.int32]


class NegativeSampling:
    """The centre and noise words against each row.

    Parameters
    ----------
    architecture : Architecture
    noise : Noise
        Alias table over the model's rows.
    dim : int
        Length of a row in memory.
    most_contexts : int
        Of a window.
    negative : int
        Noise words a window.
    sharing : {"pool", "pair"}
        Where they come from; see `kernels.noise`.
    """

    settling = math.inf  # Common words would have worse vectors, although the loss is lower.

    def __init__(
        self,
        architecture: Architecture,
        noise: Noise,
        dim: int,
        most_contexts: int,
        *,
        negative: int,
        sharing: str,
    ) -> None:
        self._architecture = architecture
        self._noise = noise
        self._dim = dim
        self._most_contexts = most_contexts
        self._negative = negative
        self._pooled = sharing == "pool"
        self._room = -(-(1 + negative) // architecture.block) * architecture.block
        self._signs = target_signs(negative, self._room)
        self.untrained_loss = (1 + negative) * LOG_2

    def scratch(self, windows: int, hot: Hot | None = None) -> Drawing:
        """Allocate what a thread needs for so many windows."""
        return Drawing(
            learning=learning(self._signs, self._room, self._most_contexts, self._dim),
            targets=np.empty((windows, self._room), np.int32),
            words=np.empty(self._words(windows), np.int32),
            pool=np.empty(POOL, np.int32),
        )

    def most_targets(self, windows: int) -> int:
        """Return the most output rows that so many windows can touch."""
        own = windows + self._words(windows)
        return min(own, len(self._noise.alias))

    def draw(self, windows: Windows, count: int, stream: NDArray[np.int64], own: Drawing) -> Any:
        """Draw noise words."""
        words = own.words[: self._words(count)]
        draw_words(self._noise, stream, words)
        self._deal(windows, count, stream, own, len(self._noise.alias))
        return own.targets

    def hottest(self, rows: int) -> int:
        """Return the first word: words are in the order of their counts."""
        return 0

    def draw_hot(
        self, windows: Windows, count: int, stream: NDArray[np.int64], own: Drawing, hot: Hot
    ) -> Any:
        """Draw noise words, and have a thread's copies stand for hot rows."""
        targets = self.draw(windows, count, stream, own)
        # Noise words are counted as they were drawn, not as they were dealt.
        words = own.words[: self._words(count)]
        count_uses(words, hot)
        weigh_uses(hot, self._negative * count, len(words))
        count_uses(windows.centres[:count], hot)
        use_copies(targets[:count].reshape(-1), hot)
        return targets

    def draw_private(
        self,
        windows: Windows,
        count: int,
        stream: NDArray[np.int64],
        own: Drawing,
        private: Private,
        block: int,
    ) -> Any:
        """Draw noise words, and give them places after the words of the input side."""
        near, far = private.near, private.far
        words = own.words[: self._words(count)]
        draw_private_words(self._noise, stream, words, private.words, near, far, block)
        self._deal(windows, count, stream, own, int(far.used[block]))
        count_targets(own.targets, count, self._negative, far, block)
        return own.targets

    def _words(self, count: int) -> int:
        return pool_words(count) if self._pooled else count * (1 + self._negative)

    def _deal(
        self, windows: Windows, count: int, stream: NDArray[np.int64], own: Drawing, rows: int
    ) -> None:
        centres, negative = windows.centres, self._negative
        if self._pooled:
            deal_pooled(centres, count, negative, own.words, rows, stream, own.targets, own.pool)
        else:
            deal_fresh(centres, count, negative, own.words, rows, own.targets)

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
        self._architecture.learn_noise(weights, windows, count, targets, rate, own.learning)
        return Tally(total_loss(loss), self._architecture.examples(windows, count))


def target_signs(negative: int, room: int) -> NDArray[np.int8]:
    """Return the signs of a window's targets.

    1 at the centre, -1 at noise words, 0 at what fills up the last block and beyond.
    """
    signs = np.zeros(room + SLACK, np.int8)
    signs[0] = 1
    signs[1 : 1 + negative] = -1
    return signs


def learning(
    signs: NDArray[np.int8],
    most_targets: int,
    most_contexts: int,
    dim: int,
    dtype: DTypeLike = np.float32,
) -> Learning:
    """Allocate what the kernels write to."""
    scores = most_targets * (most_contexts + most_contexts % 2)
    lanes = aligned_empty(2, LANES, dtype=dtype)
    lanes[:] = [[0], [1]]  # An empty sum and an empty product.
    return Learning(
        signs=signs,
        scores=aligned_empty(vector_room(scores) + vector_room(1), dtype=dtype),
        hidden=padded_zeros(3, dim, dtype),
        steps=aligned_empty(2, most_targets, dtype=dtype),
        lanes=lanes,
        loss=aligned_empty(2, dtype=np.float64),
    )


def reset_loss(learning: Learning) -> NDArray[np.float64]:
    """Start a new sum: nothing so far, and an empty product."""
    learning.loss[:] = 0.0, 1.0
    return learning.loss


def total_loss(loss: NDArray[np.float64]) -> float:
    """Return the sum that the kernels have added up."""
    return float(loss[0] + np.log(loss[1]))
