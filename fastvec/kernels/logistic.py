"""The logistic function and its loss over many scores at once.

libm's exponential is not vectorised, so a polynomial stands in for it. Its
relative error is below 2e-7 + 8e-8 x: least where exp(-x) is large, so that the
logistic function is right to 2e-7 everywhere. float64, which only tests use,
takes libm's.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from fastvec.kernels.jit import JIT_DISABLED, Array, kernel
from fastvec.kernels.simd import INDEX, INT, LANES, Loop, Vectors, data, vector_room

LOG2_E = 1.4426950408889634
# 2**f on [0, 1], exact at 0; fitted for the least largest relative error, 8e-8.
POLYNOMIAL = (
    0.0018671309808269143,
    0.009017027914524078,
    0.05579991638660431,
    0.24016444385051727,
    0.6931512951850891,
    1.0,
)
LEAST = -124.0  # Powers of two stop here: results stop at 5e-38.

PERIOD = 6  # Signs repeat: every three vectors begin alike.
SLACK = LANES - PERIOD  # Numbers that are read beyond the signs, and not used.
SECTION = 384  # A product of so many factors below 2, times FULL, still fits float64.
FULL = 1e150
LARGE = 2.0**60  # Of a lane's product; eight of them fit float64.


class Steps(Vectors):
    """Steps of `LANES` scores at a time, and the loss so far."""

    def __init__(self, context: Any, builder: Any, dtype: Any, rate: Any, loss: Any) -> None:
        super().__init__(context, builder, dtype, LANES)
        self.rate, self.loss = self.splat(rate), loss
        self.one = self.constant(1.0)

    def load_signs(self, pointer: Any) -> Any:
        """Load signs, which are bytes: paths are long, and come from memory."""
        signs = ir.VectorType(ir.IntType(8), LANES).as_pointer()
        loaded = self.builder.load(self.builder.bitcast(pointer, signs), align=1)
        return self.builder.sitofp(loaded, self.type)

    def exp_negative(self, x: Any) -> Any:
        """Return exp(-x) for x >= 0; NaN stays NaN."""
        builder = self.builder
        if not self.single:
            return self.call("llvm.exp", builder.fneg(x))
        least = self.constant(LEAST)
        power = builder.fmul(x, self.constant(-LOG2_E))
        power = builder.select(builder.fcmp_ordered("<", power, least), least, power)
        number = builder.fcmp_ordered("ord", power, power)
        whole = self.call("llvm.floor", builder.select(number, power, self.zero))
        rest = builder.fsub(power, whole)
        fraction = self.constant(POLYNOMIAL[0])
        for coefficient in POLYNOMIAL[1:]:
            fraction = self.multiply_add(fraction, rest, self.constant(coefficient))
        integers = ir.VectorType(INDEX, LANES)
        exponent = builder.add(
            builder.fptosi(whole, integers), ir.Constant(integers, [127] * LANES)
        )
        exponent = builder.shl(exponent, ir.Constant(integers, [23] * LANES))
        return builder.fmul(fraction, builder.bitcast(exponent, self.type))

    def learn(self, scores: Any, signs: Any) -> tuple[Any, Any, Any]:
        """Return the steps, the loss's linear part and its factors."""
        builder = self.builder
        z = builder.fmul(signs, scores)
        e = self.exp_negative(self.call("llvm.fabs", z))
        factor = builder.fadd(self.one, e)
        share = builder.select(builder.fcmp_ordered(">", z, self.zero), e, self.one)
        step = builder.fmul(builder.fmul(self.rate, signs), builder.fdiv(share, factor))
        linear = builder.select(
            builder.fcmp_unordered("<", z, self.zero), builder.fneg(z), self.zero
        )
        padding = builder.fcmp_ordered("==", signs, self.zero)
        return step, linear, builder.select(padding, self.one, factor)

    def book(self, linear: Any, product: Any) -> None:
        """Add the lanes' sums and multiply their products into the loss."""
        builder, double = self.builder, ir.DoubleType()
        wide = ir.VectorType(double, LANES)
        if self.single:
            linear, product = (builder.fpext(value, wide) for value in (linear, product))
        for place, value, join in ((0, linear, builder.fadd), (1, product, builder.fmul)):
            at = builder.gep(self.loss, [INT(place)])
            total = builder.load(at)
            half = LANES // 2
            while half:
                lanes = list(range(half))
                value = join(
                    self.shuffle(value, value, lanes),
                    self.shuffle(value, value, [lane + half for lane in lanes]),
                )
                half //= 2
            builder.store(join(total, builder.extract_element(value, INDEX(0))), at)

    def book_large(self, linear: Any, product: Any) -> tuple[Any, Any]:
        """Return the lanes' sums and products, those of nothing if they were large and booked."""
        builder, before = self.builder, self.builder.block
        large = builder.fcmp_ordered(">", product, self.constant(LARGE))
        lanes = ir.IntType(LANES)
        any_large = builder.icmp_unsigned("!=", builder.bitcast(large, lanes), lanes(0))
        with builder.if_then(any_large, likely=False):
            self.book(linear, product)
            kind = ir.DoubleType()
            log = builder.module.declare_intrinsic("llvm.log", [kind])
            total, factor = (builder.gep(self.loss, [INT(place)]) for place in (0, 1))
            logarithm = builder.call(log, [builder.load(factor)])
            builder.store(builder.fadd(builder.load(total), logarithm), total)
            builder.store(kind(1.0), factor)
            booked = builder.block
        values = []
        for value, start in ((linear, self.zero), (product, self.one)):
            phi = builder.phi(value.type)
            phi.add_incoming(value, before)
            phi.add_incoming(start, booked)
            values.append(phi)
        return values[0], values[1]


def _sign_patterns(section: Steps, signs: Any) -> list[Any]:
    """Return the signs of the first three vectors of scores, after which they repeat."""
    own = section.load_signs(signs)  # Two numbers more than are used.
    starts = range(0, 3 * LANES, LANES)
    return [
        section.shuffle(own, own, [(start + lane) % PERIOD for lane in range(LANES)])
        for start in starts
    ]


def _emit_section(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    kinds = signature.args
    scores, start, count, signs, first, rate, loss = args
    section = Steps(context, builder, kinds[0].dtype, rate, data(context, builder, kinds[6], loss))
    scores = builder.gep(data(context, builder, kinds[0], scores), [start])
    signs = builder.gep(data(context, builder, kinds[3], signs), [first])
    patterns = _sign_patterns(section, signs)
    loop = Loop(builder, count, LANES, [section.zero, section.one, *patterns])
    linear_sum, product, own_signs, *others = loop.carried
    counted = ir.VectorType(INT, LANES)
    lanes = builder.add(section.splat(loop.position), ir.Constant(counted, list(range(LANES))))
    live = builder.icmp_signed("<", lanes, section.splat(count))
    chunk = section.at(scores, loop.position)
    values = section.load(chunk)
    # What lies beyond the last score may be anything, even no number.
    live_signs, values = (
        builder.select(live, value, section.zero) for value in (own_signs, values)
    )
    step, linear, factor = section.learn(values, live_signs)
    section.store(step, chunk)
    sums = [builder.fadd(linear_sum, linear), builder.fmul(product, factor)]
    loop.close([*sums, *others, own_signs])
    section.book(*sums)
    return context.get_dummy_value()


@intrinsic
def _logistic_section(_, scores, start, count, signs, first, rate, loss):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    kinds = (scores, types.intp, types.intp, signs, types.intp, scores.dtype, loss)
    return types.void(*kinds), _emit_section


def _logistic_section_plain(
    scores: Array, start: int, count: int, signs: Array, first: int, rate: float, loss: Array
) -> None:
    part, sign = scores[start : start + count], np.resize(signs[first : first + PERIOD], count)
    z = sign * part
    e = np.exp(-abs(z))
    loss[0] += np.where(z >= 0, 0, -z).sum()
    loss[1] *= np.where(sign == 0, 1, 1 + e).prod(dtype=np.float64)
    part[:] = rate * sign * np.where(z > 0, e, 1) / (1 + e)
    scores[start + count : start + vector_room(count)] = 0


logistic_section: Any = _logistic_section_plain if JIT_DISABLED else _logistic_section


@kernel
def carry(loss: Array) -> None:
    """Take the logarithm of a loss's product before it is too large."""
    if loss[1] > FULL:
        loss[0] += np.log(loss[1])
        loss[1] = 1.0


@kernel
def logistic_steps(
    scores: Array,
    start: int,
    count: int,
    signs: Array,
    first: int,
    rate: np.float32,
    loss: Array,
) -> None:
    """Replace scores by the steps of the logistic loss, and add up that loss.

    With z = sign * score, the loss is log(1 + exp(-z)) and the step is
    rate * sign * sigmoid(-z). A sign of 0 marks padding: no step and no loss.

    Parameters
    ----------
    scores : ndarray of float, changed in place from ``start`` for ``count`` numbers
        There must be room for `vector_room` of them; the rest of it becomes zero.
    count : int
        At least 1.
    signs : ndarray of int8
        1 for observed words, -1 for noise words, 0 for padding: the six from ``first`` on are
        repeated over the scores. `SLACK` more numbers must follow.
    rate : float of the same type
        Steps rate.
    loss : ndarray of float64, shape (2,)
        The loss so far is ``loss[0] + log(loss[1])``: a product of factors
        between 1 and 2 needs one logarithm for hundreds of scores.
    """
    for done in range(0, count, SECTION):
        part = min(SECTION, count - done)
        logistic_section(scores, start + done, part, signs, first, rate, loss)
        carry(loss)
