"""The training of ELMo: epochs of batches, progress, checkpoints, divergence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from fastvec.encoding.workspace import Workspace
from fastvec.errors import DivergenceError, FormatError
from fastvec.layers.optimisers import warmup_and_decay
from fastvec.models.checkpoints import Checkpoints
from fastvec.models.elmo.beginning import ELMoBeginning
from fastvec.models.elmo.clock import ELMoClock
from fastvec.models.elmo.config import ELMoConfig
from fastvec.models.elmo.history import LanguageRecord
from fastvec.models.elmo.perplexity import HeldOutText, Perplexity
from fastvec.models.elmo.step import ELMoStep
from fastvec.models.elmo.stopped import ELMoStopped
from fastvec.models.elmo.streams import TokenStream, text_rows
from fastvec.models.elmo.tensors import stored_tensors
from fastvec.models.uninterrupted import uninterrupted
from fastvec.models.watch import Watch
from fastvec.progress import Callback
from fastvec.vocabulary.words import Vocabulary
from fastvec.workers import single_threaded_blas

WORST_LOSS = 4.0  # Times the loss of knowing nothing and a nat; only divergence gets there.


class ELMoTraining:
    """A training of ELMo.

    Parameters
    ----------
    config : ELMoConfig
    workspace : Workspace
    beginning : ELMoBeginning
        Its model and standing are changed in place.
    validation : Workspace or None
        Held-out text.

    Attributes
    ----------
    model : LanguageModel
    vocabulary : Vocabulary
    standing : ELMoStanding
        How far it has come.
    largest_norm : float
        Of the gradients in this epoch, before the limit.
    """

    def __init__(
        self,
        config: ELMoConfig,
        workspace: Workspace,
        beginning: ELMoBeginning,
        validation: Workspace | None = None,
    ) -> None:
        self._config, self._workspace = config, workspace
        self.model, self.vocabulary = beginning.model, beginning.vocabulary
        self.standing = beginning.standing
        words = workspace.vocabulary.words
        self._stream = TokenStream(
            workspace.tokens, workspace.sentences, text_rows(words, self.vocabulary),
            batch=config.batch, unroll=config.unroll, carry=config.carry, seed=config.seed,
        )  # fmt: skip
        self._epoch = self._stream.epoch(self.standing.epoch)
        if self.standing.run > len(self._epoch):
            raise FormatError(
                "the training was stopped by another version of fastvec, or its record is damaged; "
                "use the model as the start of a new one: --init"
            )
        table = self.model.network.tokens.table(words)
        self._step = ELMoStep(self.model, config, table, self._stream.batch)
        self.largest_norm = self._step.restore(beginning.training)
        self._judged: Perplexity | None = None
        if validation is not None:
            self._text = HeldOutText(validation, self.vocabulary)
        self._watch = Watch(
            self.standing.history, config.patience, self._judge if validation else None,
            self._snapshot, beginning.best,
        )  # fmt: skip
        self._largest_loss = WORST_LOSS * (math.log(len(self.vocabulary)) + 1)

    def run(self, callback: Callback, checkpoints: Checkpoints) -> None:
        """Train to the end.

        Raises
        ------
        DivergenceError
            If a loss is not a number or grows without bound; the parameters stay as they
            were before that batch.
        """
        clock = ELMoClock(self, callback)
        with single_threaded_blas():
            while self.standing.epoch <= self.epochs and not self._watch.enough(
                self.standing.history
            ):
                while self.standing.run < len(self._epoch):
                    rate = self._rate()
                    self._learn(rate)
                    clock.tick(rate)
                    if self.standing.run < len(self._epoch):
                        checkpoints.pause(self.standing)
                self._watch.held_out()
                clock.end_epoch(self._rate(), self._judged)
                checkpoints.pause(self.standing)

    def _judge(self) -> float:
        """Judge the model by the held-out text."""
        self._judged = self._text.judge(self.model)
        return self._judged.loss

    def _snapshot(self) -> dict[str, NDArray[Any]]:
        return {name: array.copy() for name, array in self._tensors().items()}

    def _rate(self) -> float:
        """Return the learning rate of the next batch."""
        config, steps = self._config, len(self._epoch)
        done = (self.standing.epoch - 1) * steps + self.standing.run
        factor = warmup_and_decay(done, config.warmup, steps * self.epochs, end=config.final_rate)
        return config.first_rate * factor

    def _learn(self, rate: float) -> None:
        """Learn from the next batch, from all of it or nothing."""
        standing = self.standing
        batch = self._epoch[standing.run]
        found = self._step.compute(batch, standing.epoch, standing.run)
        mean = found.loss / (2 * batch.steps)
        # The loss is of parameters that were sound only if it is: so before they move.
        if not (math.isfinite(found.norm) and mean < self._largest_loss):
            raise DivergenceError(
                f"training diverged in epoch {standing.epoch}, {self.share:.0%} of the way: the "
                f"loss became {mean:.3g} at learning rate {rate:.3g} with a gradient of norm "
                f"{found.norm:.3g} (knowing nothing has a loss of "
                f"{math.log(len(self.vocabulary)):.3g}). Try a smaller learning rate"
            )
        with uninterrupted():
            self._step.apply(found, rate)
            standing.run += 1
            standing.loss += found.loss
            standing.pairs += 2 * batch.steps
            self.largest_norm = max(self.largest_norm, found.norm)

    def next_epoch(self, record: LanguageRecord) -> None:
        """Write an epoch down, and begin another, in another order and without a state."""
        with uninterrupted():
            self.standing.end_epoch(record)
            self._epoch = self._stream.epoch(self.standing.epoch)
            self._step.forget()
            self.largest_norm = 0.0

    @property
    def share(self) -> float:
        """How much of this epoch is done."""
        return self.standing.run / len(self._epoch)

    @property
    def words(self) -> int:
        """Words of the text."""
        return self._workspace.words

    @property
    def epochs(self) -> int:
        """Epochs in all."""
        return self._config.epochs

    @property
    def objective(self) -> str:
        """Name of the loss: a sampled one says so."""
        return self._step.objective

    def _tensors(self) -> dict[str, NDArray[Any]]:
        """Return the model's arrays; they are its own."""
        return stored_tensors(self.model.network, self.model.parameters, self.vocabulary.words)

    def stopped(self) -> ELMoStopped:
        """Return what resuming needs; the arrays are the training's own."""
        return ELMoStopped(
            self.vocabulary, self._tensors(), self.standing, self._workspace.identity(),
            self._step.tensors(self.largest_norm), self._watch.best,
        )  # fmt: skip

    def result(self) -> tuple[Vocabulary, Mapping[str, NDArray[Any]]]:
        """Return the words and the model: that of the best epoch, where one was looked for."""
        return self.vocabulary, self._watch.best or self._tensors()
