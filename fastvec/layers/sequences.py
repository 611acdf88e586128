"""Batches of sequences of unlike lengths, and what is carried from one batch to the next."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.errors import ParameterError


class LSTMState(NamedTuple):
    """What a layer carries from one stretch of text to the next."""

    cell: NDArray[Any]  # (B, H)
    output: NDArray[Any]  # (B, P)


def checked_lengths(lengths: ArrayLike | None, steps: int, rows: int) -> NDArray[np.int64]:
    """Return the steps of each row, all of them where no lengths are given.

    Raises
    ------
    ParameterError
        If the lengths are not one for each row, from 0 to all steps.
    """
    if lengths is None:
        return np.full(rows, steps, np.int64)
    array = np.ascontiguousarray(lengths, np.int64)
    if array.shape != (rows,) or (rows and not 0 <= array.min() <= array.max() <= steps):
        raise ParameterError(
            f"lengths must be {rows} numbers from 0 to {steps}, one for each row of the batch"
        )
    return array


def reverse_within(array: NDArray[Any], lengths: ArrayLike | None = None) -> NDArray[Any]:
    """Return a copy in which the steps of each row are reversed, as far as it goes.

    Parameters
    ----------
    array : ndarray, shape (T, B, ...)
    lengths : array of int, shape (B,), optional
        Steps of each row (all T); what lies beyond stays where it is.
    """
    if lengths is None:
        return np.ascontiguousarray(array[::-1])
    steps, rows = array.shape[:2]
    ends = checked_lengths(lengths, steps, rows)
    step = np.arange(steps)[:, None]
    return array[np.where(step < ends, ends - 1 - step, step), np.arange(rows)]
