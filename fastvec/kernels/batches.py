"""Batches of windows for the full softmax: what meets the output rows, and the way back."""

from __future__ import annotations

from fastvec.kernels.cbow import share
from fastvec.kernels.jit import Array, kernel
from fastvec.kernels.rows import add_to_rows, sum_rows


@kernel
def gather_batch(inputs: Array, offsets: Array, ids: Array, forward: float, hidden: Array) -> None:
    """Write the sum or mean of each example's input rows to ``hidden``, (B, D).

    Example i has the rows ``ids[offsets[i]:offsets[i + 1]]``, at least one;
    ``forward`` is that of `cbow.Mixing`.
    """
    for i in range(len(hidden)):
        own = ids[offsets[i] : offsets[i + 1]]
        sum_rows(inputs, own, hidden[i], share(forward, len(own)))


@kernel
def scatter_batch(inputs: Array, offsets: Array, ids: Array, backward: float, moves: Array) -> None:
    """Add each example's move, whole or divided, to its input rows."""
    for i in range(len(moves)):
        own = ids[offsets[i] : offsets[i + 1]]
        add_to_rows(inputs, own, moves[i], share(backward, len(own)))
