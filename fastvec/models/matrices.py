"""Parameter matrices: aligned, padded, started from the seed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from fastvec.kernels.simd import ROW_LANES

ALIGNMENT = 64  # bytes: a cache line
ROWS_AT_ONCE = 1024


def padded_dim(dim: int) -> int:
    """Return a row's length in memory: whole vectors of the kernels."""
    return -(-dim // ROW_LANES) * ROW_LANES


def padded_zeros(rows: int, dim: int, dtype: DTypeLike = np.float32) -> NDArray[Any]:
    """Return zeros of shape (rows, padded dim), the first row starting a cache line."""
    matrix = aligned_empty(rows, padded_dim(dim), dtype=dtype)
    matrix[:] = 0
    return matrix


def aligned_empty(*shape: int, dtype: DTypeLike = np.float32) -> NDArray[Any]:
    """Return an array of numbers that has its cache lines to itself, with anything in it.

    Threads whose scratch shares a line would wait for each other.
    """
    size = math.prod(shape)
    # np.empty asks the system for huge pages, np.zeros does not; but it starts anywhere.
    raw = np.empty(size + 2 * ALIGNMENT // np.dtype(dtype).itemsize, dtype)
    start = (-raw.ctypes.data % ALIGNMENT) // raw.itemsize
    return raw[start : start + size].reshape(shape)


def start_vectors(matrix: NDArray[np.float32], dim: int, *seed: int) -> None:
    """Fill the first ``dim`` columns from [-0.5, 0.5) / dim, as word2vec.c and GloVe do."""
    stream = np.random.default_rng(np.random.SeedSequence((*seed, 0)))
    for start in range(0, len(matrix), ROWS_AT_ONCE):  # In parts: no second matrix in memory.
        part = matrix[start : start + ROWS_AT_ONCE, :dim]
        part[:] = (stream.random(part.shape, np.float32) - np.float32(0.5)) / np.float32(dim)
