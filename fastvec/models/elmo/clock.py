"""Keeps the time of a training of ELMo, writes its history and tells the callback."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from fastvec.models.elmo.history import LanguageRecord
from fastvec.models.elmo.perplexity import Perplexity
from fastvec.models.training import REPORT_EVERY
from fastvec.progress import Callback, Progress

if TYPE_CHECKING:
    from fastvec.models.elmo.training import ELMoTraining


class ELMoClock:
    """The time that epochs take.

    Parameters
    ----------
    training : ELMoTraining
    callback : callable
        Gets a `Progress` a few times a second and at the end of each epoch.
    """

    def __init__(self, training: ELMoTraining, callback: Callback) -> None:
        self._training, self._callback = training, callback
        self._started = self._reported = time.perf_counter()
        self._begun = self._started - training.standing.seconds
        self._first = self._done()

    def _done(self) -> float:
        """Return the words read in all epochs."""
        training = self._training
        return training.words * (training.standing.epoch - 1 + training.share)

    def tick(self, rate: float) -> None:
        """Take down the time, and report if the last time is a while ago."""
        now = time.perf_counter()
        standing = self._training.standing
        standing.seconds = now - self._begun
        if now - self._reported > REPORT_EVERY:
            self._reported = now
            self._report(standing.epoch, standing.mean(), rate)

    def end_epoch(self, rate: float, judged: Perplexity | None) -> None:
        """Write the record of an epoch and report it; the next one begins."""
        training, standing = self._training, self._training.standing
        record = LanguageRecord(
            epoch=standing.epoch,
            loss=standing.mean(),
            learning_rate=rate,
            words_per_second=training.words / max(standing.seconds, 1e-9),
            seconds=standing.seconds,
            pairs=standing.pairs,
            validation_loss=judged.loss if judged else None,
            gradient_norm=training.largest_norm,
            forward_perplexity=judged.forward if judged else None,
            backward_perplexity=judged.backward if judged else None,
            perplexity=judged.mean if judged else None,
            oov_rate=judged.oov_rate if judged else None,
        )
        training.next_epoch(record)  # Before the callback, which may raise.
        self._begun = self._reported = time.perf_counter()
        self._report(record.epoch, record.loss, rate, record)

    def _report(
        self, epoch: int, loss: float, rate: float, record: LanguageRecord | None = None
    ) -> None:
        training, now = self._training, time.perf_counter()
        done, total = self._done(), float(training.words * training.epochs)
        speed = (done - self._first) / max(now - self._started, 1e-9)
        seconds = record.seconds if record else training.standing.seconds
        read = training.words * (1.0 if record else training.share)
        self._callback(
            Progress(
                stage="training",
                done=done,
                total=total,
                epoch=epoch,
                epochs=training.epochs,
                objective=training.objective,
                loss=None if math.isnan(loss) else loss,
                validation_loss=record.validation_loss if record else None,
                perplexity=record.perplexity if record else None,
                learning_rate=rate,
                words_per_second=read / max(seconds, 1e-9),
                seconds_left=(total - done) / max(speed, 1e-9),
                epoch_ended=record is not None,
            )
        )
