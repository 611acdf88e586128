"""Word vectors as the token layer of a model."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from fastvec.errors import ParameterError
from fastvec.kernels.scatter import add_rows


class WordEmbedding:
    """One vector a word, with gradients only for the words of a batch.

    Vectors start from a normal distribution of deviation 1 / sqrt(D), as the rows of a
    `WordSoftmax` do, so that both may be one array; or from a matrix.

    Parameters
    ----------
    words, dim : int
        V and D.
    rng : numpy.random.Generator
    matrix : array of float, shape (V, D), optional
        Vectors to start from, copied.
    dtype : dtype, default float32

    Attributes
    ----------
    parameters : dict of str to ndarray
        "embedding" (V, D).
    gradients : dict
        Always empty: the gradient is sparse.
    rows : ndarray of int64, shape (R,)
        The different words of the last `backward`, in rising order.
    row_gradients : ndarray, shape (R, D)
        Their gradients, overwritten by each `backward`.
    """

    def __init__(
        self, words: int, dim: int, rng: np.random.Generator, matrix: ArrayLike | None = None,
        *, dtype: DTypeLike = np.float32,
    ) -> None:  # fmt: skip
        if matrix is None:
            vectors = rng.standard_normal((words, dim), np.float32).astype(dtype)
            vectors /= np.sqrt(dim)
        else:
            vectors = np.array(matrix, dtype, order="C")
        if vectors.shape != (words, dim):
            raise ParameterError(
                f"the matrix must be of shape ({words}, {dim}), but is of shape {vectors.shape}"
            )
        self.parameters: dict[str, NDArray[Any]] = {"embedding": vectors}
        self.gradients: dict[str, NDArray[Any]] = {}
        self.rows: NDArray[np.int64] = np.empty(0, np.int64)
        self.row_gradients: NDArray[Any] = np.empty((0, dim), dtype)
        self._ids: NDArray[Any] = np.empty(0, np.int64)

    def forward(self, ids: NDArray[Any]) -> NDArray[Any]:
        """Return the vectors of words, and keep the words for `backward`.

        Parameters
        ----------
        ids : ndarray of int, any shape
            From 0 to V - 1.

        Returns
        -------
        ndarray, shape (..., D)

        Raises
        ------
        ParameterError
            If an id is that of no word.
        """
        self._ids = ids
        return self.run(ids)

    def run(self, ids: NDArray[Any]) -> NDArray[Any]:
        """Return what `forward` returns, and keep nothing."""
        vectors = self.parameters["embedding"]
        if ids.size and not 0 <= ids.min() <= ids.max() < len(vectors):
            raise ParameterError(f"ids must be from 0 to {len(vectors) - 1}, those of words")
        return vectors[ids]

    def backward(self, output_gradient: NDArray[Any]) -> None:
        """Set `rows` and `row_gradients`; words have no gradient to return.

        Parameters
        ----------
        output_gradient : ndarray, shape (..., D)
            Derivative of the loss by what `forward` returned.
        """
        dim = output_gradient.shape[-1]
        gradient = np.ascontiguousarray(output_gradient).reshape(-1, dim)
        self.rows, places = np.unique(self._ids, return_inverse=True)
        self.row_gradients = np.zeros((len(self.rows), dim), gradient.dtype)
        scales = np.ones(len(gradient), gradient.dtype)
        add_rows(self.row_gradients, places.ravel(), scales, gradient)
