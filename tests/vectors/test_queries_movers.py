"""Q6: the Word Mover's distance, against brute force over permutations."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.vectors.word_vectors import WordVectors

WORDS = list("abcdefgh")
VECTORS = WordVectors(
    WORDS, np.random.default_rng(2).standard_normal((8, 3)).astype(np.float32) * 2
)
texts = st.lists(st.sampled_from(WORDS), min_size=4, max_size=4)


def brute_force(a, b, *, normalize):
    """Texts of one length: some assignment of words to words costs least."""
    rows = {word: VECTORS[word].astype(float) for word in WORDS}
    if normalize:
        rows = {word: row / np.linalg.norm(row) for word, row in rows.items()}
    costs = (
        sum(np.linalg.norm(rows[left] - rows[right]) for left, right in zip(a, order, strict=True))
        for order in permutations(b)
    )
    return min(costs) / len(a)


@given(texts, texts, st.booleans())
def test_it_is_the_cheapest_assignment(a, b, normalize):
    found = VECTORS.movers_distance(a, b, normalize=normalize)
    assert found == pytest.approx(brute_force(a, b, normalize=normalize), abs=1e-9)
    assert found == pytest.approx(VECTORS.movers_distance(b, a, normalize=normalize), abs=1e-9)


def test_single_words_are_as_far_as_their_vectors():
    assert VECTORS.movers_distance(["a"], ["a"]) == 0
    units = [VECTORS.get_vector(word, norm=True).astype(float) for word in "ab"]
    expected = np.linalg.norm(units[0] - units[1])
    assert VECTORS.movers_distance(["a"], ["b"]) == pytest.approx(expected, abs=1e-6)


def test_texts_without_words():
    assert VECTORS.movers_distance([], []) == 0
    assert VECTORS.movers_distance(["a"], []) == float("inf")
    assert VECTORS.wmdistance(["nope"], ["a"]) == float("inf")


def test_unknown_words_are_left_out_or_stand_for_zero():
    assert VECTORS.wmdistance(["a", "nope"], ["b"]) == VECTORS.wmdistance(["a"], ["b"])
    assert VECTORS.movers_distance(["a"], ["nope"], oov="zero") == pytest.approx(1)


def test_lengths_and_frequencies_of_texts_may_differ():
    thrice = VECTORS.wmdistance(["a", "b", "b"], ["c"])
    parts = [VECTORS.wmdistance([word], ["c"]) for word in "ab"]
    assert thrice == pytest.approx((parts[0] + 2 * parts[1]) / 3)


def test_equal_vectors_of_other_words_are_no_distance():
    """A peer answers infinity where all distances are zero."""
    vectors = WordVectors(["a", "b"], np.ones((2, 2), dtype=np.float32))
    assert vectors.wmdistance(["a"], ["b"]) == 0
