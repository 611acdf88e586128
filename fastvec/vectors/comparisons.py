"""How near words and groups of words are to each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import UnknownWordError
from fastvec.vectors.cosines import ROUNDING, exact_cosines, rough_cosines, unit
from fastvec.vectors.lookup import Lookup
from fastvec.vectors.terms import Oov, Vector, limit_of, rows_asked

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors


def similarity(
    vectors: WordVectors, a: str, b: str, *, restrict: int | None = None, oov: Oov = "error"
) -> float:
    """Return the cosine of two words.

    Parameters
    ----------
    vectors : WordVectors
        Where to look.
    a, b : str
        The words.
    restrict : int, optional
        Know only the first so many words, and ``<unk>``.
    oov : {"error", "unk", "zero"}, default "error"
        As in `most_similar`; there is nothing to leave out here.

    Returns
    -------
    float
        −1 to 1; 0 if a vector is zero.
    """
    left, right = Lookup(vectors, oov, restrict).each((a, b))
    return float(np.clip(left @ right, -1.0, 1.0))


def distances(
    vectors: WordVectors,
    word: str | Vector,
    others: Iterable[str] | None = None,
    *,
    restrict: int | None = None,
    oov: Oov = "error",
) -> NDArray[np.float32]:
    """Return 1 − cosine from a word or vector to others.

    Parameters
    ----------
    vectors : WordVectors
        Where to look.
    word : str or ndarray, shape (D,)
        From here.
    others : iterable of str, optional
        To these; to every word by default.
    restrict : int, optional
        Only to the first so many words; of `others`, those beyond count as unknown.
    oov : {"error", "unk", "zero"}, default "error"
        As in `most_similar`; there is nothing to leave out here.

    Returns
    -------
    ndarray of float32
        Distances from 0 to 2, in the order of `others`.
    """
    limit = limit_of(vectors, restrict)
    query = unit(*Lookup(vectors, oov).each((word,)))
    if others is None:
        return 1 - rough_cosines(vectors.matrix[:limit], vectors.norms[:limit], query)
    rows = np.array(Lookup(vectors, oov, restrict).each(others)).reshape(-1, vectors.dim)
    return (1.0 - rows @ query).astype(np.float32)


def closer_than(
    vectors: WordVectors, a: str, b: str, *, restrict: int | None = None, oov: Oov = "error"
) -> list[str]:
    """Return all words that are nearer to `a` than `b` is.

    Parameters
    ----------
    vectors : WordVectors
        Where to look.
    a, b : str
        The words.
    restrict : int, optional
        Answer only with the first so many words.
    oov : {"error", "unk", "zero"}, default "error"
        As in `most_similar`; there is nothing to leave out here.

    Returns
    -------
    list of str
        In the order of the rows, without `a` and `b`.
    """
    limit, lookup = limit_of(vectors, restrict), Lookup(vectors, oov)
    query, _ = lookup.each((a, b))
    rough = rough_cosines(vectors.matrix[:limit], vectors.norms[:limit], query)
    row = lookup.row(b)
    bound = 0.0
    if row is not None:
        bound = float(exact_cosines(vectors.matrix, np.array([row]), query[None])[0, 0])
    nearer, unsure = rough > bound, np.flatnonzero(np.abs(rough - bound) <= ROUNDING)
    nearer[unsure] = exact_cosines(vectors.matrix, unsure, query[None])[0] > bound
    hidden = {*rows_asked(vectors, (a, b))}
    return [vectors.words[row] for row in np.flatnonzero(nearer) if row not in hidden]


def rank(
    vectors: WordVectors, a: str, b: str, *, restrict: int | None = None, oov: Oov = "error"
) -> int:
    """Return the place of `b` among the words nearest to `a`: 1 for the nearest of all.

    Options as in `closer_than`.
    """
    return len(closer_than(vectors, a, b, restrict=restrict, oov=oov)) + 1


def mean_vector(
    vectors: WordVectors,
    words: Sequence[str],
    *,
    normalize: bool = True,
    restrict: int | None = None,
    oov: Oov = "error",
) -> Vector:
    """Return the mean of words' vectors: a simple vector of a sentence.

    Parameters
    ----------
    vectors : WordVectors
        Where to look.
    words : sequence of str
        The words; repeated ones count as often.
    normalize : bool, default True
        Scale each word to length 1 first.
    restrict : int, optional
        Know only the first so many words, and ``<unk>``.
    oov : {"error", "skip", "unk", "zero"}, default "error"
        As in `most_similar`; a zero counts in the mean.

    Returns
    -------
    ndarray of float32, shape (D,)
        Zeros if no word is left.
    """
    found = Lookup(vectors, oov, restrict).known(words, normalize=normalize)
    mean = np.mean([vector for _, vector in found], axis=0) if found else np.zeros(vectors.dim)
    return mean.astype(np.float32)


def n_similarity(
    vectors: WordVectors,
    a: Sequence[str],
    b: Sequence[str],
    *,
    restrict: int | None = None,
    oov: Oov = "error",
) -> float:
    """Return the cosine of two groups' mean vectors, of words as long as they are.

    Parameters
    ----------
    vectors : WordVectors
        Where to look.
    a, b : sequence of str
        The groups.
    restrict, oov
        As in `mean_vector`.

    Returns
    -------
    float
        −1 to 1; 0 if no word of a group is left.
    """
    left, right = (
        unit(mean_vector(vectors, words, normalize=False, restrict=restrict, oov=oov))
        for words in (a, b)
    )
    return float(np.clip(left @ right, -1.0, 1.0))


def odd_one_out(
    vectors: WordVectors, words: Sequence[str], *, restrict: int | None = None, oov: Oov = "error"
) -> str:
    """Return the word farthest from the mean of the words' unit vectors.

    Parameters
    ----------
    vectors : WordVectors
        Where to look.
    words : sequence of str
        The words to compare.
    restrict, oov
        As in `mean_vector`.

    Returns
    -------
    str
        One of `words`; the first of equals.

    Raises
    ------
    UnknownWordError
        If no word is left.
    """
    known = Lookup(vectors, oov, restrict).known(words)
    if not known:
        raise UnknownWordError(f"none of the {len(words)} words has a vector; give known words")
    units = np.array([vector for _, vector in known])
    return known[int(np.argmin((units @ units.mean(axis=0)).round(14)))][0]
