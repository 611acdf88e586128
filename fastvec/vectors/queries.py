"""Nearest words and analogies, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from fastvec.vectors.cosines import best_rows, rough_cosines, unit
from fastvec.vectors.lookup import Lookup
from fastvec.vectors.objectives import analogy_objective, best_by, cos_mul
from fastvec.vectors.terms import (
    Answer,
    Oov,
    Query,
    Vector,
    at_least_one,
    limit_of,
    named,
    rows_asked,
    terms,
)

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors

_BATCH = 1 << 25  # numbers: 128 MB as float32


def most_similar(
    vectors: WordVectors,
    positive: Query = (),
    negative: Query = (),
    *,
    topn: int = 10,
    restrict: int | None = None,
    restrict_vocab: int | None = None,
    oov: Oov = "error",
) -> Answer:
    """Return the words nearest to the sum of unit vectors, as gensim does.

    Parameters
    ----------
    vectors : WordVectors
        Where to look.
    positive, negative : word, vector, (word, weight) or a sequence of these
        What to add and what to subtract. Words count with length 1 times their
        weight, raw vectors as they are.
    topn : int, default 10
        Number of words to return, at least 1.
    restrict, restrict_vocab : int, optional
        Answer only with the first so many words; the second is gensim's name.
    oov : {"error", "skip", "unk", "zero"}, default "error"
        Unknown words: raise; leave out; take the row ``<unk>``; take a zero vector.

    Returns
    -------
    Answer, a list of (str, float)
        Word and cosine, best first, ties by lower row, without the words asked.
        Empty if all words were left out. Its `unknown` lists the unknown words.

    Raises
    ------
    UnknownWordError
        If a word is unknown and `oov` says so, or there is no row ``<unk>``.
    ParameterError
        If the query is empty, or a setting is outside its range.
    """
    limit = limit_of(vectors, restrict, restrict_vocab)
    at_least_one("topn", topn)
    asked = Lookup(vectors, oov).question(terms(positive, negative))
    if not len(asked.units):
        return Answer(unknown=asked.unknown)
    query = unit(asked.weights @ asked.units)
    rough = rough_cosines(vectors.matrix[:limit], vectors.norms[:limit], query)
    best = best_rows(vectors.matrix, query, rough, asked.hidden, topn)
    return named(vectors, best, asked.unknown)


def most_similar_batch(
    vectors: WordVectors,
    words: Sequence[str | Vector],
    topn: int = 10,
    *,
    restrict: int | None = None,
    oov: Oov = "error",
) -> list[Answer]:
    """Return for each of many words what `most_similar` returns.

    Many times faster than one call a word, in about 128 MB beside the vectors.

    Parameters
    ----------
    vectors : WordVectors
        Where to look.
    words : sequence of str or of vectors, shape (D,)
        Words to ask for.
    topn, restrict, oov
        As in `most_similar`.

    Returns
    -------
    list of Answer
        One answer a word, in their order; empty for a word that was left out.
    """
    limit = limit_of(vectors, restrict)
    at_least_one("topn", topn)
    answers, known = Lookup(vectors, oov).questions(words)
    step = max(1, _BATCH // max(1, limit))
    for start in range(0, len(known), step):
        places, queries = zip(*known[start : start + step], strict=True)
        table = rough_cosines(vectors.matrix[:limit], vectors.norms[:limit], np.array(queries))
        for place, query, rough in zip(places, queries, table, strict=True):
            hidden = rows_asked(vectors, [words[place]])
            best = best_rows(vectors.matrix, query, rough, hidden, topn)
            answers[place] = named(vectors, best, answers[place].unknown)
    return answers


def most_similar_cosmul(
    vectors: WordVectors,
    positive: Query = (),
    negative: Query = (),
    *,
    topn: int = 10,
    restrict: int | None = None,
    restrict_vocab: int | None = None,
    oov: Oov = "error",
) -> Answer:
    """Return the words nearest to all of several words at once (3CosMul), as gensim does.

    The score is the product of (1 + cosine) / 2 to the positive words, over that to
    the negative ones plus 1e-6. One great distance weighs less than in `most_similar`.

    Parameters
    ----------
    vectors : WordVectors
        Where to look.
    positive, negative : word, vector, (word, weight) or a sequence of these
        Words to be near to and far from. A weight is the power of its factor; raw
        vectors count with length 1.
    topn, restrict, restrict_vocab, oov
        As in `most_similar`.

    Returns
    -------
    Answer, a list of (str, float)
        Word and score, best first, ties by lower row, without the words asked.

    References
    ----------
    .. [1] Levy and Goldberg, "Linguistic Regularities in Sparse and Explicit Word
       Representations", CoNLL 2014, equation 4.
    """
    limit = limit_of(vectors, restrict, restrict_vocab)
    at_least_one("topn", topn)
    asked = Lookup(vectors, oov).question(terms(positive, negative))
    if not len(asked.units):
        return Answer(unknown=asked.unknown)
    units = np.array([unit(row) for row in asked.units])
    rough = rough_cosines(vectors.matrix[:limit], vectors.norms[:limit], units)
    best = best_by(cos_mul(asked.weights), vectors.matrix, units, rough, asked.hidden, topn)
    return named(vectors, best, asked.unknown)


def analogy(
    vectors: WordVectors,
    a: str,
    b: str,
    c: str,
    *,
    method: str = "3cosadd",
    topn: int = 1,
    restrict: int | None = None,
    oov: Oov = "error",
) -> Answer:
    """Return what is to `c` as `b` is to `a`, without the three.

    Parameters
    ----------
    vectors : WordVectors
        Where to look.
    a, b, c : str
        The question `a` : `b` :: `c` : ?
    method : str, default "3cosadd"
        What to maximise over words x, on unit vectors: ``3cosadd``, the cosine to
        b - a + c; ``3cosmul``, see `most_similar_cosmul`; ``pairdirection``, the cosine
        of x - c to b - a; ``similar-to-c`` and ``similar-to-any``, the cosine to c
        alone, or to the nearest of the three.
    topn : int, default 1
    restrict, oov
        As in `most_similar`; with "skip", no answer if a word is unknown.

    Returns
    -------
    Answer, a list of (str, float)
        Word and score, best first, ties by lower row.
    """
    limit = limit_of(vectors, restrict)
    at_least_one("topn", topn)
    asked = Lookup(vectors, oov).question([(a, 1.0), (b, 1.0), (c, 1.0)])
    if len(asked.units) < 3:
        return Answer(unknown=asked.unknown)
    if method == "3cosadd":  # A cosine is easier to read than the sum of three.
        return most_similar(vectors, [b, c], [a], topn=topn, restrict=restrict, oov=oov)
    objective = analogy_objective(method, asked.units)
    rough = rough_cosines(vectors.matrix[:limit], vectors.norms[:limit], asked.units)
    best = best_by(objective, vectors.matrix, asked.units, rough, asked.hidden, topn)
    return named(vectors, best, asked.unknown)
