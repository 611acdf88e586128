"""What a reader of a file has collected becomes WordVectors."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError
from fastvec.vectors.duplicates import first_rows, merge_rows
from fastvec.vectors.reading import Reading
from fastvec.vectors.word_vectors import WordVectors
from fastvec.vocabulary.words import UNK

_LISTED = 10
_BLOCK = 1 << 18  # numbers


def assemble(
    path: str | os.PathLike[str],
    words: list[str],
    matrix: NDArray[np.float32],
    place: Callable[[int], str],
    declared: int | None,
    reading: Reading,
    notes: Sequence[str] = (),
) -> WordVectors:
    """Make WordVectors from a file's rows and report what was odd.

    A last row ``<unk>`` which a header does not count, or without any header, is
    GloVe's row for unknown words: a special.

    Parameters
    ----------
    path : str or path
        The file, for errors.
    words : list of str, length V
        Words in the order of the file.
    matrix : ndarray of float32, shape (V, D)
        Their vectors.
    place : callable
        Names the place of a row in the file, such as "line 7".
    declared : int, optional
        Rows that the header promised; None also where not all were read.
    reading : Reading
        Says what to do with words that come twice.
    notes : sequence of str
        What the reader noticed before.

    Returns
    -------
    WordVectors
        With a `report`.

    Raises
    ------
    FormatError
        If a word comes twice and may not.
    """
    report = list(notes)
    count = len(words)
    if declared not in (None, count):
        report.append(f"the header says {declared} rows, the file has {count}; read all {count}")
    special = count > 0 and words[-1] == UNK and declared in (None, count - 1)
    if reading.thorough or reading.strict or not isinstance(matrix, np.memmap):
        report += odd_rows(matrix, words, place)
    if len(set(words)) < count:
        words, matrix = _one_row_a_word(path, words, matrix, place, reading, report)
    return WordVectors(words, matrix, specials=(UNK,) if special else (), report=report)


def nth_row(row: int) -> str:
    """Name the place of a row in a file that has no lines."""
    return f"row {row + 1}"


def odd_rows(
    matrix: NDArray[np.float32], words: Sequence[str], place: Callable[[int], str]
) -> list[str]:
    """Report rows that are not finite, and those of zeros; reads the whole matrix."""
    sums = _absolute_sums(matrix)
    # A sum that is not finite may also be that of huge numbers.
    doubtful = np.flatnonzero(~np.isfinite(sums))
    broken = [int(row) for row in doubtful if not np.isfinite(matrix[row]).all()]
    report = [
        f"{place(row)}: the vector of {words[row]!r} is not finite" for row in broken[:_LISTED]
    ]
    if len(broken) > _LISTED:
        report.append(f"{len(broken) - _LISTED} more vectors are not finite")
    empty = np.flatnonzero(sums == 0)
    if empty.size:
        report.append(
            f"{empty.size} vectors are zero, the first that of {words[empty[0]]!r} in "
            f"{place(int(empty[0]))}; their similarity to any word is 0"
        )
    return report


def _absolute_sums(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the sum of each row's absolute numbers."""
    sums = np.empty(len(matrix), dtype=np.float32)
    step = max(1, _BLOCK // matrix.shape[1])
    with np.errstate(invalid="ignore", over="ignore"):
        for start in range(0, len(matrix), step):
            np.abs(matrix[start : start + step]).sum(axis=1, out=sums[start : start + step])
    return sums


def _one_row_a_word(
    path: str | os.PathLike[str],
    words: list[str],
    matrix: NDArray[np.float32],
    place: Callable[[int], str],
    reading: Reading,
    report: list[str],
) -> tuple[list[str], NDArray[np.float32]]:
    """Apply the rule for words that come twice."""
    first, rule = first_rows(words), reading.duplicates
    again = np.flatnonzero(first != np.arange(len(first)))
    if rule == "error":
        row = int(again[0])
        raise FormatError(
            f"{path}, {place(row)}: {words[row]!r} came before in {place(int(first[row]))}; "
            "choose duplicates first, last or mean"
        )
    for row in again[:_LISTED].tolist():
        before = place(int(first[row]))
        report.append(f"{place(row)}: {words[row]!r} came before in {before}; kept the {rule}")
    if len(again) > _LISTED:
        report.append(f"{len(again) - _LISTED} more rows repeat earlier words; kept the {rule}")
    kept, merged = merge_rows(matrix, first, rule)
    return [words[row] for row in kept], merged
