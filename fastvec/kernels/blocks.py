"""Private copies of the rows that a block of windows touches, and their merging.

Blocks of a round start from the same shared matrices and are trained on copies.
What each has changed is then added to the shared rows, block after block. So
the result depends on which blocks make a round, and not on who trained them.

Where many blocks push one row from the same old value, the sum of their moves
overshoots. A row that is pulled towards a resting point by u small steps covers
about r u / (1 + r u) of the way, with r the strength of one step: blocks with
u_1, u_2, … steps should together cover what their sum would cover alone. So the
sum of their moves is multiplied by

    [U / (1 + r U)] / sum_i [u_i / (1 + r u_i)],   U = sum_i u_i,

which is 1 for a row that only one block moved or that few steps moved, and
tends to the mean of the moves for the most frequent rows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fastvec.kernels.hierarchical import Paths, Tree, gather_paths
from fastvec.kernels.jit import Array, kernel
from fastvec.kernels.noise import Noise, draw_words
from fastvec.kernels.rows import prefetch_row
from fastvec.kernels.skipgram import Weights
from fastvec.kernels.windows import Windows, WindowShape, WordRows, cut_windows, thin_run

AHEAD = 6  # Rows between asking for one and copying it.


class Side(NamedTuple):
    """What the blocks of a round keep of one matrix; S blocks, R rows each at most."""

    rows: Array  # (S, R, D) float32: private copies
    listed: Array  # (S, R) int32: which rows of the matrix they are
    uses: Array  # (S, R) int32: how often the block moves them
    used: Array  # (S,) int64: how many there are


# Columns of a joint, which has a row for each of the matrix and is zero between rounds: how many
# blocks moved it, the sums of u and of u / (1 + r u), and the factor above.
JOINT_COLUMNS = 4
BLOCKS, USES, WAYS, SCALE = range(JOINT_COLUMNS)


@kernel
def number_rows(ids: Array, number: Array, side: Side, block: int) -> None:
    """Replace row ids by places in the block's list, to which new rows are appended.

    ``number`` is int32 of shape (V,): the place of each row in the list, or -1.
    """
    listed, uses, used = side.listed[block], side.uses[block], side.used[block]
    for i in range(len(ids)):
        row = ids[i]
        place = number[row]
        if place < 0:
            place = used
            number[row] = place
            listed[place] = row
            uses[place] = 0
            used += 1
        ids[i] = place
    side.used[block] = used


@kernel
def count_uses(places: Array, side: Side, block: int) -> None:
    """Count one more move of each of these rows of the block."""
    uses = side.uses[block]
    for i in range(len(places)):
        uses[places[i]] += 1


@kernel
def count_targets(targets: Array, count: int, negative: int, side: Side, block: int) -> None:
    """Count the moves of the windows' targets, padding apart."""
    uses = side.uses[block]
    for w in range(count):
        for k in range(1 + negative):
            uses[targets[w, k]] += 1


@kernel
def forget_numbers(number: Array, side: Side, block: int) -> None:
    """Make ``number`` ready for the next block."""
    listed = side.listed[block]
    for i in range(side.used[block]):
        number[listed[i]] = -1


@kernel
def sample_private(
    tokens: Array,
    ends: Array,
    rows: WordRows,
    shape: WindowShape,
    stream: Array,
    kept: Array,
    kept_ends: Array,
    windows: Windows,
    number: Array,
    near: Side,
    block: int,
) -> int:
    """Sample windows as `windows.sample_windows` does, of places in the list of input rows.

    ``number`` is left filled: output rows of words may go on from there.
    """
    near.used[block] = 0
    length = thin_run(tokens, ends, rows, stream, kept, kept_ends)
    number_rows(kept[:length], number, near, block)
    count = cut_windows(kept, kept_ends[: len(ends)], shape, stream, windows)
    count_uses(windows.contexts[: windows.offsets[count]], near, block)
    return count


@kernel
def continue_list(near: Side, far: Side, block: int) -> None:
    """Give the words of the input side the same places on the output side."""
    used = near.used[block]
    far.listed[block, :used] = near.listed[block, :used]
    far.uses[block, :used] = 0
    far.used[block] = used


@kernel
def draw_private_words(
    noise: Noise, stream: Array, words: Array, number: Array, near: Side, far: Side, block: int
) -> None:
    """Draw noise words, and number them after the words of the input side."""
    continue_list(near, far, block)
    draw_words(noise, stream, words)
    number_rows(words, number, far, block)
    forget_numbers(number, far, block)


@kernel
def number_paths(
    centres: Array,
    count: int,
    tree: Tree,
    number: Array,
    near: Side,
    far: Side,
    block: int,
    paths: Paths,
) -> None:
    """Replace centres, places of the input side, by numbers of ``paths``.

    These are written in places of the output side.
    """
    listed, own = near.listed[block], paths.tree
    for w in range(count):
        centres[w] = listed[centres[w]]
    different = gather_paths(centres, count, tree, paths)
    far.used[block] = 0
    number_rows(own.points[: own.offsets[different]], number, far, block)
    uses = far.uses[block]
    for path in range(different):
        first = own.offsets[path]
        for entry in range(first, first + own.lengths[path]):
            uses[own.points[entry]] += paths.times[path]


@kernel
def copy_rows(weights: Weights, near: Side, far: Side, block: int) -> None:
    """Fill the block's private rows."""
    for side, matrix in ((near, weights.input), (far, weights.output)):
        listed, rows, used = side.listed[block], side.rows[block], side.used[block]
        for i in range(used):
            if i + AHEAD < used:
                prefetch_row(matrix, listed[i + AHEAD])
            source, copy = matrix[listed[i]], rows[i]
            for k in range(len(copy)):
                copy[k] = source[k]


@kernel
def in_share(row: int, part: int, parts: int) -> bool:
    """Tell whether a row is one of those that a thread merges.

    Sixteen neighbours go to one thread, so that threads do not fight for cache lines.
    """
    group = int(row) >> 4
    return (((group * 0x9E3779B1) & 0xFFFFFFFF) * parts) >> 32 == part


@kernel
def add_up_uses(
    side: Side,
    blocks: int,
    strength: np.float32,
    joint: Array,
    frozen: Array,
    part: int,
    parts: int,
) -> None:
    """Fill the joints of a share of the rows."""
    one = np.float32(1)
    for block in range(blocks):
        listed, uses = side.listed[block], side.uses[block]
        for i in range(side.used[block]):
            row = listed[i]
            if uses[i] > 0 and in_share(row, part, parts) and not frozen[row]:
                steps, sums = np.float32(uses[i]), joint[row]
                sums[BLOCKS] += one
                sums[USES] += steps
                sums[WAYS] += steps / (one + strength * steps)


@kernel
def merge_rows(
    matrix: Array,
    side: Side,
    blocks: int,
    strength: np.float32,
    joint: Array,
    frozen: Array,
    part: int,
    parts: int,
) -> None:
    """Take over what the first ``blocks`` blocks have learned about a share of the rows.

    Each row gets its moves in the order of the blocks, so the result does not
    depend on ``parts``, the number of threads that share the work. ``joint`` is
    float32 of shape (V, 4), all zero before and after; rows that are ``frozen``
    stay as they are.
    """
    one = np.float32(1)
    add_up_uses(side, blocks, strength, joint, frozen, part, parts)
    for block in range(blocks):
        listed, uses, used = side.listed[block], side.uses[block], side.used[block]
        copies = side.rows[block]
        for i in range(used):
            if i + AHEAD < used and in_share(listed[i + AHEAD], part, parts):
                prefetch_row(matrix, listed[i + AHEAD])
                prefetch_row(copies, i + AHEAD)
            row = listed[i]
            if uses[i] == 0 or frozen[row] or not in_share(row, part, parts):
                continue
            sums, target, copy = joint[row], matrix[row], copies[i]
            scale, rest = sums[SCALE], one
            if scale == 0:  # The row's first block of this round.
                if sums[BLOCKS] == one:
                    scale = one
                else:
                    scale = sums[USES] / ((one + strength * sums[USES]) * sums[WAYS])
                rest = one - sums[BLOCKS] * scale
                sums[SCALE] = scale
            for k in range(len(target)):
                target[k] = rest * target[k] + scale * copy[k]
            sums[BLOCKS] -= one
            if sums[BLOCKS] == 0:
                sums[:] = 0
