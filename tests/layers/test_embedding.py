"""Word vectors as a layer."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.errors import ParameterError
from fastvec.layers.embedding import WordEmbedding


def test_words_get_their_rows_and_rows_get_the_sums_of_their_gradients():
    layer = WordEmbedding(6, 3, np.random.default_rng(0))
    ids = np.array([[4, 1], [4, 0], [4, 1]], np.int32)
    vectors = layer.forward(ids)
    np.testing.assert_array_equal(vectors, layer.parameters["embedding"][ids])
    gradient = np.random.default_rng(1).normal(0, 1, (3, 2, 3)).astype(np.float32)
    layer.backward(gradient)
    assert layer.rows.tolist() == [0, 1, 4]
    for row, found in zip(layer.rows, layer.row_gradients, strict=True):
        np.testing.assert_allclose(found, gradient[ids == row].sum(axis=0), rtol=1e-6)


def test_it_starts_from_a_matrix_which_it_copies():
    matrix = np.arange(6, dtype=np.float64).reshape(3, 2)
    layer = WordEmbedding(3, 2, np.random.default_rng(0), matrix)
    layer.parameters["embedding"][0] = 9
    np.testing.assert_array_equal(matrix[0], [0, 1])
    assert layer.run(np.array([2])).tolist() == [[4, 5]]
    with pytest.raises(
        ParameterError, match=r"must be of shape \(4, 2\), but is of shape \(3, 2\)"
    ):
        WordEmbedding(4, 2, np.random.default_rng(0), matrix)


@pytest.mark.parametrize("bad", [-1, 6])
def test_ids_of_no_word_are_refused(bad):
    with pytest.raises(ParameterError, match="ids must be from 0 to 5"):
        WordEmbedding(6, 3, np.random.default_rng(0)).forward(np.array([0, bad]))


def test_no_words_give_no_gradients():
    layer = WordEmbedding(6, 3, np.random.default_rng(0))
    assert layer.forward(np.empty((0, 2), np.int32)).shape == (0, 2, 3)
    layer.backward(np.empty((0, 2, 3), np.float32))
    assert layer.rows.shape == (0,)
    assert layer.row_gradients.shape == (0, 3)
