"""Rows of a batch added up by the word that they belong to."""

from __future__ import annotations

from fastvec.kernels.jit import Array, kernel


@kernel
def add_rows(totals: Array, places: Array, scales: Array, rows: Array) -> None:
    """Add ``scales[i] * rows[i]`` to ``totals[places[i]]``, in the order of i.

    Parameters
    ----------
    totals : ndarray of float, shape (R, D), changed in place
    places : ndarray of int64, shape (N,)
        From 0 to R - 1.
    scales : ndarray of the same float, shape (N,)
    rows : ndarray of the same float, shape (N, D)
    """
    for i in range(len(rows)):
        total, row, scale = totals[places[i]], rows[i], scales[i]
        for k in range(len(row)):
            total[k] += scale * row[k]
