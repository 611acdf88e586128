"""Noise words: an alias table, fresh draws, and a pool whose words are used several times."""

from __future__ import annotations

from typing import NamedTuple

from fastvec.kernels.jit import Array, kernel
from fastvec.kernels.random import MASK, next_random, random_below

REDRAWS = 8  # More are needed only where one word makes up most of a tiny corpus.
RENEWAL = 2  # Windows for each word that is replaced.
POOL = 256  # Words; their rows fit beside the contexts in a level-2 cache.
PICKS = 4  # Places in a pool that one random number of 32 bits names.


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
def draw_words(noise: Noise, stream: Array, words: Array) -> None:
    """Fill ``words``, int32 of shape (n,), with noise words."""
    for i in range(len(words)):
        words[i] = draw_noise(noise, stream)


@kernel
def deal_fresh(
    centres: Array, count: int, negative: int, words: Array, rows: int, targets: Array
) -> None:
    """Write each centre and its own noise words, none of which is it if there are two rows.

    Parameters
    ----------
    words : ndarray of int32, shape (count * (negative + 1),)
        For each centre its noise words, and one to replace another that is the centre.
    rows : int
        Centres and words are below this.
    targets : ndarray of int32, shape (at least count, at least 1 + negative)
        Columns beyond 1 + negative are padding and repeat the centre.
    """
    for w in range(count):
        centre = centres[w]
        first = w * (negative + 1)
        spare = words[first + negative]
        targets[w, :] = centre
        for k in range(negative):
            word = words[first + k]
            if word == centre:
                word, spare = spare, centre
            targets[w, 1 + k] = other_than(centre, word, rows)


def pool_words(count: int) -> int:
    """Return the noise words that `deal_pooled` takes for so many windows."""
    return POOL + -(-count // RENEWAL)


@kernel
def deal_pooled(
    centres: Array,
    count: int,
    negative: int,
    words: Array,
    rows: int,
    stream: Array,
    targets: Array,
    pool: Array,
) -> None:
    """Write each centre and noise words picked from a pool, one of which is renewed now and then.

    The rows of a few hundred pooled words stay in the processor's cache, while
    fresh ones come from memory: that is what training waits for. A word is
    used some ten times before it is replaced, far apart and beside other
    contexts each time, so the noise distribution is unchanged and its
    correlation in time small.

    Parameters
    ----------
    words : ndarray of int32, shape (pool_words(count),)
        The pool at the start, and the word that every second window brings.
    rows : int
        Centres and words are below this.
    pool : ndarray of int32, shape (POOL,)
        Scratch.
    """
    pool[:] = words[:POOL]
    bits, picks = 0, 0
    for w in range(count):
        centre = centres[w]
        pool[(w // RENEWAL) & (POOL - 1)] = words[POOL + w // RENEWAL]
        targets[w, :] = centre
        for k in range(1, 1 + negative):
            word = centre
            for _ in range(1 + REDRAWS):
                if picks == 0:
                    bits, picks = next_random(stream), PICKS
                word = pool[bits & (POOL - 1)]
                bits >>= 8
                picks -= 1
                if word != centre:
                    break
            targets[w, k] = other_than(centre, word, rows)
