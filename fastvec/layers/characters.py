"""The token layer that reads a word's characters, as bilm-tf's does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from fastvec.errors import ParameterError
from fastvec.layers.convolution import CharacterConvolution
from fastvec.layers.highway import Highway
from fastvec.layers.layer import prefixed
from fastvec.layers.products import Products
from fastvec.workers import single_threaded_blas

ACTIVATIONS = ("relu", "tanh")
RELU_BOUND = 0.05  # Of the first filters, as in Kim et al.; those of tanh are normal.


class CharacterCNN:
    """Convolutions over characters, maxima, highway layers, a projection.

    Results are the same bytes at any number of threads. A batch takes least time when
    its words are different: look up repeated ones.

    Parameters
    ----------
    n_characters : int, default 261
        Different ids, A; `fastvec.vocabulary.characters` makes 261.
    dim : int, default 16
        Of the character embedding, d.
    filters : sequence of (int, int)
        Width and number of each kind of filter, F together; [1, 32] by default.
    n_highway : int, default 2
    projection : int or None
        Width P of the token vectors. None, or F: no projection, and P = F.
    activation : {"relu", "tanh"}, default "relu"
    rng : numpy.random.Generator
    threads : int or None, default None
        All usable cores for None.
    dtype : dtype, default float32

    Attributes
    ----------
    parameters : dict of str to ndarray
        "char_embed" (A, d); for each kind i of filter "W_cnn_i" (w, d, n) and "b_cnn_i"
        (n,); for each highway layer i "highway_i/W_carry" and "highway_i/W_transform"
        (F, F), "highway_i/b_carry" and "highway_i/b_transform" (F,); "W_proj" (F, P) and
        "b_proj" (P,).
    gradients : dict of str to ndarray

    Raises
    ------
    ParameterError
        If a setting is out of range.

    References
    ----------
    Kim et al., "Character-Aware Neural Language Models", AAAI 2016; Jozefowicz et al.,
    "Exploring the Limits of Language Modeling", 2016.
    """

    def __init__(  # noqa: PLR0913  # Sizes, each by its name.
        self, n_characters: int = 261, dim: int = 16,
        filters: Sequence[Sequence[int]] = ((1, 32),), n_highway: int = 2,
        projection: int | None = None, activation: str = "relu",
        *, rng: np.random.Generator, threads: int | None = None, dtype: DTypeLike = np.float32,
    ) -> None:  # fmt: skip
        _check(n_characters, dim, filters, n_highway, projection, activation)
        self._relu = activation == "relu"
        self._products = Products(threads)
        bound = RELU_BOUND if self._relu else None
        self._convolution = CharacterConvolution(
            n_characters, dim, filters, bound, rng, self._products, dtype
        )
        width = sum(number for _, number in filters)
        self._highways = [
            Highway(width, rng, products=self._products, dtype=dtype) for _ in range(n_highway)
        ]
        named = {f"highway_{i}": highway for i, highway in enumerate(self._highways)}
        self.parameters = self._convolution.parameters | prefixed(named, "parameters")
        self.gradients = self._convolution.gradients | prefixed(named, "gradients")
        self._projects = projection not in (None, width)
        if projection is not None and self._projects:
            weights = rng.normal(0, 1 / np.sqrt(width), (width, projection)).astype(dtype)
            own = {"W_proj": weights, "b_proj": np.zeros(projection, dtype)}
            self.parameters |= own
            self.gradients |= {name: np.zeros_like(array) for name, array in own.items()}

    @property
    def widest(self) -> int:
        """The fewest characters that a word can be written with: the widest filter's."""
        return max(len(a) for name, a in self.parameters.items() if name.startswith("W_cnn"))

    def forward(self, characters: NDArray[np.int32]) -> NDArray[Any]:
        """Return the vectors of words, and keep what `backward` needs.

        Parameters
        ----------
        characters : ndarray of int32, shape (N, C)
            From 0 to A - 1; C is at least the widest filter's width.

        Returns
        -------
        ndarray, shape (N, P)

        Raises
        ------
        ParameterError
            If the characters do not fit.
        """
        characters = self._checked(characters)
        with single_threaded_blas():
            self._responses = outputs = self._activate(self._convolution.forward(characters))
            for highway in self._highways:
                outputs = highway.forward(outputs)
            self._projected = outputs
            return self._project(outputs)

    def run(self, characters: NDArray[np.int32]) -> NDArray[Any]:
        """Return what `forward` returns, and keep nothing."""
        characters = self._checked(characters)
        with single_threaded_blas():
            outputs = self._activate(self._convolution.run(characters))
            for highway in self._highways:
                outputs = highway.run(outputs)
            return self._project(outputs)

    def backward(self, output_gradient: NDArray[Any]) -> None:
        """Add the derivatives by the parameters; characters have none.

        Parameters
        ----------
        output_gradient : ndarray, shape (N, P)
            Derivative of the loss by what `forward` returned.
        """
        gradient = np.ascontiguousarray(output_gradient)
        with single_threaded_blas():
            if self._projects:
                self._products.add(self._projected.T, gradient, self.gradients["W_proj"])
                self.gradients["b_proj"] += gradient.sum(axis=0)
                gradient = self._products(gradient, self.parameters["W_proj"].T)
            for highway in reversed(self._highways):
                gradient = highway.backward(gradient)
            self._convolution.backward(gradient * self._slope())

    def _activate(self, responses: NDArray[Any]) -> NDArray[Any]:
        """Apply the activation in place."""
        if self._relu:
            return np.maximum(responses, 0, out=responses)
        return np.tanh(responses, out=responses)

    def _slope(self) -> NDArray[Any]:
        """Return the activation's derivative, from its results."""
        if self._relu:
            return self._responses > 0
        return 1 - self._responses * self._responses

    def _project(self, outputs: NDArray[Any]) -> NDArray[Any]:
        if not self._projects:
            return outputs.copy()
        projected = self._products(outputs, self.parameters["W_proj"])
        projected += self.parameters["b_proj"]
        return projected

    def _checked(self, characters: NDArray[Any]) -> NDArray[np.int32]:
        """Return characters in the order that kernels want, or say what does not fit."""
        last = len(self.parameters["char_embed"]) - 1
        if characters.ndim != 2 or characters.shape[1] < self.widest:
            problem = (
                f"characters must be of shape (N, C) with C at least {self.widest}, the widest "
                f"filter, but are of shape {characters.shape}"
            )
        elif characters.size and not 0 <= characters.min() <= characters.max() <= last:
            problem = f"characters must be from 0 to {last}"
        else:
            return np.ascontiguousarray(characters, np.int32)
        raise ParameterError(problem)


def _check(
    n_characters: int, dim: int, filters: Sequence[Sequence[int]], n_highway: int,
    projection: int | None, activation: str,
) -> None:  # fmt: skip
    """Refuse settings that no network can have."""
    pairs = [tuple(pair) for pair in filters]
    if not pairs or any(len(pair) != 2 or min(pair) < 1 for pair in pairs):
        problem = f"filters must be pairs of a width and a number, 1 and up, but are {pairs}"
    elif min(n_characters, dim, 1 if projection is None else projection) < 1 or n_highway < 0:
        problem = "n_characters, dim and projection must be at least 1, and n_highway at least 0"
    elif activation not in ACTIVATIONS:
        problem = f"activation must be 'relu' or 'tanh', but is {activation!r}"
    else:
        return
    raise ParameterError(problem)
