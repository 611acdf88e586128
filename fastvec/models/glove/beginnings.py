"""Where a GloVe training begins: at random, at given vectors, or where it was stopped."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.encoding.workspace import Workspace
from fastvec.errors import ParameterError
from fastvec.models.folder import StoredModel
from fastvec.models.glove.config import GloVeConfig
from fastvec.models.glove.parameters import Parameters, finished, start
from fastvec.models.matching import SKIPPED, TRAINED, check_same_text, match_vectors
from fastvec.models.rows import ModelRows, model_rows
from fastvec.models.training import Standing
from fastvec.vectors.word_vectors import WordVectors
from fastvec.vocabulary.words import Vocabulary

PARTS = ("word_vectors", "context_vectors", "word_biases", "context_biases")
SUMS = ("word_sums", "context_sums", "word_bias_sums", "context_bias_sums")


class Stopped(NamedTuple):
    """All that resuming needs.

    Attributes
    ----------
    config : GloVeConfig
    vocabulary : Vocabulary
    tensors, training_tensors : dict of str to ndarray
        Parameters and AdaGrad's sums; and ``states``, ``given`` where there are any, and
        ``best_`` parameters where the best epoch is looked for.
    standing : Standing
    source : dict
        The corpus; ``Workspace.identity()``.
    """

    config: GloVeConfig
    vocabulary: Vocabulary
    tensors: dict[str, NDArray[Any]]
    training_tensors: dict[str, NDArray[Any]]
    standing: Standing
    source: dict[str, Any]

    def as_stored(self, kind: str, settings: dict[str, Any]) -> StoredModel:
        """Return what a model folder should hold."""
        return StoredModel(
            kind=kind,
            settings=settings,
            source=self.source,
            vocabulary=self.vocabulary,
            tensors=finished(self.tensors, self.vocabulary, self.config),
            history=[record.as_dict() for record in self.standing.history],
            standing=self.standing.as_dict(),
            # The finished vectors may differ from those in training at <unk>.
            training_tensors={**self.training_tensors, **self.tensors},
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
        extra = dict(stored.training_tensors)
        tensors = {name: extra.pop(name) for name in PARTS}
        config = GloVeConfig(**stored.settings)
        _check_parts({**tensors, **extra}, len(stored.vocabulary), config.dim)
        standing = Standing.from_dict(stored.standing)
        return cls(config, stored.vocabulary, tensors, extra, standing, stored.source)


def _check_parts(parts: dict[str, NDArray[Any]], rows: int, dim: int) -> None:
    """Refuse what is not all that resuming needs.

    Raises
    ------
    ParameterError, KeyError
    """
    states = parts["states"]
    sound = states.shape == (rows,) and states.dtype == np.uint8 and (states <= SKIPPED).all()
    names = [*PARTS, *SUMS]
    names += [f"best_{name}" for name in PARTS if any(f"best_{part}" in parts for part in PARTS)]
    shapes = {name: (rows,) if "bias" in name else (rows, dim) for name in names}
    shapes |= {"given": (rows, dim)} if "given" in parts else {}
    if not (sound and all(parts[name].shape == shape for name, shape in shapes.items())):
        raise ParameterError("what resuming needs does not fit the vectors")


class Beginning(NamedTuple):
    """Everything that a training starts from, changed in place by it.

    Attributes
    ----------
    rows : ModelRows
    parameters : Parameters
    states : ndarray of uint8, shape (V,)
        As in `models.matching`.
    standing : Standing
    given : ndarray of float32, shape (V, dim), or None
        Where ``retrofit`` pulls the sum of a word's vectors; NaN for words without.
    best : dict or None
        Parameters after the epoch with the lowest held-out loss so far.
    note : str
        What the user should know.
    """

    rows: ModelRows
    parameters: Parameters
    states: NDArray[np.uint8]
    standing: Standing
    given: NDArray[np.float32] | None = None
    best: dict[str, NDArray[np.float32]] | None = None
    note: str = ""


def fresh(workspace: Workspace, config: GloVeConfig) -> Beginning:
    """Begin at small random numbers."""
    rows = model_rows(workspace, config)
    states = np.full(len(rows.vocabulary), TRAINED, np.uint8)
    return Beginning(rows, start(len(states), config), states, Standing())


def from_vectors(
    workspace: Workspace, config: GloVeConfig, vectors: WordVectors,
    tensors: dict[str, NDArray[np.float32]] | None = None,
) -> Beginning:  # fmt: skip
    """Begin at given vectors, for the words that have one.

    Both of a word's vectors start at the one given, or, where that is of a GloVe model,
    at the model's own two, with its biases.

    Raises
    ------
    ParameterError
        If the vectors do not have the model's dim.
    """
    match = match_vectors(workspace, config, vectors)
    parameters = start(len(match.rows.vocabulary), config)
    own = parameters.tensors()
    if tensors is None:
        tensors = {"word_vectors": vectors.matrix, "context_vectors": vectors.matrix}
        if config.combine == "sum":
            tensors = {name: matrix / np.float32(2) for name, matrix in tensors.items()}
    for name, tensor in tensors.items():
        own[name][match.known] = tensor[match.places]
        if config.new_words == "mean":
            own[name][match.new] = tensor.mean(axis=0, dtype=np.float64)
    given = None
    if config.retrofit:
        given = np.full((len(match.rows.vocabulary), config.dim), np.nan, np.float32)
        scale = 2 if config.combine == "mean" else 1  # It pulls the sum of a word's vectors.
        given[match.known] = scale * vectors.matrix[match.places]
    note = match.note(config, "biases are " + ("those of the model" if len(tensors) > 2 else "new"))
    return Beginning(match.rows, parameters, match.states(config), Standing(), given, None, note)


def resumed(workspace: Workspace, config: GloVeConfig, stopped: Stopped) -> Beginning:
    """Begin where a training was stopped.

    Raises
    ------
    CorpusError
        If the text is not the one that it was begun on.
    """
    check_same_text(workspace, stopped.source)
    rows = model_rows(workspace, config)._replace(vocabulary=stopped.vocabulary)
    parameters = start(len(stopped.vocabulary), config)
    extra = stopped.training_tensors
    parameters.load({**stopped.tensors, **extra})
    best = {name: extra[f"best_{name}"] for name in PARTS if f"best_{name}" in extra}
    return Beginning(
        rows, parameters, np.array(extra["states"]), Standing.from_dict(stopped.standing.as_dict()),
        extra.get("given"), best or None,
    )  # fmt: skip


def kept_rows(beginning: Beginning) -> NDArray[np.int64]:
    """Return the rows that the model will have: all but those skipped."""
    return np.flatnonzero(beginning.states != SKIPPED)
