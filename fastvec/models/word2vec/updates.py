"""How threads share the parameters: in rounds of private blocks, without locks, or one by one."""

from __future__ import annotations

from collections.abc import Generator
from itertools import count
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.blocks import JOINT_COLUMNS, Side, copy_rows, merge_rows
from fastvec.kernels.skipgram import Weights
from fastvec.models.configs import WordConfig
from fastvec.models.matrices import aligned_empty
from fastvec.models.schedule import Run, Tally, room_for_copies, round_blocks
from fastvec.models.word2vec.hogwild import Hogwild, InPlace
from fastvec.models.word2vec.objectives import Private
from fastvec.models.word2vec.runs import Scratch, WordRuns
from fastvec.workers import Team

STRENGTH = 1.0  # Of one step, in units of the learning rate; see `kernels.blocks`.


class Updates(Protocol):
    """Trains runs with all threads."""

    def train(self, runs: list[Run]) -> Generator[Tally, None, None]:
        """Yield what each run learned, in order."""


class OneByOne:
    """One run after another: the objective uses all threads itself, or the corpus is small."""

    def __init__(
        self, runs: WordRuns, weights: Weights, frozen: NDArray[np.bool_], longest: int
    ) -> None:
        self._alone = InPlace(runs, weights, longest, threads=1)
        self._inputs, self._frozen = weights.input, np.flatnonzero(frozen)
        self._kept = weights.input[self._frozen]

    def train(self, runs: list[Run]) -> Generator[Tally, None, None]:
        """Yield what each run learned, in order."""
        for tally in self._alone.train(runs):
            self._inputs[self._frozen] = self._kept
            yield tally


class _State(NamedTuple):
    """What one thread needs to itself."""

    scratch: Scratch
    private: Private


class Ordered:
    """Rounds of blocks that are trained apart and merged in order: the same bytes always.

    A block is a run. Which runs make a round depends on the corpus alone, a run's
    random numbers on the seed and its place, and merging on the order of runs: so
    neither the number of threads nor who was first leaves a trace. `kernels.blocks`
    says how moves from different blocks are joined.

    Parameters
    ----------
    runs : WordRuns
    weights : Weights
    frozen : ndarray of bool, shape (V,)
        Input rows that stay as they are.
    longest : int
        Tokens of the longest run.
    blocks : int
        Runs in a round.
    threads : int
    """

    def __init__(
        self,
        runs: WordRuns,
        weights: Weights,
        frozen: NDArray[np.bool_],
        longest: int,
        blocks: int,
        threads: int,
    ) -> None:
        self._runs, self._weights, self._blocks = runs, weights, blocks
        words, width = weights.input.shape
        positions, targets = runs.most_rows(longest)
        self._sides = (
            _side(blocks, min(positions, words), width),
            _side(blocks, min(targets, words), width),
        )
        self._team = Team([self._state(longest, words) for _ in range(threads)])
        self._joints = [np.zeros((words, JOINT_COLUMNS), np.float32) for _ in self._sides]
        self._frozen = (frozen, np.zeros(words, np.bool_))

    def train(self, runs: list[Run]) -> Generator[Tally, None, None]:
        """Yield what each run learned, in order."""
        for first in range(0, len(runs), self._blocks):
            yield from self._round(runs[first : first + self._blocks])

    def _round(self, runs: list[Run]) -> list[Tally]:
        tallies = [Tally(0.0, 0)] * len(runs)
        turn, part, parts = count(), count(), len(self._team)
        strength = np.float32(STRENGTH * runs[-1].rate)

        def train(state: _State) -> None:
            while (block := next(turn)) < len(runs):
                tallies[block] = self._train_block(runs[block], block, state)

        def merge(_: _State) -> None:
            mine = next(part)
            for matrix, side, joint, frozen in zip(
                self._weights, self._sides, self._joints, self._frozen, strict=True
            ):
                merge_rows(matrix, side, len(runs), strength, joint, frozen, mine, parts)

        self._team.each(train)
        self._team.each(merge)
        return tallies

    def _state(self, longest: int, words: int) -> _State:
        tables = np.full((2, words), -1, np.int32)
        return _State(self._runs.scratch(longest), Private(*self._sides, *tables))

    def _train_block(self, run: Run, block: int, state: _State) -> Tally:
        near, far = self._sides
        windows, number, targets = self._runs.draw_private(run, state.scratch, state.private, block)
        copy_rows(self._weights, near, far, block)
        return self._runs.objective.learn(
            Weights(near.rows[block], far.rows[block]),
            windows, number, targets, run.rate, state.scratch.drawing,
        )  # fmt: skip


def make_updates(
    config: WordConfig,
    runs: WordRuns,
    weights: Weights,
    frozen: NDArray[np.bool_],
    edges: NDArray[np.int64],
    threads: int,
) -> Updates:
    """Choose the way of training that the settings ask for.

    Parameters
    ----------
    edges : ndarray of int64
        Where the runs of an epoch begin and end, in tokens.
    """
    number, longest = len(edges) - 1, int(np.diff(edges).max())
    blocks = round_blocks(int(edges[-1]))
    alone = config.loss == "softmax" or (blocks == 1 and config.updates != "hogwild")
    if not alone and config.racing:
        threads = min(threads, number)
        # A small corpus has runs so short that to share copies after each takes longer.
        if blocks > 1 and room_for_copies(config):
            return Hogwild(runs, weights, len(frozen), longest, threads)
        return InPlace(runs, weights, longest, threads)
    if alone:
        return OneByOne(runs, weights, frozen, longest)
    return Ordered(runs, weights, frozen, longest, blocks, min(threads, blocks))


def _side(blocks: int, rows: int, width: int) -> Side:
    """Allocate what the blocks of a round keep of one matrix.

    Rows that are never used take no memory: the system gives pages when they are written.
    """
    return Side(
        rows=aligned_empty(blocks, rows, width),
        listed=np.empty((blocks, rows), np.int32),
        uses=np.empty((blocks, rows), np.int32),
        used=np.zeros(blocks, np.int64),
    )
