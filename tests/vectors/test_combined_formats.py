"""Vectors made from vectors: subset, merge, normalise."""

import numpy as np
import pytest

from fastvec.errors import FormatError, UnknownWordError, VocabularyError
from fastvec.vectors.combine import merge, normalise, subset
from fastvec.vectors.word_vectors import WordVectors


@pytest.fixture
def first():
    rows = np.array([[3, 4], [0, 0], [np.nan, 1]], dtype=np.float32)
    return WordVectors(["a", "b", "<unk>"], rows, np.array([5, 2, 0]), ("<unk>",))


@pytest.fixture
def second():
    return WordVectors(["c", "a"], np.array([[1, 1], [5, 6]], dtype=np.float32), np.array([9, 8]))


def test_a_subset_keeps_the_order_asked_for(first):
    some = subset(first, ["b", "a", "b"])
    assert (some.words, some.counts.tolist(), some.specials) == (["b", "a"], [2, 5], ())
    assert some.matrix.tolist() == [[0, 0], [3, 4]]
    assert subset(first, ["<unk>"]).specials == ("<unk>",)


def test_unknown_words_are_refused_or_left_out(first):
    with pytest.raises(UnknownWordError, match="'z'"):
        subset(first, ["z"])
    assert subset(first, ["z", "a"], oov="skip").words == ["a"]
    assert subset(first, ["z"], oov="skip").matrix.shape == (0, 2)


@pytest.mark.parametrize(
    ("rule", "expected"), [("first", [3, 4]), ("last", [5, 6]), ("mean", [4, 5])]
)
def test_merged_words_stand_in_order_of_appearance(first, second, rule, expected):
    both = merge([first, second], duplicates=rule)
    assert both.words == ["a", "b", "<unk>", "c"]
    assert both["a"].tolist() == expected
    assert both.counts.tolist() == [13, 2, 0, 9]
    assert both.specials == ("<unk>",)


def test_what_cannot_be_merged_is_refused(first, second):
    with pytest.raises(VocabularyError, match="'a' is in several"):
        merge([first, second], duplicates="error")
    with pytest.raises(FormatError, match="of 2 and of 3 numbers"):
        merge([first, WordVectors(["x"], np.ones((1, 3), np.float32))])
    with pytest.raises(VocabularyError, match="nothing to merge"):
        merge([])


def test_normalised_vectors_have_length_one_or_zero(first):
    scaled = normalise(first)
    np.testing.assert_allclose(scaled.matrix, [[0.6, 0.8], [0, 0], [0, 0]], rtol=1e-6)
    assert (scaled.words, scaled.specials) == (first.words, first.specials)
    assert first.matrix[0].tolist() == [3, 4]
