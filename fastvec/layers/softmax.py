"""Full softmax with cross-entropy, by matrix products over slices of the vocabulary.

A slice's exponentials are taken against the slice's own largest logit, so that its
product with the output rows need not wait for the other slices. The normalisers,
known after the last slice, then scale rows of length D instead of logits. With
logits x = hidden . output, counts n and observed targets:

    loss = sum over b of  n_b * logsumexp(x_b) - sum over its targets t of x_bt
    d loss / d x_b = n_b * softmax(x_b) - histogram of its targets
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError
from fastvec.kernels.softmax import Examples, descend, exponentials, hidden_gradient
from fastvec.workers import Team, single_threaded_blas

# Eight slices share out evenly among most numbers of threads; from 500 to 2,000 rows
# were measured equal.
SLICES = 8
SHORTEST, LONGEST = 128, 1280
KEPT_BYTES = 1 << 29


def _slice_rows(words: int) -> int:
    """Return the rows of a slice: by the vocabulary alone, so that results are, too."""
    return min(max(-(-words // SLICES), SHORTEST), LONGEST)


class _Scratch:
    """What one thread writes to."""

    def __init__(self, batch: int, rows: int, dim: int, dtype: np.dtype[Any]) -> None:
        self.scaled = np.empty((batch, dim), dtype)
        self.gradient = np.empty((rows, dim), dtype)
        self.exponentials = np.empty((batch, rows), dtype)


class FullSoftmax:
    """Cross-entropy over all words, and plain SGD on its output rows.

    Results are the same bytes at any number of threads. The exponentials of a batch
    are kept between the passes, ``batch`` x V numbers up to 512 MB; those of further
    words are computed twice, which adds a third to their matrix products.

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
        words, dim = outputs.shape
        rows = _slice_rows(words)
        self._outputs, self._batch = outputs, batch
        self._starts = range(0, words, rows)
        number, dtype = len(self._starts), outputs.dtype
        kept = min(number, KEPT_BYTES // (batch * rows * dtype.itemsize))
        self._kept = np.empty((kept, batch, rows), dtype)
        self._parts = np.empty((number, batch, dim), dtype)
        self._maxima, self._sums, self._scores = np.empty((3, number, batch))
        own = [_Scratch(batch, rows, dim, dtype) for _ in range(min(threads, number))]
        self._team = Team(own)

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
        gradient = np.empty(hidden.shape, hidden.dtype)
        with single_threaded_blas():
            self._each_slice(lambda s, own: self._take_part(s, own, examples))
            loss, shares = self._normalise(examples)
            hidden_gradient(self._parts, shares, self._outputs, examples, gradient)
            if np.isfinite(loss):
                self._each_slice(lambda s, own: self._move(s, own, examples, shares[s], rate))
        return loss, gradient

    def loss(
        self, hidden: NDArray[Any], offsets: NDArray[np.int64], targets: NDArray[np.int32]
    ) -> float:
        """Return the loss that `step` would return, and change nothing."""
        examples = self._checked(hidden, offsets, targets)
        with single_threaded_blas():
            self._each_slice(lambda s, own: self._exponentials(s, own, examples))
        return self._normalise(examples)[0]

    def _checked(self, hidden: Any, offsets: Any, targets: Any) -> Examples:
        """Return the examples, or say why they are none: kernels do not look."""
        words, dim = self._outputs.shape
        rows = len(hidden)
        if hidden.shape != (rows, dim) or hidden.dtype != self._outputs.dtype:
            problem = f"hidden must be {self._outputs.dtype} of shape (B, {dim})"
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

    def _each_slice(self, work: Callable[[int, _Scratch], object]) -> None:
        turn = count()

        def take(scratch: _Scratch) -> None:
            # The loss tells of numbers without bound; NumPy would warn in every thread.
            with np.errstate(invalid="ignore", over="ignore"):
                while (number := next(turn)) < len(self._starts):
                    work(number, scratch)

        self._team.each(take)

    def _slice(self, number: int) -> NDArray[Any]:
        start = self._starts[number]
        return self._outputs[start : start + self._starts.step]

    def _exponentials(self, number: int, scratch: _Scratch, examples: Examples) -> NDArray[Any]:
        """Compute a slice's exponentials where they are kept, or else where they are needed."""
        outputs, batch = self._slice(number), len(examples.hidden)
        room = self._kept[number] if number < len(self._kept) else scratch.exponentials
        logits = room[:batch, : len(outputs)]
        np.matmul(examples.hidden, outputs.T, out=logits)
        sums = (part[number, :batch] for part in (self._maxima, self._sums, self._scores))
        exponentials(logits, self._starts[number], examples, *sums)
        return logits

    def _take_part(self, number: int, scratch: _Scratch, examples: Examples) -> None:
        """Compute a slice's part of the gradient by hidden, short of the normaliser."""
        powers = self._exponentials(number, scratch, examples)
        np.matmul(powers, self._slice(number), out=self._parts[number, : len(powers)])

    def _normalise(self, examples: Examples) -> tuple[float, NDArray[Any]]:
        """Return the loss, and the factors from exponentials to expected counts.

        The factors have shape (slices, B) and the outputs' type.
        """
        batch = len(examples.hidden)
        maxima, counts = self._maxima[:, :batch], np.diff(examples.offsets)
        with np.errstate(invalid="ignore"):
            highest = maxima.max(axis=0)
            shares = np.exp(maxima - highest)
            totals = (shares * self._sums[:, :batch]).sum(axis=0)
            loss = (counts * (highest + np.log(totals))).sum() - self._scores[:, :batch].sum()
            return float(loss), (shares * (counts / totals)).astype(self._outputs.dtype)

    def _move(
        self, number: int, scratch: _Scratch, examples: Examples, shares: NDArray[Any], rate: float
    ) -> None:
        """Move a slice of the outputs."""
        outputs, batch = self._slice(number), len(examples.hidden)
        if number < len(self._kept):
            powers = self._kept[number, :batch, : len(outputs)]
        else:
            powers = self._exponentials(number, scratch, examples)
        scaled, gradient = scratch.scaled[:batch], scratch.gradient[: len(outputs)]
        np.multiply(examples.hidden, shares[:, None], out=scaled)
        np.matmul(powers.T, scaled, out=gradient)
        descend(outputs, self._starts[number], examples, gradient, outputs.dtype.type(rate))
