"""Words become vectors, and words that have none become what a policy says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError, UnknownWordError
from fastvec.vectors.cosines import unit
from fastvec.vectors.terms import Answer, Oov, Vector, at_least_one, rows_asked
from fastvec.vocabulary.words import UNK

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors


class Question(NamedTuple):
    """What is asked, in numbers.

    Attributes
    ----------
    units : ndarray of float64, shape (T, D)
        Unit vectors of words, and raw vectors as they are.
    weights : ndarray of float64, shape (T,)
    hidden : list of int
        Rows of the words asked, which may not answer.
    unknown : list of str
        Words that have no vector.
    """

    units: NDArray[np.float64]
    weights: NDArray[np.float64]
    hidden: list[int]
    unknown: list[str]


@dataclass(frozen=True)
class Lookup:
    """Finds the vectors of words by one policy.

    Attributes
    ----------
    vectors : WordVectors
        Where to look.
    oov : {"error", "skip", "unk", "zero"}
        Unknown words: raise; leave out; take the row ``<unk>``; take a zero vector.
    restrict : int, optional
        Know only the first so many words, and ``<unk>``.

    Raises
    ------
    ParameterError
        If there is no such policy.
    """

    vectors: WordVectors
    oov: Oov
    restrict: int | None = None

    def __post_init__(self) -> None:
        if self.oov not in get_args(Oov):
            known = ", ".join(get_args(Oov))
            raise ParameterError(f"oov must be one of {known}, but is {self.oov!r}")
        if self.restrict is not None:
            at_least_one("restrict", self.restrict)

    def question(self, asked: Sequence[tuple[str | Vector, float]]) -> Question:
        """Resolve weighted words and vectors, without those to leave out."""
        found = [(self.vector(item), weight) for item, weight in asked]
        known = [(vector, weight) for vector, weight in found if vector is not None]
        units = np.array([vector for vector, _ in known]).reshape(len(known), self.vectors.dim)
        weights, items = np.array([weight for _, weight in known]), [item for item, _ in asked]
        return Question(units, weights, rows_asked(self.vectors, items), self.unknown(items))

    def questions(
        self, items: Sequence[str | Vector]
    ) -> tuple[list[Answer], list[tuple[int, NDArray[np.float64]]]]:
        """Return an empty answer for each item, and places and unit vectors of those to ask for."""
        answers = [Answer(unknown=self.unknown([item])) for item in items]
        found = ((place, self.vector(item)) for place, item in enumerate(items))
        return answers, [(place, unit(vector)) for place, vector in found if vector is not None]

    def row(self, word: str) -> int | None:
        """Return the row that stands for a word; None if it is to be left out or a zero."""
        row = self._own_row(word)
        if row is not None:
            return row
        if self.oov == "error":
            if self.restrict is None or word not in self.vectors:
                return self.vectors.index(word)  # Raises, and names close spellings.
            raise UnknownWordError(f"{word!r} is not among the first {self.restrict:,} words")
        if self.oov != "unk":
            return None
        if UNK not in self.vectors:
            raise UnknownWordError(
                f"{word!r} is unknown and there is no row {UNK}; use oov='skip' or 'zero'"
            )
        return self.vectors.index(UNK)

    def vector(self, item: Any, *, normalize: bool = True) -> NDArray[np.float64] | None:
        """Return a word's unit vector or a raw vector, shape (D,); None for a word to leave out.

        Without `normalize`, a word's vector is as long as it is; one without direction is zero.
        """
        if not isinstance(item, str):
            vector = np.asarray(item, dtype=np.float64)
            if vector.shape != (self.vectors.dim,):
                raise ParameterError(
                    f"a vector of {self.vectors.dim} numbers is needed, not {vector.shape}"
                )
            return vector
        row = self.row(item)
        if row is None:
            return np.zeros(self.vectors.dim) if self.oov == "zero" else None
        direction = unit(self.vectors.matrix[row])
        if normalize or not direction.any():
            return direction
        return self.vectors.matrix[row].astype(np.float64)

    def each(self, items: Iterable[Any]) -> list[NDArray[np.float64]]:
        """Resolve items that all need an answer."""
        if self.oov == "skip":
            raise ParameterError(
                "oov='skip' would leave no answer here; use 'error', 'unk' or 'zero'"
            )
        found = (self.vector(item) for item in items)
        return [vector for vector in found if vector is not None]

    def known(
        self, words: Sequence[str], *, normalize: bool = True
    ) -> list[tuple[str, NDArray[np.float64]]]:
        """Return words with their vectors, without those to leave out."""
        if isinstance(words, str):
            raise ParameterError(f"a list of words is needed, not the one text {words!r}")
        found = ((word, self.vector(word, normalize=normalize)) for word in words)
        return [(word, vector) for word, vector in found if vector is not None]

    def unknown(self, items: Iterable[Any]) -> list[str]:
        """Return the words among items that have no vector of their own, in their order."""
        words = (item for item in items if isinstance(item, str))
        return [word for word in words if self._own_row(word) is None]

    def _own_row(self, word: str) -> int | None:
        """Return a known word's row."""
        row = self.vectors.key_to_index.get(word)
        return row if row is None or self.restrict is None or row < self.restrict else None
