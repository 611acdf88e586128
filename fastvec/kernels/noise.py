"""Noise words: an alias table, fresh draws, and a pool whose words are used several times."""

from __future__ import annotations

from typing import NamedTuple

from fastvec.kernels.jit import Array, kernel
from fastvec.kernels.random import MASK, next_random, random_below
from fastvec.kernels.tiles import prefetch_row

REDRAWS = 8  # A vocabulary of one word cannot offer another.


class Noise(NamedTuple):
    """Alias table (Walker 1977, Vose 1991): a draw costs two random numbers."""

    keep: Array  # (V,) int64: the column's own word if a 32-bit random number is below it
    alias: Array  # (V,) int32: the other word of the column


@kernel
def fill_alias(weights: Array, keep: Array, alias: Array, stack: Array) -> None:
    """Build an alias table by Vose's method.

    Parameters
    ----------
    weights : ndarray of float64, shape (V,)
        Shares times V, mean 1. Used up.
    keep, alias : ndarray of int64 and of int32, shape (V,)
        The table, written.
    stack : ndarray of int32, shape (V,)
        Scratch: columns below 1 grow from the front, the others from the back.
    """
    size = len(weights)
    small = 0
    large = size
    for word in range(size):
        keep[word] = MASK + 1
        alias[word] = word
        if weights[word] < 1.0:
            stack[small] = word
            small += 1
        else:
            large -= 1
            stack[large] = word
    while small > 0 and large < size:
        small -= 1
        under, over = stack[small], stack[large]
        keep[under] = int(weights[under] * (MASK + 1))
        alias[under] = over
        weights[over] -= 1.0 - weights[under]
        if weights[over] < 1.0:
            large += 1
            stack[small] = over
            small += 1


@kernel
def draw_noise(noise: Noise, stream: Array) -> int:
    """Draw one noise word."""
    column = random_below(stream, len(noise.keep))
    if next_random(stream) < noise.keep[column]:
        return column
    return noise.alias[column]


@kernel
def draw_fresh(
    noise: Noise, centres: Array, count: int, negative: int, stream: Array, targets: Array
) -> None:
    """Write each centre and its own noise words, redrawn while they equal it.

    ``targets`` is int32 of shape (at least count, at least 1 + negative); columns
    beyond 1 + negative are padding and repeat the centre.
    """
    for w in range(count):
        centre = centres[w]
        targets[w, :] = centre
        for k in range(1, 1 + negative):
            for _ in range(REDRAWS):
                targets[w, k] = draw_noise(noise, stream)
                if targets[w, k] != centre:
                    break


@kernel
def draw_pooled(
    noise: Noise,
    centres: Array,
    count: int,
    negative: int,
    stream: Array,
    targets: Array,
    pool: Array,
    outputs: Array,
) -> None:
    """Write each centre and noise words picked from a pool, one of which is renewed a window.

    The rows of a few hundred pooled words stay in the processor's cache, while
    fresh ones come from memory: that is what training waits for. A word is
    used about ``negative`` times before it is replaced, far apart and beside
    other contexts each time, so the noise distribution is unchanged and its
    correlation in time small.

    Parameters
    ----------
    pool : ndarray of int32, shape (a power of two,)
        Filled here; scratch.
    outputs : ndarray, shape (V, D)
        Prefetched for words that enter the pool, otherwise unused.
    """
    mask = len(pool) - 1
    for slot in range(len(pool)):
        pool[slot] = draw_noise(noise, stream)
    for w in range(count):
        centre = centres[w]
        fresh = draw_noise(noise, stream)
        pool[w & mask] = fresh
        prefetch_row(outputs, fresh)
        targets[w, :] = centre
        for k in range(1, 1 + negative):
            for _ in range(REDRAWS):
                targets[w, k] = pool[next_random(stream) & mask]
                if targets[w, k] != centre:
                    break
