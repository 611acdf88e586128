"""Cross-entropy over a whole vocabulary, by matrix products over slices of it.

A slice's exponentials are taken against the slice's own largest logit, so that its
product with the output rows need not wait for the other slices. The normalisers,
known after the last slice, then scale rows of length D instead of logits. With
logits x = hidden . output + bias, counts n and observed targets:

    loss = sum over b of  n_b * logsumexp(x_b) - sum over its targets t of x_bt
    d loss / d x_b = n_b * softmax(x_b) - histogram of its targets
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.softmax import Examples, exponentials, hidden_gradient, take_off_observed
from fastvec.layers.products import each_part
from fastvec.workers import Team, single_threaded_blas

# Eight slices share out evenly among most numbers of threads; from 500 to 2,000 rows
# were measured equal.
SLICES = 8
SHORTEST, LONGEST = 128, 1280
KEPT_BYTES = 1 << 29


class Output(NamedTuple):
    """What turns a hidden row into logits.

    Attributes
    ----------
    weights : ndarray of float, shape (V, D)
    bias : ndarray of the same type, shape (V,), or (0,) for none
    """

    weights: NDArray[Any]
    bias: NDArray[Any]

    def part(self, span: slice) -> Output:
        """Return the rows of some words."""
        return Output(self.weights[span], self.bias[span])


class Expected(NamedTuple):
    """What a pass over the vocabulary finds.

    Attributes
    ----------
    loss : float
        Sum of -log p of all targets, in nats.
    by_hidden : ndarray, shape (B, D)
        Derivative of the loss by the hidden rows.
    shares : ndarray, shape (slices, B)
        Factors from a slice's exponentials to expected counts.
    """

    loss: float
    by_hidden: NDArray[Any]
    shares: NDArray[Any]


def slice_rows(words: int) -> int:
    """Return the rows of a slice: by the vocabulary alone, so that results are, too."""
    return min(max(-(-words // SLICES), SHORTEST), LONGEST)


class _Scratch:
    """What one thread writes to."""

    def __init__(self, batch: int, rows: int, dim: int, dtype: np.dtype[Any]) -> None:
        self.scaled = np.empty((batch, dim), dtype)
        self.gradient = np.empty((rows, dim), dtype)
        self.by_bias = np.empty(rows, dtype)
        self.exponentials = np.empty((batch, rows), dtype)


class SlicedSoftmax:
    """The passes over the vocabulary, with the same bytes at any number of threads.

    The exponentials of a batch are kept between the passes, ``batch`` x V numbers up
    to 512 MB; those of further words are computed twice, which adds a third to their
    matrix products.

    Parameters
    ----------
    shape : (int, int)
        Of the output's weights, (V, D).
    batch : int
        The most examples at once.
    threads : int
        Threads that share the slices of the vocabulary.
    dtype : dtype
        float32 or float64.
    """

    def __init__(
        self, shape: tuple[int, int], batch: int, threads: int, dtype: np.dtype[Any]
    ) -> None:
        words, dim = shape
        rows = slice_rows(words)
        self._spans = [slice(start, start + rows) for start in range(0, words, rows)]
        number = len(self._spans)
        kept = min(number, KEPT_BYTES // (batch * rows * dtype.itemsize))
        self._kept = np.empty((kept, batch, rows), dtype)
        self._parts = np.empty((number, batch, dim), dtype)
        self._maxima, self._sums, self._scores = np.empty((3, number, batch))
        own = [_Scratch(batch, rows, dim, dtype) for _ in range(min(threads, number))]
        self._team = Team(own)

    def loss(self, output: Output, examples: Examples) -> float:
        """Return the sum of -log p of all targets, in nats."""
        self._each_slice(lambda s, own: self._exponentials(s, own, output, examples))
        return self._normalise(examples)[0]

    def expect(self, output: Output, examples: Examples) -> Expected:
        """Compute the loss and its derivative by the hidden rows."""
        by_hidden = np.empty(examples.hidden.shape, examples.hidden.dtype)

        def take_part(number: int, own: _Scratch) -> None:
            powers = self._exponentials(number, own, output, examples)
            weights = output.weights[self._spans[number]]
            np.matmul(powers, weights, out=self._parts[number, : len(powers)])

        self._each_slice(take_part)
        loss, shares = self._normalise(examples)
        hidden_gradient(self._parts, shares, output.weights, examples, by_hidden)
        return Expected(loss, by_hidden, shares)

    def each_gradient(
        self, output: Output, examples: Examples, shares: NDArray[Any],
        use: Callable[[slice, Output], object],
    ) -> None:  # fmt: skip
        """Hand the loss's derivatives by the output to ``use``, slice by slice, on any thread.

        Parameters
        ----------
        output, examples
            Those of the last `expect`; ``use`` may change its slice of the output.
        shares : ndarray
            As `expect` found.
        use : callable
            Is given the slice's words and the derivatives by its weights and bias, which
            are overwritten after.
        """

        def gather(number: int, own: _Scratch) -> None:
            span = self._spans[number]
            part = output.part(span)
            if number < len(self._kept):
                powers = self._kept[number, : len(examples.hidden), : len(part.weights)]
            else:
                powers = self._exponentials(number, own, output, examples)
            scaled = own.scaled[: len(powers)]
            gradient = Output(own.gradient[: len(part.weights)], own.by_bias[: len(part.bias)])
            np.multiply(examples.hidden, shares[number, :, None], out=scaled)
            np.matmul(powers.T, scaled, out=gradient.weights)
            if len(part.bias):
                np.matmul(powers.T, shares[number], out=gradient.bias)
            take_off_observed(*gradient, span.start, examples)
            use(span, gradient)

        self._each_slice(gather)

    def _each_slice(self, work: Callable[[int, _Scratch], object]) -> None:
        with single_threaded_blas():
            each_part(self._team, len(self._spans), work)

    def _exponentials(
        self, number: int, scratch: _Scratch, output: Output, examples: Examples
    ) -> NDArray[Any]:
        """Compute a slice's exponentials where they are kept, or else where they are needed."""
        span, batch = self._spans[number], len(examples.hidden)
        weights, bias = output.part(span)
        room = self._kept[number] if number < len(self._kept) else scratch.exponentials
        logits = room[:batch, : len(weights)]
        np.matmul(examples.hidden, weights.T, out=logits)
        sums = (part[number, :batch] for part in (self._maxima, self._sums, self._scores))
        exponentials(logits, bias, span.start, examples, *sums)
        return logits

    def _normalise(self, examples: Examples) -> tuple[float, NDArray[Any]]:
        """Return the loss, and the factors from exponentials to expected counts."""
        batch = len(examples.hidden)
        maxima, counts = self._maxima[:, :batch], np.diff(examples.offsets)
        with np.errstate(invalid="ignore"):
            highest = maxima.max(axis=0)
            shares = np.exp(maxima - highest)
            totals = (shares * self._sums[:, :batch]).sum(axis=0)
            loss = (counts * (highest + np.log(totals))).sum() - self._scores[:, :batch].sum()
            return float(loss), (shares * (counts / totals)).astype(self._parts.dtype)
