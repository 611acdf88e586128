"""Input rows against six output rows: the arithmetic at the heart of training.

A tile of two input rows computes twelve dot products in one pass over the rows,
or moves all eight rows in one pass: twelve running sums and the two input chunks
just fit the sixteen vector registers of AVX2, each output chunk is loaded once,
and the sums are folded by a tree of shuffles. A row that is left over has half a tile.

Rows of a tile may be equal: every chunk is stored before the next one that
could alias it is loaded, so no move is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from fastvec.kernels.jit import JIT_DISABLED, Array
from fastvec.kernels.simd import INT, LANES, ROW_LANES, Loop, Vectors, pointers, row_length

ROWS = 2
TARGETS = 6
TILE = ROWS * TARGETS


class Tile(Vectors):
    """Pointers to some input rows, and to the output rows that some numbers name."""

    def __init__(
        self, context: Any, builder: Any, dtype: Any, rows: Sequence[Any], outputs: Any,
        numbers: Any, count: int, length: Any,
    ) -> None:  # fmt: skip
        super().__init__(context, builder, dtype)
        self.length, self.rows, self.targets = length, rows, []
        for t in range(count):
            row = builder.sext(builder.load(builder.gep(numbers, [INT(t)])), INT)
            self.targets.append(builder.gep(outputs, [builder.mul(row, length)]))

    def products(self) -> list[Any]:
        """Multiply the rows by the targets in one pass; return the running sums, row by row."""
        number = len(self.targets)
        loop = Loop(self.builder, self.length, ROW_LANES, [self.zero] * (len(self.rows) * number))
        inputs = [self.load(self.at(row, loop.position)) for row in self.rows]
        sums = list(loop.carried)
        for t, target in enumerate(self.targets):
            output = self.load(self.at(target, loop.position))  # One at a time: registers are few.
            for r, chunk in enumerate(inputs):
                at = r * number + t
                sums[at] = self.multiply_add(chunk, output, sums[at])
        loop.close(sums)
        return sums


def _tile(context: Any, builder: Any, signature: Any, args: Any) -> tuple[Tile, Any]:
    """Return a tile of the rows that are named first, and a pointer to its scores or steps."""
    inputs, *numbers, _, _, block, _, tile = args
    kinds = signature.args
    length = row_length(context, builder, kinds[0], inputs)
    first, outputs, targets, scores = pointers(context, builder, signature, args, 0, -5, -4, -2)
    rows = [builder.gep(first, [builder.mul(row, length)]) for row in numbers]
    names = builder.gep(targets, [builder.mul(block, INT(TARGETS))])
    return Tile(
        context, builder, kinds[0].dtype, rows, outputs, names, TARGETS, length
    ), builder.gep(scores, [builder.mul(tile, INT(TILE))])


def _emit_scores(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    tile, scores = _tile(context, builder, signature, args)
    sums = tile.products()
    for first in range(0, len(sums), LANES):
        totals = tile.totals(sums[first : first + LANES])
        pointer = tile.builder.gep(scores, [INT(first)])
        tile.store(totals, tile.builder.bitcast(pointer, totals.type.as_pointer()))
    return context.get_dummy_value()


def _emit_update(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    tile, pointer = _tile(context, builder, signature, args)
    rows = range(len(tile.rows))
    steps = [
        [tile.splat(builder.load(builder.gep(pointer, [INT(r * TARGETS + t)]))) for r in rows]
        for t in range(TARGETS)
    ]
    loop = Loop(builder, tile.length, ROW_LANES)
    chunks = [tile.at(row, loop.position) for row in tile.rows]
    inputs = [tile.load(chunk) for chunk in chunks]
    moves = [tile.zero for _ in rows]
    for step, target in zip(steps, tile.targets, strict=True):
        chunk = tile.at(target, loop.position)
        before = after = tile.load(chunk)
        for r in rows:
            moves[r] = tile.multiply_add(step[r], before, moves[r])
            after = tile.multiply_add(step[r], inputs[r], after)
        tile.store(after, chunk)
    for chunk, move in zip(chunks, moves, strict=True):
        # Loaded anew: the two input rows may be one.
        tile.store(builder.fadd(tile.load(chunk), move), chunk)
    loop.close()
    return context.get_dummy_value()


def _kinds(rows: int, inputs: Any, outputs: Any, targets: Any, scores: Any) -> Any:
    number = types.intp
    return types.void(inputs, *[number] * rows, outputs, targets, number, scores, number)


@intrinsic
def _tile_scores(_, inputs, first, second, outputs, targets, block, scores, tile):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return _kinds(ROWS, inputs, outputs, targets, scores), _emit_scores


@intrinsic
def _tile_update(_, inputs, first, second, outputs, targets, block, steps, tile):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return _kinds(ROWS, inputs, outputs, targets, steps), _emit_update


@intrinsic
def _row_scores(_, inputs, row, outputs, targets, block, scores, tile):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return _kinds(1, inputs, outputs, targets, scores), _emit_scores


@intrinsic
def _row_update(_, inputs, row, outputs, targets, block, steps, tile):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return _kinds(1, inputs, outputs, targets, steps), _emit_update


def _row_scores_plain(
    inputs: Array, row: int, outputs: Array, targets: Array, block: int, scores: Array, tile: int
) -> None:
    rows = outputs[targets[block * TARGETS : (block + 1) * TARGETS]]
    scores[tile * TILE : tile * TILE + TARGETS] = rows @ inputs[row]


def _row_update_plain(
    inputs: Array, row: int, outputs: Array, targets: Array, block: int, steps: Array, tile: int
) -> None:
    _update_plain(inputs, [row], outputs, targets, block, steps[tile * TILE :])


def _tile_scores_plain(
    inputs: Array,
    first: int,
    second: int,
    outputs: Array,
    targets: Array,
    block: int,
    scores: Array,
    tile: int,
) -> None:
    _row_scores_plain(inputs, first, outputs, targets, block, scores, tile)
    _row_scores_plain(inputs, second, outputs, targets, block, scores[TARGETS:], tile)


def _tile_update_plain(
    inputs: Array,
    first: int,
    second: int,
    outputs: Array,
    targets: Array,
    block: int,
    steps: Array,
    tile: int,
) -> None:
    _update_plain(inputs, [first, second], outputs, targets, block, steps[tile * TILE :])


def _update_plain(
    inputs: Array, rows: list[int], outputs: Array, targets: Array, block: int, steps: Array
) -> None:
    step = steps[: len(rows) * TARGETS].reshape(len(rows), TARGETS)
    before = inputs[rows]
    moves = np.zeros_like(before)
    for t, target in enumerate(targets[block * TARGETS : (block + 1) * TARGETS]):
        moves += step[:, t, None] * outputs[target]
        outputs[target] += step[:, t] @ before
    for row, move in zip(rows, moves, strict=True):
        inputs[row] += move


# tile_scores: scores[tile] = (2, 6) products of two input rows and the six output
# rows that block number `block` of `targets` names. tile_update: add to each of the
# eight rows the others times their step. row_scores and row_update: the same of one
# input row, with the first half of the tile's scores.
tile_scores: Any = _tile_scores_plain if JIT_DISABLED else _tile_scores
tile_update: Any = _tile_update_plain if JIT_DISABLED else _tile_update
row_scores: Any = _row_scores_plain if JIT_DISABLED else _row_scores
row_update: Any = _row_update_plain if JIT_DISABLED else _row_update
