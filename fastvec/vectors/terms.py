"""What a question names, as vectors: words, raw vectors, weights, and words without a vector."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError, UnknownWordError
from fastvec.vectors.cosines import unit

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors

Vector: TypeAlias = NDArray[np.float32]
Answer: TypeAlias = list[tuple[str, float]]
Oov: TypeAlias = Literal["error", "skip", "unk", "zero"]
Item: TypeAlias = "str | Vector | tuple[str | Vector, float]"
Query: TypeAlias = "Item | Sequence[Item]"

UNKNOWN_ROW = "<unk>"


def terms(positive: Query, negative: Query) -> list[tuple[Any, float]]:
    """List a question's words and vectors with their weights; refuse a question without any."""
    found = [*_weighted(positive, 1.0), *_weighted(negative, -1.0)]
    if not found:
        raise ParameterError("the query is empty; give at least one word or vector")
    return found


def _weighted(query: Any, sign: float) -> list[tuple[Any, float]]:
    """List one side of a question."""
    if query is None:
        return []
    if isinstance(query, str) or (isinstance(query, np.ndarray) and query.ndim == 1):
        return [(query, sign)]
    if isinstance(query, tuple) and len(query) == 2 and isinstance(query[1], Real):
        return [(query[0], sign * float(query[1]))]
    return [term for item in query for term in _weighted(item, sign)]


def resolve(vectors: WordVectors, item: Any, oov: Oov) -> NDArray[np.float64] | None:
    """Return a word's unit vector or a raw vector; None for a word to leave out."""
    if oov not in get_args(Oov):
        raise ParameterError(f"oov must be one of {', '.join(get_args(Oov))}, but is {oov!r}")
    if not isinstance(item, str):
        vector = np.asarray(item, dtype=np.float64)
        if vector.shape != (vectors.dim,):
            raise ParameterError(f"a vector of {vectors.dim} numbers is needed, not {vector.shape}")
        return vector
    row = row_of(vectors, item, oov)
    if row is not None:
        return unit(vectors.matrix[row])
    return np.zeros(vectors.dim) if oov == "zero" else None


def row_of(vectors: WordVectors, word: str, oov: Oov) -> int | None:
    """Return the row that stands for a word; None if it is to be left out or a zero."""
    if oov == "error" or word in vectors:
        return vectors.index(word)
    if oov != "unk":
        return None
    if UNKNOWN_ROW not in vectors:
        raise UnknownWordError(
            f"{word!r} is unknown and there is no row {UNKNOWN_ROW}; use oov='skip' or 'zero'"
        )
    return vectors.index(UNKNOWN_ROW)


def resolve_each(vectors: WordVectors, items: Iterable[Any], oov: Oov) -> list[NDArray[np.float64]]:
    """Resolve items that all need an answer."""
    if oov == "skip":
        raise ParameterError("oov='skip' would leave no answer here; use 'error', 'unk' or 'zero'")
    found = (resolve(vectors, item, oov) for item in items)
    return [vector for vector in found if vector is not None]


def resolve_known(
    vectors: WordVectors, words: Sequence[str], oov: Oov
) -> list[tuple[str, NDArray[np.float64]]]:
    """Return words with their unit vectors, without those to leave out."""
    if isinstance(words, str):
        raise ParameterError(f"a list of words is needed, not the one text {words!r}")
    found = ((word, resolve(vectors, word, oov)) for word in words)
    return [(word, vector) for word, vector in found if vector is not None]


def rows_asked(vectors: WordVectors, items: Iterable[Any]) -> list[int]:
    """Return the rows of the known words among items: a word is no answer to itself."""
    rows = (vectors.key_to_index.get(item) for item in items if isinstance(item, str))
    return [row for row in rows if row is not None]


def named(vectors: WordVectors, ranking: Iterable[tuple[int, float]]) -> Answer:
    """Put words in place of rows."""
    return [(vectors.words[row], score) for row, score in ranking]


def limit_of(vectors: WordVectors, restrict: int | None) -> int:
    """Return how many leading rows may answer."""
    size = len(vectors)
    return size if restrict is None else min(at_least_one("restrict", restrict), size)


def at_least_one(name: str, value: int) -> int:
    """Refuse what is below 1."""
    if value < 1:
        raise ParameterError(f"{name} must be at least 1, but is {value}")
    return value
