"""The loop that word models share: epochs, runs, learning rate, progress, divergence."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import DivergenceError
from fastvec.progress import Callback, Progress
from fastvec.workers import ordered_map

State = TypeVar("State")

RUN_LENGTH = 10_000  # Tokens: a few milliseconds, so that Ctrl-C and progress are live.
FEWEST_RUNS = 200  # In a small corpus, so that the learning rate falls in small steps.
REPORT_EVERY = 0.2  # seconds
WORST_LOSS = 20.0  # Times the loss of untrained vectors; only divergence gets there.


class Run(NamedTuple):
    """A stretch of the corpus that one kernel call trains on."""

    epoch: int
    number: int
    start: int  # First token.
    stop: int  # After the last token.
    rate: float


class Tally(NamedTuple):
    """What one run learned: the summed loss and the pairs it is the sum over."""

    loss: float
    pairs: int


@dataclass(frozen=True, kw_only=True)
class EpochRecord:
    """One epoch of the history.

    Attributes
    ----------
    epoch : int
        From 1.
    loss : float
        Mean over the epoch, in nats a pair; NaN where nothing was trained.
    learning_rate : float
        Of the last run.
    words_per_second : float
        Words of the corpus, skipped ones included.
    seconds : float
        Of this epoch.
    """

    epoch: int
    loss: float
    learning_rate: float
    words_per_second: float
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Return the record by name."""
        return asdict(self)


class Schedule(NamedTuple):
    """The stretches of an epoch, and the learning rate's fall over all epochs."""

    edges: NDArray[np.int64]  # (runs + 1,) token positions
    epochs: int
    first_rate: float
    final_rate: float  # As a share of the first.

    def runs(self, epoch: int) -> list[Run]:
        """Return an epoch's runs; the rate falls linearly with the words done."""
        total = max(int(self.edges[-1]), 1) * self.epochs
        before = (epoch - 1) * int(self.edges[-1])
        bounds = self.edges.tolist()
        return [
            Run(epoch, number, start, stop, self._rate((before + start) / total))
            for number, (start, stop) in enumerate(pairwise(bounds))
        ]

    def _rate(self, progress: float) -> float:
        return self.first_rate * max(1.0 - progress, self.final_rate)


def run_length(words: int, window: int) -> int:
    """Return the tokens of a run: short enough for a smooth rate, long against the window."""
    return max(min(RUN_LENGTH, words // FEWEST_RUNS), 20 * window, 100)


def run_edges(sentences: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """Cut a corpus into runs of about ``length`` tokens, at sentence ends where there are any near.

    A sentence longer than a run is cut inside; no token is left out.
    """
    end = int(sentences[-1])
    edges = [0]
    while edges[-1] < end:
        aim = edges[-1] + length
        place = min(int(np.searchsorted(sentences, aim)), len(sentences) - 1)
        after = int(sentences[place])
        edges.append(after if after <= aim + length else min(aim, end))
    return np.array(edges, np.int64)


def train_epochs(
    train: Callable[[Run, State], Tally],
    schedule: Schedule,
    states: Sequence[State],
    *,
    objective: str,
    untrained_loss: float,
    callback: Callback,
    history: list[EpochRecord],
) -> None:
    """Train all epochs and append a record of each to ``history``.

    Parameters
    ----------
    train : callable
        Trains one run; called by several threads, each with a state of its own.
    schedule : Schedule
        What to train on, and how fast.
    states : sequence
        One for each thread.
    objective : str
        Name of the loss, for progress.
    untrained_loss : float
        Mean loss a pair of vectors that know nothing.
    callback : callable
        Gets a `Progress` a few times a second and at the end of each epoch.
    history : list of EpochRecord
        Extended; whatever stops the training, finished epochs are on it.

    Raises
    ------
    DivergenceError
        If a loss is not a number or grows without bound.
    """
    started = time.perf_counter()
    size = int(schedule.edges[-1])
    for epoch in range(1, schedule.epochs + 1):
        begun = reported = time.perf_counter()
        loss, pairs = 0.0, 0
        runs = schedule.runs(epoch)
        with closing(ordered_map(train, runs, list(states))) as tallies:
            for run, tally in zip(runs, tallies, strict=True):
                _check_divergence(tally, run, size, untrained_loss)
                loss += tally.loss
                pairs += tally.pairs
                now = time.perf_counter()
                if now - reported > REPORT_EVERY or run.stop == size:
                    reported = now
                    done = (epoch - 1) * size + run.stop
                    rate = done / max(now - started, 1e-9)
                    callback(
                        Progress(
                            stage="training",
                            done=done,
                            total=size * schedule.epochs,
                            epoch=epoch,
                            epochs=schedule.epochs,
                            objective=objective,
                            loss=loss / pairs if pairs else None,
                            learning_rate=run.rate,
                            words_per_second=run.stop / max(now - begun, 1e-9),
                            seconds_left=(size * schedule.epochs - done) / rate,
                            epoch_ended=run.stop == size,
                        )
                    )
        seconds = time.perf_counter() - begun
        history.append(
            EpochRecord(
                epoch=epoch,
                loss=loss / pairs if pairs else math.nan,
                learning_rate=runs[-1].rate if runs else schedule.first_rate,
                words_per_second=size / max(seconds, 1e-9),
                seconds=seconds,
            )
        )


def _check_divergence(tally: Tally, run: Run, size: int, untrained_loss: float) -> None:
    """Stop when a run's loss is not a number or absurdly large."""
    mean = tally.loss / tally.pairs if tally.pairs else 0.0
    if math.isfinite(tally.loss) and mean < WORST_LOSS * untrained_loss:
        return
    raise DivergenceError(
        f"training diverged in epoch {run.epoch}, {run.stop / size:.0%} of the way: the loss "
        f"became {mean:.3g} at learning rate {run.rate:.3g} (untrained vectors have "
        f"{untrained_loss:.3g}); nothing was saved. Try a smaller learning rate"
    )


def check_finite(matrices: Iterable[NDArray[np.float32]], learning_rate: float) -> None:
    """Refuse matrices that the very last steps, whose loss nobody saw, have spoilt."""
    with np.errstate(all="ignore"):
        if all(math.isfinite(matrix.sum()) for matrix in matrices):
            return
    raise DivergenceError(
        f"training diverged at the end of the last epoch: vectors are no numbers at learning rate "
        f"{learning_rate:.3g}; nothing was saved. Try a smaller learning rate"
    )
