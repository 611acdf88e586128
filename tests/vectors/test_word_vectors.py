import time

import numpy as np
import pytest

from fastvec.errors import FormatError, UnknownWordError, VocabularyError
from fastvec.vectors.word_vectors import WordVectors


@pytest.fixture
def royal():
    return WordVectors(
        ["king", "queen", "King"], np.eye(3, 4, dtype=np.float32), np.array([3, 2, 1])
    )


def test_behaves_like_a_mapping(royal):
    assert list(royal) == ["king", "queen", "King"]
    assert len(royal) == 3
    assert "queen" in royal
    assert "prince" not in royal
    assert royal.get("prince") is None
    assert royal["queen"].tolist() == [0, 1, 0, 0]
    assert royal[["queen", "king"]].shape == (2, 4)


def test_gensim_names(royal):
    assert royal.key_to_index == {"king": 0, "queen": 1, "King": 2}
    assert royal.index_to_key is royal.words
    assert royal.vector_size == royal.dim == 4
    assert royal.get_vector("king").tolist() == [1, 0, 0, 0]


def test_get_vector_can_scale_to_length_one():
    vectors = WordVectors(["a"], np.array([[3, 4]], dtype=np.float32))
    np.testing.assert_allclose(vectors.get_vector("a", norm=True), [0.6, 0.8])


def test_matrix_is_a_read_only_view():
    matrix = np.eye(2, dtype=np.float32)
    vectors = WordVectors(["a", "b"], matrix)
    assert np.shares_memory(vectors["a"], matrix)
    with pytest.raises(ValueError, match="read-only"):
        vectors["a"][0] = 2
    assert matrix.flags.writeable


@pytest.mark.parametrize("rows", [1, 3])
def test_lengths_are_checked_at_construction(rows):
    with pytest.raises(VocabularyError, match=f"2 words do not fit {rows} vectors"):
        WordVectors(["a", "b"], np.zeros((rows, 2), dtype=np.float32))


def test_wrong_counts_dimensions_and_specials_are_refused():
    matrix = np.zeros((1, 2), dtype=np.float32)
    with pytest.raises(VocabularyError, match="2 counts"):
        WordVectors(["a"], matrix, np.array([1, 2]))
    with pytest.raises(VocabularyError, match="<unk>"):
        WordVectors(["a"], matrix, specials=("<unk>",))
    with pytest.raises(FormatError, match="two dimensions"):
        WordVectors(["a"], matrix[0])


def test_repeated_words_are_refused_at_look_up():
    vectors = WordVectors(["a", "a"], np.zeros((2, 2), dtype=np.float32))
    with pytest.raises(VocabularyError, match="'a' has two vectors"):
        vectors["a"]


def test_unknown_word_names_close_spellings(royal):
    with pytest.raises(UnknownWordError, match=r"'KING'.*'king' or 'King'"):
        royal["KING"]
    with pytest.raises(KeyError, match=r"'quen'.*'queen'"):
        royal["quen"]


def test_close_spellings_are_found_fast_among_many():
    words = [f"word{number}" for number in range(200_000)]
    vectors = WordVectors(words, np.zeros((len(words), 1), dtype=np.float32))
    assert "word1" in vectors
    start = time.perf_counter()
    with pytest.raises(UnknownWordError):
        vectors["wordy1"]
    assert time.perf_counter() - start < 1.0


def test_norms_of_unusable_rows_are_zero():
    rows = np.array([[3, 4], [0, 0], [np.nan, 1], [np.inf, 1]], dtype=np.float32)
    assert WordVectors(list("abcd"), rows).norms.tolist() == [5, 0, 0, 0]


def test_export_puts_a_row_of_zeros_first_for_padding():
    """C3."""
    vectors = WordVectors(["a", "b"], np.ones((2, 3), np.float32))
    words, matrix = vectors.export_matrix(pad=True)
    assert words == ["<pad>", "a", "b"]
    assert matrix.tolist() == [[0, 0, 0], [1, 1, 1], [1, 1, 1]]
    assert vectors.export_matrix()[1] is vectors.matrix
    padded = WordVectors(words, matrix)
    with pytest.raises(VocabularyError, match="already"):
        padded.export_matrix(pad=True)
