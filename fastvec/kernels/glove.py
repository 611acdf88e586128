"""GloVe: weighted least squares on the logarithms of co-occurrences, by AdaGrad.

A parameter row holds a vector, its sums of squared steps, the bias and the bias's sum
side by side, so that a record touches two stretches of memory. For a record (i, j, X):

    difference = w_i . c_j + b_i + b_j - log X
    cost       = f(X) * difference**2 / 2,    f(X) = min(1, (X / x_max)**alpha)

and each vector moves by the gradient, made of the other's old values.

References
----------
Pennington et al., "GloVe: Global Vectors for Word Representation", EMNLP 2014;
Duchi et al., "Adaptive Subgradient Methods", JMLR 12, 2011.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numba import types
from numba.extending import intrinsic

from fastvec.kernels.jit import JIT_DISABLED, Array, kernel
from fastvec.kernels.rows import prefetch_row
from fastvec.kernels.simd import INT, ROW_LANES, Loop, Vectors, data, row_length


class Weighting(NamedTuple):
    """How much a record counts, and how far it moves its rows."""

    x_max: float
    alpha: float
    rate: float
    bias_rate: float  # The rate, or 1: GloVe's code lost it in 2020.
    clip: float  # Most that one number of a gradient may be.


class Records(NamedTuple):
    """Co-occurrences in compressed rows, each row cut where the groups of columns meet."""

    starts: Array  # (V + 1,) int64
    cuts: Array  # (V, G + 1) int32: from a row's start to its first entry of each group
    columns: Array  # (N,) int32
    values: Array  # (N,) float64


class _Pair(Vectors):
    """Two parameter rows, and the vectors and sums in them."""

    def __init__(self, context: Any, builder: Any, kinds: Any, args: Any) -> None:
        words, word, contexts, other = args[:4]
        super().__init__(context, builder, kinds[0].dtype)
        width = row_length(context, builder, kinds[0], words)
        self.rows = [
            builder.gep(data(context, builder, kinds[0], matrix), [builder.mul(row, width)])
            for matrix, row in ((words, word), (contexts, other))
        ]
        self.length = args[4]

    def vectors(self, position: Any) -> list[Any]:
        """Return where the two rows' vectors go on."""
        return [self.at(row, position) for row in self.rows]

    def sums(self, position: Any) -> list[Any]:
        """Return where the two rows' sums go on."""
        return [self.at(row, self.builder.add(position, self.length)) for row in self.rows]


def _emit_product(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    pair = _Pair(context, builder, signature.args, args)
    loop = Loop(builder, pair.length, ROW_LANES, [pair.zero])
    a, b = (pair.load(place) for place in pair.vectors(loop.position))
    total = pair.multiply_add(a, b, loop.carried[0])
    loop.close([total])
    sums = pair.totals([total])
    return builder.extract_element(sums, INT(0))


def _emit_step(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    pair = _Pair(context, builder, signature.args, args)
    error, clip = pair.splat(args[5]), pair.splat(args[6])
    rates = [pair.splat(rate) for rate in args[7:]]
    low = builder.fneg(clip)
    loop = Loop(builder, pair.length, ROW_LANES)
    places, sum_places = pair.vectors(loop.position), pair.sums(loop.position)
    old, sums = [[pair.load(p) for p in group] for group in (places, sum_places)]
    for side in (0, 1):
        gradient = builder.fmul(error, old[1 - side])
        bounded = pair.call("llvm.maxnum", pair.call("llvm.minnum", gradient, clip), low)
        step = builder.fmul(bounded, rates[side])
        root = pair.call("llvm.sqrt", sums[side])
        pair.store(builder.fsub(old[side], builder.fdiv(step, root)), places[side])
        pair.store(pair.multiply_add(step, step, sums[side]), sum_places[side])
    loop.close()
    return context.get_dummy_value()


@intrinsic
def _product(_, words, word, contexts, other, length):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return words.dtype(words, types.intp, contexts, types.intp, types.intp), _emit_product


@intrinsic
def _step(_, words, word, contexts, other, length, error, clip, word_rate, other_rate):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    number = words.dtype
    rows = words, types.intp, contexts, types.intp
    return types.void(*rows, types.intp, number, number, number, number), _emit_step


def _product_plain(words: Array, word: int, contexts: Array, other: int, length: int) -> Any:
    return words[word, :length] @ contexts[other, :length]


def _step_plain(
    words: Array, word: int, contexts: Array, other: int, length: int,
    error: float, clip: float, word_rate: float, other_rate: float,
) -> None:  # fmt: skip
    one, two = words[word], contexts[other]
    old = one[:length].copy(), two[:length].copy()
    for row, factor, rate in ((one, old[1], word_rate), (two, old[0], other_rate)):
        step = rate * np.clip(error * factor, -clip, clip)
        row[:length] -= step / np.sqrt(row[length : 2 * length])
        row[length : 2 * length] += step * step


# product(words, i, contexts, j, length): the vectors' dot product. adagrad_step(...): move
# both vectors by the error times the other, and add the squares of the steps to their sums.
product: Any = _product_plain if JIT_DISABLED else _product
adagrad_step: Any = _step_plain if JIT_DISABLED else _step


@kernel
def _move_bias(row: Array, place: int, step: float) -> None:
    """Move a row's bias, and add the step's square to its sum."""
    row[place] -= step / math.sqrt(row[place + 1])
    row[place + 1] += step * step


@kernel
def train_block(
    words: Array, contexts: Array, length: int, order: Array, group: int, records: Records,
    weighting: Weighting, free: Array,
) -> float:  # fmt: skip
    """Train the records of some rows in one group of columns; return their summed cost.

    Parameters
    ----------
    words, contexts : ndarray of float32 or float64, shape (V, 2 length + 8 or more)
        Parameter rows: vector, sums, bias, sum; changed in place.
    length : int
        Of a padded vector.
    order : ndarray of int32, shape (R,)
        The rows, in the order of training.
    group : int
        Of columns.
    records : Records
    weighting : Weighting
        With rates of 0 nothing moves.
    free : ndarray like the rows, shape (V,)
        What a word's own moves are multiplied by: 0 holds its vectors still.
    """
    one = words.dtype.type(1.0)
    clip = one * weighting.clip
    bias = 2 * length
    highest = math.log(weighting.x_max)
    cost = 0.0
    for row in order:
        start = records.starts[row]
        stop = start + records.cuts[row, group + 1]
        for entry in range(start + records.cuts[row, group], stop):
            column = records.columns[entry]
            if entry + 1 < stop:
                prefetch_row(contexts, records.columns[entry + 1])
            logarithm = math.log(one * records.values[entry])
            weight = math.exp(min(weighting.alpha * (logarithm - highest), 0.0))
            score = product(words, row, contexts, column, length)
            difference = score + words[row, bias] + contexts[column, bias] - logarithm
            error = weight * difference
            cost += 0.5 * float(error) * difference
            adagrad_step(
                words, row, contexts, column, length, one * error, clip,
                free[row] * weighting.rate, free[column] * weighting.rate,
            )  # fmt: skip
            _move_bias(words[row], bias, error * weighting.bias_rate)
            _move_bias(contexts[column], bias, error * weighting.bias_rate)
    return cost


@kernel
def pull_rows(
    words: Array, contexts: Array, length: int, given: Array, strength: float, rate: float
) -> None:
    """Step both vectors of each word down the gradient of strength/2 |w + c - given|**2.

    Parameters
    ----------
    words, contexts, length
        As in `train_block`.
    given : ndarray, shape (V, D)
        A word whose first number is NaN is left alone.
    strength, rate : float
    """
    for row in range(len(given)):
        if math.isnan(given[row, 0]):
            continue
        word, context = words[row], contexts[row]
        for k in range(given.shape[1]):
            step = rate * strength * (word[k] + context[k] - given[row, k])
            word[k] -= step / math.sqrt(word[length + k])
            context[k] -= step / math.sqrt(context[length + k])
            word[length + k] += step * step
            context[length + k] += step * step


@kernel
def cut_rows(records: Records, edges: Array) -> None:
    """Write where each row's entries of each group of columns start: ``records.cuts``.

    Parameters
    ----------
    records : Records
    edges : ndarray of int64, shape (G + 1,)
        First column of each group, and the number of columns.
    """
    for row in range(len(records.starts) - 1):
        entry, stop = records.starts[row], records.starts[row + 1]
        for group in range(len(edges)):
            while entry < stop and records.columns[entry] < edges[group]:
                entry += 1
            records.cuts[row, group] = entry - records.starts[row]
