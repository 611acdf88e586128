"""Softmax with cross-entropy over a whole vocabulary, in slices that threads share out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels import softmax as kernels

SLICE = 4096  # Columns at a time; the number of slices depends on the vocabulary alone.

Spread = Callable[[Callable[[int], None], Iterable[int]], None]


class Batch(NamedTuple):
    """Hidden rows and the words that each is to predict.

    Attributes
    ----------
    hidden : ndarray of float, shape (B, D)
    targets : ndarray of int32, shape (P,)
        Observed words.
    offsets : ndarray of int64, shape (B + 1,)
        Row i is to predict targets[offsets[i]:offsets[i + 1]].
    """

    hidden: NDArray[np.float32]
    targets: NDArray[np.int32]
    offsets: NDArray[np.int64]


class FullSoftmax:
    """One softmax a row, shared by all words that the row is to predict.

    Parameters
    ----------
    outputs : ndarray of float, shape (V, D)
        Output matrix; `backward` moves it.
    batch : int
        Most rows of a batch; memory is taken for ``batch * V`` logits.
    spread : callable
        ``spread(work, slices)`` calls ``work`` for each slice, on threads if it likes.

    References
    ----------
    Bengio et al., "A Neural Probabilistic Language Model", JMLR 3, 2003.
    """

    def __init__(self, outputs: NDArray[np.float32], batch: int, spread: Spread) -> None:
        self._outputs = outputs
        self._spread = spread
        self._edges = [*range(0, len(outputs), SLICE), len(outputs)]
        slices = len(self._edges) - 1
        self._logits = [
            np.empty((batch, stop - start), outputs.dtype)
            for start, stop in zip(self._edges, self._edges[1:], strict=False)
        ]
        self._largest = np.empty((slices, batch), outputs.dtype)
        self._totals = np.empty((slices, batch), np.float64)
        self._back = np.empty((slices, batch, outputs.shape[1]), outputs.dtype)

    def forward(self, batch: Batch) -> float:
        """Return the summed cross-entropy in nats; keep what `backward` needs."""
        size = len(batch.hidden)

        def exponentiate(number: int) -> None:
            logits = self._logits[number][:size]
            np.matmul(batch.hidden, self._slice(number).T, out=logits)
            kernels.exponentiate(logits, self._largest[number], self._totals[number])

        self._spread(exponentiate, range(len(self._logits)))
        largest = self._largest[:, :size].astype(np.float64)
        top = largest.max(axis=0)
        shares = np.exp(largest - top)
        self._normaliser = (self._totals[:, :size] * shares).sum(axis=0)
        self._shares = shares / self._normaliser
        observed = np.diff(batch.offsets)
        log_sum = top + np.log(self._normaliser)
        return float(log_sum @ observed) - kernels.observed_logits(
            batch.hidden, self._outputs, batch.targets, batch.offsets
        )

    def backward(self, batch: Batch, rate: float) -> NDArray[np.float32]:
        """Return the gradient of the hidden rows, and step the output matrix against its own.

        Gradients are those of the summed cross-entropy. Slices are added up in
        order, so the result does not depend on the threads.
        """
        size = len(batch.hidden)
        observed = np.diff(batch.offsets)

        def step(number: int) -> None:
            gradient = self._logits[number][:size]
            kernels.scale_rows(gradient, self._shares[number] * observed)
            kernels.subtract_observed(gradient, self._edges[number], batch.targets, batch.offsets)
            outputs = self._slice(number)
            np.matmul(gradient, outputs, out=self._back[number, :size])
            outputs -= outputs.dtype.type(rate) * (gradient.T @ batch.hidden)

        self._spread(step, range(len(self._logits)))
        return self._back[:, :size].sum(axis=0)

    def _slice(self, number: int) -> NDArray[np.float32]:
        return self._outputs[self._edges[number] : self._edges[number + 1]]
