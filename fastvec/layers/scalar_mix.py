"""Mixing the layers of a language model: weights that a task learns, and one scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from fastvec.errors import ParameterError

EPSILON = 1e-12  # Added to variances, as in bilm-tf.


def mix(layers: Sequence[NDArray[Any]], shares: ArrayLike, gamma: float = 1.0) -> NDArray[Any]:
    """Return ``gamma * sum of shares[j] * layers[j]``.

    Parameters
    ----------
    layers : sequence of ndarray, all of one shape and type
    shares : array of float, one a layer
        As given; they need not add up to 1.
    gamma : float, default 1

    Raises
    ------
    ParameterError
        If there are not as many shares as layers.
    """
    factors = np.asarray(shares, np.float64)
    if factors.shape != (len(layers),):
        raise ParameterError(f"{len(layers)} layers need as many weights, but got {factors.size}")
    mixed = np.zeros_like(layers[0])
    for layer, factor in zip(layers, gamma * factors, strict=True):
        mixed += layer.dtype.type(factor) * layer
    return mixed


class ScalarMix:
    """``gamma * sum of s_j * h_j`` with s = softmax of trained weights.

    A new mix is the mean of the layers: s_j = 1/L and gamma = 1. A task learns both.

    Parameters
    ----------
    layers : int
        L.
    layer_norm : bool, default False
        Bring each layer to mean 0 and variance 1 first, over all unmasked tokens and
        their numbers together.
    l2 : float, default 0
        `penalty` is this times the sum of the squared weights.
    dtype : dtype, default float32

    Attributes
    ----------
    parameters : dict of str to ndarray
        "weights" (L,) and "gamma" (1,).
    gradients : dict of str to ndarray

    References
    ----------
    Peters et al., "Deep Contextualized Word Representations", NAACL 2018.
    """

    def __init__(
        self, layers: int, *, layer_norm: bool = False, l2: float = 0.0,
        dtype: DTypeLike = np.float32,
    ) -> None:  # fmt: skip
        self.parameters: dict[str, NDArray[Any]] = {
            "weights": np.zeros(layers, dtype), "gamma": np.ones(1, dtype),
        }  # fmt: skip
        self.gradients = {name: np.zeros_like(a) for name, a in self.parameters.items()}
        self.layer_norm, self.l2 = layer_norm, l2
        self._kept: list[_Kept] = []

    @property
    def shares(self) -> NDArray[Any]:
        """s: how much each layer counts, together 1."""
        weights = self.parameters["weights"]
        powers = np.exp(weights - weights.max())
        return powers / powers.sum()

    @property
    def gamma(self) -> float:
        """The scale."""
        return float(self.parameters["gamma"][0])

    @property
    def penalty(self) -> float:
        """What is to be added to the loss; `backward` adds its gradient."""
        return float(self.l2 * np.square(self.parameters["weights"], dtype=np.float64).sum())

    def forward(
        self, layers: Sequence[NDArray[Any]], mask: NDArray[np.bool_] | None = None
    ) -> NDArray[Any]:
        """Return the mix, and keep what `backward` needs.

        Parameters
        ----------
        layers : sequence of ndarray, or ndarray of shape (L, ..., D)
            Each of shape (..., D).
        mask : ndarray of bool, shape (...), optional
            True where there is a token; only layer norm minds it.

        Returns
        -------
        ndarray, shape (..., D)

        Raises
        ------
        ParameterError
            If there are not L layers.
        """
        self._kept = self._normalised(layers, mask)
        return mix([kept.values for kept in self._kept], self.shares, self.gamma)

    def run(
        self, layers: Sequence[NDArray[Any]], mask: NDArray[np.bool_] | None = None
    ) -> NDArray[Any]:
        """Return what `forward` returns, and keep nothing."""
        values = [kept.values for kept in self._normalised(layers, mask)]
        return mix(values, self.shares, self.gamma)

    def backward(self, output_gradient: NDArray[Any]) -> list[NDArray[Any]]:
        """Return the derivatives by the layers, and add those by the parameters."""
        shares, gamma = self.shares, self.gamma
        products = np.array(
            [np.vdot(output_gradient.astype(np.float64), kept.values) for kept in self._kept]
        )
        total = shares @ products
        self.gradients["gamma"] += self.gradients["gamma"].dtype.type(total)
        by_weights = gamma * shares * (products - total) + 2 * self.l2 * self.parameters["weights"]
        self.gradients["weights"] += by_weights.astype(shares.dtype)
        scaled = (shares.dtype.type(gamma * share) * output_gradient for share in shares)
        return [kept.backward(part) for kept, part in zip(self._kept, scaled, strict=True)]

    def _normalised(
        self, layers: Sequence[NDArray[Any]], mask: NDArray[np.bool_] | None
    ) -> list[_Kept]:
        number = len(self.parameters["weights"])
        if len(layers) != number:
            raise ParameterError(f"the mix is one of {number} layers, but got {len(layers)}")
        kind = _Standardised if self.layer_norm else _Kept
        return [kind(layer, mask) for layer in layers]


class _Kept:
    """A layer as it is."""

    def __init__(self, layer: NDArray[Any], mask: NDArray[np.bool_] | None) -> None:
        self.values = layer

    def backward(self, gradient: NDArray[Any]) -> NDArray[Any]:
        """Return the derivative by the layer, given that by the values."""
        return gradient


class _Standardised(_Kept):
    """A layer of mean 0 and variance 1 over the tokens of the mask."""

    def __init__(self, layer: NDArray[Any], mask: NDArray[np.bool_] | None) -> None:
        self._mask = np.ones(layer.shape[:-1], bool) if mask is None else mask
        tokens = layer[self._mask].astype(np.float64)
        mean, variance = (tokens.mean(), tokens.var()) if tokens.size else (0.0, 1.0)
        self._size = max(tokens.size, 1)
        self._deviation = np.sqrt(variance + EPSILON)
        super().__init__(((layer - mean) / self._deviation).astype(layer.dtype), mask)

    def backward(self, gradient: NDArray[Any]) -> NDArray[Any]:
        """Return the derivative by the layer: mean and variance depend on it, too."""
        by_layer = gradient.astype(np.float64)
        drift = by_layer.sum() / self._size
        stretch = np.vdot(by_layer, self.values) / self._size
        by_layer[self._mask] -= drift + stretch * self.values[self._mask]
        return (by_layer / self._deviation).astype(gradient.dtype)
