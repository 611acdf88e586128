"""Rows of a matrix that a list names: asked for ahead of use, summed, and moved together."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from fastvec.kernels.jit import JIT_DISABLED, Array
from fastvec.kernels.simd import INDEX, INT, ROW_LANES, Loop, Vectors, data, row_length

CACHE_LINE = 64


def _emit_prefetch(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    matrix, row = args
    length = row_length(context, builder, signature.args[0], matrix)
    base = builder.gep(
        data(context, builder, signature.args[0], matrix), [builder.mul(row, length)]
    )
    number = context.get_data_type(signature.args[0].dtype)
    loop = Loop(builder, length, CACHE_LINE // context.get_abi_sizeof(number))
    byte = ir.IntType(8).as_pointer()
    kind = ir.FunctionType(ir.VoidType(), [byte, INDEX, INDEX, INDEX])
    prefetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
    address = builder.bitcast(builder.gep(base, [loop.position]), byte)
    builder.call(prefetch, [address, INDEX(1), INDEX(3), INDEX(1)])  # to be written; keep; data
    loop.close()
    return context.get_dummy_value()


class _Rows(Vectors):
    """The pointers that both routines over a list of rows start from."""

    def __init__(self, context: Any, builder: Any, kinds: Any, args: Any) -> None:
        matrix, ids, row, _ = args
        super().__init__(context, builder, kinds[0].dtype)
        self.length = row_length(context, builder, kinds[0], matrix)
        self._base = data(context, builder, kinds[0], matrix)
        self._ids = data(context, builder, kinds[1], ids)
        shape = context.make_array(kinds[1])(context, builder, ids).shape
        self.count = builder.extract_value(shape, 0)
        self.row = data(context, builder, kinds[2], row)

    def pair(self, place: Any, scale: Any) -> list[tuple[Any, Any]]:
        """Return the rows that a place and the next one name, and their scales.

        Beyond the list it is the last row again, with a scale of zero. The list goes outside
        the row, whose end comes as predicted, unlike that of a short list.
        """
        following = self.builder.add(place, INT(1))
        more = self.builder.icmp_signed("<", following, self.count)
        second = self._named(self.builder.select(more, following, place))
        return [(self._named(place), scale), (second, self.builder.select(more, scale, self.zero))]

    def _named(self, place: Any) -> Any:
        number = self.builder.sext(self.builder.load(self.builder.gep(self._ids, [place])), INT)
        return self.builder.gep(self._base, [self.builder.mul(number, self.length)])


def _emit_sum(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    """Two rows in a pass over the total; the first pass replaces it."""
    rows = _Rows(context, builder, signature.args, args)
    over_list = Loop(builder, rows.count, 2)
    begun = builder.icmp_signed("!=", over_list.position, INT(0))
    pair = rows.pair(over_list.position, rows.splat(args[3]))
    over_row = Loop(builder, rows.length, ROW_LANES)
    total = rows.at(rows.row, over_row.position)
    sums = builder.select(begun, rows.load(total), rows.zero)
    for row, scale in pair:
        sums = rows.multiply_add(rows.load(rows.at(row, over_row.position)), scale, sums)
    rows.store(sums, total)
    over_row.close()
    over_list.close()
    return context.get_dummy_value()


def _emit_add(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    """Two rows in a pass over the move; they may be one."""
    rows = _Rows(context, builder, signature.args, args)
    over_list = Loop(builder, rows.count, 2)
    pair = rows.pair(over_list.position, rows.splat(args[3]))
    over_row = Loop(builder, rows.length, ROW_LANES)
    move = rows.load(rows.at(rows.row, over_row.position))
    for row, scale in pair:
        chunk = rows.at(row, over_row.position)
        rows.store(rows.multiply_add(move, scale, rows.load(chunk)), chunk)
    over_row.close()
    over_list.close()
    return context.get_dummy_value()


@intrinsic
def _prefetch_row(_, matrix, row):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return types.void(matrix, types.intp), _emit_prefetch


@intrinsic
def _sum_rows(_, matrix, ids, total, scale):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return types.void(matrix, ids, total, matrix.dtype), _emit_sum


@intrinsic
def _add_to_rows(_, matrix, ids, move, scale):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return types.void(matrix, ids, move, matrix.dtype), _emit_add


def _prefetch_row_plain(matrix: Array, row: int) -> None:
    """Do nothing: there is no cache to warm in plain Python."""


def _sum_rows_plain(matrix: Array, ids: Array, total: Array, scale: float) -> None:
    total[:] = matrix[ids].sum(axis=0) * scale


def _add_to_rows_plain(matrix: Array, ids: Array, move: Array, scale: float) -> None:
    for number in ids:
        matrix[number] += move * scale


# prefetch_row(matrix, row): ask for a row ahead of use. sum_rows: total = scale * the sum
# of the rows named by `ids`, at least one. add_to_rows: add scale * move to each of them.
prefetch_row: Any = _prefetch_row_plain if JIT_DISABLED else _prefetch_row
sum_rows: Any = _sum_rows_plain if JIT_DISABLED else _sum_rows
add_to_rows: Any = _add_to_rows_plain if JIT_DISABLED else _add_to_rows
