"""When to save an unfinished training, so that a crash costs little."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fastvec.errors import DivergenceError, ParameterError
from fastvec.models.training import Standing

UNITS = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


@dataclass(frozen=True)
class Interval:
    """The time between two checkpoints: so many epochs, or so many seconds.

    Attributes
    ----------
    epochs : int
        0 if it is a time.
    seconds : float
        Infinite if it is not.
    """

    epochs: int = 0
    seconds: float = math.inf

    @classmethod
    def parse(cls, text: str | int) -> Interval:
        """Read ``"2"`` or 2 (epochs), ``"30s"``, ``"10m"``, ``"1h"`` or ``"never"``.

        Raises
        ------
        ParameterError
            If it is none of these.
        """
        text = str(text).strip()
        if text == "never":
            return cls()
        found = re.fullmatch(r"(\d+(?:\.\d+)?) *(s|m|min|h|epochs?)?", text)
        if found is None or float(found[1]) == 0:
            raise ParameterError(
                f"checkpoint_every must be a number of epochs (2), a time (30s, 10m, 1h) or "
                f"'never', but is {text!r}"
            )
        if found[2] in UNITS:
            return cls(seconds=float(found[1]) * UNITS[found[2]])
        if not found[1].isdigit():
            raise ParameterError(f"checkpoint_every must be whole epochs, but is {text!r}")
        return cls(epochs=int(found[1]))


class Checkpoints:
    """Saves a training when its interval has passed.

    Parameters
    ----------
    every : Interval
    save : callable
        Writes the parameters and this `Standing`.
    """

    def __init__(self, every: Interval, save: Callable[[Standing], None]) -> None:
        self._every, self._save = every, save
        self._last = time.monotonic()
        self._saved = ""

    def pause(self, standing: Standing) -> None:
        """Save, if it is time to."""
        ended = standing.run == 0
        by_epochs = ended and self._every.epochs and (standing.epoch - 1) % self._every.epochs == 0
        if by_epochs or time.monotonic() - self._last >= self._every.seconds:
            self._save(standing)
            self._last = time.monotonic()
            self._saved = f"after {standing.epoch - 1} epochs"
            if standing.run:
                self._saved = f"in epoch {standing.epoch}"

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Say, should training diverge, what is left."""
        try:
            yield
        except DivergenceError as error:
            left = (
                f"the last good state, saved {self._saved}, is still in its folder"
                if self._saved
                else "nothing was saved"
            )
            raise DivergenceError(f"{error}; {left}") from None
