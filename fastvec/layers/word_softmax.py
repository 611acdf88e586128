"""Softmax over all words with a bias: loss, gradients, log-probabilities."""

from __future__ import annotations

from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from fastvec.errors import ParameterError
from fastvec.kernels.softmax import Examples, log_softmax
from fastvec.layers.products import Products
from fastvec.layers.sliced_softmax import Output, SlicedSoftmax
from fastvec.workers import resolve_threads, single_threaded_blas

ROWS = 32  # Of log-probabilities that a thread computes at once.


class WordSoftmax:
    """The output layer of a language model, over its whole vocabulary.

    Results are the same bytes at any number of threads. Weights start from a normal
    distribution of deviation 1 / sqrt(P), biases from zero.

    Parameters
    ----------
    words : int
        V.
    width : int
        Of the hidden rows, P.
    rng : numpy.random.Generator
    threads : int or None, default None
        Threads that share the vocabulary, all usable cores for None.
    dtype : dtype, default float32

    Attributes
    ----------
    parameters : dict of str to ndarray
        "weights" (V, P) and "bias" (V,). To tie the weights to those of a
        `WordEmbedding`, put its array in their place.
    gradients : dict of str to ndarray
        Likewise, allocated by the first `loss_and_gradient`, which add to them.
    """

    def __init__(
        self, words: int, width: int, rng: np.random.Generator,
        *, threads: int | None = None, dtype: DTypeLike = np.float32,
    ) -> None:  # fmt: skip
        weights = rng.standard_normal((words, width), np.float32).astype(dtype)
        weights /= np.sqrt(width)
        self.parameters: dict[str, NDArray[Any]] = {
            "weights": weights, "bias": np.zeros(words, dtype),
        }  # fmt: skip
        self.gradients: dict[str, NDArray[Any]] = {}
        self.threads = resolve_threads(threads)
        self._products = Products(self.threads)
        self._batch = 0
        self._turn = Lock()  # Threads that judge texts at once share the slices' scratch.

    @property
    def output(self) -> Output:
        """The weights and biases."""
        return Output(self.parameters["weights"], self.parameters["bias"])

    def loss_and_gradient(
        self, hidden: NDArray[Any], targets: NDArray[Any]
    ) -> tuple[float, NDArray[Any]]:
        """Compute the loss, and add its derivatives to `gradients`.

        Parameters
        ----------
        hidden : ndarray, shape (N, P), of the parameters' type
        targets : ndarray of int, shape (N,)
            The word that follows each row.

        Returns
        -------
        loss : float
            Sum of -log p over the rows, in nats. Not finite where the logits are
            not; `gradients` then stay as they are.
        by_hidden : ndarray, shape (N, P)
            Derivative of the loss by ``hidden``.

        Raises
        ------
        ParameterError
            If the arrays do not fit.
        """
        if not self.gradients:
            self.gradients.update({k: np.zeros_like(v) for k, v in self.parameters.items()})
        weights, bias = self.gradients["weights"], self.gradients["bias"]

        def add(span: slice, gradient: Output) -> None:
            weights[span] += gradient.weights
            bias[span] += gradient.bias

        with self._turn, single_threaded_blas():
            examples = self._examples(hidden, targets)
            loss, by_hidden, shares = self._slices.expect(self.output, examples)
            if np.isfinite(loss):
                self._slices.each_gradient(self.output, examples, shares, add)
        return loss, by_hidden

    def loss(self, hidden: NDArray[Any], targets: NDArray[Any]) -> float:
        """Return the loss of `loss_and_gradient`, and change nothing."""
        with self._turn:
            examples = self._examples(hidden, targets)
            return self._slices.loss(self.output, examples)

    def log_probabilities(self, hidden: NDArray[Any]) -> NDArray[Any]:
        """Return log p of every word after each hidden row.

        Parameters
        ----------
        hidden : ndarray, shape (N, P), of the parameters' type

        Returns
        -------
        ndarray of the same type, shape (N, V)
            In nats.
        """
        hidden = self.checked(hidden)
        weights, bias = self.output
        result = np.empty((len(hidden), len(weights)), weights.dtype)

        def compute(part: int) -> None:
            rows = slice(part * ROWS, (part + 1) * ROWS)
            np.matmul(hidden[rows], weights.T, out=result[rows])
            log_softmax(result[rows], bias)

        self._products.each(-(-len(hidden) // ROWS), compute)
        return result

    def checked(self, hidden: NDArray[Any], targets: NDArray[Any] | None = None) -> NDArray[Any]:
        """Return hidden rows in the order that kernels want, or say what does not fit.

        Raises
        ------
        ParameterError
        """
        weights = self.parameters["weights"]
        words, width = weights.shape
        if hidden.ndim != 2 or hidden.shape[1] != width or hidden.dtype != weights.dtype:
            problem = (
                f"hidden must be {weights.dtype} of shape (N, {width}), "
                f"but is {hidden.dtype} of shape {hidden.shape}"
            )
        elif targets is None:
            return np.ascontiguousarray(hidden)
        elif targets.shape != hidden.shape[:1] or targets.dtype.kind not in "iu":
            problem = f"targets must be {len(hidden)} integers, one a hidden row"
        elif targets.size and not (targets.min() >= 0 and targets.max() < words):
            problem = f"targets must be from 0 to {words - 1}, the words"
        else:
            return np.ascontiguousarray(hidden)
        raise ParameterError(problem)

    def _examples(self, hidden: NDArray[Any], targets: NDArray[Any]) -> Examples:
        """Check a batch and make room for it."""
        rows = self.checked(hidden, targets)
        if len(rows) > self._batch:
            self._batch = len(rows)
            weights = self.parameters["weights"]
            words, width = weights.shape
            self._slices = SlicedSoftmax((words, width), self._batch, self.threads, weights.dtype)
        return Examples(rows, np.arange(len(rows) + 1), targets.astype(np.int32))
