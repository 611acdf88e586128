"""Two input rows against six output rows: the arithmetic at the heart of training.

A tile computes twelve dot products in one pass over the rows, or moves all
eight rows in one pass. Written as explicit vectors, because LLVM cannot prove
that the rows do not overlap and would emit scalar code: twelve running sums
and the two input chunks just fit the sixteen vector registers of AVX2, each
output chunk is loaded once, and the sums are folded by a tree of shuffles.

Rows must be padded with zeros to a multiple of `LANES` numbers. Rows may be
equal: every chunk is stored before the next one that could alias it is loaded,
so no move is lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from fastvec.kernels.jit import JIT_DISABLED, Array

LANES = 8
ROWS = 2
TARGETS = 6
TILE = ROWS * TARGETS
CACHE_LINE = 64

_INT = ir.IntType(64)
_INDEX = ir.IntType(32)


def _data(context: Any, builder: Any, array_type: Any, array: Any) -> Any:
    """Return the pointer to the first element of an array."""
    return context.make_array(array_type)(context, builder, array).data


def _row_length(context: Any, builder: Any, array_type: Any, array: Any) -> Any:
    """Return the second extent of a matrix."""
    shape = context.make_array(array_type)(context, builder, array).shape
    return cgutils.unpack_tuple(builder, shape)[1]  # type: ignore[no-untyped-call]


def _shuffle(builder: Any, a: Any, b: Any, lanes: list[int]) -> Any:
    """Pick lanes from two vectors."""
    return builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(_INDEX, len(lanes)), lanes))


def _fold_pair(builder: Any, a: Any, b: Any, width: int) -> Any:
    """Add the two halves of every `width` lanes, the results of a and b side by side."""
    half = width // 2
    starts = [s + shift for s in range(0, LANES, width) for shift in (0, LANES)]
    low = [lane for start in starts for lane in range(start, start + half)]
    high = [lane + half for lane in low]
    return builder.fadd(_shuffle(builder, a, b, low), _shuffle(builder, a, b, high))


def _fold(builder: Any, sums: list[Any]) -> Any:
    """Turn eight (or four) vectors into one vector of their eight (or four) totals."""
    for width in (2, 4):
        sums = [_fold_pair(builder, a, b, width) for a, b in zip(*[iter(sums)] * 2, strict=True)]
    if len(sums) == 2:
        return _fold_pair(builder, sums[0], sums[1], 8)
    (both,) = sums
    low, high = ([lane + shift for lane in range(4)] for shift in (0, 4))
    return builder.fadd(_shuffle(builder, both, both, low), _shuffle(builder, both, both, high))


class _Loop:
    """A loop over a row, `step` numbers at a time, with values carried along."""

    def __init__(self, builder: Any, length: Any, step: int, carried: Sequence[Any] = ()) -> None:
        self._builder, self._length, self._step = builder, length, step
        entry = builder.block
        self._body = builder.append_basic_block("row")
        builder.branch(self._body)
        builder.position_at_end(self._body)
        self.position = builder.phi(_INT)
        self.position.add_incoming(_INT(0), entry)
        self.carried = [builder.phi(value.type) for value in carried]
        for phi, value in zip(self.carried, carried, strict=True):
            phi.add_incoming(value, entry)

    def close(self, carried: Sequence[Any] = ()) -> None:
        """Go round again while the row lasts."""
        builder = self._builder
        following = builder.add(self.position, _INT(self._step))
        for phi, value in zip([self.position, *self.carried], [following, *carried], strict=True):
            phi.add_incoming(value, self._body)
        after = builder.append_basic_block("row_end")
        again = builder.icmp_signed("<", following, self._length)
        builder.cbranch(again, self._body, after)
        builder.position_at_end(after)


class _Tile:
    """The pointers that both tile routines start from."""

    def __init__(self, context: Any, builder: Any, kinds: Any, args: Any) -> None:
        inputs, first, second, outputs, targets, block, values, tile = args
        self.builder = builder
        self.length = _row_length(context, builder, kinds[0], inputs)
        self.vector = ir.VectorType(context.get_data_type(kinds[0].dtype), LANES)
        self.zero = ir.Constant(self.vector, [0.0] * LANES)
        base = _data(context, builder, kinds[0], inputs)
        self.rows = [self._offset(base, builder.mul(row, self.length)) for row in (first, second)]
        ids = _data(context, builder, kinds[4], targets)
        ids = self._offset(ids, builder.mul(block, _INT(TARGETS)))
        base = _data(context, builder, kinds[3], outputs)
        self.targets = []
        for t in range(TARGETS):
            row = builder.sext(builder.load(self._offset(ids, _INT(t))), _INT)
            self.targets.append(self._offset(base, builder.mul(row, self.length)))
        values = _data(context, builder, kinds[6], values)
        self.values = self._offset(values, builder.mul(tile, _INT(TILE)))

    def _offset(self, pointer: Any, count: Any) -> Any:
        return self.builder.gep(pointer, [count])

    def chunk(self, row: Any, position: Any) -> Any:
        """Return a pointer to `LANES` numbers of a row."""
        return self.builder.bitcast(self._offset(row, position), self.vector.as_pointer())

    def load(self, pointer: Any) -> Any:
        """Load a chunk that starts at any number."""
        return self.builder.load(pointer, align=4)

    def store(self, value: Any, pointer: Any) -> None:
        """Store a chunk that starts at any number."""
        self.builder.store(value, pointer, align=4)

    def multiply_add(self, a: Any, b: Any, c: Any) -> Any:
        """Return a * b + c, fused where the processor can."""
        product = self.builder.fmul(a, b, flags=("contract",))
        return self.builder.fadd(product, c, flags=("contract",))

    def store_values(self, value: Any, at: int) -> None:
        """Store a vector of results at the tile's values."""
        pointer = self._offset(self.values, _INT(at))
        self.store(value, self.builder.bitcast(pointer, value.type.as_pointer()))

    def splat_value(self, at: int) -> Any:
        """Return one of the tile's values in every lane."""
        value = self.builder.load(self._offset(self.values, _INT(at)))
        lane = self.builder.insert_element(ir.Constant(self.vector, ir.Undefined), value, _INDEX(0))
        return _shuffle(self.builder, lane, lane, [0] * LANES)


def _emit_scores(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    tile = _Tile(context, builder, signature.args, args)
    loop = _Loop(builder, tile.length, LANES, [tile.zero] * TILE)
    inputs = [tile.load(tile.chunk(row, loop.position)) for row in tile.rows]
    sums = list(loop.carried)
    for t, row in enumerate(tile.targets):
        output = tile.load(tile.chunk(row, loop.position))  # One at a time, or registers run out.
        for r in range(ROWS):
            at = r * TARGETS + t
            sums[at] = tile.multiply_add(inputs[r], output, sums[at])
    loop.close(sums)
    tile.store_values(_fold(builder, sums[:LANES]), 0)
    tile.store_values(_fold(builder, sums[LANES:]), LANES)
    return context.get_dummy_value()


def _emit_update(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    tile = _Tile(context, builder, signature.args, args)
    steps = [[tile.splat_value(r * TARGETS + t) for t in range(TARGETS)] for r in range(ROWS)]
    loop = _Loop(builder, tile.length, LANES)
    chunks = [tile.chunk(row, loop.position) for row in tile.rows]
    inputs = [tile.load(chunk) for chunk in chunks]
    moves = [tile.zero] * ROWS
    for t in range(TARGETS):
        chunk = tile.chunk(tile.targets[t], loop.position)
        before = after = tile.load(chunk)
        for r in range(ROWS):
            moves[r] = tile.multiply_add(steps[r][t], before, moves[r])
            after = tile.multiply_add(steps[r][t], inputs[r], after)
        tile.store(after, chunk)
    for chunk, move in zip(chunks, moves, strict=True):
        # Loaded anew: the two input rows may be one.
        tile.store(builder.fadd(tile.load(chunk), move), chunk)
    loop.close()
    return context.get_dummy_value()


def _emit_prefetch(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    matrix, row = args
    length = _row_length(context, builder, signature.args[0], matrix)
    base = builder.gep(
        _data(context, builder, signature.args[0], matrix), [builder.mul(row, length)]
    )
    number = context.get_data_type(signature.args[0].dtype)
    loop = _Loop(builder, length, CACHE_LINE // context.get_abi_sizeof(number))
    byte = ir.IntType(8).as_pointer()
    kind = ir.FunctionType(ir.VoidType(), [byte, _INDEX, _INDEX, _INDEX])
    prefetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
    address = builder.bitcast(builder.gep(base, [loop.position]), byte)
    builder.call(prefetch, [address, _INDEX(1), _INDEX(3), _INDEX(1)])  # to be written; keep; data
    loop.close()
    return context.get_dummy_value()


@intrinsic
def _tile_scores(_, inputs, first, second, outputs, targets, block, scores, tile):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    kinds = (inputs, types.intp, types.intp, outputs, targets, types.intp, scores, types.intp)
    return types.void(*kinds), _emit_scores


@intrinsic
def _tile_update(_, inputs, first, second, outputs, targets, block, steps, tile):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    kinds = (inputs, types.intp, types.intp, outputs, targets, types.intp, steps, types.intp)
    return types.void(*kinds), _emit_update


@intrinsic
def _prefetch_row(_, matrix, row):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return types.void(matrix, types.intp), _emit_prefetch


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


def _prefetch_row_plain(matrix: Array, row: int) -> None:
    """Do nothing: there is no cache to warm in plain Python."""


# tile_scores: scores[tile] = (2, 6) products of two input rows and the six output
# rows that block number `block` of `targets` names. tile_update: add to each of the
# eight rows the others times their step. prefetch_row: ask for a row ahead of use.
tile_scores: Any = _tile_scores_plain if JIT_DISABLED else _tile_scores
tile_update: Any = _tile_update_plain if JIT_DISABLED else _tile_update
prefetch_row: Any = _prefetch_row_plain if JIT_DISABLED else _prefetch_row
