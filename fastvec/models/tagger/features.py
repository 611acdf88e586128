"""What the tagger sees of a word: its vector, found by a chain of spellings, and its capitals."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

EXACT, LOWER, DIGITS, UNKNOWN = "exact", "lower case", "digits as zeros", "unknown"
_DIGIT = re.compile(r"\d")

# Kinds of capitals, which are the columns of a one-hot feature.
CAPITALS = ("lower", "first upper", "all upper", "inner upper", "with digits", "no letters")


@dataclass
class Coverage:
    """How the words of a text found their vectors.

    Attributes
    ----------
    tokens, words : Counter of str
        Tokens, and different words, by the spelling that had a vector: "exact", "lower
        case", "digits as zeros", or "unknown".
    """

    tokens: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """Share of the tokens that have a vector; 0 without tokens."""
        total = self.tokens.total()
        return 1 - self.tokens[UNKNOWN] / total if total else 0.0

    def __str__(self) -> str:
        total = max(self.tokens.total(), 1)
        ways = ", ".join(f"{way} {self.tokens[way] / total:.1%}" for way in (EXACT, LOWER, DIGITS))
        return (
            f"{self.share:.1%} of {self.tokens.total():,} tokens have a vector ({ways}); "
            f"{self.words[UNKNOWN]:,} of {self.words.total():,} words have none"
        )


class Lookup:
    """Finds the row of a word's vector.

    Parameters
    ----------
    rows : mapping of str to int
        The row of each word that has a vector.
    unknown : int
        The row of all others.
    chain : bool
        Whether a word without a vector takes that of its lower case, of its digits as
        zeros, or of both.
    """

    def __init__(self, rows: Mapping[str, int], unknown: int, *, chain: bool) -> None:
        self._rows, self._unknown, self._chain = rows, unknown, chain
        self._known: dict[str, tuple[int, str]] = {}

    def find(self, word: str) -> tuple[int, str]:
        """Return the row of a word, and the spelling by which it was found."""
        if word not in self._known:
            self._known[word] = self._search(word)
        return self._known[word]

    def rows(self, words: Sequence[str]) -> NDArray[np.int32]:
        """Return the row of each word."""
        return np.array([self.find(word)[0] for word in words], dtype=np.int32)

    def coverage(self, sentences: Iterable[Sequence[str]]) -> Coverage:
        """Count how the words of a text are found."""
        counts = Counter(word for sentence in sentences for word in sentence)
        found = Coverage()
        for word, count in counts.items():
            way = self.find(word)[1]
            found.tokens[way] += count
            found.words[way] += 1
        return found

    def _search(self, word: str) -> tuple[int, str]:
        spellings = [(word, EXACT)]
        if self._chain:
            lower = word.lower()
            zeros = [_DIGIT.sub("0", spelling) for spelling in (word, lower)]
            spellings += [(lower, LOWER), *((spelling, DIGITS) for spelling in zeros)]
        for spelling, way in spellings:
            row = self._rows.get(spelling)
            if row is not None and row != self._unknown:
                return row, way
        return self._unknown, UNKNOWN


def capitals(word: str) -> int:
    """Return how a word is capitalised: a place in `CAPITALS`.

    Examples
    --------
    >>> [CAPITALS[capitals(word)] for word in ("Paris", "NATO", "iPhone", "1990", "%")]
    ['first upper', 'all upper', 'inner upper', 'with digits', 'no letters']
    """
    if any(character.isdigit() for character in word):
        return 4
    if not any(character.isalpha() for character in word):
        return 5
    upper = [character.isupper() for character in word if character.isalpha()]
    if not any(upper):
        return 0
    if all(upper) and len(upper) > 1:
        return 2
    return 1 if upper[0] and not any(upper[1:]) else 3
