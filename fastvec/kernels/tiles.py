"""Input rows against six output rows: the arithmetic at the heart of training.

A tile of two input rows computes twelve dot products in one pass over the rows,
or moves all eight rows in one pass: twelve running sums and the two input chunks
just fit the sixteen vector registers of AVX2, each output chunk is loaded once,
and the sums are folded by a tree of shuffles.

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

    def products(self, rows: Sequence[Any]) -> list[Any]:
        """Multiply rows by the targets in one pass; return the running sums, row by row."""
        number = len(self.targets)
        loop = Loop(self.builder, self.length, ROW_LANES, [self.zero] * (len(rows) * number))
        inputs = [self.load(self.at(row, loop.position)) for row in rows]
        sums = list(loop.carried)
        for t, target in enumerate(self.targets):
            output = self.load(self.at(target, loop.position))  # One at a time: registers are few.
            for r, chunk in enumerate(inputs):
                at = r * number + t
                sums[at] = self.multiply_add(chunk, output, sums[at])
        loop.close(sums)
        return sums


def _pair(context: Any, builder: Any, signature: Any, args: Any) -> tuple[Tile, Any]:
    """Return a tile of two input rows, and a pointer to its scores or steps."""
    _, first, second, _, _, block, _, tile = args
    kinds = signature.args
    length = row_length(context, builder, kinds[0], args[0])
    inputs, outputs, targets, scores = pointers(context, builder, signature, args, 0, 3, 4, 6)
    rows = [builder.gep(inputs, [builder.mul(row, length)]) for row in (first, second)]
    numbers = builder.gep(targets, [builder.mul(block, INT(TARGETS))])
    return Tile(
        context, builder, kinds[0].dtype, rows, outputs, numbers, TARGETS, length
    ), builder.gep(scores, [builder.mul(tile, INT(TILE))])


def _emit_scores(tile: Tile, scores: Any) -> None:
    sums = tile.products(tile.rows)
    for first in range(0, TILE, LANES):
        totals = tile.totals(sums[first : first + LANES])
        pointer = tile.builder.gep(scores, [INT(first)])
        tile.store(totals, tile.builder.bitcast(pointer, totals.type.as_pointer()))


def _emit_update(tile: Tile, pointer: Any) -> None:
    builder = tile.builder
    flat = [tile.splat(builder.load(builder.gep(pointer, [INT(at)]))) for at in range(TILE)]
    steps = [flat[:TARGETS], flat[TARGETS:]]
    loop = Loop(tile.builder, tile.length, ROW_LANES)
    chunks = [tile.at(row, loop.position) for row in tile.rows]
    inputs = [tile.load(chunk) for chunk in chunks]
    moves = [tile.zero] * ROWS
    for t, target in enumerate(tile.targets):
        chunk = tile.at(target, loop.position)
        before = after = tile.load(chunk)
        for r in range(ROWS):
            moves[r] = tile.multiply_add(steps[r][t], before, moves[r])
            after = tile.multiply_add(steps[r][t], inputs[r], after)
        tile.store(after, chunk)
    for chunk, move in zip(chunks, moves, strict=True):
        # Loaded anew: the two input rows may be one.
        tile.store(tile.builder.fadd(tile.load(chunk), move), chunk)
    loop.close()


def _kinds(inputs: Any, outputs: Any, targets: Any, scores: Any) -> Any:
    numbers = types.intp
    return types.void(inputs, numbers, numbers, outputs, targets, numbers, scores, numbers)


@intrinsic
def _tile_scores(_, inputs, first, second, outputs, targets, block, scores, tile):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        _emit_scores(*_pair(context, builder, signature, args))
        return context.get_dummy_value()

    return _kinds(inputs, outputs, targets, scores), emit


@intrinsic
def _tile_update(_, inputs, first, second, outputs, targets, block, steps, tile):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        _emit_update(*_pair(context, builder, signature, args))
        return context.get_dummy_value()

    return _kinds(inputs, outputs, targets, steps), emit


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
    rows = outputs[targets[block * TARGETS : (block + 1) * TARGETS]]
    products = inputs[[first, second]] @ rows.T
    scores[tile * TILE : (tile + 1) * TILE] = products.ravel()


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
    step = steps[tile * TILE : (tile + 1) * TILE].reshape(ROWS, TARGETS)
    rows = inputs[[first, second]]
    moves = np.zeros_like(rows)
    for t, target in enumerate(targets[block * TARGETS : (block + 1) * TARGETS]):
        moves += step[:, t, None] * outputs[target]
        outputs[target] += step[:, t] @ rows
    inputs[first] += moves[0]
    inputs[second] += moves[1]


# tile_scores: scores[tile] = (2, 6) products of two input rows and the six output
# rows that block number `block` of `targets` names. tile_update: add to each of the
# eight rows the others times their step.
tile_scores: Any = _tile_scores_plain if JIT_DISABLED else _tile_scores
tile_update: Any = _tile_update_plain if JIT_DISABLED else _tile_update
