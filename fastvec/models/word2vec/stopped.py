"""What an unfinished training leaves behind, in memory or in a model folder."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError
from fastvec.models.folder import StoredModel
from fastvec.models.matching import SKIPPED
from fastvec.models.training import Standing
from fastvec.vocabulary.words import Vocabulary


class Stopped(NamedTuple):
    """All that resuming needs.

    Attributes
    ----------
    vocabulary : Vocabulary
        One word a row.
    vectors, context_vectors : ndarray of float32, shape (V, dim)
    states : ndarray of uint8, shape (V,)
        Whether text trains a row, leaves it as it is, or there should be none.
    standing : Standing
    source : dict
        The corpus; ``Workspace.identity()``.
    best : tuple of ndarray or None
        Both matrices after the best epoch, where one is looked for.
    """

    vocabulary: Vocabulary
    vectors: NDArray[np.float32]
    context_vectors: NDArray[np.float32]
    states: NDArray[np.uint8]
    standing: Standing
    source: dict[str, Any]
    best: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None

    def as_stored(self, kind: str, settings: dict[str, Any]) -> StoredModel:
        """Return what a model folder should hold."""
        extra: dict[str, NDArray[Any]] = {"states": self.states}
        if self.best is not None:
            extra["best_vectors"], extra["best_context_vectors"] = self.best
        return StoredModel(
            kind=kind,
            settings=settings,
            source=self.source,
            vocabulary=self.vocabulary,
            tensors={"vectors": self.vectors, "context_vectors": self.context_vectors},
            history=[record.as_dict() for record in self.standing.history],
            standing=self.standing.as_dict(),
            training_tensors=extra,
        )

    @classmethod
    def from_folder(cls, stored: StoredModel) -> Stopped | None:
        """Take what `open_folder` returned; None if its training is finished.

        Raises
        ------
        ParameterError, KeyError, TypeError
            If its parts are not those of a training.
        """
        if stored.standing is None:
            return None
        vectors, context_vectors = stored.tensors["vectors"], stored.tensors["context_vectors"]
        extra, best = stored.training_tensors, None
        if "best_vectors" in extra:
            best = extra["best_vectors"], extra["best_context_vectors"]
        states = extra["states"]
        rows = states.dtype == np.uint8 and states.shape == vectors.shape[:1]
        alike = all(matrix.shape == vectors.shape for matrix in (context_vectors, *(best or ())))
        if not (rows and alike and (states <= SKIPPED).all()):
            raise ParameterError("what resuming needs does not fit the vectors")
        standing = Standing.from_dict(stored.standing)
        return cls(
            stored.vocabulary, vectors, context_vectors, states, standing, stored.source, best
        )
