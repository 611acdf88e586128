"""Short copies, whole vectors at a time: a loop number by number costs several times as much."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from fastvec.kernels.jit import JIT_DISABLED, Array
from fastvec.kernels.simd import LANES, Loop, data, vector_room


def _emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    source, at, target, to, count = args
    kind = signature.args[0]
    vector = ir.VectorType(context.get_data_type(kind.dtype), LANES).as_pointer()
    ends = [
        builder.gep(data(context, builder, kind, array), [start])
        for array, start in ((source, at), (target, to))
    ]
    loop = Loop(builder, count, LANES)
    read, written = (builder.bitcast(builder.gep(end, [loop.position]), vector) for end in ends)
    builder.store(builder.load(read, align=4), written, align=4)
    loop.close()
    return context.get_dummy_value()


@intrinsic
def _copy_numbers(_, source, at, target, to, count):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    number = types.intp
    return types.void(source, number, target, number, number), _emit


def _copy_numbers_plain(source: Array, at: int, target: Array, to: int, count: int) -> None:
    room = vector_room(count)
    target[to : to + room] = source[at : at + room].copy()


# copy_numbers(source, at, target, to, count): copy numbers, at least one, from one array to a
# place of another of the same type. Whole vectors are read and written, so there must be room.
copy_numbers: Any = _copy_numbers_plain if JIT_DISABLED else _copy_numbers
