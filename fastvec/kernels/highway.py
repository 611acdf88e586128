"""A highway layer between its matrix products."""

from __future__ import annotations

from fastvec.kernels.activations import sigmoid
from fastvec.kernels.jit import Array, kernel


@kernel
def open_gates(
    inputs: Array, carry: Array, by_carry: Array, transform: Array, by_transform: Array, out: Array
) -> None:
    """Compute both gates and mix the inputs with what they are transformed to.

    Parameters
    ----------
    inputs : ndarray of float, shape (N, D)
    carry, transform : ndarray of the same type and shape, changed in place
        From products with the inputs to sigmoid and relu of these and their biases.
    by_carry, by_transform : ndarray of the same type, shape (D,)
        The biases.
    out : ndarray of the same type and shape as the inputs, overwritten
    """
    for i in range(len(inputs)):
        x, c, t, y = inputs[i], carry[i], transform[i], out[i]
        for k in range(len(x)):
            gate = sigmoid(c[k] + by_carry[k])
            new = t[k] + by_transform[k]
            new = new if not new < 0 else x.dtype.type(0)
            c[k], t[k] = gate, new
            y[k] = gate * new + (x.dtype.type(1) - gate) * x[k]


@kernel
def close_gates(gradient: Array, inputs: Array, carry: Array, transform: Array, out: Array) -> None:
    """Replace the gates by the derivatives of the loss before sigmoid and relu.

    Parameters
    ----------
    gradient : ndarray of float, shape (N, D)
        Derivative by the outputs.
    inputs : ndarray of the same type and shape
    carry, transform : ndarray of the same type and shape, changed in place
        As `open_gates` left them.
    out : ndarray of the same type and shape, overwritten
        Receives the derivative by the inputs that does not pass through the gates.
    """
    for i in range(len(inputs)):
        g, x, c, t, y = gradient[i], inputs[i], carry[i], transform[i], out[i]
        for k in range(len(x)):
            gate, new = c[k], t[k]
            closed = x.dtype.type(1) - gate
            y[k] = g[k] * closed
            c[k] = g[k] * (new - x[k]) * gate * closed
            t[k] = g[k] * gate if new > 0 else x.dtype.type(0)
