"""Keep-probabilities of subsampling and the alias table of noise words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError

RANDOM_RANGE = 1 << 32


def keep_probabilities(
    counts: NDArray[np.int64], sample: float, rule: str = "word2vec"
) -> NDArray[np.float64]:
    """Return the probability that an occurrence of each word survives subsampling.

    Parameters
    ----------
    counts : ndarray of int64, shape (V,)
        Occurrences of each word of the model.
    sample : float
        Threshold t, a share of the corpus; 0 keeps everything.
    rule : {"word2vec", "paper"}
        ``sqrt(t/f) + t/f`` as word2vec.c computes it [1]_, or ``sqrt(t/f)`` as
        the paper has it [2]_, with f the word's share of all counts.

    Returns
    -------
    ndarray of float64, shape (V,)
        Between 0 and 1.

    References
    ----------
    .. [1] word2vec.c, ``TrainModelThread``.
    .. [2] Mikolov et al., "Distributed Representations of Words and Phrases and
       their Compositionality", NIPS 2013, equation 5.
    """
    if sample == 0:
        return np.ones(len(counts))
    ratio = sample * counts.sum() / np.maximum(counts, 1)
    if rule == "word2vec":
        return np.minimum(np.sqrt(ratio) + ratio, 1.0)
    if rule == "paper":
        return np.minimum(np.sqrt(ratio), 1.0)
    raise ParameterError(f"the subsampling rule must be 'word2vec' or 'paper', but is {rule!r}")


def keep_thresholds(probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
    """Turn probabilities into limits for 32-bit random numbers."""
    return np.round(probabilities * RANDOM_RANGE).astype(np.int64)


def noise_table(
    counts: NDArray[np.int64], exponent: float = 0.75
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Build the alias table that draws word i in proportion to counts[i] ** exponent.

    Returns
    -------
    (ndarray of int64, ndarray of int32), shapes (V,)
        The two columns of `kernels.noise.Noise`.

    References
    ----------
    Vose, "A linear algorithm for generating random numbers with a given
    distribution", IEEE Transactions on Software Engineering 17, 1991.
    """
    from fastvec.kernels.noise import fill_alias

    weights = np.zeros(len(counts))  # A word that was never seen is never drawn.
    np.power(counts, float(exponent), out=weights, where=counts > 0)
    weights *= len(weights) / weights.sum()
    keep = np.empty(len(weights), np.int64)
    alias = np.empty(len(weights), np.int32)
    fill_alias(weights, keep, alias, np.empty(len(weights), np.int32))
    return keep, alias
