"""One row for each word, by rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Duplicates: TypeAlias = Literal["first", "last", "mean", "error"]


def first_rows(words: Sequence[str]) -> NDArray[np.intp]:
    """Return for each row the first row with the same word, shape (V,)."""
    first: dict[str, int] = {}
    rows = (first.setdefault(word, row) for row, word in enumerate(words))
    return np.fromiter(rows, dtype=np.intp, count=len(words))


def merge_rows(
    matrix: NDArray[np.float32], first: NDArray[np.intp], rule: Duplicates
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return one row a word, in the order of first appearance.

    Parameters
    ----------
    matrix : ndarray of float32, shape (R, D)
        Rows, some of the same word.
    first : ndarray of intp, shape (R,)
        By `first_rows`.
    rule : {"first", "last", "mean", "error"}
        Which row to keep, or the mean of all; "error" is for the caller to refuse.

    Returns
    -------
    (ndarray of intp, shape (V,), ndarray of float32, shape (V, D))
        Rows of first appearance, and the vectors.
    """
    kept, group = np.unique(first, return_inverse=True)
    if rule == "mean":
        with np.errstate(invalid="ignore", over="ignore"):
            sums = np.zeros((len(kept), matrix.shape[1]))
            np.add.at(sums, group, matrix)
            return kept, (sums / np.bincount(group)[:, None]).astype(np.float32)
    chosen = kept.copy()
    if rule == "last":
        chosen[group] = np.arange(len(first))
    return kept, matrix[chosen]
