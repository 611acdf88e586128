"""What a question names: words, raw vectors, weights; and the words that answer it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from numbers import Real
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors

Vector: TypeAlias = NDArray[np.float32]
Oov: TypeAlias = Literal["error", "skip", "unk", "zero"]
Item: TypeAlias = "str | Vector | tuple[str | Vector, float]"
Query: TypeAlias = "Item | Sequence[Item]"


class Answer(list[tuple[str, float]]):
    """Words and their scores, best first: a list that knows what it could not look up.

    Attributes
    ----------
    unknown : list of str
        Words of the question that have no vector.
    """

    def __init__(
        self, found: Iterable[tuple[str, float]] = (), unknown: Iterable[str] = ()
    ) -> None:
        super().__init__(found)
        self.unknown = list(unknown)


def named(
    vectors: WordVectors, ranking: Iterable[tuple[int, float]], unknown: Iterable[str] = ()
) -> Answer:
    """Put words in place of rows."""
    return Answer(((vectors.words[row], score) for row, score in ranking), unknown)


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


def rows_asked(vectors: WordVectors, items: Iterable[Any]) -> list[int]:
    """Return the rows of the known words among items: a word is no answer to itself."""
    rows = (vectors.key_to_index.get(item) for item in items if isinstance(item, str))
    return [row for row in rows if row is not None]


def limit_of(vectors: WordVectors, restrict: int | None, restrict_vocab: int | None = None) -> int:
    """Return how many leading rows may answer; the third is gensim's name of the second."""
    if restrict is not None and restrict_vocab is not None:
        raise ParameterError("restrict_vocab is another name of restrict; give one of them")
    asked, size = restrict if restrict_vocab is None else restrict_vocab, len(vectors)
    return size if asked is None else min(at_least_one("restrict", asked), size)


def at_least_one(name: str, value: int) -> int:
    """Refuse what is below 1."""
    if value < 1:
        raise ParameterError(f"{name} must be at least 1, but is {value}")
    return value
