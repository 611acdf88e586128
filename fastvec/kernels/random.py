"""Random numbers as an argument: xoshiro128** on four 32-bit words.

The words are kept in int64 and masked, so that a stream draws the same numbers
compiled and in plain Python, and no unsigned arithmetic is needed.

References
----------
Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators",
ACM Transactions on Mathematical Software 47, 2021.
"""

from __future__ import annotations

from fastvec.kernels.jit import Array, kernel

MASK = 0xFFFFFFFF


@kernel
def next_random(stream: Array) -> int:
    """Return the next 32 random bits of ``stream``, int64 of shape (4,), advanced in place."""
    s0, s1, s2, s3 = stream[0], stream[1], stream[2], stream[3]
    scrambled = (s1 * 5) & MASK
    scrambled = ((scrambled << 7) | (scrambled >> 25)) & MASK
    s2 ^= s0
    s3 ^= s1
    stream[1] = s1 ^ s2
    stream[0] = s0 ^ s3
    stream[2] = s2 ^ ((s1 << 9) & MASK)
    stream[3] = ((s3 << 11) | (s3 >> 21)) & MASK
    return (scrambled * 9) & MASK


@kernel
def random_below(stream: Array, limit: int) -> int:
    """Return a uniform integer in [0, ``limit``), for limits up to 2**31."""
    return (next_random(stream) * limit) >> 32
