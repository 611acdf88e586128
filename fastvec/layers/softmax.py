"""Full softmax trained by plain SGD, any number of targets a hidden row."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError
from fastvec.kernels.softmax import Examples, descend
from fastvec.layers.sliced_softmax import Output, SlicedSoftmax
from fastvec.workers import single_threaded_blas


class FullSoftmax:
    """Cross-entropy over all words, and plain SGD on its output rows.

    Results are the same bytes at any number of threads; what is kept in memory says
    `fastvec.layers.sliced_softmax.SlicedSoftmax`.

    A caller of many steps holds `fastvec.workers.single_threaded_blas` around them:
    it saves looking for the BLAS libraries in each.

    Parameters
    ----------
    outputs : ndarray of float32 or float64, shape (V, D)
        One row a word, changed in place by `step`. Fastest with rows padded with
        zeros to a multiple of 8 numbers, as ``hidden`` is then, too.
    batch : int
        The most examples in one step.
    threads : int
        Threads that share the slices of the vocabulary.
    """

    def __init__(self, outputs: NDArray[Any], batch: int, threads: int) -> None:
        self._output = Output(outputs, np.empty(0, outputs.dtype))
        self._batch = batch
        words, dim = outputs.shape
        self._slices = SlicedSoftmax((words, dim), batch, threads, outputs.dtype)

    def step(
        self, hidden: NDArray[Any], offsets: NDArray[np.int64], targets: NDArray[np.int32],
        rate: float,
    ) -> tuple[float, NDArray[Any]]:  # fmt: skip
        """Move the outputs down the gradient of the loss, summed over all targets.

        The commonest words are targets hundreds of times in a large batch: rates that
        suit single pairs can make such sums diverge.

        Parameters
        ----------
        hidden : ndarray, shape (B, D), of the outputs' type
            B is at most ``batch``.
        offsets : ndarray of int64, shape (B + 1,)
            Row b's targets are ``targets[offsets[b]:offsets[b + 1]]``.
        targets : ndarray of int32, shape (P,)
        rate : float
            Learning rate.

        Returns
        -------
        loss : float
            Sum of -log p of all targets, in nats, before the step. Not finite where
            the logits are not; the outputs then stay as they are.
        gradient : ndarray, shape (B, D)
            Derivative of the loss by ``hidden``, before the step.

        Raises
        ------
        ParameterError
            If the arrays do not fit together.
        """
        examples = self._checked(hidden, offsets, targets)
        outputs = self._output.weights
        of_one_type = outputs.dtype.type(rate)

        def move(span: slice, gradient: Output) -> None:
            descend(outputs[span], gradient.weights, of_one_type)

        with single_threaded_blas():
            loss, by_hidden, shares = self._slices.expect(self._output, examples)
            if np.isfinite(loss):
                self._slices.each_gradient(self._output, examples, shares, move)
        return loss, by_hidden

    def loss(
        self, hidden: NDArray[Any], offsets: NDArray[np.int64], targets: NDArray[np.int32]
    ) -> float:
        """Return the loss that `step` would return, and change nothing."""
        return self._slices.loss(self._output, self._checked(hidden, offsets, targets))

    def _checked(self, hidden: Any, offsets: Any, targets: Any) -> Examples:
        """Return the examples, or say why they are none: kernels do not look."""
        words, dim = self._output.weights.shape
        dtype, rows = self._output.weights.dtype, len(hidden)
        if hidden.shape != (rows, dim) or hidden.dtype != dtype:
            problem = f"hidden must be {dtype} of shape (B, {dim})"
        elif rows > self._batch:
            problem = f"at most {self._batch} examples fit in a batch, and here are {rows}"
        elif offsets.shape != (rows + 1,) or offsets[0] != 0 or (np.diff(offsets) < 0).any():
            problem = f"offsets must rise from 0, and be {rows + 1}, one more than examples"
        elif targets.shape != (offsets[-1],):
            problem = f"targets must be as many as the last offset says, {offsets[-1]}"
        elif targets.size and not (targets.min() >= 0 and targets.max() < words):
            problem = f"targets must be from 0 to {words - 1}, the outputs' rows"
        else:
            return Examples(hidden, offsets, targets)
        raise ParameterError(problem)
