"""What the right-hand words of pairs have in common: logistic regression, as LRCos needs it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastvec.vectors.cosines import unit

_REPEATS = 4  # times that a left-hand word counts, against once for a word drawn at random


def fit_class(
    matrix: NDArray[np.float32], pairs: NDArray[np.intp], drawn: NDArray[np.intp]
) -> tuple[NDArray[np.float64], float, float]:
    """Tell the right-hand words of pairs from all others.

    Left-hand words count four times and words drawn at random once, as in vecto; both
    classes weigh the same. The penalty is half the squared length of weights and bias.

    Parameters
    ----------
    matrix : ndarray of float32, shape (V, D)
        Vectors; only their directions count.
    pairs : ndarray of intp, shape (P, 2)
        Rows of left-hand and of right-hand words.
    drawn : ndarray of intp, shape (R,)
        Rows that are neither.

    Returns
    -------
    (ndarray of float64, shape (D,), float, float)
        Direction, strength and bias: a unit vector x is of the class with probability
        σ(strength · (direction · x) + bias). Strength and bias are 0 without pairs.

    References
    ----------
    Drozd, Gladkova and Matsuoka, "Word Embeddings, Analogies, and Machine Learning",
    COLING 2016.
    """
    if not len(pairs):
        return np.zeros(matrix.shape[1]), 0.0, 0.0
    rows = np.concatenate([pairs[:, 1], pairs[:, 0], drawn])
    signs = np.where(np.arange(len(rows)) < len(pairs), 1.0, -1.0)
    counts = np.ones(len(rows))
    counts[len(pairs) : 2 * len(pairs)] = _REPEATS
    weights = counts * counts.sum() / np.where(signs > 0, len(pairs), counts[len(pairs) :].sum())
    inputs = np.array([np.append(unit(matrix[row]), 1.0) for row in rows])
    found = fit_logistic(inputs, signs, weights / 2)
    strength = float(np.linalg.norm(found[:-1]))
    return found[:-1] / (strength or 1.0), strength, float(found[-1])


def fit_logistic(
    inputs: NDArray[np.float64], signs: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return w of the least ½|w|² + Σ weight · log(1 + exp(−sign · w·x)), shape (D,).

    Parameters
    ----------
    inputs : ndarray of float64, shape (N, D)
    signs : ndarray of float64, shape (N,)
        1 for what is of the class, −1 for what is not.
    weights : ndarray of float64, shape (N,)
    """
    from scipy.optimize import minimize
    from scipy.special import expit

    def cost(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = signs * (inputs @ w)
        slopes = -weights * signs * expit(-margins)
        total = weights @ np.logaddexp(0.0, -margins) + w @ w / 2
        return float(total), slopes @ inputs + w

    start = np.zeros(inputs.shape[1])
    options = {"ftol": 1e-15, "gtol": 1e-7, "maxiter": 1000}
    answer: NDArray[np.float64] = minimize(
        cost, start, jac=True, method="L-BFGS-B", options=options
    ).x
    return answer
