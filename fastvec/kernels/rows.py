"""Rows of a matrix that a list names: asked for ahead of use, summed, and moved together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from fastvec.kernels.jit import JIT_DISABLED, Array
from fastvec.kernels.simd import (
    INDEX,
    INT,
    Loop,
    Vectors,
    call_apart,
    data,
    list_length,
    pointers,
    row_length,
)
from fastvec.kernels.strips import for_strips

CACHE_LINE = 64


def _ask(builder: Any, pointer: Any, writing: int = 0) -> None:
    byte = ir.IntType(8).as_pointer()
    kind = ir.FunctionType(ir.VoidType(), [byte, INDEX, INDEX, INDEX])
    prefetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
    kept, data = INDEX(3), INDEX(1)
    builder.call(prefetch, [builder.bitcast(pointer, byte), INDEX(writing), kept, data])


def _emit_prefetch(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    matrix, row = args
    length = row_length(context, builder, signature.args[0], matrix)
    base = builder.gep(
        data(context, builder, signature.args[0], matrix), [builder.mul(row, length)]
    )
    number = context.get_data_type(signature.args[0].dtype)
    loop = Loop(builder, length, CACHE_LINE // context.get_abi_sizeof(number))
    _ask(builder, builder.gep(base, [loop.position]), writing=1)
    loop.close()
    return context.get_dummy_value()


def _emit_prefetch_at(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    array, place = args
    _ask(builder, builder.gep(data(context, builder, signature.args[0], array), [place]))
    return context.get_dummy_value()


class Rows(Vectors):
    """The rows of a matrix that a list names."""

    def __init__(
        self, context: Any, builder: Any, dtype: Any, matrix: Any, ids: Any, length: Any
    ) -> None:
        super().__init__(context, builder, dtype)
        self._matrix, self._ids, self._length = matrix, ids, length

    def named(self, place: Any) -> Any:
        """Return a pointer to the row that a place of the list names."""
        number = self.builder.sext(self.builder.load(self.builder.gep(self._ids, [place])), INT)
        return self.builder.gep(self._matrix, [self.builder.mul(number, self._length)])


def _strips_of_rows(name: str, strip: Callable[..., None]) -> Callable[..., Any]:
    """Return what emits a call of ``strip`` for each strip of a row and of those of a list.

    It is given the rows, how many these are, the row's vectors, a factor, the start and the size.
    """

    def emit_call(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def emit(
            builder: Any, matrix: Any, ids: Any, row: Any, count: Any, scale: Any, length: Any
        ) -> None:
            rows = Rows(context, builder, signature.args[0].dtype, matrix, ids, length)
            factor = rows.splat(scale)
            for_strips(
                builder, length,
                lambda start, size: strip(
                    rows, count, rows.span(row, start, size), factor, start, size
                ),
            )  # fmt: skip

        call_apart(builder, name, _values(context, builder, signature, args), emit)
        return context.get_dummy_value()

    return emit_call


def _sum_strip(rows: Rows, count: Any, total: Any, factor: Any, start: Any, size: int) -> None:
    loop = Loop(rows.builder, count, 1, [rows.zero] * size)
    row = rows.span(rows.named(loop.position), start, size)
    sums = [rows.builder.fadd(s, rows.load(v)) for s, v in zip(loop.carried, row, strict=True)]
    loop.close(sums)
    for value, vector in zip(sums, total, strict=True):
        rows.store(rows.builder.fmul(value, factor), vector)


def _add_strip(rows: Rows, count: Any, move: Any, factor: Any, start: Any, size: int) -> None:
    moves = [rows.builder.fmul(factor, rows.load(vector)) for vector in move]
    loop = Loop(rows.builder, count, 1)
    row = rows.span(rows.named(loop.position), start, size)
    for value, vector in zip(moves, row, strict=True):
        rows.store(rows.builder.fadd(rows.load(vector), value), vector)
    loop.close()


def _values(context: Any, builder: Any, signature: Any, args: Any) -> list[Any]:
    """Return the matrix, the list and the row as pointers, and the numbers that go with them."""
    return [
        *pointers(context, builder, signature, args, 0, 1, 2),
        list_length(context, builder, signature.args[1], args[1]), args[3],
        row_length(context, builder, signature.args[0], args[0]),
    ]  # fmt: skip


@intrinsic
def _prefetch_row(_, matrix, row):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return types.void(matrix, types.intp), _emit_prefetch


@intrinsic
def _prefetch_at(_, array, place):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return types.void(array, types.intp), _emit_prefetch_at


@intrinsic
def _sum_rows(_, matrix, ids, total, scale):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return types.void(matrix, ids, total, matrix.dtype), _strips_of_rows("sum_rows", _sum_strip)


@intrinsic
def _add_to_rows(_, matrix, ids, move, scale):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    return types.void(matrix, ids, move, matrix.dtype), _strips_of_rows("add_to_rows", _add_strip)


def _prefetch_row_plain(matrix: Array, row: int) -> None:
    """Do nothing: there is no cache to warm in plain Python."""


def _prefetch_at_plain(array: Array, place: int) -> None:
    """Do nothing either."""


def _sum_rows_plain(matrix: Array, ids: Array, total: Array, scale: float) -> None:
    total[:] = matrix[ids].sum(axis=0) * scale


def _add_to_rows_plain(matrix: Array, ids: Array, move: Array, scale: float) -> None:
    for number in ids:
        matrix[number] += move * scale


# prefetch_row(matrix, row): ask for a row that will be changed. prefetch_at(array, place): ask for
# numbers that will be read. sum_rows: total = scale * the sum of the rows named by `ids`, at least
# one. add_to_rows: add scale * move to each of them.
prefetch_at: Any = _prefetch_at_plain if JIT_DISABLED else _prefetch_at
prefetch_row: Any = _prefetch_row_plain if JIT_DISABLED else _prefetch_row
sum_rows: Any = _sum_rows_plain if JIT_DISABLED else _sum_rows
add_to_rows: Any = _add_to_rows_plain if JIT_DISABLED else _add_to_rows
