"""The parts of a full softmax that are not matrix products."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fastvec.kernels.activations import is_single
from fastvec.kernels.jit import Array, kernel
from fastvec.kernels.logistic import LEAST, LOG2_E, POLYNOMIAL

ALL_BUT_SIGN = np.int32(0x7FFFFFFF)
SMALLEST = np.int32(-0x80000000)
SECTION = 1024


class Examples(NamedTuple):
    """Hidden rows, each with the words that it shall predict.

    Attributes
    ----------
    hidden : ndarray of float, shape (B, D)
    offsets : ndarray of int64, shape (B + 1,)
        Row b's targets are ``targets[offsets[b]:offsets[b + 1]]``.
    targets : ndarray of int32, shape (P,)
    """

    hidden: Array
    offsets: Array
    targets: Array


# In float32, or compiled code would compute in float64.
FACTOR: np.float32 = np.float32(LOG2_E)
LEAST_POWER: np.float32 = np.float32(LEAST)
COEFFICIENTS: tuple[np.float32, ...] = tuple(map(np.float32, POLYNOMIAL))


@kernel
def _exp_negative(x: np.float32) -> np.float32:
    """Return exp(-x) for x >= 0; NaN stays NaN, and float32 results stop at 5e-38."""
    if not is_single(x):
        return np.exp(-x)
    power: np.float32 = np.float32(-x) * FACTOR
    power = LEAST_POWER if power < LEAST_POWER else power
    whole = np.floor(power)
    rest = power - whole
    fraction = COEFFICIENTS[0]
    for coefficient in COEFFICIENTS[1:]:
        fraction = fraction * rest + coefficient
    exponent = (np.int32(whole) + np.int32(127)) << np.int32(23)
    return fraction * np.int32(exponent).view(np.float32)


@kernel
def _in_order(bits: np.int32) -> np.int32:
    """Turn a float32's bits into an integer of the same order, and such an integer back."""
    return np.int32(bits ^ np.int32(np.int32(bits >> np.int32(31)) & ALL_BUT_SIGN))


@kernel
def _largest(row: Array) -> np.float32:
    """Return a row's largest number, or any where one is NaN."""
    if not is_single(row[0]):
        return row.max()
    # Maxima of floats are not vectorised where NaN must be minded; those of integers are.
    best = SMALLEST
    for k in range(len(row)):
        best = max(best, _in_order(np.float32(row[k]).view(np.int32)))
    return np.int32(_in_order(best)).view(np.float32)


@kernel
def exponentiate(row: Array) -> tuple[np.float32, np.float32]:
    """Replace logits by ``exp(logit - their maximum)``; return the maximum and the sum."""
    largest = _largest(row)
    total = row.dtype.type(0)
    for k in range(len(row)):
        e = _exp_negative(largest - row[k])
        row[k] = e
        total += e
    return largest, total


@kernel
def exponentials(
    logits: Array,
    bias: Array,
    first: int,
    examples: Examples,
    maxima: Array,
    sums: Array,
    scores: Array,
) -> None:
    """Replace logits of a slice of words by ``exp(logit - maximum of the row)``.

    Parameters
    ----------
    logits : ndarray of float, shape (B, rows of the slice), changed in place
        At least one column.
    bias : ndarray of the same type, shape (rows of the slice,), or (0,) for none
        Added to the logits first.
    first : int
        The slice's first word.
    examples : Examples
    maxima, sums : ndarray of float64, shape (B,)
        Receive each row's largest logit and the sum of its exponentials.
    scores : ndarray of float64, shape (B,)
        Receives the sum of the logits of the row's targets in this slice.
    """
    for b in range(len(logits)):
        row = logits[b]
        for k in range(len(bias)):
            row[k] += bias[k]
        score = 0.0
        for p in range(examples.offsets[b], examples.offsets[b + 1]):
            place = examples.targets[p] - first
            if 0 <= place < len(row):
                score += row[place]
        scores[b] = score
        maxima[b], sums[b] = exponentiate(row)


@kernel
def hidden_gradient(
    parts: Array, shares: Array, outputs: Array, examples: Examples, gradient: Array
) -> None:
    """Add up the slices' parts of the gradient by hidden, and take off the targets' rows.

    Parameters
    ----------
    parts : ndarray of float, shape (slices, at least B, D)
    shares : ndarray of float of the same type, shape (slices, B)
        What each part of each row counts.
    outputs : ndarray of the same type, shape (V, D)
    examples : Examples
    gradient : ndarray of the same type, shape (B, D), overwritten
    """
    for b in range(len(gradient)):
        row = gradient[b]
        row[:] = 0
        for s in range(len(parts)):
            part, share = parts[s, b], shares[s, b]
            for k in range(len(row)):
                row[k] += share * part[k]
        for p in range(examples.offsets[b], examples.offsets[b + 1]):
            output = outputs[examples.targets[p]]
            for k in range(len(row)):
                row[k] -= output[k]


@kernel
def take_off_observed(gradient: Array, by_bias: Array, first: int, examples: Examples) -> None:
    """Finish the gradients of a slice: from expected counts take the observed ones.

    Parameters
    ----------
    gradient : ndarray of float, shape (rows of the slice, D), changed in place
    by_bias : ndarray of the same type, shape (rows of the slice,), or (0,) for none
        Changed in place.
    first : int
        The slice's first word.
    examples : Examples
    """
    for b in range(len(examples.hidden)):
        hidden = examples.hidden[b]
        for p in range(examples.offsets[b], examples.offsets[b + 1]):
            place = examples.targets[p] - first
            if 0 <= place < len(gradient):
                row = gradient[place]
                for k in range(len(row)):
                    row[k] -= hidden[k]
                if place < len(by_bias):
                    by_bias[place] -= 1


@kernel
def descend(outputs: Array, gradient: Array, rate: np.float32) -> None:
    """Move output rows against their gradient.

    Parameters
    ----------
    outputs : ndarray of float, shape (rows, D), changed in place
    gradient : ndarray of the same type and shape
    rate : float of the same type
    """
    for v in range(len(outputs)):
        output, row = outputs[v], gradient[v]
        for k in range(len(row)):
            output[k] -= rate * row[k]


@kernel
def log_softmax(logits: Array, bias: Array) -> None:
    """Replace logits by log-probabilities.

    Parameters
    ----------
    logits : ndarray of float, shape (B, V), changed in place
        At least one column.
    bias : ndarray of the same type, shape (V,)
        Added to the logits first.
    """
    number = bias.dtype.type
    for b in range(len(logits)):
        row = logits[b]
        for k in range(len(row)):
            row[k] += bias[k]
        largest = _largest(row)
        total = 0.0
        for first in range(0, len(row), SECTION):
            # Sums of a few hundred float32 are exact enough, those of a million are not.
            part = row[first : min(first + SECTION, len(row))]
            some = number(0)
            for k in range(len(part)):
                some += _exp_negative(largest - part[k])
            total += some
        normaliser = number(largest + np.log(total))
        for k in range(len(row)):
            row[k] -= normaliser


@kernel
def sampled_softmax(
    logits: Array, bias: Array, observed: Array, hits: Array, losses: Array, by_observed: Array
) -> None:
    """Replace logits of sampled words by their probabilities beside the observed word.

    Parameters
    ----------
    logits : ndarray of float, shape (B, S), changed in place
    bias : ndarray of the same type, shape (S,)
        Added to the logits first.
    observed : ndarray of the same type, shape (B,)
        The logit of the observed word, its bias included.
    hits : ndarray of int64, shape (B,)
        Which sample is the observed word, -1 for none: it counts for nothing.
    losses : ndarray of float64, shape (B,)
        Receives -log p of the observed word.
    by_observed : ndarray of float, shape (B,)
        Receives the derivative of the loss by the observed logit, p - 1.
    """
    number = bias.dtype.type
    for b in range(len(logits)):
        row, score = logits[b], observed[b]
        for k in range(len(row)):
            row[k] += bias[k]
        if hits[b] >= 0:
            row[hits[b]] = score
        largest = max(_largest(row), score)
        total = number(0)
        for k in range(len(row)):
            e = _exp_negative(largest - row[k])
            row[k] = e
            total += e
        own = _exp_negative(largest - score)
        if hits[b] >= 0:
            total -= own
            row[hits[b]] = 0
        total += own
        losses[b] = largest - score + np.log(total)
        by_observed[b] = own / total - number(1)
        for k in range(len(row)):
            row[k] /= total
