"""A matrix cut into blocks, so that threads at work share neither rows nor columns.

Rows are cut into groups of about as many entries each, and so are columns. In one round,
the blocks (g, g + shift mod G) touch every group of rows and of columns once: they can be
trained in any order, and on any number of threads, with the same result. The frequent
words' groups hold few words, which stay in the processor's caches.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.cooccurrence import count_rows
from fastvec.kernels.glove import Records, cut_rows
from fastvec.samplers.cooccurrence_matrix import CooccurrenceMatrix

MOST_GROUPS = 32  # 94 % of the perfect speed-up on 8 threads, 97 % on 4.
ORDER = 2  # The start state draws from streams 0 and 1 of the seed.
BLOCK_ENTRIES = 4_000  # A block takes a thread a millisecond or so.


class Block(NamedTuple):
    """Some rows, in the order of training, and a group of columns."""

    rows: NDArray[np.int32]
    columns: int


class Grid:
    """The blocks of a matrix, by the matrix alone.

    Parameters
    ----------
    matrix : CooccurrenceMatrix

    Attributes
    ----------
    records : Records
        The matrix for the kernels.
    rounds : int
        G.
    """

    def __init__(self, matrix: CooccurrenceMatrix) -> None:
        wanted = math.isqrt(matrix.entries // BLOCK_ENTRIES)
        self.rounds = max(1, min(wanted, MOST_GROUPS, len(matrix)))
        in_columns = np.zeros(len(matrix), np.int64)
        count_rows(matrix.columns, in_columns)
        in_rows = np.diff(matrix.starts)
        self._rows, columns = (_even_groups(n, self.rounds) for n in (in_rows, in_columns))
        cuts = np.empty((len(matrix), self.rounds + 1), np.int32)
        self.records = Records(matrix.starts, cuts, matrix.columns, matrix.values)
        cut_rows(self.records, columns)
        self._entries = np.zeros((self.rounds, self.rounds), np.int64)
        for group, (first, last) in enumerate(zip(self._rows, self._rows[1:], strict=False)):
            self._entries[group] = np.diff(cuts[first:last], axis=1).sum(axis=0, dtype=np.int64)

    def epoch(self, seed: int, epoch: int) -> list[list[Block]]:
        """Return the blocks of each round of an epoch: rounds and rows in random order."""
        stream = np.random.default_rng(np.random.SeedSequence((seed, ORDER, epoch)))
        shifts = stream.permutation(self.rounds)
        rows = [
            first + stream.permutation(last - first).astype(np.int32)
            for first, last in zip(self._rows, self._rows[1:], strict=False)
        ]
        return [
            [Block(own, (group + shift) % self.rounds) for group, own in enumerate(rows)]
            for shift in shifts.tolist()
        ]

    def round_entries(self, blocks: list[Block]) -> int:
        """Return how many entries a round has."""
        return int(sum(self._entries[group, block.columns] for group, block in enumerate(blocks)))


def _even_groups(entries: NDArray[np.int64], groups: int) -> NDArray[np.int64]:
    """Return the first row of each group, and the number of rows, for about even groups."""
    ends = np.cumsum(entries)
    aims = np.arange(1, groups) * (ends[-1] / groups)
    return np.array([0, *np.searchsorted(ends, aims), len(entries)], np.int64)
