"""A linear probe: how much of a label a linear map can read from vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fastvec.evaluation.word_in_context import Score


class LinearProbe:
    """Ridge regression onto one-hot labels: no step size, no seed, one solution.

    Parameters
    ----------
    ridge : float, default 1e-3
        Penalty on the squared weights, as a share of the vectors' mean square.

    Attributes
    ----------
    labels : list of str
        Those that were met, sorted.
    """

    def __init__(self, ridge: float = 1e-3) -> None:
        self._ridge = ridge
        self.labels: list[str] = []

    def fit(self, vectors: NDArray[np.floating], labels: Sequence[str]) -> LinearProbe:
        """Learn from vectors (N, D) and their labels."""
        rows = np.asarray(vectors, np.float64)
        self.labels = sorted(set(labels))
        place = {label: i for i, label in enumerate(self.labels)}
        targets = np.zeros((len(rows), len(self.labels)))
        targets[np.arange(len(rows)), [place[label] for label in labels]] = 1.0
        self._mean, self._offset = rows.mean(axis=0), targets.mean(axis=0)
        centred = rows - self._mean
        gram = centred.T @ centred
        penalty = self._ridge * max(float(np.trace(gram)) / len(gram), 1e-12)
        gram[np.diag_indices_from(gram)] += penalty
        self._weights = np.linalg.solve(gram, centred.T @ (targets - self._offset))
        return self

    def predict(self, vectors: NDArray[np.floating]) -> list[str]:
        """Return a label for each vector."""
        scores = (np.asarray(vectors, np.float64) - self._mean) @ self._weights + self._offset
        return [self.labels[place] for place in scores.argmax(axis=1)]

    def judge(self, vectors: NDArray[np.floating], labels: Sequence[str], seed: int = 1) -> Score:
        """Return the share of right labels."""
        told = self.predict(vectors)
        right = [one == other for one, other in zip(told, labels, strict=True)]
        return Score.of(np.array(right), seed)
