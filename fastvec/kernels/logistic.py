"""The logistic function and its loss over many scores at once.

libm's exponential is not vectorised, so a polynomial stands in for it. Its
relative error is below 2e-7 + 8e-8 x: least where exp(-x) is large, so that the
logistic function is right to 2e-7 everywhere.
"""

from __future__ import annotations

import numpy as np

from fastvec.kernels.jit import Array, kernel

LOG2_E = np.float32(1.4426950408889634)
# 2**f on [0, 1], exact at 0; fitted for the least largest relative error, 8e-8.
C1 = np.float32(0.6931512951850891)
C2 = np.float32(0.24016444385051727)
C3 = np.float32(0.05579991638660431)
C4 = np.float32(0.009017027914524078)
C5 = np.float32(0.0018671309808269143)

SECTION = 96  # A product of so many factors below 2 still fits float32.
FULL = 1e150


@kernel
def exp_negative(x: np.float32) -> np.float32:
    """Return exp(-x) for x >= 0; NaN stays NaN, and results stop at 5e-38."""
    power = np.float32(-x) * LOG2_E
    power = np.float32(-124) if power < np.float32(-124) else power
    whole = np.floor(power)
    f = power - whole
    fraction = ((((C5 * f + C4) * f + C3) * f + C2) * f + C1) * f + np.float32(1)
    exponent = (np.int32(whole) + np.int32(127)) << np.int32(23)
    return fraction * np.int32(exponent).view(np.float32)


@kernel
def logistic_steps(
    scores: Array, start: int, count: int, signs: Array, rate: np.float32, loss: Array
) -> None:
    """Replace scores by the steps of the logistic loss, and add up that loss.

    With z = sign * score, the loss is log(1 + exp(-z)) and the step is
    rate * sign * sigmoid(-z). A sign of 0 marks padding: no step, a loss of log 2.

    Parameters
    ----------
    scores : ndarray of float, changed in place from ``start`` for ``count`` numbers
    signs : ndarray of the same type, shape at least (count,)
        1 for observed words, -1 for noise words, 0 for padding.
    rate : float of the same type
        Learning rate.
    loss : ndarray of float64, shape (2,)
        The loss so far is ``loss[0] + log(loss[1])``: a product of factors
        between 1 and 2 needs one logarithm for hundreds of scores.
    """
    for first in range(0, count, SECTION):
        linear = np.float32(0)
        product = np.float32(1)
        for i in range(first, min(first + SECTION, count)):
            z = signs[i] * scores[start + i]
            e = exp_negative(abs(z))
            linear += max(-z, type(z)(0))
            product *= np.float32(1) + e
            share = (e if z > 0 else type(e)(1)) / (np.float32(1) + e)
            scores[start + i] = rate * signs[i] * share
        loss[0] += linear
        loss[1] *= product
        if loss[1] > FULL:
            loss[0] += np.log(loss[1])
            loss[1] = 1.0
