"""From a run of tokens to windows: thin out, choose a window a word, list its contexts."""

from __future__ import annotations

from typing import NamedTuple

from fastvec.kernels.copying import copy_numbers
from fastvec.kernels.jit import Array, kernel
from fastvec.kernels.random import next_random, random_below


class WordRows(NamedTuple):
    """What a model makes of the workspace's word ids."""

    keep: Array  # (V,) int64: a word stays if a 32-bit random number is below it
    known: int  # Ids from here on are out of vocabulary.
    unknown: int  # The row of such words, or -1 to skip them.
    begin: int  # Row put before each sentence, or -1.
    end: int  # Row put after each sentence, or -1.


class WindowShape(NamedTuple):
    """How a window is chosen: a random radius, and all its words or some drawn at random."""

    smallest: int
    largest: int
    draws: int  # Random targets a window, or 0 to take every word in it.


class Windows(NamedTuple):
    """Windows one after another; window i has contexts[offsets[i]:offsets[i + 1]]."""

    centres: Array  # (W,) int32
    offsets: Array  # (W + 1,) int64
    contexts: Array  # (P,) int32


@kernel
def contexts_of(windows: Windows, w: int) -> Array:
    """Return the contexts of a window."""
    return windows.contexts[windows.offsets[w] : windows.offsets[w + 1]]


@kernel
def thin_run(
    tokens: Array, ends: Array, rows: WordRows, stream: Array, kept: Array, kept_ends: Array
) -> int:
    """Copy the rows of words that survive subsampling to ``kept``; return their number.

    Parameters
    ----------
    tokens : ndarray of int32, shape (N,)
        Word ids of whole sentences.
    ends : ndarray of int64, shape (S,)
        Where each sentence ends in ``tokens``.
    kept : ndarray of int32, shape (N + 2 S,)
        Written: words in order, with sentence marks if ``rows`` has any.
    kept_ends : ndarray of int64, shape (S,)
        Written: where each sentence ends in ``kept``.
    """
    length = 0
    start = 0
    for s in range(len(ends)):
        if rows.begin >= 0:
            kept[length] = rows.begin
            length += 1
        for i in range(start, ends[s]):
            row = tokens[i] if tokens[i] < rows.known else rows.unknown
            if row >= 0:
                kept[length] = row  # Written over if it does not stay: nothing to guess wrongly.
                length += next_random(stream) < rows.keep[row]
        if rows.end >= 0:
            kept[length] = rows.end
            length += 1
        start = ends[s]
        kept_ends[s] = length
    return length


@kernel
def reach(start: int, stop: int, centre: int, shape: WindowShape, stream: Array) -> tuple[int, int]:
    """Choose a radius, and return the first and last position within it."""
    radius = shape.smallest + random_below(stream, shape.largest - shape.smallest + 1)
    return max(start, centre - radius), min(stop - 1, centre + radius)


@kernel
def copy_window(
    kept: Array, low: int, centre: int, high: int, largest: int, contexts: Array, first: int
) -> int:
    """Write the words around a centre from ``first`` on; return the place after the last.

    As many are copied as the largest window has, since loops that always end at the same
    place are predicted; what is too much is written over.
    """
    after = first + centre - low
    copy_numbers(kept, low, contexts, first, largest)
    copy_numbers(kept, centre + 1, contexts, after, largest)
    return after + high - centre


@kernel
def draw_window(
    kept: Array, low: int, centre: int, high: int, draws: int, stream: Array, contexts: Array,
    first: int,
) -> int:  # fmt: skip
    """Do the same with words drawn at random from the window, if it has any."""
    if low == high:
        return first
    for i in range(draws):
        position = low + random_below(stream, high - low)
        position += position >= centre  # The centre is left out.
        contexts[first + i] = kept[position]
    return first + draws


@kernel
def cut_windows(
    kept: Array, ends: Array, shape: WindowShape, stream: Array, windows: Windows
) -> int:
    """Fill ``windows`` from sentences, as `thin_run` left them; return how many there are.

    A word without contexts has no window. Words are dropped before windows are
    cut, so a window reaches over them (word2vec.c does the same). There must be room for
    `simd.vector_room` of ``shape.largest`` more words behind ``kept`` and behind the contexts.
    """
    centres, offsets, contexts = windows
    count = 0
    place = 0
    start = 0
    for s in range(len(ends)):
        stop = ends[s]
        for centre in range(start, stop):
            low, high = reach(start, stop, centre, shape, stream)
            centres[count] = kept[centre]
            offsets[count] = place
            if shape.draws == 0:
                after = copy_window(kept, low, centre, high, shape.largest, contexts, place)
            else:
                after = draw_window(kept, low, centre, high, shape.draws, stream, contexts, place)
            count += after > place
            place = after
        start = stop
    offsets[count] = place
    return count


@kernel
def sample_windows(
    tokens: Array,
    ends: Array,
    rows: WordRows,
    shape: WindowShape,
    stream: Array,
    kept: Array,
    kept_ends: Array,
    windows: Windows,
) -> int:
    """Thin out a run and cut it into windows; return how many there are."""
    thin_run(tokens, ends, rows, stream, kept, kept_ends)
    return cut_windows(kept, kept_ends[: len(ends)], shape, stream, windows)


@kernel
def split_windows(windows: Windows, count: int, pairs: Windows) -> int:
    """Turn windows into windows of one context each; return how many there are."""
    total = windows.offsets[count]
    for w in range(count):
        for p in range(windows.offsets[w], windows.offsets[w + 1]):
            pairs.centres[p] = windows.centres[w]
            pairs.contexts[p] = windows.contexts[p]
            pairs.offsets[p] = p
    pairs.offsets[total] = total
    return total
