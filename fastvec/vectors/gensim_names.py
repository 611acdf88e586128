"""Questions under the names, and with the arguments, that gensim's ``KeyedVectors`` has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from fastvec.vectors.comparisons import odd_one_out, similarity
from fastvec.vectors.lookup import Lookup
from fastvec.vectors.movers import movers_distance
from fastvec.vectors.queries import most_similar
from fastvec.vectors.terms import Answer, Vector

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors


def similar_by_word(
    vectors: WordVectors, word: str, topn: int = 10, restrict_vocab: int | None = None
) -> Answer:
    """Gensim's name of `most_similar` for one word."""
    return most_similar(vectors, word, topn=topn, restrict=restrict_vocab)


def similar_by_vector(
    vectors: WordVectors, vector: Vector, topn: int = 10, restrict_vocab: int | None = None
) -> Answer:
    """Gensim's name of `most_similar` for one raw vector."""
    return most_similar(vectors, vector, topn=topn, restrict=restrict_vocab)


def distance(vectors: WordVectors, w1: str, w2: str) -> float:
    """Return 1 − cosine of two words."""
    return 1.0 - similarity(vectors, w1, w2)


def doesnt_match(vectors: WordVectors, words: Sequence[str]) -> str:
    """Gensim's name of `odd_one_out`; unknown words are left out, as there."""
    return odd_one_out(vectors, words, oov="skip")


def rank_by_centrality(vectors: WordVectors, words: Sequence[str]) -> list[tuple[float, str]]:
    """Return known words with their cosines to the mean of their unit vectors, best first."""
    known = Lookup(vectors, "skip").known(words)
    units = np.array([vector for _, vector in known]).reshape(len(known), vectors.dim)
    mean = units.sum(axis=0)
    cosines = units @ mean / (np.linalg.norm(mean) or 1.0)
    return sorted(zip(cosines.tolist(), (word for word, _ in known), strict=True), reverse=True)


def most_similar_to_given(vectors: WordVectors, key1: str, keys_list: Sequence[str]) -> str:
    """Return the word of a list that is nearest to a word; the first of equals."""
    return max(keys_list, key=lambda word: similarity(vectors, key1, word))


def wmdistance(
    vectors: WordVectors,
    document1: Sequence[str],
    document2: Sequence[str],
    norm: bool = True,  # noqa: FBT001, FBT002
) -> float:
    """Gensim's name of `movers_distance`; unknown words are left out, as there."""
    return movers_distance(vectors, document1, document2, normalize=norm, oov="skip")
