"""Convolutions over characters and their maxima: one vector a word, of any length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from fastvec.kernels.convolution import add_at_maxima, character_maxima
from fastvec.layers.layer import Buffers
from fastvec.layers.products import Products

WORDS = 16  # Words, or filters in the gradient, that a thread takes at once.
FILTERS = 64


class CharacterConvolution:
    """The largest response over a word's positions of filters of several widths.

    Parameters
    ----------
    n_characters, dim : int
        Rows and width of the character embedding, A and d.
    filters : sequence of (int, int)
        Width and number of each kind of filter, F together.
    bound : float or None
        Filters start uniform in ±bound; None: normal, of deviation 1 / sqrt(w d).
        Characters start uniform in ±1, biases at 0.
    rng : numpy.random.Generator
    products : Products
    dtype : dtype

    Attributes
    ----------
    parameters : dict of str to ndarray
        "char_embed" (A, d) and, for each kind i of filter, "W_cnn_i" (w, d, n) and
        "b_cnn_i" (n,).
    gradients : dict of str to ndarray
    """

    def __init__(
        self, n_characters: int, dim: int, filters: Sequence[Sequence[int]], bound: float | None,
        rng: np.random.Generator, products: Products, dtype: DTypeLike,
    ) -> None:  # fmt: skip
        self.parameters: dict[str, NDArray[Any]] = {
            "char_embed": rng.uniform(-1, 1, (n_characters, dim)).astype(dtype)
        }
        self._firsts = np.cumsum([0, *(number for _, number in filters)]).tolist()
        for i, (width, number) in enumerate(filters):
            shape = (width, dim, number)
            weights = (
                rng.normal(0, 1 / np.sqrt(width * dim), shape)
                if bound is None
                else rng.uniform(-bound, bound, shape)
            )
            self.parameters[f"W_cnn_{i}"] = weights.astype(dtype)
            self.parameters[f"b_cnn_{i}"] = np.zeros(number, dtype)
        self.gradients = {name: np.zeros_like(a) for name, a in self.parameters.items()}
        self._kinds = range(len(filters))
        self._products = products
        self._buffers, self._places = Buffers(dtype), Buffers(np.int32)

    def forward(self, characters: NDArray[np.int32]) -> NDArray[Any]:
        """Return responses (N, F) of words (N, C), and keep what `backward` needs.

        The responses are the layer's own array, good until the next `forward`.
        """
        self._characters = characters
        self._kept = self._places.take("places", len(characters), self._firsts[-1])
        return self._respond(characters, self._buffers, self._kept)

    def run(self, characters: NDArray[np.int32]) -> NDArray[Any]:
        """Return what `forward` returns, and keep nothing."""
        places = np.empty((len(characters), self._firsts[-1]), np.int32)
        return self._respond(characters, Buffers(self.parameters["char_embed"].dtype), places)

    def backward(self, gradient: NDArray[Any]) -> None:
        """Add the derivatives by the parameters; characters have none."""
        characters, own = self.parameters["char_embed"], self.gradients
        for i in self._kinds:
            first, weights = self._firsts[i], self.parameters[f"W_cnn_{i}"]
            width, _, number = weights.shape
            totals = self._buffers.zeros(f"totals {i}", width, len(characters), number)
            self._add_to_table(gradient, first, totals)
            own[f"W_cnn_{i}"] += np.matmul(characters.T, totals)
            own[f"b_cnn_{i}"] += gradient[:, first : first + number].sum(axis=0)
            for j in range(width):
                self._products.add(totals[j], weights[j].T, own["char_embed"])

    def _add_to_table(self, gradient: NDArray[Any], first: int, totals: NDArray[Any]) -> None:
        number = totals.shape[2]

        def add(part: int) -> None:
            columns = np.arange(part * FILTERS, min((part + 1) * FILTERS, number))
            add_at_maxima(gradient, self._characters, self._kept, first, columns, totals)

        self._products.each(-(-number // FILTERS), add)

    def _respond(
        self, characters: NDArray[np.int32], room: Buffers, places: NDArray[np.int32]
    ) -> NDArray[Any]:
        """Return maxima plus bias, in an array of ``room``; fill in their positions."""
        maxima = room.take("maxima", *places.shape)
        tables = [self._table(i, room) for i in self._kinds]

        def respond(part: int) -> None:
            rows = slice(part * WORDS, (part + 1) * WORDS)
            for i, table in enumerate(tables):
                sums = np.empty(table.shape[2], table.dtype)
                character_maxima(
                    characters[rows], table, self._firsts[i], maxima[rows], places[rows], sums
                )

        self._products.each(-(-len(characters) // WORDS), respond)
        maxima += np.concatenate([self.parameters[f"b_cnn_{i}"] for i in self._kinds])
        return maxima

    def _table(self, kind: int, room: Buffers) -> NDArray[Any]:
        """Multiply every character with every column of a kind of filter."""
        characters, weights = self.parameters["char_embed"], self.parameters[f"W_cnn_{kind}"]
        width, _, number = weights.shape
        table = room.take(f"table {kind}", width, len(characters), number)
        for j in range(width):
            self._products(characters, weights[j], table[j])
        return table
