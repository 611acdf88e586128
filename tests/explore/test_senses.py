"""One word's vectors in several sentences."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.errors import ParameterError, UnknownWordError
from fastvec.explore.senses import compare_senses


def embed(sentences):
    """Layer 0: the same for a word everywhere; layer 1: by the sentence's first word."""
    directions = {"river": [1, 0], "money": [0, 1]}
    return [
        np.array([[[1.0, 2.0]] * len(tokens), [directions[tokens[0]]] * len(tokens)])
        for tokens in sentences
    ]


def test_occurrences_are_compared_layer_by_layer():
    answer = compare_senses(embed, "bank", ["river bank", "money bank bank", "river flows"])
    assert answer["occurrences"] == [
        {"tokens": ["river", "bank"], "place": 1},
        {"tokens": ["money", "bank", "bank"], "place": 1},
        {"tokens": ["money", "bank", "bank"], "place": 2},
    ]
    np.testing.assert_allclose(answer["layers"][0], np.ones((3, 3)))
    np.testing.assert_allclose(answer["layers"][1], [[1, 0, 0], [0, 1, 1], [0, 1, 1]])


@pytest.mark.parametrize(
    ("word", "sentences", "kind", "reason"),
    [("", ["river bank"], ParameterError, "word must be given"),
     ("bank", ["river banks"], UnknownWordError, "'bank' stands in none of the sentences"),
     ("bank", [], UnknownWordError, "none of the sentences"),
     ("bank", ["river " + "bank " * 61], ParameterError, "at most 60 times, not 61")],
)  # fmt: skip
def test_what_cannot_be_compared_is_said(word, sentences, kind, reason):
    with pytest.raises(kind, match=reason):
        compare_senses(embed, word, sentences)


def test_zero_vectors_are_like_nothing():
    answer = compare_senses(lambda s: [np.zeros((1, len(t), 3)) for t in s], "a", ["a a"])
    assert answer["layers"] == [[[0.0, 0.0], [0.0, 0.0]]]
