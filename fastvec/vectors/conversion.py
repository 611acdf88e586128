"""Numbers of another width."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from fastvec.errors import FormatError, ParameterError


def as_float32(matrix: NDArray[Any]) -> NDArray[np.float32]:
    """Return float32 numbers, the same array where it holds them; too large ones become inf."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.asanyarray(matrix, dtype=np.float32)


def shrink(path: str | os.PathLike[str], matrix: NDArray[np.float32], dtype: DTypeLike) -> Any:
    """Return `matrix` as float32 or float16.

    Raises
    ------
    ParameterError
        If `dtype` is another type.
    FormatError
        If a number is too large for it.
    """
    kind = np.dtype(dtype)
    if kind not in (np.float32, np.float16):
        raise ParameterError(f"dtype must be float32 or float16, not {kind}")
    if kind == np.float32:
        return matrix
    with np.errstate(over="ignore", invalid="ignore"):
        small = matrix.astype(kind)
    if np.any(np.isinf(small) & np.isfinite(matrix)):
        raise FormatError(f"{path} is not written: a number is beyond float16's 65504; use float32")
    return small
