"""Matrix products on a team of threads, cut by their shapes and never by the threads."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.layers.layer import Buffers
from fastvec.workers import State, Team, resolve_threads, single_threaded_blas

PIECES = 8  # Share out evenly among most numbers of threads.
SHORTEST = 64
WORTHWHILE = 1 << 20  # Multiplications from which a product is cut.


def each_part(team: Team[State], parts: int, work: Callable[[int, State], object]) -> None:
    """Have a team do ``work(part, state)`` for each part; whoever is free takes the next."""
    turn = count()

    def take(state: State) -> None:
        # The loss tells of numbers without bound; NumPy would warn in every thread.
        with np.errstate(invalid="ignore", over="ignore"):
            while (part := next(turn)) < parts:
                work(part, state)

    team.each(take)


class Products:
    """Matrix products and other work in parts, with the same bytes at any number of threads.

    A caller of many products holds `fastvec.workers.single_threaded_blas` around
    them: it saves looking for the BLAS libraries in each.

    Parameters
    ----------
    threads : int or None, default None
        All usable cores for None.
    """

    def __init__(self, threads: int | None = None) -> None:
        own: list[dict[np.dtype[Any], Buffers]] = [{} for _ in range(resolve_threads(threads))]
        self._team = Team(own)

    def each(self, parts: int, work: Callable[[int], object]) -> None:
        """Do ``work(part)`` for every part, in any order."""
        with single_threaded_blas():
            each_part(self._team, parts, lambda part, _: work(part))

    def __call__(
        self, left: NDArray[Any], right: NDArray[Any], out: NDArray[Any] | None = None
    ) -> NDArray[Any]:
        """Return ``left @ right``, matrices of shape (M, K) and (K, N), in ``out`` if given."""
        if out is None:
            out = np.empty((len(left), right.shape[1]), left.dtype)
        pieces = _pieces(len(left), right.shape[1], len(right))

        def multiply(part: int) -> None:
            rows, columns = pieces[part]
            np.matmul(left[rows], right[:, columns], out=out[rows, columns])

        self.each(len(pieces), multiply)
        return out

    def add(self, left: NDArray[Any], right: NDArray[Any], total: NDArray[Any]) -> None:
        """Add ``left @ right`` to a matrix."""
        pieces = _pieces(len(left), right.shape[1], len(right))

        def multiply(part: int, own: dict[np.dtype[Any], Buffers]) -> None:
            rows, columns = pieces[part]
            place = total[rows, columns]
            buffers = own.setdefault(total.dtype, Buffers(total.dtype))
            product = buffers.take("product", *place.shape)
            np.matmul(left[rows], right[:, columns], out=product)
            place += product

        with single_threaded_blas():
            each_part(self._team, len(pieces), multiply)


def _pieces(rows: int, columns: int, depth: int) -> list[tuple[slice, slice]]:
    """Cut a result along its longer side."""
    longest = max(rows, columns)
    size = max(-(-longest // PIECES), SHORTEST)
    if rows * columns * depth < WORTHWHILE:
        size = max(longest, 1)
    spans = [slice(first, first + size) for first in range(0, longest, size)]
    everything = slice(None)
    if rows >= columns:
        return [(span, everything) for span in spans]
    return [(everything, span) for span in spans]
