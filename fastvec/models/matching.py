"""A model's rows against what it starts from: vectors given, or an older training's text."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.encoding.workspace import Workspace
from fastvec.errors import CorpusError, ParameterError
from fastvec.models.configs import VectorConfig
from fastvec.models.rows import ModelRows, model_rows
from fastvec.vectors.word_vectors import WordVectors
from fastvec.vocabulary.words import Vocabulary

TRAINED, FROZEN, SKIPPED = 0, 1, 2  # States of a row.


class Match(NamedTuple):
    """The rows of a model, and which of them given vectors are for.

    Attributes
    ----------
    rows : ModelRows
    known, places : ndarray of int64
        Rows with a vector, and the rows of the vectors.
    new : ndarray of int64
        Rows without.
    """

    rows: ModelRows
    known: NDArray[np.int64]
    places: NDArray[np.int64]
    new: NDArray[np.int64]

    def note(self, config: VectorConfig, other: str) -> str:
        """Say what was found; ``other`` tells where the other layer comes from."""
        return (
            f"init: {len(self.known)} of {len(self.known) + len(self.new)} words have a vector, "
            f"{len(self.new)} are new ({config.new_words}); {other}"
        )

    def states(self, config: VectorConfig) -> NDArray[np.uint8]:
        """Return which rows are trained, frozen and skipped."""
        vocabulary = self.rows.vocabulary
        states = np.full(len(vocabulary), TRAINED, np.uint8)
        if config.freeze_old:
            states[self.known] = FROZEN
        if config.new_words == "skip":
            special = {vocabulary.index[word] for word in vocabulary.specials}
            states[[row for row in self.new.tolist() if row not in special]] = SKIPPED
        return states


def match_vectors(workspace: Workspace, config: VectorConfig, vectors: WordVectors) -> Match:
    """Find the rows that vectors are for; with old words kept, these are rows, too.

    Raises
    ------
    ParameterError
        If the vectors do not have the model's dim.
    """
    if vectors.dim != config.dim:
        raise ParameterError(
            f"the vectors of init have {vectors.dim} numbers, but dim is {config.dim}; "
            f"use --dim {vectors.dim}"
        )
    counts = vectors.counts if vectors.counts is not None else np.zeros(len(vectors), np.int64)
    old = Vocabulary(vectors.words, counts) if config.old_words == "keep" else None
    rows = model_rows(workspace, config, old)
    index = vectors.key_to_index
    places = np.array([index.get(word, -1) for word in rows.vocabulary.words], np.int64)
    known = np.flatnonzero(places >= 0)
    return Match(rows, known, places[known], np.flatnonzero(places < 0))


def check_same_text(workspace: Workspace, source: dict[str, Any]) -> None:
    """Refuse to go on with a training on other text than it was begun on.

    Raises
    ------
    CorpusError
    """
    if workspace.identity()["sha256"] != source.get("sha256"):
        raise CorpusError(
            "the training was begun on other text, and can be resumed on that text only; to go "
            "on with this one, use its vectors as the start: --init"
        )
