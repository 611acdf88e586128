"""A conditional random field over the tags of a sentence: its loss, and the best tags.

The score of a path of tags is the sum of its tags' scores and of a learned transition
between each two of them, and from and to the ends of the sentence. Its probability is
exp(score) over the sum of that of all paths.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.crf import Links, Scratch, best_paths, crf_gradient, crf_loss

# Transitions act as if within these bounds: e^-100 is nothing, and its exponential is exact.
BOUND = 100.0
START_RANGE = 0.1


class CRF:
    """Linear-chain conditional random field.

    Parameters
    ----------
    tags : int
        K.
    rng : Generator
        Transitions start uniform within ±0.1.
    allowed : tuple of ndarray of bool, shapes (K, K), (K,), (K,), optional
        Which tag may follow which, and which may begin and end a sentence; `decode`
        keeps to it. The loss does not: wrong sequences are learned to be unlikely.
    dtype : dtype, default float32

    Attributes
    ----------
    parameters : dict of str to ndarray
        "between" (K, K), from row to column; "start" and "end" (K,).
    gradients : dict of str to ndarray
        `loss_and_gradient` adds to them.
    """

    def __init__(
        self,
        tags: int,
        rng: np.random.Generator,
        *,
        allowed: tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]] | None = None,
        dtype: Any = np.float32,
    ) -> None:
        shapes = {"between": (tags, tags), "start": (tags,), "end": (tags,)}
        self.parameters: dict[str, NDArray[Any]] = {
            name: rng.uniform(-START_RANGE, START_RANGE, shape).astype(dtype)
            for name, shape in shapes.items()
        }
        self.gradients: dict[str, NDArray[Any]] = {
            name: np.zeros_like(values) for name, values in self.parameters.items()
        }
        self._tags = tags
        self._forbidden = [
            np.where(allow, 0.0, -np.inf)
            for allow in allowed or [np.ones(shape, dtype=bool) for shape in shapes.values()]
        ]

    def loss(
        self, scores: NDArray[Any], tags: NDArray[np.int32], lengths: NDArray[np.int64]
    ) -> float:
        """Return the sum over sentences of -log p of their tags, in nats.

        Parameters
        ----------
        scores : ndarray of float, shape (T, B, K)
        tags : ndarray of int32, shape (T, B)
        lengths : ndarray of int64, shape (B,)
            Tokens of each sentence; the rest is padding.
        """
        links = self._links()
        weights = np.exp(links.between)
        return float(crf_loss(scores, tags, lengths, links, weights, self._scratch(len(scores))))

    def loss_and_gradient(
        self, scores: NDArray[Any], tags: NDArray[np.int32], lengths: NDArray[np.int64]
    ) -> tuple[float, NDArray[Any]]:
        """Return the loss and its derivative by the scores; add those by the parameters.

        Returns
        -------
        (float, ndarray of float, shape (T, B, K))
            The gradient is zero on padding.
        """
        links = self._links()
        weights = np.exp(links.between)
        by_scores = np.empty_like(scores)
        by_links = Links(*(np.zeros_like(part) for part in links))
        loss = crf_gradient(
            scores, tags, lengths, links, weights, np.ascontiguousarray(weights.T),
            self._scratch(len(scores)), by_scores, by_links,
        )  # fmt: skip
        for name, gradient in by_links._asdict().items():
            self.gradients[name] += gradient.astype(self.gradients[name].dtype)
        return float(loss), by_scores

    def decode(self, scores: NDArray[Any], lengths: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return each sentence's best allowed tags, shape (T, B); zeros on padding."""
        links = [part + no for part, no in zip(self._links(), self._forbidden, strict=True)]
        return viterbi(scores, lengths, Links(*links))

    def _links(self) -> Links:
        """Return the transitions in float64, within their bounds."""
        between, start, end = (
            np.clip(self.parameters[name].astype(np.float64), -BOUND, BOUND)
            for name in Links._fields
        )
        return Links(between, start, end)

    def _scratch(self, steps: int) -> Scratch:
        """Return arrays to work in."""
        tables, rows = np.empty((3, steps, self._tags)), np.empty((2, self._tags))
        return Scratch(*tables, *rows)


def viterbi(scores: NDArray[Any], lengths: NDArray[np.int64], links: Links) -> NDArray[np.int32]:
    """Return each sentence's path with the highest score.

    Parameters
    ----------
    scores : ndarray of float, shape (T, B, K)
    lengths : ndarray of int64, shape (B,)
    links : Links
        -inf where a tag may not follow another.

    Returns
    -------
    ndarray of int32, shape (T, B)
    """
    steps, batch, tags = scores.shape
    paths = np.empty((steps, batch), np.int32)
    back = np.empty((steps, tags), np.int32)
    best_paths(scores, lengths, links, np.empty((2, tags)), back, paths)
    return paths
