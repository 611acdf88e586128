"""Words found while they are typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np


class WordSearch:
    """Finds words that hold a text, without regard to small and capital letters.

    All words stand in one long text, one a line, which is searched as a whole: that takes
    milliseconds for a million words, and needs no index.

    Parameters
    ----------
    words : sequence of str
        The most frequent first.
    """

    def __init__(self, words: Sequence[str]) -> None:
        folded = [_one_line(word.casefold()) for word in words]
        self._words = words
        self._text = "\n" + "".join(word + "\n" for word in folded)
        lengths = np.fromiter((len(word) + 1 for word in folded), np.int64, len(folded))
        self._starts = np.concatenate([[1], 1 + np.cumsum(lengths)])

    def find(self, query: str, most: int = 12) -> list[str]:
        """Return words: the same ones first, then those that begin so, then those that hold it.

        Parameters
        ----------
        query : str
            What is typed; blank text finds nothing.
        most : int, default 12

        Returns
        -------
        list of str
            Within each kind the most frequent first.
        """
        text = _one_line(query.strip().casefold())
        if not text:
            return []
        rows: dict[int, None] = {}
        for pattern in (f"\n{text}\n", f"\n{text}", text):
            for row in self._rows(pattern):
                if len(rows) == most:
                    break
                rows[row] = None
        return [self._words[row] for row in rows]

    def _rows(self, pattern: str) -> Iterator[int]:
        """Yield the rows of the words that hold a pattern, each once."""
        place = self._text.find(pattern)
        while place >= 0:
            inside = place + (pattern[0] == "\n")
            row = int(np.searchsorted(self._starts, inside, side="right")) - 1
            yield row
            place = self._text.find(pattern, int(self._starts[row + 1]) - 1)


def _one_line(text: str) -> str:
    return text.replace("\n", " ")
