"""Rows that stream by while a part of another row stays in registers.

To load and store that part again for each row would take as long as the row's own work.
How many registers a strip takes must be known when code is made, so there is code for every number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastvec.kernels.simd import INT, LANES, REGISTER, ROW_LANES

# Vectors: two strips, a row's own vector and a factor fit the registers of AVX-512 or AVX2.
STRIP = 8 if REGISTER > LANES else 6


def for_strips(builder: Any, length: Any, emit: Callable[[Any, int], None]) -> None:
    """Walk over a row in strips of at most `STRIP` vectors.

    ``emit`` writes what is done with a strip, given where it starts and its vectors.
    """
    entry = builder.block
    strip, done, after = map(builder.append_basic_block, ("strip", "strip_done", "strips_end"))
    builder.branch(strip)
    builder.position_at_end(strip)
    start = builder.phi(INT)
    start.add_incoming(INT(0), entry)
    taken = _share(builder, builder.udiv(builder.sub(length, start), INT(ROW_LANES)))
    choice = builder.switch(taken, done)
    for vectors in range(1, STRIP + 1):
        case = builder.append_basic_block("strip_of")
        choice.add_case(INT(vectors), case)
        builder.position_at_end(case)
        emit(start, vectors)
        builder.branch(done)
    builder.position_at_end(done)
    following = builder.add(start, builder.mul(taken, INT(ROW_LANES)))
    start.add_incoming(following, done)
    builder.cbranch(builder.icmp_signed("<", following, length), strip, after)
    builder.position_at_end(after)


def _share(builder: Any, left: Any) -> Any:
    """Return how many of the vectors that are left to take: the last two strips share evenly."""
    half = builder.udiv(builder.add(left, INT(1)), INT(2))
    two = builder.icmp_signed("<=", left, INT(2 * STRIP))
    one = builder.icmp_signed("<=", left, INT(STRIP))
    return builder.select(one, left, builder.select(two, half, INT(STRIP)))
