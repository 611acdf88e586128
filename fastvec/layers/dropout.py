"""Dropout: numbers set to zero at random, the others scaled up to make up for it.

Srivastava et al. (2014).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError
from fastvec.layers.layer import Buffers


class Dropout:
    """Dropout with its own mask for every pass. It has no parameters.

    Parameters
    ----------
    rate : float
        Share of numbers that become zero, from 0 to below 1.
    dtype : dtype, default float32
    """

    def __init__(self, rate: float, dtype: Any = np.float32) -> None:
        if not 0 <= rate < 1:
            raise ParameterError(f"dropout must be from 0 to below 1, but is {rate}")
        self._rate = rate
        self._buffers = Buffers(dtype)
        self._mask: NDArray[Any] | None = None

    def forward(self, inputs: NDArray[Any], rng: np.random.Generator | None) -> NDArray[Any]:
        """Return the inputs with some set to zero.

        Parameters
        ----------
        inputs : ndarray
        rng : Generator or None
            Draws the mask; None, or a rate of 0: the inputs themselves come back.

        Returns
        -------
        outputs : ndarray
            The layer's own array: the next call overwrites it.
        """
        self._mask = None
        if rng is None or self._rate == 0:
            return inputs
        self._mask = mask = self._buffers.take("mask", *inputs.shape)
        rng.random(dtype=mask.dtype.type, out=mask)
        np.greater_equal(mask, self._rate, out=mask)
        mask *= 1 / (1 - self._rate)
        return np.multiply(inputs, mask, out=self._buffers.take("outputs", *inputs.shape))

    def backward(self, output_gradient: NDArray[Any]) -> NDArray[Any]:
        """Return the gradient by the inputs of the last `forward`, in the given array."""
        if self._mask is not None:
            output_gradient *= self._mask
        return output_gradient
