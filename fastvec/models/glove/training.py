"""One training of GloVe: rounds of blocks that share no rows, on all threads."""

from __future__ import annotations

import math
from collections.abc import Generator
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.encoding.workspace import Workspace
from fastvec.errors import FormatError
from fastvec.kernels.glove import Weighting, pull_rows, train_block
from fastvec.models.checkpoints import Checkpoints
from fastvec.models.glove.beginnings import Beginning, Stopped, kept_rows
from fastvec.models.glove.config import GloVeConfig
from fastvec.models.glove.parameters import Parameters, finished
from fastvec.models.matching import TRAINED
from fastvec.models.schedule import Run, Schedule, Tally
from fastvec.models.training import Standing, check_finite, train_epochs
from fastvec.models.watch import Watch
from fastvec.progress import Callback
from fastvec.samplers.cooccurrence_matrix import CooccurrenceMatrix
from fastvec.samplers.grid import Block, Grid
from fastvec.vocabulary.words import Vocabulary
from fastvec.workers import Team, resolve_threads

JUDGED = 1_000_000  # Entries that the cost of untrained vectors is estimated on.


class Rounds:
    """Trains, or judges, the blocks of one round on all threads.

    Parameters
    ----------
    grid : Grid
    parameters : Parameters
        Changed in place.
    config : GloVeConfig
    free : ndarray of float32, shape (V,)
        0 for rows whose vectors stay as they are, else 1.
    """

    def __init__(
        self, grid: Grid, parameters: Parameters, config: GloVeConfig, free: NDArray[np.float32]
    ) -> None:
        self._grid, self._parameters, self._config, self._free = grid, parameters, config, free
        self._team = Team([None] * min(resolve_threads(config.threads), grid.rounds))

    def weighting(self, rate: float) -> Weighting:
        """Return how records are weighted at a learning rate; at 0, nothing moves."""
        config = self._config
        bias_rate = 1.0 if config.bias_eta == "head" and rate else rate
        return Weighting(config.x_max, config.alpha, rate, bias_rate, config.clip)

    def cost(self, blocks: list[Block], rate: float) -> float:
        """Train one round's blocks; return their summed cost."""
        weighting = self.weighting(rate)
        words, contexts = self._parameters.words.rows, self._parameters.contexts.rows
        costs, turn = np.zeros(len(blocks)), count()

        def work(_: None) -> None:
            while (number := next(turn)) < len(blocks):
                block = blocks[number]
                costs[number] = train_block(
                    words, contexts, self._parameters.length, block.rows, block.columns,
                    self._grid.records, weighting, self._free,
                )  # fmt: skip

        self._team.each(work)
        return float(costs.sum())


class HeldOut:
    """The cost of a held-out text's co-occurrences under the parameters in training.

    Its counts are scaled to the sum of the training text's: a shorter text has smaller
    ones, and the parameters would be judged by that.
    """

    def __init__(
        self, matrix: CooccurrenceMatrix, total: float, parameters: Parameters, config: GloVeConfig
    ) -> None:
        scale = total / max(float(matrix.values.sum()), 1e-300)
        scaled = CooccurrenceMatrix(matrix.starts, matrix.columns, matrix.values * scale)
        self._grid = Grid(scaled)
        free = np.ones(len(matrix), np.float32)
        self._rounds = Rounds(self._grid, parameters, config, free)
        self._entries = matrix.entries

    def loss(self) -> float:
        """Return the mean cost of a record; NaN where there is none."""
        costs = [self._rounds.cost(blocks, 0.0) for blocks in self._grid.epoch(0, 0)]
        return math.fsum(costs) / self._entries if self._entries else math.nan


class GloVeTraining:
    """A training of GloVe.

    Parameters
    ----------
    config : GloVeConfig
    workspace : Workspace
    matrix : CooccurrenceMatrix
    beginning : Beginning
        Its parameters and standing are changed in place.
    held_out : CooccurrenceMatrix or None
    """

    def __init__(
        self, config: GloVeConfig, workspace: Workspace, matrix: CooccurrenceMatrix,
        beginning: Beginning, held_out: CooccurrenceMatrix | None = None,
    ) -> None:  # fmt: skip
        self._config, self._workspace, self._beginning = config, workspace, beginning
        self._grid = Grid(matrix)
        free = (beginning.states == TRAINED).astype(np.float32)
        self._rounds = Rounds(self._grid, beginning.parameters, config, free)
        self._untrained = _untrained_cost(matrix, config)
        if self.standing.run > self._grid.rounds:  # As many: only the epoch's end is left.
            raise FormatError(
                "the training was stopped by another version of fastvec, or its record is damaged; "
                "use its vectors as the start of a new one: --init"
            )
        loss = None
        if held_out is not None:
            total = float(matrix.values.sum())
            loss = HeldOut(held_out, total, beginning.parameters, config).loss
        self._watch = Watch(
            self.standing.history, config.patience, loss, self._copies, beginning.best
        )

    @property
    def standing(self) -> Standing:
        """How far it has come."""
        return self._beginning.standing

    def run(self, callback: Callback, checkpoints: Checkpoints) -> None:
        """Train to the end.

        Raises
        ------
        DivergenceError
        """
        self._watch.checkpoints = checkpoints
        config = self._config
        # Progress is in words of the corpus, spread evenly over the rounds.
        edges = np.linspace(0, self._workspace.words, self._grid.rounds + 1).astype(np.int64)
        train_epochs(
            self._train,
            Schedule(edges, config.epochs, config.learning_rate, final_rate=1.0),
            self.standing,
            objective="glove",
            untrained_loss=self._untrained,
            callback=callback,
            supervisor=self._watch,
            stretch=1,
        )
        sides = self._beginning.parameters
        check_finite((sides.words.rows, sides.contexts.rows), config.learning_rate)

    def _train(self, runs: list[Run]) -> Generator[Tally, None, None]:
        """Train some rounds of an epoch."""
        for run in runs:
            blocks = self._grid.epoch(self._config.seed, run.epoch)[run.number]
            cost = self._rounds.cost(blocks, run.rate)
            self._retrofit(run.rate)
            yield Tally(cost, self._grid.round_entries(blocks))

    def _retrofit(self, rate: float) -> None:
        """Pull words towards the vectors given, by a round's share of the term's gradient."""
        if self._beginning.given is not None:
            sides, strength = self._beginning.parameters, self._config.retrofit / self._grid.rounds
            pull_rows(
                sides.words.rows, sides.contexts.rows, sides.length, self._beginning.given,
                2 * strength, rate,
            )  # fmt: skip

    def _copies(self) -> dict[str, NDArray[np.float32]]:
        """Copy vectors and biases as they are."""
        return {name: t.copy() for name, t in self._beginning.parameters.tensors().items()}

    def stopped(self) -> Stopped:
        """Return what resuming needs; the arrays are the training's own."""
        begun = self._beginning
        extra: dict[str, NDArray[Any]] = {
            "states": begun.states, **begun.parameters.training_tensors()
        }  # fmt: skip
        if begun.given is not None:
            extra["given"] = begun.given
        for name, tensor in (self._watch.best or {}).items():
            extra[f"best_{name}"] = tensor
        return Stopped(
            self._config, begun.rows.vocabulary, begun.parameters.tensors(), extra, self.standing,
            self._workspace.identity(),
        )  # fmt: skip

    def result(self) -> tuple[Vocabulary, dict[str, NDArray[np.float32]]]:
        """Return the words and their tensors: of the best epoch, where one was looked for."""
        vocabulary = self._beginning.rows.vocabulary
        tensors = finished(self._watch.best or self._copies(), vocabulary, self._config)
        kept = kept_rows(self._beginning)
        if len(kept) < len(vocabulary):
            words = [vocabulary.words[row] for row in kept]
            vocabulary = Vocabulary(words, vocabulary.counts[kept], vocabulary.specials)
            tensors = {name: tensor[kept] for name, tensor in tensors.items()}
        return vocabulary, tensors


def _untrained_cost(matrix: CooccurrenceMatrix, config: GloVeConfig) -> float:
    """Return about the mean cost of vectors that know nothing, each logarithm missed by 1 more.

    Where all words stand together once, logarithms are 0, which any small vectors match.
    """
    values = np.asarray(matrix.values[:: max(1, matrix.entries // JUDGED)])
    weights = np.minimum((values / config.x_max) ** config.alpha, 1.0)
    return float((weights * (np.log(values) ** 2 + 1)).mean()) / 2
