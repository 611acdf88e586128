"""Angles between one vector and many rows, without a normalised copy of the matrix.

Matrix times query over the norms gives rough cosines in float32. The best of them
are computed again in float64, so that an answer does not depend on how a matrix
product was cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROUNDING = 1e-5  # more than float32 products of unit vectors are off
_CHUNK = 1 << 20  # numbers: 8 MB as float64
_GROUP = 64
# Outside these, float32 products lose their digits: no direction.
_SHORTEST, _LONGEST = 1e-30, 1e30


def row_norms(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the length of each row; 0 for a row without direction.

    Parameters
    ----------
    matrix : ndarray of float32, shape (V, D)
        Rows; those that are not finite, or shorter than 1e-30, have no direction.

    Returns
    -------
    ndarray of float32, shape (V,)
    """
    norms = np.empty(len(matrix), dtype=np.float32)
    for rows in _chunks(*matrix.shape):
        norms[rows] = _exact_norms(_doubles(matrix[rows]))
    return norms


def unit(vector: NDArray[Any]) -> NDArray[np.float64]:
    """Return `vector`, shape (D,), at length 1; zeros if it has no direction."""
    exact = _doubles(vector)
    norm = _exact_norms(exact[None])[0]
    return exact / norm if norm else np.zeros_like(exact)


def rough_cosines(
    matrix: NDArray[np.float32], norms: NDArray[np.float32], queries: NDArray[Any]
) -> NDArray[np.float32]:
    """Return the cosine of each query to each row, right to about six digits.

    Parameters
    ----------
    matrix : ndarray of float32, shape (V, D)
        Rows.
    norms : ndarray of float32, shape (V,)
        Their lengths, by `row_norms`.
    queries : ndarray, shape (D,) or (B, D)
        Unit vectors.

    Returns
    -------
    ndarray of float32, shape (V,) or (B, V)
        0 for rows without direction.
    """
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        products = queries.astype(np.float32) @ np.asarray(matrix).T
        # A division that leaves out the zeros as it goes takes three times as long.
        products /= norms
    products[..., np.flatnonzero(norms == 0)] = 0
    return products


def exact_cosines(
    matrix: NDArray[np.float32], rows: NDArray[np.intp], queries: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the cosines of some rows, the same wherever they stand.

    Parameters
    ----------
    matrix : ndarray of float32, shape (V, D)
        Rows.
    rows : ndarray of intp, shape (R,)
        Which of them.
    queries : ndarray of float64, shape (T, D)
        Unit vectors.

    Returns
    -------
    ndarray of float64, shape (T, R)
        0 for rows without direction. Rounded to 14 digits: the last bit of equal
        directions differs with their lengths.
    """
    exact = np.zeros((len(queries), len(rows)))
    for part in _chunks(len(rows), matrix.shape[1]):
        block = _doubles(matrix[rows[part]])
        norms = _exact_norms(block)
        block[norms == 0] = 0
        # einsum sums each row alike; a matrix product's order depends on the place.
        for products, query in zip(exact, queries, strict=True):
            np.divide(np.einsum("ij,j->i", block, query), norms, products[part], where=norms > 0)
    return exact.round(14)


def candidates(
    lower: NDArray[np.float32],
    upper: NDArray[np.float32],
    hidden: Iterable[int],
    topn: int,
    slack: float = 0.0,
) -> tuple[NDArray[np.intp], int]:
    """Return the rows that may be among the `topn` with the largest scores.

    Parameters
    ----------
    lower, upper : ndarray of float32, shape (V,)
        Each row's score is between the two; may be one array. Changed.
    hidden : iterable of int
        Rows that may not be among them; those from V on are ignored.
    topn : int
        Number of rows, at least 1.
    slack : float, default 0
        Scores may be greater by as much as this than `upper`.

    Returns
    -------
    (ndarray of intp, int)
        Rows, ascending, and how many of them to choose.
    """
    out = sorted({row for row in hidden if row < len(lower)})
    lower[out] = upper[out] = -np.inf
    count = min(topn, len(lower) - len(out))
    if count < 1:
        return np.empty(0, dtype=np.intp), 0
    return np.flatnonzero(upper >= _at_most_the_nth(lower, count) - slack), count


def best_rows(
    matrix: NDArray[np.float32],
    query: NDArray[np.float64],
    rough: NDArray[np.float32],
    hidden: Iterable[int],
    topn: int,
) -> list[tuple[int, float]]:
    """Return the rows with the largest cosines, ties by lower row.

    Parameters
    ----------
    matrix : ndarray of float32, shape (V, D)
        Rows.
    query : ndarray of float64, shape (D,)
        Unit vector.
    rough : ndarray of float32, shape (at most V,)
        Cosines of the leading rows, by `rough_cosines`. Changed.
    hidden : iterable of int
        Rows that may not answer.
    topn : int
        Number of rows, at least 1.

    Returns
    -------
    list of (int, float)
        Row and cosine, best first.
    """
    rows, count = candidates(rough, rough, hidden, topn, 2 * ROUNDING)
    return ranked(rows, exact_cosines(matrix, rows, query[None])[0].clip(-1, 1), count)


def ranked(
    rows: NDArray[np.intp], scores: NDArray[np.float64], count: int
) -> list[tuple[int, float]]:
    """Return the `count` best rows, shape (R,), with their scores, ties by lower row."""
    order = np.argsort(-scores, kind="stable")[:count]
    return [(int(rows[place]), float(scores[place])) for place in order]


def _at_most_the_nth(scores: NDArray[np.float32], count: int) -> np.float32:
    """Return a number that at least `count` of the scores reach, close to the last of them."""
    groups = len(scores) // _GROUP
    if groups >= 4 * count:
        # The best of each group stand for all, so that there is less to sort.
        scores = scores[: groups * _GROUP].reshape(_GROUP, groups).max(axis=0)
    return np.partition(scores, -count)[-count]


def _doubles(numbers: NDArray[Any]) -> NDArray[np.float64]:
    """Return numbers as float64; a signalling NaN is no cause for a warning."""
    with np.errstate(invalid="ignore"):
        return numbers.astype(np.float64)


def _exact_norms(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return lengths in float64, 0 where there is no direction."""
    norms = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return np.where((norms >= _SHORTEST) & (norms <= _LONGEST), norms, 0.0)


def _chunks(rows: int, dim: int) -> Iterator[slice]:
    """Cut rows into stretches that fit the memory."""
    step = max(1, _CHUNK // max(1, dim))
    return (slice(start, start + step) for start in range(0, rows, step))
