"""Optimisers in NumPy, straight from their definitions."""

from __future__ import annotations

import numpy as np


def adagrad(parameter, gradients, rate, initial):
    """Return the parameter and its sums after a step for each gradient."""
    parameter, sums = parameter.astype(float), np.full(parameter.shape, initial)
    for gradient in gradients:
        sums = sums + gradient**2
        parameter = parameter - gradient * rate / np.sqrt(sums)
    return parameter, sums


def adam(parameter, gradients, rate, beta1, beta2, epsilon):
    """Return the parameter after a step for each gradient."""
    parameter, mean, square = parameter.astype(float), 0.0, 0.0
    for step, gradient in enumerate(gradients, 1):
        mean = beta1 * mean + (1 - beta1) * gradient
        square = beta2 * square + (1 - beta2) * gradient**2
        corrected = square / (1 - beta2**step)
        parameter = parameter - rate * mean / (1 - beta1**step) / (np.sqrt(corrected) + epsilon)
    return parameter
