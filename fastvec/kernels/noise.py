"""Noise words: an alias table, fresh draws, and a pool whose words are used several times."""

from __future__ import annotations

from typing import NamedTuple

from fastvec.kernels.jit import Array, kernel
from fastvec.kernels.random import MASK, next_random, random_below

REDRAWS = 8  # More are needed only where one word makes up most of a tiny corpus.

PICKS = 4  # Places in a pool of up to 256 that one random number of 32 bits names.


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
def other_than(centre: int, word: int, words: int) -> int:
    """Return ``word`` or, should it be the centre, a neighbour in frequency if there is one."""
    if word != centre or words == 1:
        return word
    return centre - 1 if centre > 0 else 1


@kernel
def draw_fresh(
    noise: Noise, centres: Array, count: int, negative: int, stream: Array, targets: Array
) -> None:
    """Write each centre and its own noise words, none of which is it if there are two words.

    ``targets`` is int32 of shape (at least count, at least 1 + negative); columns
    beyond 1 + negative are padding and repeat the centre.
    """
    for w in range(count):
        centre = centres[w]
        targets[w, :] = centre
        for k in range(1, 1 + negative):
            word = draw_noise(noise, stream)
            for _ in range(REDRAWS):
                if word != centre:
                    break
                word = draw_noise(noise, stream)
            targets[w, k] = other_than(centre, word, len(noise.keep))


@kernel
def draw_pooled(
    noise: Noise,
    centres: Array,
    count: int,
    negative: int,
    stream: Array,
    targets: Array,
    pool: Array,
) -> None:
    """Write each centre and noise words picked from a pool, one of which is renewed a window.

    The rows of a few hundred pooled words stay in the processor's cache, while
    fresh ones come from memory: that is what training waits for. A word is
    used about ``negative`` times before it is replaced, far apart and beside
    other contexts each time, so the noise distribution is unchanged and its
    correlation in time small.

    ``pool`` is scratch: int32, of a power of two up to 256 places, filled here.
    """
    mask = len(pool) - 1
    for slot in range(len(pool)):
        pool[slot] = draw_noise(noise, stream)
    bits, picks = 0, 0
    for w in range(count):
        centre = centres[w]
        pool[w & mask] = draw_noise(noise, stream)
        targets[w, :] = centre
        for k in range(1, 1 + negative):
            word = centre
            for _ in range(1 + REDRAWS):
                if picks == 0:
                    bits, picks = next_random(stream), PICKS
                word = pool[bits & mask]
                bits >>= 8
                picks -= 1
                if word != centre:
                    break
            targets[w, k] = other_than(centre, word, len(noise.keep))
