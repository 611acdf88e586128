"""The loop that word models share: epochs, progress, pauses, divergence."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import DivergenceError, ParameterError
from fastvec.models.schedule import Run, Schedule, Tally
from fastvec.models.uninterrupted import uninterrupted
from fastvec.progress import Callback, Progress

if TYPE_CHECKING:
    from typing import Self

REPORT_EVERY = 0.2  # seconds
WORST_LOSS = 20.0  # Times the loss of untrained vectors; only divergence gets there.
STRETCH = 256  # Runs of words: about a second.


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
    pairs : int
        Of input and target, or windows of CBOW: what the loss is the mean over.
    validation_loss : float or None
        Mean over the held-out text after the epoch, where there is one.
    """

    epoch: int
    loss: float
    learning_rate: float
    words_per_second: float
    seconds: float
    pairs: int = 0
    validation_loss: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the record by name."""
        return asdict(self)


@dataclass
class Standing:
    """How far a training has come: all that resuming needs beside the parameters.

    Attributes
    ----------
    epoch : int
        The running epoch, from 1.
    run : int
        The next run of it.
    loss, pairs : float, int
        Of this epoch so far.
    seconds : float
        Spent on this epoch so far.
    history : list of EpochRecord
        Of finished epochs.
    """

    record_class: ClassVar[type[EpochRecord]] = EpochRecord

    epoch: int = 1
    run: int = 0
    loss: float = 0.0
    pairs: int = 0
    seconds: float = 0.0
    history: list[EpochRecord] = field(default_factory=list)

    @contextmanager
    def advancing(self, runs: int) -> Iterator[None]:
        """Count runs as done, all of them or, should something stop them, none."""
        before = self.loss, self.pairs
        try:
            yield
        except BaseException:
            self.loss, self.pairs = before
            raise
        self.run += runs

    def mean(self) -> float:
        """Return the mean loss of this epoch so far; NaN where nothing was trained."""
        return self.loss / self.pairs if self.pairs else math.nan

    def end_epoch(self, record: EpochRecord) -> None:
        """Write the epoch down and begin the next one."""
        self.history.append(record)
        self.epoch, self.run = self.epoch + 1, 0
        self.loss, self.pairs, self.seconds = 0.0, 0, 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return everything by name."""
        return asdict(self)

    @classmethod
    def from_dict(cls, entries: dict[str, Any]) -> Self:
        """Undo `as_dict`.

        Raises
        ------
        ParameterError, KeyError, TypeError
            If the entries are no standing.
        """
        history = [cls.record_class(**record) for record in entries["history"]]
        standing = cls(**{**entries, "history": history})
        whole = standing.epoch, standing.run, standing.pairs
        counts = all(type(number) is int and number >= 0 for number in whole)
        if not (
            counts
            and len(history) == standing.epoch - 1
            and {type(standing.loss), type(standing.seconds)} <= {int, float}
        ):
            raise ParameterError("its standing is no place in a training")
        return standing


class Supervisor(Protocol):
    """Looks at a training whenever no thread is at work."""

    def held_out(self) -> float | None:
        """Return the loss of held-out text, if there is any; asked after each epoch."""

    def pause(self, standing: Standing) -> None:
        """Save what there is, if it is time to."""

    def enough(self, history: list[EpochRecord]) -> bool:
        """Tell whether to stop early; asked before each epoch."""


def train_epochs(
    train: Callable[[list[Run]], Generator[Tally, None, None]],
    schedule: Schedule,
    standing: Standing,
    *,
    objective: str,
    untrained_loss: float,
    callback: Callback,
    supervisor: Supervisor,
    stretch: int | None = None,
) -> None:
    """Train from where things stand to the last epoch.

    Parameters
    ----------
    train : callable
        Trains runs and yields what each of them learned, in order.
    schedule : Schedule
        What to train on, and how fast.
    standing : Standing
        Kept up to date; whatever stops the training, finished epochs are on it.
    objective : str
        Name of the loss, for progress.
    untrained_loss : float
        Mean loss a pair of vectors that know nothing.
    callback : callable
        Gets a `Progress` a few times a second and at the end of each epoch.
    supervisor : Supervisor
    stretch : int or None
        Runs between two moments at which no thread is at work; None takes `STRETCH`.

    Raises
    ------
    DivergenceError
        If a loss is not a number or grows without bound.
    """
    reporter = _Reporter(schedule, standing, objective, callback)
    stretch = STRETCH if stretch is None else stretch
    while standing.epoch <= schedule.epochs and not supervisor.enough(standing.history):
        runs = schedule.runs(standing.epoch)
        while standing.run < len(runs):
            next_runs = runs[standing.run : standing.run + stretch]
            # Ctrl-C can wait for the end of a single run, and so need not leave half of it.
            held = uninterrupted() if stretch == 1 else nullcontext()
            with held, standing.advancing(len(next_runs)), closing(train(next_runs)) as tallies:
                for run, tally in zip(next_runs, tallies, strict=True):
                    _check_divergence(tally, run, schedule.size, untrained_loss)
                    standing.loss += tally.loss
                    standing.pairs += tally.pairs
                    if run.number != next_runs[-1].number:
                        reporter.tick(run)
            standing.seconds = reporter.seconds()
            reporter.tick(next_runs[-1])  # Now that it counts: the callback may raise.
            if standing.run < len(runs):
                supervisor.pause(standing)
        reporter.end_epoch(runs[-1], supervisor.held_out())
        supervisor.pause(standing)


class _Reporter:
    """Keeps the clock, writes the history and tells the callback."""

    def __init__(
        self, schedule: Schedule, standing: Standing, objective: str, callback: Callback
    ) -> None:
        self._schedule, self._standing = schedule, standing
        self._objective, self._callback = objective, callback
        self._started = self._reported = time.perf_counter()
        self._begun = self._started - standing.seconds
        self._first = schedule.done(standing.epoch, int(schedule.edges[standing.run]))

    def seconds(self) -> float:
        """Return the time spent on this epoch."""
        return time.perf_counter() - self._begun

    def tick(self, run: Run) -> None:
        """Report, if the last time is a while ago."""
        now = time.perf_counter()
        if now - self._reported > REPORT_EVERY:
            self._reported = now
            self._report(run, self._standing.mean())

    def end_epoch(self, last: Run, held_out: float | None) -> None:
        """Write the record of an epoch, report it and begin the next one."""
        standing, seconds = self._standing, self._standing.seconds
        record = EpochRecord(
            epoch=standing.epoch,
            loss=standing.mean(),
            learning_rate=last.rate,
            words_per_second=self._schedule.size / max(seconds, 1e-9),
            seconds=seconds,
            pairs=standing.pairs,
            validation_loss=held_out,
        )
        standing.end_epoch(record)  # Before the callback, which may raise.
        self._report(last, record.loss, held_out, ended=True)
        self._begun = self._reported = time.perf_counter()

    def _report(
        self, run: Run, loss: float, held_out: float | None = None, *, ended: bool = False
    ) -> None:
        now, total = time.perf_counter(), self._schedule.size * self._schedule.epochs
        done = self._schedule.done(run.epoch, run.stop)
        rate = (done - self._first) / max(now - self._started, 1e-9)
        self._callback(
            Progress(
                stage="training",
                done=done,
                total=total,
                epoch=run.epoch,
                epochs=self._schedule.epochs,
                objective=self._objective,
                loss=None if math.isnan(loss) else loss,
                validation_loss=held_out,
                learning_rate=run.rate,
                words_per_second=run.stop / max(now - self._begun, 1e-9),
                seconds_left=(total - done) / max(rate, 1e-9),
                epoch_ended=ended,
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
        f"{untrained_loss:.3g}). Try a smaller learning rate"
    )


def check_finite(matrices: Iterable[NDArray[np.float32]], learning_rate: float) -> None:
    """Refuse matrices that the very last steps, whose loss nobody saw, have spoilt."""
    with np.errstate(all="ignore"):
        if all(math.isfinite(matrix.sum()) for matrix in matrices):
            return
    raise DivergenceError(
        f"training diverged at the end of the last epoch: vectors are no numbers at learning rate "
        f"{learning_rate:.3g}. Try a smaller learning rate"
    )
