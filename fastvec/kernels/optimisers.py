"""Steps of optimisers over flat arrays, one pass each."""

from __future__ import annotations

import numpy as np

from fastvec.kernels.jit import Array, kernel


@kernel
def adagrad(parameters: Array, gradients: Array, sums: Array, rate: np.float32) -> None:
    """Take a step of AdaGrad.

    Parameters
    ----------
    parameters, sums : ndarray of float, shape (N,), changed in place
        ``sums`` are the sums of squared gradients, above zero.
    gradients : ndarray, shape (N,)
    rate : float of the same type
        Learning rate.
    """
    for k in range(len(parameters)):
        gradient = gradients[k]
        total = sums[k] + gradient * gradient
        sums[k] = total
        parameters[k] -= rate * gradient / np.sqrt(total)


@kernel
def adagrad_rows(
    parameters: Array, rows: Array, gradients: Array, sums: Array, rate: np.float32
) -> None:
    """Take a step of AdaGrad in some rows.

    Parameters
    ----------
    parameters, sums : ndarray of float, shape (V, D), changed in place
    rows : ndarray of int, shape (N,)
        Each row at most once.
    gradients : ndarray, shape (N, D)
    rate : float of the same type
    """
    for n in range(len(rows)):
        row = rows[n]
        adagrad(parameters[row], gradients[n], sums[row], rate)


@kernel
def adam(
    parameters: Array, gradients: Array, means: Array, squares: Array, beta1: np.float32,
    beta2: np.float32, rate: np.float32, epsilon: np.float32,
) -> None:  # fmt: skip
    """Take a step of Adam.

    Parameters
    ----------
    parameters, means, squares : ndarray of float, shape (N,), changed in place
        Running means of gradients and of their squares.
    gradients : ndarray, shape (N,)
    beta1, beta2 : float of the same type
        Shares of the means that are kept.
    rate, epsilon : float of the same type
        Learning rate and the least divisor, with the correction of bias in both.
    """
    one = type(beta1)(1.0)
    for k in range(len(parameters)):
        gradient = gradients[k]
        mean = beta1 * means[k] + (one - beta1) * gradient
        square = beta2 * squares[k] + (one - beta2) * gradient * gradient
        means[k] = mean
        squares[k] = square
        parameters[k] -= rate * mean / (np.sqrt(square) + epsilon)


@kernel
def adam_rows(
    parameters: Array, rows: Array, gradients: Array, means: Array, squares: Array,
    beta1: np.float32, beta2: np.float32, rate: np.float32, epsilon: np.float32,
) -> None:  # fmt: skip
    """Take a step of Adam in some rows: see `adam`, and `adagrad_rows` for the shapes."""
    for n in range(len(rows)):
        row = rows[n]
        adam(
            parameters[row], gradients[n], means[row], squares[row], beta1, beta2, rate, epsilon
        )  # fmt: skip


@kernel
def sum_of_squares(numbers: Array) -> float:
    """Return the sum of the squares of an array of shape (N,), in float64."""
    total = 0.0
    for k in range(len(numbers)):
        number = np.float64(numbers[k])
        total += number * number
    return total
