"""The machine code of kernels, compiled afresh: code from the cache cannot be looked at."""

from __future__ import annotations

import re

import numba

from fastvec.kernels.jit import FASTMATH

# Divisions and roots of several float32 at once, on x86 and on ARM.
VECTORS = {
    "div": r"\bv?divps\b|\bfdiv\s+v\d+\.4s",
    "sqrt": r"\bv?(r?sqrt)ps\b|\bfsqrt\s+v\d+\.4s",
}


def assembly(kernel, *arguments):
    """Compile a kernel for these arguments, and return its code."""
    fresh = numba.njit(nogil=True, error_model="numpy", fastmath=FASTMATH)(kernel.py_func)
    fresh(*arguments)
    return next(iter(fresh.inspect_asm().values()))


def has_vectors(code, operation):
    """Tell whether code has vectors in an operation."""
    return re.search(VECTORS[operation], code) is not None


def calls(code, function):
    """Tell whether code mentions a function of libm, on vectors or numbers."""
    return re.search(rf"(?<![\w.]){function}f?(?![\w.])", code) is not None
