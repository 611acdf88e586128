"""Explicit vectors: the pieces that the innermost loops are put together from.

LLVM cannot prove that rows of a matrix do not overlap, and would emit scalar
code for loops over several of them; so the few loops that training spends its
time in are written as vectors. Rows of a matrix are taken `ROW_LANES` numbers at a
time, and padded with zeros to a multiple of that; the panels of a matrix product
`REGISTER` at a time; what is neither, such as scores, `LANES` at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import ir
from llvmlite.binding import get_host_cpu_name
from numba import config, types
from numba.core import cgutils
from numba.core.codegen import get_host_cpu_features

LANES = 8


def _features() -> str:
    """Return what the processor can do, or what Numba is told that it can."""
    told = config.CPU_FEATURES  # type: ignore[attr-defined]
    found = get_host_cpu_features() if told is None else told  # type: ignore[no-untyped-call]
    return str(found)


# Registers of AVX-512 hold twice as many numbers as those of AVX2, and there are twice as many.
REGISTER = 2 * LANES if "+avx512f" in _features().split(",") else LANES
# Zen 4 stores a whole one in two steps, and training stores as much as it multiplies.
ROW_LANES = LANES if get_host_cpu_name() == "znver4" else REGISTER

INT = ir.IntType(64)
INDEX = ir.IntType(32)


def vector_room(count: int) -> int:
    """Return the numbers that whole vectors of so many take up."""
    return -(-count // LANES) * LANES


def data(context: Any, builder: Any, array_type: Any, array: Any) -> Any:
    """Return the pointer to the first element of an array."""
    return context.make_array(array_type)(context, builder, array).data


def pointers(context: Any, builder: Any, signature: Any, args: Any, *places: int) -> list[Any]:
    """Return pointers to the first elements of the arrays at some places of the arguments."""
    return [data(context, builder, signature.args[place], args[place]) for place in places]


def list_length(context: Any, builder: Any, array_type: Any, array: Any) -> Any:
    """Return the extent of an array with one."""
    shape = context.make_array(array_type)(context, builder, array).shape
    return builder.extract_value(shape, 0)


def row_length(context: Any, builder: Any, array_type: Any, array: Any) -> Any:
    """Return the second extent of a matrix."""
    shape = context.make_array(array_type)(context, builder, array).shape
    return cgutils.unpack_tuple(builder, shape)[1]  # type: ignore[no-untyped-call]


def call_apart(builder: Any, name: str, values: Sequence[Any], emit: Callable[..., None]) -> None:
    """Call a function that ``emit`` writes, given a builder and the arguments.

    In line, code as long as this would keep LLVM from putting the kernels around it in line;
    and it would be made longer still, since short loops are unrolled where size does not count.
    """
    name = f"fastvec.{name}.{values[0].type.pointee}"
    function = builder.module.globals.get(name)
    if function is None:
        kind = ir.FunctionType(ir.VoidType(), [value.type for value in values])
        function = ir.Function(builder.module, kind, name)
        function.linkage = "internal"
        function.attributes.add("noinline")
        function.attributes.add("optsize")
        inside = ir.IRBuilder(function.append_basic_block("entry"))
        emit(inside, *function.args)
        inside.ret_void()
    builder.call(function, values)


class Loop:
    """A do-while loop from 0 to `length` in steps, with values carried along."""

    def __init__(self, builder: Any, length: Any, step: int, carried: Sequence[Any] = ()) -> None:
        self._builder, self._length, self._step = builder, length, step
        entry = builder.block
        self._body = builder.append_basic_block("row")
        builder.branch(self._body)
        builder.position_at_end(self._body)
        self.position = builder.phi(INT)
        self.position.add_incoming(INT(0), entry)
        self.carried = [builder.phi(value.type) for value in carried]
        for phi, value in zip(self.carried, carried, strict=True):
            phi.add_incoming(value, entry)

    def close(self, carried: Sequence[Any] = ()) -> None:
        """Go round again while anything is left."""
        builder = self._builder
        end = builder.block  # Not the body's first block where loops are nested.
        following = builder.add(self.position, INT(self._step))
        for phi, value in zip([self.position, *self.carried], [following, *carried], strict=True):
            phi.add_incoming(value, end)
        after = builder.append_basic_block("row_end")
        again = builder.icmp_signed("<", following, self._length)
        builder.cbranch(again, self._body, after)
        builder.position_at_end(after)


class Vectors:
    """Vectors of an array's number type, and what can be done with them."""

    def __init__(self, context: Any, builder: Any, dtype: Any, lanes: int = ROW_LANES) -> None:
        self.builder, self.lanes = builder, lanes
        self.number = context.get_data_type(dtype)
        self.single = dtype == types.float32
        self.type = ir.VectorType(self.number, lanes)
        self.zero = self.constant(0.0)

    def constant(self, value: float) -> Any:
        """Return a number in every lane."""
        return ir.Constant(self.type, [value] * self.lanes)

    def splat(self, value: Any) -> Any:
        """Return a value of the program in every lane."""
        vector = ir.VectorType(value.type, self.lanes)
        lane = self.builder.insert_element(ir.Constant(vector, ir.Undefined), value, INDEX(0))
        return self.spread(lane, 0)

    def spread(self, vector: Any, lane: int) -> Any:
        """Return one lane of a vector in every lane."""
        return self.shuffle(vector, vector, [lane] * self.lanes)

    def at(self, pointer: Any, offset: Any) -> Any:
        """Return a pointer to the vector from an offset on."""
        return self.builder.bitcast(self.builder.gep(pointer, [offset]), self.type.as_pointer())

    def span(self, pointer: Any, start: Any, count: int) -> list[Any]:
        """Return pointers to so many vectors from a start on."""
        first = self.builder.gep(pointer, [start])
        return [self.at(first, INT(place * self.lanes)) for place in range(count)]

    def load(self, pointer: Any) -> Any:
        """Load a vector that starts at any number."""
        return self.builder.load(pointer, align=4)

    def store(self, value: Any, pointer: Any) -> None:
        """Store a vector that starts at any number."""
        self.builder.store(value, pointer, align=4)

    def multiply_add(self, a: Any, b: Any, c: Any) -> Any:
        """Return a * b + c, fused where the processor can."""
        product = self.builder.fmul(a, b, flags=("contract",))
        return self.builder.fadd(product, c, flags=("contract",))

    def shuffle(self, a: Any, b: Any, lanes: list[int]) -> Any:
        """Pick lanes from two vectors."""
        index = ir.Constant(ir.VectorType(INDEX, len(lanes)), lanes)
        return self.builder.shuffle_vector(a, b, index)

    def call(self, intrinsic: str, *values: Any) -> Any:
        """Call a function of LLVM on vectors."""
        kinds = [value.type for value in values]
        kind = ir.FunctionType(kinds[0], kinds)
        name = f"{intrinsic}.v{self.lanes}{'f32' if self.single else 'f64'}"
        declared = self.builder.module.declare_intrinsic(name, (), kind)
        return self.builder.call(declared, values)

    def totals(self, sums: Sequence[Any]) -> Any:
        """Return the totals of up to eight vectors, side by side in one vector of `LANES`."""
        vectors = [*sums, *[self.zero] * (LANES - len(sums))]
        for width in (2, 4, 8):
            pairs = zip(*[iter(vectors)] * 2, strict=True)
            vectors = [self._add_halves(a, b, width) for a, b in pairs]
        (total,) = vectors
        if self.lanes > LANES:
            halves = [list(range(start, start + LANES)) for start in (0, LANES)]
            total = self.builder.fadd(*(self.shuffle(total, total, half) for half in halves))
        return self.shuffle(total, total, list(range(len(sums))))

    def _add_halves(self, a: Any, b: Any, width: int) -> Any:
        """Add the two halves of every `width` lanes, the results of a and b side by side."""
        half, lanes = width // 2, self.lanes
        starts = [s + shift for s in range(0, lanes, width) for shift in (0, lanes)]
        low = [lane for start in starts for lane in range(start, start + half)]
        high = [lane + half for lane in low]
        return self.builder.fadd(self.shuffle(a, b, low), self.shuffle(a, b, high))
