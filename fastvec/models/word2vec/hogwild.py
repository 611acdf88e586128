"""Threads that change the same rows at once, but for their own copies of the commonest."""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.hot import COLD, Hot, share_copies
from fastvec.kernels.skipgram import Weights
from fastvec.models.schedule import HOT_ROWS, Run, Tally
from fastvec.models.word2vec.runs import Scratch, WordRuns
from fastvec.workers import ordered_map


class InPlace:
    """Threads, or one alone, that work on the shared rows themselves."""

    def __init__(self, runs: WordRuns, weights: Weights, longest: int, threads: int) -> None:
        self._runs, self._weights = runs, weights
        self._states = [runs.scratch(longest) for _ in range(threads)]

    def train(self, runs: list[Run]) -> Generator[Tally, None, None]:
        """Yield what each run learned, in order."""
        yield from ordered_map(self._train, runs, self._states)

    def _train(self, run: Run, scratch: Scratch) -> Tally:
        windows, number, targets = self._runs.draw(run, scratch)
        return self._runs.objective.learn(
            self._weights, windows, number, targets, run.rate, scratch.drawing
        )


class _State(NamedTuple):
    """What one thread needs to itself."""

    scratch: Scratch
    hot: tuple[Hot, Hot]


class Hogwild:
    """All threads change the same rows at once: a little different each time.

    Rows that every run changes are an exception; see `kernels.hot`. Those of some
    objectives settle: the longer the training, the less one run may move them.

    Parameters
    ----------
    runs : WordRuns
    weights : Weights
        With `schedule.room_for_copies` behind the model's own rows.
    rows : int
        The model's own.
    longest : int
        Tokens of the longest run.
    threads : int

    References
    ----------
    Niu et al., "Hogwild!", NIPS 2011.
    """

    def __init__(
        self, runs: WordRuns, weights: Weights, rows: int, longest: int, threads: int
    ) -> None:
        self._runs, self._weights, self._threads = runs, weights, threads
        copied = min(HOT_ROWS, rows)
        firsts = runs.hottest(copied)
        self._states = []
        for thread in range(threads):
            place = rows + thread * copied
            near, far = (
                _copies(matrix, first, place, copied)
                for matrix, first in zip(weights, firsts, strict=True)
            )
            self._states.append(_State(runs.scratch(longest, far), (near, far)))

    def train(self, runs: list[Run]) -> Generator[Tally, None, None]:
        """Yield what each run learned, in order."""
        yield from ordered_map(self._train, runs, self._states)

    def _train(self, run: Run, state: _State) -> Tally:
        windows, number, targets = self._runs.draw_hot(run, state.scratch, state.hot)
        tally = self._runs.objective.learn(
            self._weights, windows, number, targets, run.rate, state.scratch.drawing
        )
        together = self._runs.together(run, self._threads)
        for matrix, hot in zip(self._weights, state.hot, strict=True):
            share_copies(matrix, hot, np.float32(run.rate), together)
        return tally


def _copies(matrix: NDArray[np.float32], first: int, place: int, count: int) -> Hot:
    """Copy rows to their place behind the others."""
    matrix[place : place + count] = matrix[first : first + count]
    return Hot(first, place, np.zeros(count + COLD, np.int32), matrix[first : first + count].copy())
