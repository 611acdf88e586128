"""What a reader of a file has collected becomes WordVectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from fastvec.vectors.queries import UNKNOWN_ROW
from fastvec.vectors.word_vectors import WordVectors

_LISTED = 10


def assemble(
    words: list[str],
    matrix: NDArray[np.float32],
    place: Callable[[int], str],
    declared: int | None,
    notes: Sequence[str] = (),
) -> WordVectors:
    """Make WordVectors from a file's rows and report what was odd.

    The first of equal words is kept. A last row ``<unk>`` which a header does not
    count, or without any header, is GloVe's row for unknown words: a special.

    Parameters
    ----------
    words : list of str, length V
        Words in the order of the file.
    matrix : ndarray of float32, shape (V, D)
        Their vectors.
    place : callable
        Names the place of a row in the file, such as "line 7".
    declared : int, optional
        Rows that the header promised.
    notes : sequence of str
        What the reader noticed before.

    Returns
    -------
    WordVectors
        With a `report`.
    """
    report = list(notes)
    count = len(words)
    if declared not in (None, count):
        report.append(f"the header says {declared} rows, the file has {count}; read all {count}")
    special = count > 0 and words[-1] == UNKNOWN_ROW and declared in (None, count - 1)
    if len(set(words)) < count:
        words, matrix = _keep_first(words, matrix, place, report)
    specials = (UNKNOWN_ROW,) if special else ()
    vectors = WordVectors(words, matrix, specials=specials, report=report)
    lost = np.flatnonzero(vectors.norms == 0)
    if lost.size:
        vectors.report.append(
            f"{lost.size} vectors are zero or not finite, the first that of {words[lost[0]]!r}; "
            "their similarity to any word is 0"
        )
    return vectors


def _keep_first(
    words: list[str],
    matrix: NDArray[np.float32],
    place: Callable[[int], str],
    report: list[str],
) -> tuple[list[str], NDArray[np.float32]]:
    """Drop later rows of words that came before."""
    first: dict[str, int] = {}
    again = [row for row, word in enumerate(words) if first.setdefault(word, row) != row]
    for row in again[:_LISTED]:
        word = words[row]
        report.append(f"{place(row)}: {word!r} came before in {place(first[word])}; kept the first")
    if len(again) > _LISTED:
        report.append(f"{len(again) - _LISTED} more rows repeat earlier words; kept the first")
    return list(first), matrix[list(first.values())]
