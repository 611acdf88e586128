"""Keeps the time of a training of the tagger, and tells the callback."""

from __future__ import annotations

import math
import time

from fastvec.models.tagger.history import TaggerRecord
from fastvec.models.training import REPORT_EVERY, Standing
from fastvec.progress import Callback, Progress


class TaggerClock:
    """The time that epochs take; evaluation is not counted.

    Parameters
    ----------
    standing : Standing
    words, epochs : int
        Words of the text, and epochs in all.
    callback : callable
        Gets a `Progress` a few times a second and at the end of each epoch.
    """

    def __init__(self, standing: Standing, words: int, epochs: int, callback: Callback) -> None:
        self._standing, self._callback = standing, callback
        self._words, self._epochs = words, epochs
        self._started = self._reported = time.perf_counter()
        self._begun = self._started - standing.seconds
        self._first = self._done()

    def _done(self) -> int:
        return (self._standing.epoch - 1) * self._words + self._standing.pairs

    def tick(self) -> None:
        """Take down the time, and report if the last time is a while ago."""
        now = time.perf_counter()
        self._standing.seconds = now - self._begun
        if now - self._reported > REPORT_EVERY:
            self._reported = now
            self._tell(self._standing.epoch, self._standing.mean(), self._standing.pairs)

    def report(self, record: TaggerRecord) -> None:
        """Report an epoch; the next one begins."""
        self._tell(record.epoch, record.loss, record.pairs, record)
        self._begun = self._reported = time.perf_counter()

    def _tell(
        self, epoch: int, loss: float, tokens: int, record: TaggerRecord | None = None
    ) -> None:
        now, total = time.perf_counter(), self._words * self._epochs
        speed = (self._done() - self._first) / max(now - self._started, 1e-9)
        seconds = now - self._begun if record is None else record.seconds
        self._callback(
            Progress(
                stage="training",
                done=self._done(),
                total=total,
                epoch=epoch,
                epochs=self._epochs,
                objective="tag",
                loss=None if math.isnan(loss) else loss,
                learning_rate=None,
                words_per_second=tokens / max(seconds, 1e-9),
                seconds_left=(total - self._done()) / max(speed, 1e-9),
                epoch_ended=record is not None,
                note="" if record is None else record.note,
            )
        )
