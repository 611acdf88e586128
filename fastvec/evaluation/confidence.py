"""How far a score may be off by the luck of which questions were asked: the bootstrap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

_DRAWS = 1000
_SHARE = (2.5, 97.5)  # per cent
_CHUNK = 1 << 20

Interval = tuple[float, float]


def share_interval(right: int, count: int, seed: int) -> Interval:
    """Return the 95 % interval of a share of right answers.

    Parameters
    ----------
    right, count : int
        Right answers, and all.
    seed : int
        Of the draws: as many answers with replacement, 1,000 times.

    Returns
    -------
    (float, float)
        NaN without answers.
    """
    if not count:
        return (np.nan, np.nan)
    # The number of right ones in a draw with replacement is binomial.
    draws = np.random.default_rng(seed).binomial(count, right / count, _DRAWS) / count
    low, high = np.percentile(draws, _SHARE)
    return (float(low), float(high))


def lead_interval(
    ours: NDArray[np.bool_], theirs: NDArray[np.bool_], seed: int
) -> tuple[float, Interval]:
    """Return by how much one share of right answers to the same questions is above another.

    Parameters
    ----------
    ours, theirs : ndarray of bool, shape (N,)
        Which answers are right.
    seed : int
        Of the draws: as many questions with replacement, 1,000 times, the same for both.

    Returns
    -------
    (float, (float, float))
        The difference and its 95 % interval; NaN without answers.
    """
    if not len(ours):
        return (np.nan, (np.nan, np.nan))
    gains = ours.astype(np.int8) - theirs.astype(np.int8)
    # Questions that both or neither got right do not matter: only how many of each kind are drawn.
    shares = np.array([(gains == gain).mean() for gain in (-1, 0, 1)])
    draws = np.random.default_rng(seed).multinomial(len(gains), shares, _DRAWS)
    low, high = np.percentile((draws[:, 2] - draws[:, 0]) / len(gains), _SHARE)
    return (float(gains.mean()), (float(low), float(high)))


def pearson(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the correlation along the last axis; NaN where one side does not vary."""
    if a.shape[-1] < 2:
        return np.full(a.shape[:-1], np.nan)
    varies = (np.ptp(a, axis=-1) > 0) & (np.ptp(b, axis=-1) > 0)
    a = a - a.mean(axis=-1, keepdims=True)
    b = b - b.mean(axis=-1, keepdims=True)
    scale = np.sqrt((a * a).sum(axis=-1) * (b * b).sum(axis=-1))
    products = np.asarray((a * b).sum(axis=-1))
    return np.divide(products, scale, out=np.full_like(products, np.nan), where=varies)


def spearman(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the correlation of ranks along the last axis, ties at their mean rank."""
    return pearson(rankdata(a, axis=-1), rankdata(b, axis=-1))


def spearman_interval(a: NDArray[np.float64], b: NDArray[np.float64], seed: int) -> Interval:
    """Return the 95 % interval of Spearman's correlation.

    Parameters
    ----------
    a, b : ndarray of float64, shape (P,)
        What is correlated.
    seed : int
        Of the draws: as many pairs with replacement, 1,000 times.

    Returns
    -------
    (float, float)
        NaN for fewer than two pairs.
    """
    if len(a) < 2:
        return (np.nan, np.nan)
    generator, draws = np.random.default_rng(seed), np.empty(_DRAWS)
    step = max(1, _CHUNK // len(a))
    for start in range(0, _DRAWS, step):
        part = draws[start : start + step]
        chosen = generator.integers(len(a), size=(len(part), len(a)))
        part[:] = spearman(a[chosen], b[chosen])
    if np.isnan(draws).all():
        return (np.nan, np.nan)
    low, high = np.nanpercentile(draws, _SHARE)
    return (float(low), float(high))
