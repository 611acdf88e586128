"""A thread's own copies of the rows that all threads would change all the time.

Threads that change one row in turn wait for each other's caches, and a few hundred
rows, of the commonest words or at the top of the tree, are in every second window.
So each thread changes copies of them, which lie behind the matrix's own rows, and
after every run adds what it has learned to the shared rows and copies them anew.

T runs that pull a row from the same old value would overshoot together; see
`kernels.blocks`. One that has moved it u times has done u of some T u steps, so its
move is multiplied by

    (1 + r u) / (1 + T r u),

which is 1 for a row that moved little, and takes the mean of the runs' moves for
one that has come to rest.

T is the number of threads. But rows at the top of the tree, and those of the commonest
words beside them, are pulled to and fro by each run's text long after they have come
to rest, and what they learned last would hide the rest. So with hierarchical softmax T
grows with the text that is done: such a row is a mean over a share of its past, which
weighs lately learned most (Shamir and Zhang, "Stochastic Gradient Descent for Non-smooth
Optimization", 2013; as a row learns on from the mean, also Zhang et al., "Lookahead
Optimizer", 2019).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fastvec.kernels.jit import Array, kernel
from fastvec.kernels.windows import Windows, WindowShape, WordRows, cut_windows, thin_run

# Counters of no account, for rows that have no copy: to count all of them is quicker than to
# branch where the processor cannot guess, and one counter would wait for its last sum.
COLD = 8


class Hot(NamedTuple):
    """One thread's copies of some neighbouring rows of a matrix."""

    first: int  # The first row that has a copy
    place: int  # Where its copy is
    uses: Array  # (K + COLD,) int32: how often each copy has moved since they were shared
    shared: Array  # (K, D) float32: what they were then


@kernel
def use_copies(ids: Array, hot: Hot) -> None:
    """Replace numbers of hot rows by those of their copies."""
    for i in range(len(ids)):
        row = ids[i] - hot.first
        ids[i] += (hot.place - hot.first) * ((row >= 0) & (row < len(hot.shared)))


@kernel
def count_uses(ids: Array, hot: Hot) -> None:
    """Count how often hot rows are named."""
    copies = len(hot.shared)
    for i in range(len(ids)):
        row = ids[i] - hot.first
        is_hot = (row >= 0) & (row < copies)
        hot.uses[row if is_hot else copies + (i & (COLD - 1))] += 1


@kernel
def weigh_uses(hot: Hot, uses: int, counted: int) -> None:
    """Have each use that was counted, of ``counted`` in all, stand for a share of ``uses``."""
    for copy in range(len(hot.shared)):
        hot.uses[copy] = hot.uses[copy] * uses // max(counted, 1)


@kernel
def sample_copies(
    tokens: Array,
    ends: Array,
    rows: WordRows,
    shape: WindowShape,
    stream: Array,
    kept: Array,
    kept_ends: Array,
    windows: Windows,
    hot: Hot,
) -> int:
    """Sample windows as `windows.sample_windows` does, with copies as contexts.

    Words are counted, not contexts: all are in about as many windows.
    """
    length = thin_run(tokens, ends, rows, stream, kept, kept_ends)
    count_uses(kept[:length], hot)
    use_copies(kept[:length], hot)
    count = cut_windows(kept, kept_ends[: len(ends)], shape, stream, windows)
    for w in range(count):
        windows.centres[w] -= (hot.place - hot.first) * (windows.centres[w] >= hot.place)
    weigh_uses(hot, windows.offsets[count], length)
    return count


@kernel
def share_copies(matrix: Array, hot: Hot, strength: np.float32, together: int) -> None:
    """Add a thread's moves to the shared rows, and copy these anew.

    ``strength`` is r, the learning rate, and ``together`` T. Another thread may do so at the
    same time: what is lost then, now and then, is what threads without locks lose everywhere.
    """
    one = np.float32(1)
    for i in range(len(hot.shared)):
        steps = strength * np.float32(hot.uses[i])
        scale = (one + steps) / (one + np.float32(together) * steps)
        hot.uses[i] = 0
        row, copy, old = matrix[hot.first + i], matrix[hot.place + i], hot.shared[i]
        for k in range(len(row)):
            row[k] += scale * (copy[k] - old[k])
            copy[k] = old[k] = row[k]
