"""A softmax for each token's tag: what a CRF is without its transitions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.crf import Links
from fastvec.layers.crf import viterbi


class TagSoftmax:
    """Each token's tag by itself; only `decode` looks at what may follow what.

    Parameters
    ----------
    tags : int
        K.
    allowed : tuple of ndarray of bool, shapes (K, K), (K,), (K,), optional
        Which tag may follow which, and which may begin and end a sentence.

    Attributes
    ----------
    parameters, gradients : dict
        Empty: it has none. As in `layers.crf.CRF`.
    """

    def __init__(
        self,
        tags: int,
        *,
        allowed: tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]] | None = None,
    ) -> None:
        self.parameters: dict[str, NDArray[Any]] = {}
        self.gradients: dict[str, NDArray[Any]] = {}
        all_allowed = [np.ones(shape, dtype=bool) for shape in ((tags, tags), tags, tags)]
        self._links = Links(*(np.where(allow, 0.0, -np.inf) for allow in allowed or all_allowed))

    def loss(
        self, scores: NDArray[Any], tags: NDArray[np.int32], lengths: NDArray[np.int64]
    ) -> float:
        """Return the sum over tokens of -log p of their tags, in nats."""
        return self.loss_and_gradient(scores, tags, lengths)[0]

    def loss_and_gradient(
        self, scores: NDArray[Any], tags: NDArray[np.int32], lengths: NDArray[np.int64]
    ) -> tuple[float, NDArray[Any]]:
        """Return the loss and its derivative by the scores, zero on padding."""
        exact = scores.astype(np.float64)
        exact -= exact.max(axis=2, keepdims=True)
        logs = exact - np.log(np.exp(exact).sum(axis=2, keepdims=True))
        inside = np.arange(len(scores))[:, None] < lengths
        steps, rows = np.nonzero(inside)
        chosen = tags[steps, rows]
        gradient = np.exp(logs) * inside[:, :, None]
        gradient[steps, rows, chosen] -= 1
        return -float(logs[steps, rows, chosen].sum()), gradient.astype(scores.dtype)

    def decode(self, scores: NDArray[Any], lengths: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return each sentence's best allowed tags, shape (T, B); zeros on padding."""
        return viterbi(scores, lengths, self._links)
