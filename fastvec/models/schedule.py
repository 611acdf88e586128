"""How a corpus is cut into runs, and how the learning rate falls over them."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.models.configs import CBOWConfig, WordConfig
from fastvec.workers import resolve_threads

RUN_LENGTH = 20_000  # Tokens: a hundredth of a second, so that Ctrl-C and progress are live.
ROUND_LENGTH = 32_000  # Tokens of a round, at most: in 16 blocks, so as many threads can be busy.
BLOCKS = 16
SHORTEST_BLOCK = 1_500  # Shorter ones share few rows.
HOT_ROWS = 256  # Each thread's copies: 100 KB a matrix, which stay in a core's own cache.
# Of an epoch. Fewer would learn less from a small corpus: the blocks of a round do not see
# each other's moves, and a rate that falls in large steps is no better.
FEWEST_PARTS = 400


class Run(NamedTuple):
    """A stretch of the corpus that one thread trains on."""

    epoch: int
    number: int
    start: int  # First token.
    stop: int  # After the last token.
    rate: float
    done: int = 0  # Tokens of the runs before it, in all epochs.


class Tally(NamedTuple):
    """What one run learned: the summed loss and the pairs it is the sum over."""

    loss: float
    pairs: int


class Schedule(NamedTuple):
    """The stretches of an epoch, and the learning rate's fall over all epochs."""

    edges: NDArray[np.int64]  # (runs + 1,) token positions
    epochs: int
    first_rate: float
    final_rate: float  # As a share of the first.

    @property
    def size(self) -> int:
        """Words of the corpus."""
        return int(self.edges[-1])

    def runs(self, epoch: int) -> list[Run]:
        """Return an epoch's runs; the rate falls linearly with the words done."""
        return [
            Run(epoch, number, start, stop, self._rate(done), done)
            for number, (start, stop) in enumerate(pairwise(self.edges.tolist()))
            for done in [self.done(epoch, start)]
        ]

    def done(self, epoch: int, words: int) -> int:
        """Return the words trained on, so many of them in this epoch."""
        return (epoch - 1) * self.size + words

    def _rate(self, done: int) -> float:
        progress = done / max(self.size * self.epochs, 1)
        return self.first_rate * max(1.0 - progress, self.final_rate)


def run_edges(sentences: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """Cut a corpus into runs of about ``length`` tokens, at sentence ends where there are any near.

    A sentence longer than a run is cut inside; no token is left out.
    """
    end = int(sentences[-1])
    edges = [0]
    while edges[-1] < end:
        aim = edges[-1] + length
        place = min(int(np.searchsorted(sentences, aim)), len(sentences) - 1)
        after = int(sentences[place])
        edges.append(after if after <= aim + length else min(aim, end))
    return np.array(edges, np.int64)


def round_blocks(words: int) -> int:
    """Return the private blocks of a round: by the length of the corpus alone."""
    length = min(words // FEWEST_PARTS, ROUND_LENGTH)
    return min(max(length // SHORTEST_BLOCK, 1), BLOCKS)


def most_tokens(config: WordConfig, words: int) -> int:
    """Return the tokens of a run that suit a corpus of so many words."""
    if config.racing or config.loss == "softmax":
        length = min(words // FEWEST_PARTS, RUN_LENGTH)
    else:
        length = min(words // FEWEST_PARTS, ROUND_LENGTH) // round_blocks(words)
    return max(length, 20 * config.window, 100)


def room_for_copies(config: WordConfig) -> int:
    """Return the rows that threads' copies need behind those of each matrix; see `kernels.hot`.

    CBOW with noise words needs none: it moves so few rows a window that threads seldom meet.
    Hierarchical softmax has rows that settle, so one thread alone has copies too.
    """
    threads = resolve_threads(config.threads)
    meeting = threads > 1 and not isinstance(config, CBOWConfig)
    return HOT_ROWS * threads if config.racing and (meeting or config.loss == "hs") else 0
