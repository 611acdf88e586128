"""Count the rows of a co-occurrence matrix, as many at a time as memory has room for.

The words' places in the text are listed, for as many words as fit; each word's row is
counted by visiting its places. Less memory only means that the text is read more often.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ResourceError
from fastvec.kernels.cooccurrence import cooccurrences, count_rows, list_places
from fastvec.samplers.context_window import ContextWindow
from fastvec.samplers.cooccurrence_matrix import ENTRY_BYTES
from fastvec.workers import LOOK_AHEAD, ordered_map

MOST_SLOTS = 4_000_000  # Entries that a thread counts before it hands them over.
MOST_VISITS = 20_000_000  # Contexts that it visits: Ctrl-C must not wait for long.
ROW_BYTES = 12  # A word's place in a thread's sums and its list.


class Part(NamedTuple):
    """Some finished rows."""

    first: int
    lengths: NDArray[np.int64]
    columns: NDArray[np.int32]
    values: NDArray[np.float64]


class _Scratch:
    """What one thread counts in."""

    def __init__(self, size: int, slots: int) -> None:
        self.sums, self.met = np.zeros(size, np.int64), np.empty(size, np.int32)
        self.columns, self.values = np.empty(slots, np.int32), np.empty(slots, np.int64)


class RowCounting:
    """The rows' work, cut so that it fits the memory; the cuts change nothing in the result.

    Parameters
    ----------
    known : ndarray of int32, shape (N,)
        Rows of the known words, with boundaries; see `kernels.cooccurrence`.
    size : int
        Rows of the matrix, V.
    window : ContextWindow
    memory : int
        Bytes.
    threads : int

    Attributes
    ----------
    counts : ndarray of int64, shape (V,)
        How often each row stands in the text.

    Raises
    ------
    ResourceError
        If memory does not suffice.
    """

    def __init__(
        self, known: NDArray[np.int32], size: int, window: ContextWindow, memory: int, threads: int
    ) -> None:
        self._known, self.size, self._window = known, size, window
        self._reach, self._unit = window.reach()
        self.counts = np.zeros(size, np.int64)
        count_rows(known, self.counts)
        self._place = np.dtype(np.int32 if len(known) < 2**31 else np.int64)
        self._share_out(memory, threads)

    def _share_out(self, memory: int, threads: int) -> None:
        """Divide the memory: threads and their results, then places."""
        copies = LOOK_AHEAD + 2  # Of a thread's slots: its own, and results not yet taken.
        thread = self.size * (ROW_BYTES + copies * ENTRY_BYTES)
        most = int(self.counts.max(initial=0))  # Places that are listed at once, at least.
        least = thread + most * self._place.itemsize
        if least > memory:
            raise ResourceError(
                f"counting co-occurrences of {self.size} words needs {least} bytes of "
                f"memory at least, but may use {memory}; allow more with --memory, or use "
                "fewer words with --min-count or --max-size"
            )
        self._threads = 1 + min(threads - 1, (memory - least) // (2 * thread))
        spare = memory - least - (self._threads - 1) * thread
        self._slots = min(
            self.size + spare // (2 * self._threads * copies * ENTRY_BYTES), MOST_SLOTS + self.size
        )
        used = self._threads * (ROW_BYTES * self.size + copies * ENTRY_BYTES * self._slots)
        self._places = max((memory - used) // self._place.itemsize, most)

    def expected_entries(self) -> int:
        """Return how many entries there would be, if words stood together by chance."""
        return expected_entries(self.counts, self._window.span)

    def parts(self) -> Generator[Part, None, None]:
        """Yield the finished rows, in order."""
        scratches = [_Scratch(self.size, self._slots) for _ in range(self._threads)]
        for first, last in _cut(self.counts, 0, self.size, self._places):
            yield from self._stretch(first, last, scratches)

    def _stretch(self, first: int, last: int, scratches: list[_Scratch]) -> Iterator[Part]:
        """Yield as many rows as there is memory to list the places of."""
        offsets = np.concatenate([[0], np.cumsum(self.counts[first:last])])
        places = np.empty(offsets[-1], self._place)
        list_places(self._known, first, last, offsets[:-1].copy(), places)
        visits = self.counts * self._window.span
        # What is cut at the number of slots is cut at that of visits, too.
        loads = visits / MOST_VISITS * self._slots + np.minimum(visits, self.size)
        jobs = _cut(np.ceil(loads).astype(np.int64), first, last, self._slots)

        def work(job: tuple[int, int], scratch: _Scratch) -> Part:
            return self._count(*job, offsets[job[0] - first :], places, scratch)

        yield from ordered_map(work, jobs, scratches)

    def _count(
        self, first: int, last: int, offsets: NDArray[np.int64], places: NDArray[Any],
        scratch: _Scratch,
    ) -> Part:  # fmt: skip
        lengths = np.empty(last - first, np.int64)
        filled = cooccurrences(
            self._known, offsets[: last - first + 1], places, self._reach, scratch.sums,
            scratch.met, lengths, scratch.columns, scratch.values,
        )  # fmt: skip
        values = scratch.values[:filled] / self._unit
        return Part(first, lengths, scratch.columns[:filled].copy(), values)


def _cut(sizes: NDArray[np.int64], first: int, last: int, most: int) -> Iterator[tuple[int, int]]:
    """Cut a stretch of rows into parts of at most so much in all, or of one row."""
    ends = np.cumsum(sizes[first:last])
    start = 0
    while start < last - first:
        before = ends[start - 1] if start else 0
        stop = max(int(np.searchsorted(ends, before + most, side="right")), start + 1)
        yield first + start, first + stop
        start = stop


def expected_entries(counts: NDArray[np.int64], span: int) -> int:
    """Return how many different pairs there would be, if words stood together by chance.

    Parameters
    ----------
    counts : ndarray of int64, shape (V,)
    span : int
        Most contexts of one occurrence.
    """
    kept = counts[counts > 0]
    if not kept.size:
        return 0
    steps = np.round(8 * np.log2(kept)).astype(np.int64)  # Words of like counts together.
    _, where, words = np.unique(steps, return_inverse=True, return_counts=True)
    mean = np.bincount(where, kept) / words
    drawn = np.outer(mean * span, mean / kept.sum())
    return math.ceil(words @ -np.expm1(-drawn) @ words)
