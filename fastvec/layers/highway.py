"""A highway layer: a learned mixture of the inputs and of what they are transformed to."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from fastvec.kernels.highway import close_gates, open_gates
from fastvec.layers.layer import Buffers
from fastvec.layers.products import Products

CARRY_BIAS = -2.0  # At first most of the inputs pass through.
ROWS = 64


class Highway:
    """``carry * relu(x W_transform + b_transform) + (1 - carry) * x``.

    With ``carry = sigmoid(x W_carry + b_carry)``. Weights start from a normal
    distribution of deviation 1 / sqrt(D), ``b_carry`` at -2, ``b_transform`` at 0.

    Parameters
    ----------
    width : int
        D.
    rng : numpy.random.Generator
    products : Products, optional
        Does the matrix products; by default one with all usable cores.
    dtype : dtype, default float32

    Attributes
    ----------
    parameters : dict of str to ndarray
        "W_carry" and "W_transform" (D, D), "b_carry" and "b_transform" (D,).
    gradients : dict of str to ndarray

    References
    ----------
    Srivastava, Greff and Schmidhuber, "Training Very Deep Networks", NIPS 2015.
    """

    def __init__(
        self, width: int, rng: np.random.Generator, *, products: Products | None = None,
        dtype: DTypeLike = np.float32,
    ) -> None:  # fmt: skip
        scale = 1 / np.sqrt(width)
        self.parameters: dict[str, NDArray[Any]] = {}
        for gate, bias in (("carry", CARRY_BIAS), ("transform", 0.0)):
            weights = rng.normal(0, scale, (width, width)).astype(dtype)
            self.parameters |= {f"W_{gate}": weights, f"b_{gate}": np.full(width, bias, dtype)}
        self.gradients = {name: np.zeros_like(a) for name, a in self.parameters.items()}
        self._products = products or Products()
        self._buffers = Buffers(dtype)

    def forward(self, inputs: NDArray[Any]) -> NDArray[Any]:
        """Return outputs (N, D) of inputs (N, D), and keep what `backward` needs.

        The outputs are the layer's own array, good until the next `forward`.
        """
        self._inputs = np.ascontiguousarray(inputs)
        carry, transform, out = (
            self._buffers.take(name, *inputs.shape) for name in ("carry", "transform", "out")
        )
        self._gates = carry, transform
        return self._mix(self._inputs, carry, transform, out)

    def run(self, inputs: NDArray[Any]) -> NDArray[Any]:
        """Return what `forward` returns, and keep nothing."""
        inputs = np.ascontiguousarray(inputs)
        return self._mix(inputs, *(np.empty_like(inputs) for _ in range(3)))

    def backward(self, output_gradient: NDArray[Any]) -> NDArray[Any]:
        """Return the derivative by the inputs (N, D), and add those by the parameters."""
        gradient = np.ascontiguousarray(output_gradient)
        inputs, (carry, transform), products = self._inputs, self._gates, self._products
        by_inputs = np.empty_like(inputs)

        def close(part: int) -> None:
            rows = slice(part * ROWS, (part + 1) * ROWS)
            close_gates(*(a[rows] for a in (gradient, inputs, carry, transform, by_inputs)))

        products.each(-(-len(inputs) // ROWS), close)
        for name, gate in (("carry", carry), ("transform", transform)):
            products.add(inputs.T, gate, self.gradients[f"W_{name}"])
            products.add(gate, self.parameters[f"W_{name}"].T, by_inputs)
            self.gradients[f"b_{name}"] += gate.sum(axis=0)
        return by_inputs

    def _mix(
        self, inputs: NDArray[Any], carry: NDArray[Any], transform: NDArray[Any], out: NDArray[Any]
    ) -> NDArray[Any]:
        """Compute both gates and the outputs, all in the arrays given."""
        own = self.parameters
        self._products(inputs, own["W_carry"], carry)
        self._products(inputs, own["W_transform"], transform)

        def mix(part: int) -> None:
            rows = slice(part * ROWS, (part + 1) * ROWS)
            biases = own["b_carry"], own["b_transform"]
            open_gates(inputs[rows], carry[rows], biases[0], transform[rows], biases[1], out[rows])

        self._products.each(-(-len(inputs) // ROWS), mix)
        return out
