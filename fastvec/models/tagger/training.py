"""The training of the tagger: epochs of batches, scores, the best epoch, divergence."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from fastvec.errors import DivergenceError, FormatError
from fastvec.layers.optimisers import Adam, clip_global_norm
from fastvec.models.checkpoints import Checkpoints
from fastvec.models.tagger.clock import TaggerClock
from fastvec.models.tagger.config import TaggerConfig
from fastvec.models.tagger.corpus import Batch, training_batches
from fastvec.models.tagger.history import (
    Arrays,
    BestScore,
    TaggerRecord,
    TaggerStanding,
    Unfinished,
)
from fastvec.models.tagger.network import TaggerNetwork
from fastvec.models.tagger.text import ReadText, TaggedTokens
from fastvec.models.training import Standing
from fastvec.models.uninterrupted import uninterrupted
from fastvec.progress import Callback
from fastvec.workers import single_threaded_blas

ORDER_STREAM, DROPOUT_STREAM = 23, 24  # Keep random numbers of a seed apart.
WORST_LOSS = 100.0  # Times the loss of knowing nothing; only divergence gets there.


class TaggerTraining:
    """A training of the tagger.

    Parameters
    ----------
    config : TaggerConfig
    network : TaggerNetwork
        Changed in place.
    text : ReadText
    tags : TaggedTokens
    score : callable or None
        Returns the network's score on the development text.
    stopped : Unfinished or None
        Where to go on.

    Attributes
    ----------
    standing : TaggerStanding
        How far it has come.
    """

    def __init__(
        self,
        config: TaggerConfig,
        network: TaggerNetwork,
        text: ReadText,
        tags: TaggedTokens,
        score: Callable[[], float] | None = None,
        stopped: Unfinished | None = None,
    ) -> None:
        self._config, self._network, self._text, self._tags = config, network, text, tags
        self._score = score
        self._optimiser = Adam(config.learning_rate)
        self._optimiser.prepare(network.parameters)
        self.standing: Standing = TaggerStanding()
        self._best: Arrays | None = None
        self._largest_norm = 0.0
        if stopped is not None:
            self._resume(stopped)
        self._best_score = BestScore(self.history)
        self._batches = self._order()
        if self.standing.run > len(self._batches):
            raise FormatError(
                "the training was stopped by another version of fastvec, or its record is "
                "damaged; start it anew with --overwrite"
            )

    def _resume(self, stopped: Unfinished) -> None:
        """Take up everything as it was left."""
        restore(self._network.parameters, stopped.parameters)
        restore(self._optimiser.state, stopped.optimiser)
        self.standing = TaggerStanding.from_dict(stopped.standing.as_dict())
        self._best, self._largest_norm = stopped.best, stopped.largest_norm

    def _order(self) -> list[Batch]:
        """Return the batches of this epoch."""
        return training_batches(
            self._text.lengths, self._config.batch, self._rng(ORDER_STREAM, self.standing.epoch)
        )

    def _rng(self, *numbers: int) -> np.random.Generator:
        return np.random.default_rng(np.random.SeedSequence((self._config.seed, *numbers)))

    def run(self, callback: Callback, checkpoints: Checkpoints) -> None:
        """Train to the end.

        Raises
        ------
        DivergenceError
            If a loss is not a number or grows without bound; the parameters stay as they
            were before that batch.
        """
        clock = TaggerClock(self.standing, self._words, self._config.epochs, callback)
        with single_threaded_blas():
            while self.standing.epoch <= self._config.epochs and not self._enough():
                while self.standing.run < len(self._batches):
                    self._learn(self._batches[self.standing.run])
                    clock.tick()
                    if self.standing.run < len(self._batches):
                        checkpoints.pause(self.standing)
                record = self._record()
                with uninterrupted():
                    self.standing.end_epoch(record)
                    self._keep_best(record)
                    self._batches, self._largest_norm = self._order(), 0.0
                clock.report(record)
                checkpoints.pause(self.standing)

    @property
    def _words(self) -> int:
        return int(self._text.lengths.sum())

    def _enough(self) -> bool:
        """Tell whether patience is at its end."""
        stale = self._best_score.epochs_since >= self._config.patience
        return self._score is not None and stale

    def _learn(self, batch: Batch) -> None:
        """Learn from a batch, from all of it or nothing."""
        standing, network = self.standing, self._network
        rng = self._rng(DROPOUT_STREAM, standing.epoch, standing.run)
        tokens, tags = int(batch.lengths.sum()), self._tags.of(batch)
        loss = network.loss_and_gradients(self._text.features(batch), tags, rng)
        gradients = {name: g for name, g in network.gradients.items() if g.size}
        norm = clip_global_norm(gradients, self._config.clip_norm)
        self._check(loss / tokens, norm)
        with uninterrupted():
            self._optimiser.step(network.parameters, gradients, rows=network.rows)
            standing.run += 1
            standing.loss += loss
            standing.pairs += tokens
            self._largest_norm = max(self._largest_norm, norm)

    def _check(self, loss: float, norm: float) -> None:
        """Stop at a loss of divergence, before anything moves."""
        untrained = math.log(self._network.tags) + 1
        if math.isfinite(norm) and loss < WORST_LOSS * untrained:  # NaN is not below.
            return
        standing = self.standing
        raise DivergenceError(
            f"training diverged in epoch {standing.epoch}, "
            f"{standing.run / len(self._batches):.0%} of the way: the loss became {loss:.3g} a "
            f"token at learning rate {self._config.learning_rate:.3g} (an untrained tagger has "
            f"about {untrained:.3g}). Try a smaller learning rate"
        )

    def _record(self) -> TaggerRecord:
        """Return what is to be written down of the epoch that ends."""
        standing, context = self.standing, self._network.context
        return TaggerRecord(
            epoch=standing.epoch,
            loss=standing.mean(),
            learning_rate=self._config.learning_rate,
            words_per_second=self._words / max(standing.seconds, 1e-9),
            seconds=standing.seconds,
            pairs=standing.pairs,
            score=None if self._score is None else self._score(),
            gradient_norm=self._largest_norm,
            shares=None if context is None else context.mix.shares.tolist(),
            gamma=None if context is None else context.mix.gamma,
        )

    def _keep_best(self, record: TaggerRecord) -> None:
        """Copy the parameters after the best epoch so far."""
        if self._best_score.improved(record.score):
            self._best = copied(self._network.parameters)

    @property
    def history(self) -> list[TaggerRecord]:
        """A record for each finished epoch."""
        return [record for record in self.standing.history if isinstance(record, TaggerRecord)]

    def result(self) -> Arrays:
        """Return the parameters of the best epoch, or else of the last batch."""
        return self._network.parameters if self._best is None else self._best

    def unfinished(self) -> Unfinished:
        """Return what resuming needs; the arrays are the training's own."""
        return Unfinished(
            self.standing, self._network.parameters, self._optimiser.state, self._best,
            self._largest_norm,
        )  # fmt: skip


def copied(arrays: Arrays) -> Arrays:
    """Return a copy of named arrays."""
    return {name: array.copy() for name, array in arrays.items()}


def restore(arrays: Arrays, source: Arrays) -> None:
    """Fill arrays in place.

    Raises
    ------
    FormatError
        If one is missing, or of another shape.
    """
    for name, array in arrays.items():
        given = source.get(name)
        if given is None or given.shape != array.shape:
            shape = None if given is None else given.shape
            raise FormatError(f"{name} must have shape {array.shape}, but has {shape}")
        array[...] = given
