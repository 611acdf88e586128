"""A linear layer: a matrix and a bias."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Linear:
    """Outputs are ``inputs @ weights + bias``, over the last axis.

    Parameters
    ----------
    inputs, outputs : int
        I and O.
    rng : Generator
        Weights start uniform within ±sqrt(6 / (I + O)) (Glorot and Bengio 2010), the
        bias at zeros.
    dtype : dtype, default float32

    Attributes
    ----------
    parameters : dict of str to ndarray
        "weights" (I, O) and "bias" (O,).
    gradients : dict of str to ndarray
        `backward` adds to them.
    """

    def __init__(
        self, inputs: int, outputs: int, rng: np.random.Generator, *, dtype: Any = np.float32
    ) -> None:
        most = np.sqrt(6.0 / (inputs + outputs))
        self.parameters: dict[str, NDArray[Any]] = {
            "weights": rng.uniform(-most, most, (inputs, outputs)).astype(dtype),
            "bias": np.zeros(outputs, dtype),
        }
        self.gradients: dict[str, NDArray[Any]] = {
            name: np.zeros_like(values) for name, values in self.parameters.items()
        }
        self._inputs: NDArray[Any] = np.empty((0, inputs), dtype)

    def forward(self, inputs: NDArray[Any]) -> NDArray[Any]:
        """Return outputs (…, O) of inputs (…, I), and keep the inputs for `backward`."""
        self._inputs = inputs.reshape(-1, inputs.shape[-1])
        return self.run(inputs)

    def run(self, inputs: NDArray[Any]) -> NDArray[Any]:
        """Return outputs, and keep nothing."""
        rows = inputs.reshape(-1, inputs.shape[-1]) @ self.parameters["weights"]
        rows += self.parameters["bias"]
        return rows.reshape(*inputs.shape[:-1], -1)

    def backward(self, output_gradient: NDArray[Any]) -> NDArray[Any]:
        """Return the gradient by the inputs (…, I), and add those by weights and bias."""
        rows = output_gradient.reshape(-1, output_gradient.shape[-1])
        self.gradients["weights"] += self._inputs.T @ rows
        self.gradients["bias"] += rows.sum(axis=0)
        inputs = rows @ self.parameters["weights"].T
        return inputs.reshape(*output_gradient.shape[:-1], -1)
