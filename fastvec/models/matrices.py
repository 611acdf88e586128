"""Parameter matrices: aligned, padded, started from the seed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ALIGNMENT = 64  # bytes: a cache line
PADDING = ALIGNMENT // 4  # numbers
ROWS_AT_ONCE = 1024


def padded_dim(dim: int) -> int:
    """Return a row's length in memory: the next multiple of 16 numbers."""
    return -(-dim // PADDING) * PADDING


def padded_zeros(rows: int, dim: int) -> NDArray[np.float32]:
    """Return zeros of shape (rows, padded dim), float32, each row starting a cache line."""
    width = padded_dim(dim)
    # np.empty asks the system for huge pages, np.zeros does not.
    raw = np.empty(rows * width + PADDING, np.float32)
    start = (-raw.ctypes.data % ALIGNMENT) // raw.itemsize
    matrix = raw[start : start + rows * width].reshape(rows, width)
    matrix[:] = 0
    return matrix


def start_vectors(matrix: NDArray[np.float32], dim: int, seed: int) -> None:
    """Fill the first ``dim`` columns from [-0.5, 0.5) / dim, as word2vec.c does."""
    stream = np.random.default_rng(np.random.SeedSequence((seed, 0)))
    for start in range(0, len(matrix), ROWS_AT_ONCE):  # In parts: no second matrix in memory.
        part = matrix[start : start + ROWS_AT_ONCE, :dim]
        part[:] = (stream.random(part.shape, np.float32) - np.float32(0.5)) / np.float32(dim)
