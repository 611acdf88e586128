"""GloVe's parameters: a row holds a vector, AdaGrad's sums, the bias and its sum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.models.glove.config import GloVeConfig
from fastvec.models.matrices import aligned_empty, padded_dim, start_vectors
from fastvec.models.rows import fill_unknown
from fastvec.vocabulary.words import UNK, Vocabulary

LINE = 16  # Numbers in a cache line.
Floats = NDArray[np.float32]


def row_width(dim: int) -> int:
    """Return a row's length in memory: whole cache lines."""
    return -(-(2 * padded_dim(dim) + 2) // LINE) * LINE


class Side(NamedTuple):
    """The rows of words as words, or as contexts.

    Attributes
    ----------
    rows : ndarray of float32, shape (V, row_width(dim))
    dim : int
    """

    rows: Floats
    dim: int

    @property
    def vectors(self) -> Floats:
        """Vectors, (V, dim)."""
        return self.rows[:, : self.dim]

    @property
    def sums(self) -> Floats:
        """AdaGrad's sums of squared steps, (V, dim)."""
        start = padded_dim(self.dim)
        return self.rows[:, start : start + self.dim]

    @property
    def biases(self) -> Floats:
        """Biases, (V,)."""
        return self.rows[:, 2 * padded_dim(self.dim)]

    @property
    def bias_sums(self) -> Floats:
        """AdaGrad's sums of the biases, (V,)."""
        return self.rows[:, 2 * padded_dim(self.dim) + 1]


class Parameters(NamedTuple):
    """All that GloVe trains."""

    words: Side
    contexts: Side

    @property
    def length(self) -> int:
        """Numbers of a padded vector."""
        return padded_dim(self.words.dim)

    def tensors(self) -> dict[str, Floats]:
        """Return vectors and biases by name, as views."""
        return {
            "word_vectors": self.words.vectors,
            "context_vectors": self.contexts.vectors,
            "word_biases": self.words.biases,
            "context_biases": self.contexts.biases,
        }

    def training_tensors(self) -> dict[str, Floats]:
        """Return AdaGrad's sums by name, as views."""
        return {
            "word_sums": self.words.sums,
            "context_sums": self.contexts.sums,
            "word_bias_sums": self.words.bias_sums,
            "context_bias_sums": self.contexts.bias_sums,
        }

    def load(self, tensors: Mapping[str, NDArray[Any]]) -> None:
        """Take over what a folder holds."""
        for name, view in {**self.tensors(), **self.training_tensors()}.items():
            view[:] = tensors[name]


def start(rows: int, config: GloVeConfig) -> Parameters:
    """Return small random vectors and biases, and sums of 1, as Stanford's program has them."""
    sides = []
    for number in (0, 1):
        matrix = aligned_empty(rows, row_width(config.dim))
        matrix[:] = 0
        side = Side(matrix, config.dim)
        length = padded_dim(config.dim)
        start_vectors(matrix, config.dim, config.seed, number)
        # A bias is drawn like one more number of the vector.
        stream = np.random.default_rng(np.random.SeedSequence((config.seed, number, 2)))
        side.biases[:] = (stream.random(rows, np.float32) - np.float32(0.5)) / config.dim
        matrix[:, length : 2 * length] = 1  # Padding, too: it is divided by.
        side.bias_sums[:] = 1
        sides.append(side)
    return Parameters(*sides)


def finished(
    tensors: Mapping[str, Floats], vocabulary: Vocabulary, config: GloVeConfig
) -> dict[str, Floats]:
    """Return a model folder's tensors: "vectors" as ``combine`` says, and what they are made of.

    Parameters
    ----------
    tensors : mapping of str to ndarray
        ``Parameters.tensors()``.
    vocabulary : Vocabulary
    config : GloVeConfig
    """
    own = {name: np.array(tensor) for name, tensor in tensors.items()}
    words, contexts = own["word_vectors"], own["context_vectors"]
    if config.unk == "mean" and UNK in vocabulary.index:
        fill_unknown(words, vocabulary)
        fill_unknown(contexts, vocabulary)
    return {"vectors": combined(words, contexts, config.combine), **own}


def combined(words: Floats, contexts: Floats, how: str) -> Floats:
    """Return words' vectors, made of their two as ``combine`` says."""
    if how == "word":
        return words
    if how == "both":
        return np.concatenate([words, contexts], axis=1)
    total = words + contexts
    return total if how == "sum" else total / np.float32(2)
