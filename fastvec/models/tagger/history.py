"""What is written down of a training of the tagger, and all that resuming it needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from numpy.typing import NDArray

from fastvec.models.training import EpochRecord, Standing

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, kw_only=True)
class TaggerRecord(EpochRecord):
    """One epoch of the history of a tagger; its loss is in nats a token.

    Attributes
    ----------
    score : float or None
        On the development text, where there is one: F1 of entities, or accuracy of
        plain tags.
    gradient_norm : float
        Largest norm of all gradients together, before the limit.
    shares : list of float or None
        s_j, what each layer of the language model counts, where there is one.
    gamma : float or None
        Scale of their mix.
    """

    score: float | None = None
    gradient_norm: float = 0.0
    shares: list[float] | None = None
    gamma: float | None = None

    @property
    def note(self) -> str:
        """The score, and the mix of the language model's layers, for people."""
        parts = [] if self.score is None else [f"development score {self.score:.4f}"]
        if self.shares is not None and self.gamma is not None:
            shares = " ".join(f"{share:.3f}" for share in self.shares)
            parts.append(f"s {shares}, gamma {self.gamma:.3f}")
        return ", ".join(parts)


class TaggerStanding(Standing):
    """How far a training of the tagger has come; a run is a batch, a pair a token."""

    record_class: ClassVar[type[EpochRecord]] = TaggerRecord


class BestScore:
    """Which epoch had the highest score, and how long ago that was.

    While nothing is right at all, the later epoch is the better one.
    """

    def __init__(self, history: Iterable[TaggerRecord]) -> None:
        self._best, self.epochs_since = 0.0, 0
        for record in history:
            self.improved(record.score)

    def improved(self, score: float | None) -> bool:
        """Take a further epoch's score; return whether it is the best so far."""
        better = score is not None and (score > self._best or score == self._best == 0)
        self._best = score if score is not None and better else self._best
        self.epochs_since = 0 if better else self.epochs_since + 1
        return better


class Unfinished(NamedTuple):
    """All that resuming needs beside the settings and texts.

    Attributes
    ----------
    standing : Standing
    parameters, optimiser : mapping of str to ndarray
    best : mapping of str to ndarray or None
        Parameters of the epoch with the best score so far.
    largest_norm : float
        Of the gradients in this epoch.
    """

    standing: Standing
    parameters: Arrays
    optimiser: Arrays
    best: Arrays | None
    largest_norm: float
