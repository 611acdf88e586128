"""The logistic function and the hyperbolic tangent of single numbers, for loops to inline.

libm's exponential is not vectorised, so float32 takes a polynomial and a quotient of
two, both right to 5e-7 of the value; the logistic function stops at 4e-38. They hold
no branch, so a loop that calls them becomes vector code. float64, which only tests
use, takes libm's.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from fastvec.kernels.jit import JIT_DISABLED, kernel

LOG2_E = 1.4426950408889634
LN_2_HIGH, LN_2_LOW = 0.693359375, -2.1219444005469057e-4  # Few bits times whole is exact.
MOST = 86.0  # exp stops here and at -86, before float32 loses digits.
# exp(x) on [-ln 2 / 2, ln 2 / 2], highest power first; fitted for the least relative error, 3e-9.
EXPONENTIAL = (0.00138131, 0.00836942, 0.04166846, 0.16666515, 0.49999993, 1.0, 1.0)
# tanh(x) / x on [-9, 9] in x * x, highest power first; fitted likewise, 2e-8.
TANH_ABOVE = (
    1.335455209219674e-08,
    2.0609000473437216e-05,
    0.003495583081718068,
    0.1338102138620476,
    0.9999999794651776,
)
TANH_BELOW = (
    7.776512590467289e-07,
    0.000328562660574279,
    0.025876962977177276,
    0.4671433698170082,
    1.0,
)
TANH_END = 9.0  # From here on tanh is 1 in float32.


@intrinsic
def _is_single_compiled(_, x):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    single = types.boolean

    def emit(context: Any, _builder: Any, signature: Any, _args: Any) -> Any:
        return context.get_constant(single, signature.args[0] == types.float32)

    return single(x), emit


def _is_single_plain(x: np.floating[Any]) -> bool:
    return isinstance(x, np.float32)


# Known when a kernel is compiled: only one of two branches is left.
is_single: Any = _is_single_plain if JIT_DISABLED else _is_single_compiled


@kernel
def limited(x: np.float32, limit: np.float32) -> np.float32:
    """Return a number cut to [-limit, limit]; NaN stays NaN."""
    x = -limit if x < -limit else x
    return limit if x > limit else x


@kernel
def _polynomial(coefficients: tuple[float, ...], x: np.float32) -> np.float32:
    number = type(x)
    total = number(0.0)
    for c in coefficients:
        total = total * x + number(c)
    return total


@kernel
def _exp(x: np.float32) -> np.float32:
    """Return exp(x) in float32; NaN stays NaN."""
    number = type(x)
    x = limited(x, number(MOST))
    power = x * number(LOG2_E)
    half = number(0.5) if power > number(0.0) else number(-0.5)
    whole = np.int32(power + half if power == power else number(0.0))
    n = number(whole)
    rest = x - n * number(LN_2_HIGH) - n * number(LN_2_LOW)
    return _polynomial(EXPONENTIAL, rest) * np.int32((whole + 127) << 23).view(np.float32)


@kernel
def sigmoid(x: np.float32) -> np.float32:
    """Return 1 / (1 + exp(-x)) in the type of x; NaN stays NaN."""
    number = type(x)
    if is_single(x):
        return number(1.0) / (number(1.0) + _exp(-x))
    e = np.exp(-abs(x))
    return (number(1.0) if x >= number(0.0) else e) / (number(1.0) + e)


@kernel
def tanh(x: np.float32) -> np.float32:
    """Return the hyperbolic tangent in the type of x; NaN stays NaN."""
    if is_single(x):
        x = limited(x, type(x)(TANH_END))
        square = x * x
        return x * _polynomial(TANH_ABOVE, square) / _polynomial(TANH_BELOW, square)
    return np.tanh(x)
