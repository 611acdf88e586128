"""Full softmax over a slice of the vocabulary: one exponential for each logit."""

from __future__ import annotations

import numpy as np

from fastvec.kernels.jit import Array, kernel
from fastvec.kernels.logistic import exp_negative


@kernel
def exponentiate(logits: Array, largest: Array, total: Array) -> None:
    """Replace each row by exp(logit - its largest), and note both that and the row's sum.

    ``logits`` is float of shape (B, S); ``largest`` and ``total`` have shape (B,),
    ``total`` in float64.
    """
    for row in range(len(logits)):
        values = logits[row]
        top = values[0]
        for k in range(len(values)):
            top = max(top, values[k])
        sum_ = 0.0
        for k in range(len(values)):
            values[k] = exp_negative(top - values[k])
            sum_ += values[k]
        largest[row] = top
        total[row] = sum_


@kernel
def scale_rows(values: Array, scales: Array) -> None:
    """Multiply each row by its scale, in place."""
    for row in range(len(values)):
        scale = values.dtype.type(scales[row])
        own = values[row]
        for k in range(len(own)):
            own[k] *= scale


@kernel
def subtract_observed(gradient: Array, first: int, targets: Array, offsets: Array) -> None:
    """Take 1 off at each observed word that lies in the slice, which starts at ``first``.

    Row i observed targets[offsets[i]:offsets[i + 1]], repeats counted.
    """
    width = gradient.shape[1]
    for row in range(len(gradient)):
        for place in range(offsets[row], offsets[row + 1]):
            column = targets[place] - first
            if 0 <= column < width:
                gradient[row, column] -= gradient.dtype.type(1)


@kernel
def observed_logits(hidden: Array, outputs: Array, targets: Array, offsets: Array) -> float:
    """Return the sum of the logits of all observed words, in float64."""
    total = 0.0
    for row in range(len(hidden)):
        h = hidden[row]
        for place in range(offsets[row], offsets[row + 1]):
            o = outputs[targets[place]]
            logit = h.dtype.type(0)
            for k in range(len(h)):
                logit += h[k] * o[k]
            total += logit
    return total


@kernel
def add_rows(matrix: Array, rows: Array, moves: Array, scale: np.float32) -> None:
    """Add ``scale`` times each move to the row it belongs to, one after another."""
    for i in range(len(rows)):
        row, move = matrix[rows[i]], moves[i]
        for k in range(len(move)):
            row[k] += scale * move[k]
