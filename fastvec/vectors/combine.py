"""Vectors from vectors: some of the words, several files in one, unit length."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError, VocabularyError
from fastvec.vectors.cosines import row_norms
from fastvec.vectors.duplicates import Duplicates, first_rows, merge_rows
from fastvec.vectors.word_vectors import WordVectors


def subset(
    vectors: WordVectors, words: Iterable[str], *, oov: Literal["error", "skip"] = "error"
) -> WordVectors:
    """Return the vectors of some words, in their order.

    Parameters
    ----------
    vectors : WordVectors
        Where to look.
    words : iterable of str
        Words to keep; one that comes twice is kept once.
    oov : {"error", "skip"}, default "error"
        Unknown words: raise, or leave out.

    Returns
    -------
    WordVectors
        With the counts and those specials that were asked for.

    Raises
    ------
    UnknownWordError
        If a word is unknown and `oov` says so.
    """
    asked = dict.fromkeys(words)
    kept = [word for word in asked if oov == "error" or word in vectors]
    rows = np.array([vectors.index(word) for word in kept], dtype=np.intp)
    counts = None if vectors.counts is None else vectors.counts[rows]
    specials = tuple(special for special in vectors.specials if special in asked)
    return WordVectors(kept, vectors.matrix[rows], counts, specials)


def merge(parts: Sequence[WordVectors], *, duplicates: Duplicates = "first") -> WordVectors:
    """Return the words of several vectors, in the order of first appearance.

    Their spaces are not aligned: only what was trained together can be compared.

    Parameters
    ----------
    parts : sequence of WordVectors
        At least one; all of the same dimension.
    duplicates : {"first", "last", "mean", "error"}, default "first"
        Which vector a word gets that several of them have.

    Returns
    -------
    WordVectors
        With the specials of all; counts are added up where all parts have them.

    Raises
    ------
    FormatError
        If dimensions differ.
    VocabularyError
        If there are no parts, or a word comes twice and may not.
    """
    if not parts:
        raise VocabularyError("nothing to merge; give at least one set of vectors")
    dims = sorted({part.dim for part in parts})
    if len(dims) > 1:
        raise FormatError(f"vectors of {dims[0]} and of {dims[-1]} numbers cannot be merged")
    words = [word for part in parts for word in part.words]
    first = first_rows(words)
    again = np.flatnonzero(first != np.arange(len(first)))
    if duplicates == "error" and again.size:
        raise VocabularyError(f"the word {words[again[0]]!r} is in several; choose another rule")
    matrix = np.concatenate([part.matrix for part in parts])
    kept, matrix = merge_rows(matrix, first, duplicates)
    specials = dict.fromkeys(special for part in parts for special in part.specials)
    names = [words[row] for row in kept]
    return WordVectors(names, matrix, _summed(parts, first, kept), tuple(specials))


def normalise(vectors: WordVectors) -> WordVectors:
    """Return the vectors at length 1; those that are zero or not finite become zero.

    Returns
    -------
    WordVectors
        With the same words, counts and specials; the matrix is a new one.
    """
    norms = row_norms(vectors.matrix)[:, None]
    scaled = np.divide(
        vectors.matrix, norms, out=np.zeros_like(vectors.matrix, subok=False), where=norms > 0
    )
    return WordVectors(vectors.words, scaled, vectors.counts, vectors.specials)


def _summed(
    parts: Sequence[WordVectors], first: NDArray[np.intp], kept: NDArray[np.intp]
) -> NDArray[Any] | None:
    """Add up the counts of equal words."""
    known = [part.counts for part in parts if part.counts is not None]
    if len(known) < len(parts):
        return None
    total = np.zeros(len(first), dtype=np.int64)
    np.add.at(total, first, np.concatenate(known))
    return total[kept]
