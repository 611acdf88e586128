"""The word vectors that a tagger begins with: somebody's, or random ones."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError
from fastvec.models.loading import load
from fastvec.models.rows import RAREST
from fastvec.vectors.word_vectors import WordVectors
from fastvec.vocabulary.words import UNK, Vocabulary

RANDOM = "random"
VECTORS_STREAM = 22  # Keeps these random numbers apart from all others of a seed.


class WordSource(NamedTuple):
    """Words and their vectors.

    Attributes
    ----------
    name : str
        Where they are from, for people.
    words : sequence of str, length V
    counts : ndarray of int64, shape (V,)
    matrix : ndarray of float32, shape (V, D)
    unknown : int
        Row of the words that have none; V if there is no such row.
    start : ndarray of float32, shape (D,)
        What the vector of unknown words starts from.
    random : bool
        Whether the vectors know nothing, and training has to move them.
    """

    name: str
    words: Sequence[str]
    counts: NDArray[np.int64]
    matrix: NDArray[np.float32]
    unknown: int
    start: NDArray[np.float32]
    random: bool = False

    @property
    def rows(self) -> dict[str, int]:
        """The row of each word."""
        return dict(zip(self.words, range(len(self.words)), strict=True))

    @property
    def vocabulary(self) -> Vocabulary:
        """All words, ``<unk>`` among them."""
        if self.unknown < len(self.words):
            return Vocabulary(self.words, self.counts, [UNK])
        return Vocabulary([*self.words, UNK], [*self.counts.tolist(), 0], [UNK])


def word_source(
    vectors: WordSource | WordVectors | str | PathLike[str] | None,
    sentences: Sequence[Sequence[str]],
    dim: int,
    seed: int,
) -> WordSource:
    """Return the vectors to begin with.

    Parameters
    ----------
    vectors : WordSource, WordVectors, path, or None
        None, or "random": a random vector for every word of the sentences.
    sentences : sequence of sequence of str
        The training text.
    dim, seed : int
        Of random vectors.

    Raises
    ------
    FormatError, CorpusError, ResourceError
        If the file cannot be read.
    ParameterError
        If there is no vector.
    """
    if isinstance(vectors, WordSource):
        return vectors
    if vectors is None or (vectors == RANDOM and not Path(RANDOM).exists()):
        return _random(sentences, dim, seed)
    name = "given vectors"
    if not isinstance(vectors, WordVectors):
        name, vectors = Path(vectors).name, load(vectors)
    return named_source(vectors, name)


def named_source(vectors: WordVectors, name: str) -> WordSource:
    """Return given vectors; without a row of ``<unk>`` unknown words start at the rarest's mean.

    Raises
    ------
    ParameterError
        If there is no vector.
    """
    if len(vectors) == 0:
        raise ParameterError(f"{name}: there are no vectors")
    unknown = vectors.key_to_index.get(UNK, len(vectors))
    known = unknown < len(vectors)
    start = vectors.matrix[unknown] if known else vectors.matrix[-RAREST:].mean(axis=0)
    counts = np.zeros(len(vectors), np.int64) if vectors.counts is None else vectors.counts
    return WordSource(
        f"{name}, {len(vectors):,} x {vectors.dim}", vectors.words, counts, vectors.matrix,
        unknown, np.array(start),
    )  # fmt: skip


def _random(sentences: Sequence[Sequence[str]], dim: int, seed: int) -> WordSource:
    """Return a vector for each word of a text, uniform and of mean squared length 1."""
    vocabulary = Vocabulary.from_sentences(sentences)
    rng = np.random.default_rng(np.random.SeedSequence((seed, VECTORS_STREAM)))
    most = np.sqrt(3.0 / dim)
    matrix = rng.uniform(-most, most, (len(vocabulary), dim)).astype(np.float32)
    unknown = vocabulary.index.get(UNK, len(vocabulary))
    return WordSource(
        f"random, {len(vocabulary):,} x {dim}", vocabulary.words, vocabulary.counts, matrix,
        unknown, np.zeros(dim, np.float32), random=True,
    )  # fmt: skip
