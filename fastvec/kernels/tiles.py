"""Input rows against six output rows: the arithmetic at the heart of training.

A tile of two input rows computes twelve dot products in one pass over the rows,
or moves all eight rows in one pass: twelve running sums and the two input chunks
just fit the sixteen vector registers of AVX2, each output chunk is loaded once,
and the sums are folded by a tree of shuffles. A tile of one row serves CBOW.

Rows of a tile may be equal: every chunk is stored before the next one that
could alias it is loaded, so no move is lost.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from fastvec.kernels.jit import JIT_DISABLED, Array
from fastvec.kernels.simd import INT, LANES, Loop, Vectors, data, row_length

ROWS = 2
TARGETS = 6
TILE = ROWS * TARGETS


class _Tile(Vectors):
    """The pointers that all tile routines start from."""

    def __init__(self, context: Any, builder: Any, kinds: Any, args: Any, values: int) -> None:
        inputs, first, second, outputs, targets, block, scores, tile = args
        self.begun = builder.icmp_signed("!=", block, INT(0))
        super().__init__(context, builder, kinds[0].dtype)
        self.length = row_length(context, builder, kinds[0], inputs)
        base = data(context, builder, kinds[0], inputs)
        self.rows = [builder.gep(base, [builder.mul(row, self.length)]) for row in (first, second)]
        ids = data(context, builder, kinds[4], targets)
        ids = builder.gep(ids, [builder.mul(block, INT(TARGETS))])
        base = data(context, builder, kinds[3], outputs)
        self.targets = []
        for t in range(TARGETS):
            row = builder.sext(builder.load(builder.gep(ids, [INT(t)])), INT)
            self.targets.append(builder.gep(base, [builder.mul(row, self.length)]))
        scores = data(context, builder, kinds[6], scores)
        self.scores = builder.gep(scores, [builder.mul(tile, INT(values))])

    def store_totals(self, sums: list[Any], first: int) -> None:
        """Store the totals of vectors among the tile's scores."""
        totals = self.totals(sums)
        pointer = self.builder.gep(self.scores, [INT(first)])
        self.store(totals, self.builder.bitcast(pointer, totals.type.as_pointer()))

    def step(self, at: int) -> Any:
        """Return one of the tile's steps in every lane."""
        return self.splat(self.builder.load(self.builder.gep(self.scores, [INT(at)])))


def _emit_scores(tile: _Tile, rows: int) -> None:
    """Store whole vectors where a row is alone: it takes long to load what came in pieces."""
    loop = Loop(tile.builder, tile.length, LANES, [tile.zero] * (rows * TARGETS))
    inputs = [tile.load(tile.at(row, loop.position)) for row in tile.rows[:rows]]
    sums = list(loop.carried)
    for t, target in enumerate(tile.targets):
        output = tile.load(tile.at(target, loop.position))  # One at a time: registers are few.
        for r, chunk in enumerate(inputs):
            at = r * TARGETS + t
            sums[at] = tile.multiply_add(chunk, output, sums[at])
    loop.close(sums)
    if rows == 1:
        sums += [tile.zero] * (LANES - TARGETS)
    for first in range(0, len(sums), LANES):
        tile.store_totals(sums[first : first + LANES], first)


def _emit_update(tile: _Tile) -> None:
    steps = [[tile.step(r * TARGETS + t) for t in range(TARGETS)] for r in range(ROWS)]
    loop = Loop(tile.builder, tile.length, LANES)
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


def _emit_row_update(tile: _Tile) -> None:
    steps = [tile.step(t) for t in range(TARGETS)]
    loop = Loop(tile.builder, tile.length, LANES)
    source, moved = (tile.at(row, loop.position) for row in tile.rows)
    hidden = tile.load(source)
    move = tile.builder.select(tile.begun, tile.load(moved), tile.zero)
    for step, target in zip(steps, tile.targets, strict=True):
        chunk = tile.at(target, loop.position)
        before = tile.load(chunk)
        move = tile.multiply_add(step, before, move)
        tile.store(tile.multiply_add(step, hidden, before), chunk)
    tile.store(move, moved)
    loop.close()


def _kinds(inputs: Any, outputs: Any, targets: Any, scores: Any) -> Any:
    numbers = types.intp
    return types.void(inputs, numbers, numbers, outputs, targets, numbers, scores, numbers)


@intrinsic
def _tile_scores(_, inputs, first, second, outputs, targets, block, scores, tile):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        _emit_scores(_Tile(context, builder, signature.args, args, TILE), ROWS)
        return context.get_dummy_value()

    return _kinds(inputs, outputs, targets, scores), emit


@intrinsic
def _tile_update(_, inputs, first, second, outputs, targets, block, steps, tile):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        _emit_update(_Tile(context, builder, signature.args, args, TILE))
        return context.get_dummy_value()

    return _kinds(inputs, outputs, targets, steps), emit


@intrinsic
def _row_scores(_, inputs, row, moved, outputs, targets, block, scores, tile):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        _emit_scores(_Tile(context, builder, signature.args, args, TARGETS), 1)
        return context.get_dummy_value()

    return _kinds(inputs, outputs, targets, scores), emit


@intrinsic
def _row_update(_, inputs, row, moved, outputs, targets, block, steps, tile):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        _emit_row_update(_Tile(context, builder, signature.args, args, TARGETS))
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


def _row_scores_plain(
    inputs: Array,
    row: int,
    moved: int,
    outputs: Array,
    targets: Array,
    block: int,
    scores: Array,
    tile: int,
) -> None:
    rows = outputs[targets[block * TARGETS : (block + 1) * TARGETS]]
    scores[tile * TARGETS : (tile + 1) * TARGETS] = rows @ inputs[row]
    scores[(tile + 1) * TARGETS : tile * TARGETS + LANES] = 0


def _row_update_plain(
    inputs: Array,
    row: int,
    moved: int,
    outputs: Array,
    targets: Array,
    block: int,
    steps: Array,
    tile: int,
) -> None:
    step = steps[tile * TARGETS : (tile + 1) * TARGETS]
    if block == 0:
        inputs[moved] = 0
    for t, target in enumerate(targets[block * TARGETS : (block + 1) * TARGETS]):
        inputs[moved] += step[t] * outputs[target]
        outputs[target] += step[t] * inputs[row]


# tile_scores: scores[tile] = (2, 6) products of two input rows and the six output
# rows that block number `block` of `targets` names. tile_update: add to each of the
# eight rows the others times their step.
tile_scores: Any = _tile_scores_plain if JIT_DISABLED else _tile_scores
tile_update: Any = _tile_update_plain if JIT_DISABLED else _tile_update
# The same with one input row. The rest of a vector of scores becomes zero. Another row,
# `moved`, holds the input row's own move so far, which block 0 begins.
row_scores: Any = _row_scores_plain if JIT_DISABLED else _row_scores
row_update: Any = _row_update_plain if JIT_DISABLED else _row_update
