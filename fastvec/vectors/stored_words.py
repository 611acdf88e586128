"""Words that stay as bytes until somebody asks for one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError
from fastvec.vectors.spelling import decode_word, encode_word


@dataclass(frozen=True)
class StoredWords:
    """Words of V rows, read on first use.

    Attributes
    ----------
    count : int
        V.
    read : callable
        Returns the words, a list of V.
    """

    count: int
    read: Callable[[], list[str]]

    def __len__(self) -> int:
        return self.count


def pack_words(words: list[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    r"""Return the words as bytes, each with ``\n`` after it, and where each ends, shape (V,)."""
    encoded = [encode_word(word) for word in words]
    text = b"".join([b"%b\n" % word for word in encoded])
    lengths = np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded))
    return np.frombuffer(text, dtype=np.uint8), np.cumsum(lengths + 1) - 1


def stored_words(text: NDArray[np.uint8], ends: NDArray[np.int64]) -> StoredWords:
    """Return words that `pack_words` packed; they are decoded later.

    Parameters
    ----------
    text : ndarray of uint8
    ends : ndarray of int64, shape (V,)

    Raises
    ------
    FormatError
        If `ends` does not fit `text`.
    """
    if (str(text.dtype), text.ndim, str(ends.dtype), ends.ndim) != ("uint8", 1, "int64", 1):
        raise FormatError("the words are not stored as bytes and their ends")
    starts = np.concatenate([[0], ends + 1])
    rising = starts[-1] == len(text) and np.all(starts[:-1] <= ends)
    if not rising or np.any(text[ends] != ord("\n")):
        raise FormatError("the ends of the words do not fit their text")
    return StoredWords(len(ends), lambda: _decode(text.tobytes(), starts))


def _decode(text: bytes, starts: NDArray[np.int64]) -> list[str]:
    """Return all words."""
    if text.count(b"\n") == len(starts) - 1:
        return decode_word(text).split("\n")[:-1]
    places = starts.tolist()
    return [decode_word(text[a : b - 1]) for a, b in pairwise(places)]
