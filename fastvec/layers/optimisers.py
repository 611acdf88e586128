"""Optimisers: AdaGrad and Adam, clipping by the global norm, and schedules of the rate.

AdaGrad: Duchi, Hazan & Singer (2011). Adam: Kingma & Ba (2015). Clipping: Pascanu,
Mikolov & Bengio (2013).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from math import prod, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError
from fastvec.kernels import optimisers as kernels

Arrays = Mapping[str, NDArray[Any]]


def clip_global_norm(gradients: Iterable[NDArray[Any]] | Arrays, limit: float) -> float:
    """Scale gradients so that their norm, taken over all of them, is at most a limit.

    Parameters
    ----------
    gradients : mapping or iterable of ndarray, changed in place
    limit : float

    Returns
    -------
    norm : float
        Before the scaling, in float64. Not finite where a gradient is not; the
        gradients then stay as they are.
    """
    arrays = list(gradients.values() if isinstance(gradients, Mapping) else gradients)
    norm = sqrt(sum(kernels.sum_of_squares(_flat(array)) for array in arrays))
    if limit < norm < np.inf:
        for array in arrays:
            array *= array.dtype.type(limit / norm)
    return norm


def warmup_and_decay(
    step: int, warmup: int, total: int | None = None, *, end: float = 0.0
) -> float:
    """Return the factor of the learning rate: a straight rise, then a straight fall.

    Parameters
    ----------
    step : int
        Steps taken before this one.
    warmup : int
        Steps of the rise to 1.
    total : int, optional
        Steps after which ``end`` is reached; None: the factor stays at 1.
    end : float, default 0
    """
    if step < warmup:
        return (step + 1) / warmup
    if total is None:
        return 1.0
    share = min(1.0, (step - warmup) / max(1, total - warmup))
    return 1.0 + (end - 1.0) * share


def _flat(array: NDArray[Any]) -> NDArray[Any]:
    """Return a view of all numbers in a row."""
    if not array.flags.c_contiguous:
        raise ParameterError("optimisers need parameters and gradients without gaps, in C order")
    return array.reshape(-1)


def _matrix(array: NDArray[Any]) -> NDArray[Any]:
    """Return a view with one row for each index of the first axis."""
    return _flat(array).reshape(len(array), prod(array.shape[1:]))


class Optimiser(ABC):
    """What optimisers share: a state for every parameter, made when it is first met.

    Attributes
    ----------
    state : dict of ndarray
        All that a checkpoint must hold, keyed ``part/parameter``; restored in place
        after `prepare`.
    """

    parts: Mapping[str, float]  # Initial values of the arrays that each parameter has.

    def __init__(self, learning_rate: float) -> None:
        if not learning_rate > 0:
            raise ParameterError(f"learning_rate must be above 0, but is {learning_rate}")
        self.learning_rate = learning_rate
        self.state: dict[str, NDArray[Any]] = {}

    def prepare(self, parameters: Arrays) -> None:
        """Make the state of parameters that have none yet."""
        for name, array in parameters.items():
            for part, value in self.parts.items():
                if f"{part}/{name}" not in self.state:
                    self.state[f"{part}/{name}"] = np.full(array.shape, value, array.dtype)

    def step(
        self,
        parameters: Arrays,
        gradients: Arrays,
        rate_factor: float = 1.0,
        rows: Mapping[str, NDArray[Any]] | None = None,
    ) -> None:
        """Move parameters down their gradients.

        Parameters
        ----------
        parameters : mapping of ndarray, changed in place
        gradients : mapping of ndarray
            Of those parameters that move.
        rate_factor : float, default 1
            Times ``learning_rate`` is the rate.
        rows : mapping of ndarray of int, shape (N,), optional
            For a parameter named here the gradient has N rows and belongs to these rows
            of it, each named once. The step leaves the others, and their state, as they are.

        Raises
        ------
        ParameterError
            If a gradient does not fit its parameter.
        """
        rows = rows or {}
        self.prepare({name: parameters[name] for name in gradients})
        factors = self._advance(rate_factor)
        for name, gradient in gradients.items():
            parameter, touched = parameters[name], rows.get(name)
            states = [self.state[f"{part}/{name}"] for part in self.parts]
            fitting = parameter.shape if touched is None else (len(touched), *parameter.shape[1:])
            if gradient.shape != fitting or gradient.dtype != parameter.dtype:
                raise ParameterError(
                    f"the gradient of {name} must be {parameter.dtype} of shape {fitting}, but is"
                    f" {gradient.dtype} of shape {gradient.shape}"
                )
            own = [parameter.dtype.type(factor) for factor in factors]
            if touched is None:
                self._move(*map(_flat, (parameter, gradient, *states)), *own)
            else:
                matrix, *others = map(_matrix, (parameter, gradient, *states))
                self._move_rows(matrix, touched, *others, *own)

    @abstractmethod
    def _advance(self, rate_factor: float) -> list[float]:
        """Count a step, and return the kernels' last arguments."""

    @staticmethod
    @abstractmethod
    def _move(*arguments: Any) -> None:
        """Call the kernel for a whole parameter."""

    @staticmethod
    @abstractmethod
    def _move_rows(*arguments: Any) -> None:
        """Call the kernel for some rows of a parameter."""


class AdaGrad(Optimiser):
    """AdaGrad as TensorFlow has it: no epsilon, but sums that do not start at zero.

    Parameters
    ----------
    learning_rate : float
    initial : float, default 1
        What the sums of squared gradients start from.
    """

    _move = staticmethod(kernels.adagrad)
    _move_rows = staticmethod(kernels.adagrad_rows)

    def __init__(self, learning_rate: float, initial: float = 1.0) -> None:
        super().__init__(learning_rate)
        if not initial > 0:
            raise ParameterError(f"initial must be above 0, but is {initial}")
        self.parts = {"sums": initial}

    def _advance(self, rate_factor: float) -> list[float]:
        return [self.learning_rate * rate_factor]


class Adam(Optimiser):
    """Adam with the correction of bias.

    Rows that a step leaves out keep their means ("lazy" Adam); the correction counts
    all steps.

    Parameters
    ----------
    learning_rate : float, default 0.001
    beta1, beta2 : float, default 0.9 and 0.999
        Shares of the running means that a step keeps.
    epsilon : float, default 1e-8
        Least divisor.
    """

    parts = {"means": 0.0, "squares": 0.0}  # noqa: RUF012
    _move = staticmethod(kernels.adam)
    _move_rows = staticmethod(kernels.adam_rows)

    def __init__(
        self,
        learning_rate: float = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(learning_rate)
        if not (0 <= beta1 < 1 and 0 <= beta2 < 1 and epsilon > 0):
            raise ParameterError("beta1 and beta2 must be from 0 to below 1, and epsilon above 0")
        self._beta1, self._beta2, self._epsilon = beta1, beta2, epsilon
        self.state["steps"] = np.zeros(1, np.int64)

    def _advance(self, rate_factor: float) -> list[float]:
        self.state["steps"] += 1
        steps = int(self.state["steps"][0])
        # The corrections of means and squares, moved out of the loop.
        root = sqrt(1 - self._beta2**steps)
        rate = self.learning_rate * rate_factor * root / (1 - self._beta1**steps)
        return [self._beta1, self._beta2, rate, self._epsilon * root]
