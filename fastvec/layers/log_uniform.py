"""Words drawn by their rank, as if by Zipf's law: noise for a sampled softmax."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError


class Sample(NamedTuple):
    """Different words, and how many draws it took to find so many.

    Attributes
    ----------
    words : ndarray of int64, shape (S,)
        In rising order.
    tries : int
    """

    words: NDArray[np.int64]
    tries: int


class LogUniformSampler:
    """Draws word k, of V ordered by falling count, with P(k) = log((k + 2) / (k + 1)) / log(V + 1).

    Parameters
    ----------
    words : int
        V.
    samples : int
        Different words a draw, S; at most V. Close to V a draw takes many tries.

    Raises
    ------
    ParameterError
        If there are fewer words than samples.
    """

    def __init__(self, words: int, samples: int) -> None:
        if not 1 <= samples <= words:
            raise ParameterError(
                f"samples must be from 1 to {words}, the words of the vocabulary, but is {samples}"
            )
        self.words, self.samples = words, samples

    def probabilities(self, words: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return P of each word in a single try."""
        return np.log1p(1 / (words + 1.0)) / np.log(self.words + 1.0)

    def draw(self, rng: np.random.Generator) -> Sample:
        """Try until there are S different words."""
        drawn = np.empty(0, np.int64)
        while True:
            uniform = rng.random(max(2 * self.samples, len(drawn)))
            # The words' probabilities add up to the steps of exp(u log(V + 1)).
            more = np.exp(uniform * np.log(self.words + 1.0)).astype(np.int64) - 1
            drawn = np.concatenate([drawn, np.minimum(more, self.words - 1)])
            words, firsts = np.unique(drawn, return_index=True)
            if len(words) >= self.samples:
                last = np.partition(firsts, self.samples - 1)[self.samples - 1]
                return Sample(words[firsts <= last], int(last) + 1)

    def expected(self, words: NDArray[np.int64], tries: int) -> NDArray[np.float64]:
        """Return the probability that each word is among so many tries."""
        return -np.expm1(tries * np.log1p(-self.probabilities(words)))
