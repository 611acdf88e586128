"""Which rows a word model has: the leading words of a workspace, and special words."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from fastvec.encoding.workspace import Workspace
from fastvec.errors import ParameterError, VocabularyError
from fastvec.vocabulary.words import BOS, EOS, UNK, Vocabulary

RAREST = 100  # Rows whose mean stands for unknown words, as in GloVe.


class RowRules(Protocol):
    """The settings that choose a model's rows."""

    @property
    def min_count(self) -> int:
        """The least count of a word."""

    @property
    def max_size(self) -> int | None:
        """The most rows."""

    @property
    def unk(self) -> str:
        """The rule of ``<unk>``."""

    @property
    def sentence_marks(self) -> bool:
        """Whether ``<s>`` and ``</s>`` are rows."""


class ModelRows(NamedTuple):
    """A model's vocabulary and what it makes of workspace ids.

    Attributes
    ----------
    vocabulary : Vocabulary
        One word a row.
    known : int
        Workspace ids below this are rows; the others are out of vocabulary.
    unknown, begin, end : int
        Rows of ``<unk>``, ``<s>`` and ``</s>`` in training, or -1.
    """

    vocabulary: Vocabulary
    known: int
    unknown: int
    begin: int
    end: int


def model_rows(
    workspace: Workspace, settings: RowRules, old: Vocabulary | None = None
) -> ModelRows:
    """Choose the rows of a model.

    Special words are appended, or are the text's own words of that spelling; they
    count towards ``max_size``. With ``unk="mean"`` the row is there, but no text trains it.
    The words of an ``old`` vocabulary come last, those that are not there already, and
    both texts count.

    Raises
    ------
    VocabularyError
        If no word is frequent enough.
    ParameterError
        If ``max_size`` has no room beside the special words.
    """
    whole = workspace.vocabulary
    specials = [UNK] if settings.unk != "none" else []
    specials += [BOS, EOS] if settings.sentence_marks else []
    room = None if settings.max_size is None else settings.max_size - len(specials)
    if room is not None and room < 1:
        raise ParameterError(
            f"max_size must be above the {len(specials)} special words, but is {settings.max_size}"
        )
    known = whole.leading(settings.min_count, room)
    if known == 0:
        raise VocabularyError(
            f"the vocabulary is empty: {workspace.words} words were read, {len(whole)} of them "
            f"distinct, and the most frequent, {whole.words[0]!r}, has {whole.counts[0]}; "
            f"use --min-count {whole.counts[0]} or lower"
        )
    counts = {special: workspace.sentence_count for special in specials}
    if settings.unk == "trained":
        counts[UNK] = whole.total - int(whole.counts[:known].sum())
    elif settings.unk == "mean":
        counts[UNK] = 0
    vocabulary = Vocabulary(whole.words[:known], whole.counts[:known]).with_specials(counts)
    if old is not None:
        vocabulary = vocabulary.grow(old)
    index = vocabulary.index
    return ModelRows(
        vocabulary=vocabulary,
        known=known,
        unknown=index[UNK] if settings.unk == "trained" else -1,
        begin=index[BOS] if settings.sentence_marks else -1,
        end=index[EOS] if settings.sentence_marks else -1,
    )


def fill_unknown(vectors: NDArray[np.float32], vocabulary: Vocabulary) -> None:
    """Set the row of ``<unk>`` to the mean of the rarest ordinary words' rows."""
    special = {vocabulary.index[word] for word in vocabulary.specials}
    ordinary = [row for row in range(len(vocabulary)) if row not in special]
    vectors[vocabulary.index[UNK]] = vectors[ordinary[-RAREST:]].mean(axis=0)
