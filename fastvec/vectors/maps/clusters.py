"""Words in clusters by direction: spherical k-means."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ROUNDS = 50
MOST = 12


def usual_clusters(points: int) -> int:
    """Return how many clusters are worth a colour among so many points."""
    return int(np.clip(round((points / 4) ** 0.5), 1, MOST))


def cluster(matrix: NDArray[np.float32], count: int, seed: int = 1) -> NDArray[np.intp]:
    """Divide rows into clusters of like direction.

    Parameters
    ----------
    matrix : ndarray of float32, shape (n, D)
        Rows with a direction.
    count : int
        Number of clusters, 1 to n.
    seed : int, default 1
        For the first centres.

    Returns
    -------
    ndarray of intp, shape (n,)
        The cluster of each row; 0 is the largest.

    References
    ----------
    Dhillon and Modha, "Concept Decompositions for Large Sparse Text Data Using
    Clustering", Machine Learning 42, 2001.
    """
    rows = np.asarray(matrix, dtype=np.float64)
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    centres = _spread(rows, count, np.random.default_rng(seed))
    labels = np.full(len(rows), -1)
    for _ in range(ROUNDS):
        nearest = (rows @ centres.T).argmax(axis=1)
        if np.array_equal(nearest, labels):
            break
        labels = nearest
        for number in range(count):
            total = rows[labels == number].sum(axis=0)
            length = np.linalg.norm(total)
            if length > 0:
                centres[number] = total / length
    sizes = np.bincount(labels, minlength=count)
    order = np.argsort(-sizes, kind="stable")
    places: NDArray[np.intp] = np.argsort(order, kind="stable")
    return places[labels]


def _spread(
    rows: NDArray[np.float64], count: int, random: np.random.Generator
) -> NDArray[np.float64]:
    """Choose first centres far from each other, with the odds of k-means++."""
    chosen = [int(random.integers(len(rows)))]
    gap = np.full(len(rows), np.inf)
    while len(chosen) < count:
        gap = np.minimum(gap, np.maximum(1 - rows @ rows[chosen[-1]], 0.0))
        gap[chosen] = 0
        total = gap.sum()
        odds = gap / total if total > 0 else None
        chosen.append(int(random.choice(len(rows), p=odds)))
    return rows[chosen].copy()
