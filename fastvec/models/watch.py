"""Who looks at a training between its epochs: held-out loss, patience, checkpoints."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Generic, TypeVar

from fastvec.models.checkpoints import Checkpoints
from fastvec.models.training import EpochRecord, Standing

Weights = TypeVar("Weights")


class BestEpoch:
    """Which epoch had the lowest held-out loss, and how long ago that was."""

    def __init__(self, losses: list[float | None]) -> None:
        self.loss, self.epochs_since = math.inf, 0
        for loss in losses:
            self.improved(loss)

    def improved(self, loss: float | None) -> bool:
        """Take a further epoch's loss; return whether it is the best so far."""
        better = loss is not None and loss < self.loss
        self.loss = loss if loss is not None and better else self.loss
        self.epochs_since = 0 if better else self.epochs_since + 1
        return better


class Watch(Generic[Weights]):
    """Supervises a training: see `training.Supervisor`.

    Parameters
    ----------
    history : list of EpochRecord
        Of epochs already done.
    patience : int or None
        Epochs without a lower held-out loss after which to stop.
    loss : callable or None
        Returns the loss of the held-out text.
    snapshot : callable
        Copies the weights; asked for where patience is set, after every best epoch.
    best : object or None
        The snapshot of the best epoch of ``history``.
    """

    def __init__(
        self, history: list[EpochRecord], patience: int | None, loss: Callable[[], float] | None,
        snapshot: Callable[[], Weights], best: Weights | None = None,
    ) -> None:  # fmt: skip
        self._best_epoch = BestEpoch([record.validation_loss for record in history])
        self._patience, self._loss, self._snapshot, self.best = patience, loss, snapshot, best
        self.checkpoints: Checkpoints | None = None

    def held_out(self) -> float | None:
        """Return the loss of the held-out text, and remember the best weights."""
        if self._loss is None:
            return None
        loss = self._loss()
        if self._best_epoch.improved(loss) and self._patience is not None:
            self.best = self._snapshot()
        return loss

    def pause(self, standing: Standing) -> None:
        """Save, if it is time to."""
        if self.checkpoints is not None:
            self.checkpoints.pause(standing)

    def enough(self, history: list[EpochRecord]) -> bool:
        """Tell whether patience is at its end."""
        return self._patience is not None and self._best_epoch.epochs_since >= self._patience
