"""Co-occurrence counts, a row at a time: visit every place where a word stands.

A row needs no hash table and no merging: its sums lie in one array with a place for
each word, and come out in order. Sums are whole numbers, so that their order does not
matter.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from fastvec.kernels.jit import Array, kernel
from fastvec.kernels.windows import WordRows

BOUNDARY = -1  # Between sentences.
SCANNED = 16  # A row with more than one word in so many is read in order, others are sorted.


class Reach(NamedTuple):
    """How far a window reaches on each side, and what a context counts by its distance."""

    left: int
    right: int
    weights: Array  # (window + 1,) int64, weights[0] unused


@kernel
def write_known(
    tokens: Array, sentences: Array, first: int, last: int, rows: WordRows, boundaries: int,
    text: Array,
) -> int:  # fmt: skip
    """Write the rows of the known words of some sentences; return their number.

    Parameters
    ----------
    tokens : ndarray of int32, shape (N,)
    sentences : ndarray of int64, shape (S + 1,)
        Where each sentence starts, and the last one ends.
    first, last : int
        The sentences.
    rows : WordRows
        A row whose ``keep`` is 0 is left out; no other is thinned out.
    boundaries : int
        How many `BOUNDARY` to put after each sentence: 1, or 0 for windows across.
    text : ndarray of int32
        Written: at most the words, and three more for each sentence.
    """
    length = 0
    for s in range(first, last):
        if rows.begin >= 0:
            text[length] = rows.begin
            length += 1
        for i in range(sentences[s], sentences[s + 1]):
            row = tokens[i]
            if row >= rows.known:
                row = rows.unknown
            if row >= 0 and rows.keep[row] > 0:
                text[length] = row
                length += 1
        if rows.end >= 0:
            text[length] = rows.end
            length += 1
        for _ in range(boundaries):
            text[length] = BOUNDARY
            length += 1
    return length


@kernel
def count_rows(text: Array, counts: Array) -> None:
    """Add how often each row stands in a text to ``counts``, int64 of shape (V,)."""
    for row in text:
        if row >= 0:
            counts[row] += 1


@kernel
def list_places(text: Array, first: int, last: int, free: Array, places: Array) -> None:
    """List where each row from ``first`` to before ``last`` stands.

    Parameters
    ----------
    text : ndarray of int32, shape (N,)
    free : ndarray of int64, shape (last - first,)
        Where each row's list starts in ``places``; becomes where it ends.
    places : ndarray of int64
        Written.
    """
    for place in range(len(text)):
        row = text[place]
        if first <= row < last:
            places[free[row - first]] = place
            free[row - first] += 1


@kernel
def _count_contexts(text: Array, places: Array, reach: Reach, sums: Array, met: Array) -> int:
    """Sum the weights of all contexts of one word; list those met, and return their number."""
    number = 0
    weights = reach.weights
    for place in places:
        for distance in range(1, reach.left + 1):
            word = text[place - distance]
            if word < 0:
                break
            if sums[word] == 0:
                met[number] = word
                number += 1
            sums[word] += weights[distance]
        for distance in range(1, reach.right + 1):
            word = text[place + distance]
            if word < 0:
                break
            if sums[word] == 0:
                met[number] = word
                number += 1
            sums[word] += weights[distance]
    return number


@kernel
def cooccurrences(
    text: Array, offsets: Array, places: Array, reach: Reach, sums: Array, met: Array,
    lengths: Array, columns: Array, values: Array,
) -> int:  # fmt: skip
    """Write some rows of the matrix, columns rising; return how many entries they have.

    Parameters
    ----------
    text : ndarray of int32, shape (N,)
        With boundaries around every sentence, the first and the last included.
    offsets : ndarray of int64, shape (R + 1,)
        Row r stands at ``places[offsets[r]:offsets[r + 1]]``.
    places : ndarray of int64
    reach : Reach
    sums : ndarray of int64, shape (V,)
        Zeros, and zeros again afterwards.
    met : ndarray of int32, shape (V,)
        Scratch.
    lengths : ndarray of int64, shape (R,)
        Written: entries of each row.
    columns : ndarray of int32
        Written, as are ``values``, int64: sums of weights.
    """
    filled = 0
    for r in range(len(lengths)):
        own = places[offsets[r] : offsets[r + 1]]
        number = _count_contexts(text, own, reach, sums, met)
        if number * SCANNED > len(sums):
            for word in range(len(sums)):
                if sums[word] != 0:
                    columns[filled] = word
                    values[filled] = sums[word]
                    filled += 1
                    sums[word] = 0
        else:
            met[:number].sort()
            for i in range(number):
                word = met[i]
                columns[filled] = word
                values[filled] = sums[word]
                filled += 1
                sums[word] = 0
        lengths[r] = number
    return filled


@kernel
def first_unsound_row(starts: Array, columns: Array, values: Array) -> int:
    """Return the first row whose entries no training could use, or -1.

    Parameters
    ----------
    starts : ndarray of int64, shape (V + 1,)
    columns : ndarray of int32, shape (N,)
        Should rise within a row, from 0 to below V.
    values : ndarray of float64, shape (N,)
        Should be above 0 and finite.
    """
    size = len(starts) - 1
    for row in range(size):
        first, last = starts[row], starts[row + 1]
        if not 0 <= first <= last <= len(columns):
            return row
        before = -1
        for entry in range(first, last):
            if not (before < columns[entry] < size and 0.0 < values[entry] < math.inf):
                return row
            before = columns[entry]
    return -1
