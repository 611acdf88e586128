"""What an unfinished training of ELMo leaves behind, in memory or in a model folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

from numpy.typing import NDArray

from fastvec.models.elmo.history import LanguageRecord
from fastvec.models.folder import StoredModel
from fastvec.models.training import EpochRecord, Standing
from fastvec.vocabulary.words import Vocabulary

BEST = "best/"

Arrays = Mapping[str, NDArray[Any]]


class ELMoStanding(Standing):
    """How far a training of ELMo has come; its runs are batches."""

    record_class: ClassVar[type[EpochRecord]] = LanguageRecord


class ELMoStopped(NamedTuple):
    """All that resuming needs.

    Attributes
    ----------
    vocabulary : Vocabulary
    tensors : mapping of str to ndarray
        The model; see `elmo_tensors`.
    standing : ELMoStanding
    source : dict
        The corpus; ``Workspace.identity()``.
    training : mapping of str to ndarray
        The optimiser's state and that of the LSTM layers.
    best : mapping of str to ndarray or None
        The model after the best epoch, where one is looked for.
    """

    vocabulary: Vocabulary
    tensors: Arrays
    standing: ELMoStanding
    source: dict[str, Any]
    training: Arrays
    best: Arrays | None = None

    def as_stored(self, kind: str, settings: dict[str, Any]) -> StoredModel:
        """Return what a model folder should hold."""
        best = {BEST + name: array for name, array in (self.best or {}).items()}
        return StoredModel(
            kind=kind,
            settings=settings,
            source=self.source,
            vocabulary=self.vocabulary,
            tensors=self.tensors,
            history=[record.as_dict() for record in self.standing.history],
            standing=self.standing.as_dict(),
            training_tensors={**self.training, **best},
        )

    @classmethod
    def from_folder(cls, stored: StoredModel) -> ELMoStopped | None:
        """Take what `open_folder` returned; None if its training is finished.

        Raises
        ------
        ParameterError, KeyError, TypeError
            If its parts are not those of a training.
        """
        if stored.standing is None:
            return None
        parts: tuple[dict[str, Any], dict[str, Any]] = {}, {}
        for name, array in stored.training_tensors.items():
            parts[name.startswith(BEST)][name.removeprefix(BEST)] = array
        return cls(
            stored.vocabulary, stored.tensors, ELMoStanding.from_dict(stored.standing),
            stored.source, parts[0], parts[1] or None,
        )  # fmt: skip
