"""Where a training begins: at random vectors, at given ones, or where it was stopped."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.encoding.workspace import Workspace
from fastvec.kernels.skipgram import Weights
from fastvec.models.configs import WordConfig
from fastvec.models.matching import TRAINED, check_same_text, match_vectors
from fastvec.models.matrices import padded_zeros, start_vectors
from fastvec.models.plan import check_memory, word_plan
from fastvec.models.rows import ModelRows, model_rows
from fastvec.models.schedule import room_for_copies
from fastvec.models.training import Standing
from fastvec.models.word2vec.stopped import Stopped
from fastvec.vectors.word_vectors import WordVectors


class Beginning(NamedTuple):
    """Everything that a training starts from, changed in place by it.

    Attributes
    ----------
    rows : ModelRows
    weights : Weights
        Rows padded, with `room_for_copies` behind those of the model.
    states : ndarray of uint8, shape (V,)
        As in `Stopped`.
    standing : Standing
    note : str
        What the user should know.
    best : tuple of ndarray or None
        Both matrices after the epoch with the lowest held-out loss so far.
    """

    rows: ModelRows
    weights: Weights
    states: NDArray[np.uint8]
    standing: Standing
    note: str = ""
    best: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None


def fresh(workspace: Workspace, config: WordConfig) -> Beginning:
    """Begin at small random vectors."""
    rows = model_rows(workspace, config)
    weights = _start(len(rows.vocabulary), config)
    states = np.full(len(rows.vocabulary), TRAINED, np.uint8)
    return Beginning(rows, weights, states, Standing())


def from_vectors(
    workspace: Workspace,
    config: WordConfig,
    vectors: WordVectors,
    context_vectors: NDArray[np.float32] | None = None,
) -> Beginning:
    """Begin at given vectors, for the words that have one.

    Parameters
    ----------
    workspace : Workspace
    config : WordConfig
        `new_words`, `old_words` and `freeze_old` are the rules.
    vectors : WordVectors
    context_vectors : ndarray or None
        Their output rows, where the vectors are those of a model that has any.

    Raises
    ------
    ParameterError
        If the vectors do not have the model's dim.
    """
    match = match_vectors(workspace, config, vectors)
    weights = _start(len(match.rows.vocabulary), config)
    weights.input[match.known, : config.dim] = vectors.matrix[match.places]
    if context_vectors is not None:
        weights.output[match.known, : config.dim] = context_vectors[match.places]
    if config.new_words == "mean":
        weights.input[match.new, : config.dim] = vectors.matrix.mean(axis=0, dtype=np.float64)
    note = match.note(
        config,
        "the output layer is " + ("new" if context_vectors is None else "that of the model"),
    )
    return Beginning(match.rows, weights, match.states(config), Standing(), note)


def resumed(workspace: Workspace, config: WordConfig, stopped: Stopped) -> Beginning:
    """Begin where a training was stopped.

    Raises
    ------
    CorpusError
        If the text is not the one that it was begun on.
    """
    check_same_text(workspace, stopped.source)
    own = model_rows(workspace, config)
    rows = own._replace(vocabulary=stopped.vocabulary)
    weights = _start(len(rows.vocabulary), config)
    for matrix, given in zip(weights, (stopped.vectors, stopped.context_vectors), strict=True):
        matrix[: len(given), : config.dim] = given
    standing = Standing.from_dict(stopped.standing.as_dict())
    return Beginning(rows, weights, np.array(stopped.states), standing, best=stopped.best)


def _start(rows: int, config: WordConfig) -> Weights:
    """Return the start state: small random input rows, output rows of zeros."""
    check_memory(word_plan(rows, config))
    room = rows + room_for_copies(config)
    inputs, outputs = padded_zeros(room, config.dim), padded_zeros(room, config.dim)
    start_vectors(inputs[:rows], config.dim, config.seed)
    return Weights(inputs, outputs)
