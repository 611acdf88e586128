"""The vocabulary: order, cuts, specials, growth, one-hot rows."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec import Vocabulary
from fastvec.errors import ParameterError, UnknownWordError, VocabularyError
from fastvec.vocabulary import BOS, EOS, PAD, UNK

# Everything that can be in a text: letters, spaces, signs and bytes that were not UTF-8.
CHARACTERS = st.characters(exclude_categories=["Cs"]) | st.sampled_from("\udc80\udcff\udcc3")
WORDS = st.text(CHARACTERS, min_size=1, max_size=4)
COUNTS = st.dictionaries(WORDS, st.integers(1, 5), min_size=1, max_size=20)


def utf8(word: str) -> bytes:
    return word.encode("utf-8", "surrogateescape")


@given(COUNTS)
def test_order_is_falling_count_then_utf8_bytes(counts):
    vocabulary = Vocabulary.from_counts(counts)
    ranks = [(-counts[word], utf8(word)) for word in vocabulary]
    assert ranks == sorted(ranks)
    assert dict(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True)) == counts


def test_ties_follow_bytes_and_not_code_points():
    # A bad byte 0xFF is U+DCFF in Python, below U+FF21, whose UTF-8 starts with 0xEF.
    assert Vocabulary.from_counts({"\udcff": 1, "\uff21": 1}).words == ["\uff21", "\udcff"]


def test_sentences_are_counted():
    vocabulary = Vocabulary.from_sentences([["b", "a", "a"], ["b", "c"], []])
    assert (vocabulary.words, vocabulary.counts.tolist()) == (["a", "b", "c"], [2, 2, 1])
    assert vocabulary.total == 5


def test_ties_at_the_cut_go_by_text():
    """C6."""
    assert Vocabulary.from_sentences([["b", "a", "a", "b", "c"]]).cut(max_size=2).words == [
        "a",
        "b",
    ]


@given(COUNTS, st.integers(1, 6), st.none() | st.integers(1, 25))
def test_cut_keeps_the_commonest_within_both_limits(counts, min_count, max_size):
    kept = Vocabulary.from_counts(counts).cut(min_count, max_size)
    enough = [w for w in Vocabulary.from_counts(counts) if counts[w] >= min_count]
    assert kept.words == enough[:max_size]
    assert kept.counts.tolist() == [counts[word] for word in kept]
    assert Vocabulary.from_counts(counts).leading(min_count, max_size) == len(kept)


def test_largest_size_counts_specials():
    """C5."""
    vocabulary = Vocabulary.from_sentences([list("aaabbc")]).with_specials({UNK: 0, PAD: 0})
    cut = vocabulary.cut(min_count=1, max_size=3)
    assert (cut.words, cut.specials) == (["a", UNK, PAD], (UNK, PAD))


def test_specials_survive_any_least_count():
    vocabulary = Vocabulary(["a", UNK], [9, 0], [UNK])
    assert vocabulary.cut(min_count=10).words == [UNK]


def test_size_below_the_specials_is_refused():
    vocabulary = Vocabulary(["a", UNK, PAD], [9, 0, 0], [UNK, PAD])
    with pytest.raises(ParameterError, match=r"max_size .* 2 special words, but is 1"):
        vocabulary.cut(max_size=1)


@pytest.mark.parametrize(("limits", "name"), [((0,), "min_count"), ((1, 0), "max_size")])
def test_impossible_limits_are_refused(limits, name):
    with pytest.raises(ParameterError, match=name):
        Vocabulary(["a"], [1]).cut(*limits)


def test_special_word_of_the_text_is_marked_and_not_repeated():
    """C1."""
    vocabulary = Vocabulary([UNK, "a"], [5, 2]).with_specials({UNK: 3, BOS: 1})
    assert vocabulary.words == [UNK, "a", BOS]
    assert vocabulary.counts.tolist() == [8, 2, 1]
    assert vocabulary.specials == (UNK, BOS)


def test_marking_a_special_again_lists_it_once():
    twice = Vocabulary(["a"], [2]).with_specials({UNK: 1}).with_specials({UNK: 1, EOS: 0})
    assert twice.specials == (UNK, EOS)
    assert twice.cut().words == ["a", UNK, EOS]


def test_literal_unk_is_an_ordinary_word():
    """C4."""
    vocabulary = Vocabulary(["a", UNK], [2, 1])
    assert vocabulary.encode(["a", "b", UNK]).tolist() == [0, 1]
    with pytest.raises(UnknownWordError):
        vocabulary.one_hot("b", oov="unk")


def test_unknown_tokens_get_the_special_or_are_skipped():
    assert Vocabulary(["a"], [1]).encode(["x", "a"]).tolist() == [0]
    assert Vocabulary(["a", UNK], [1, 0], [UNK]).encode(["x", "a"]).tolist() == [1, 0]


@given(COUNTS, COUNTS)
def test_growing_keeps_old_ids_and_adds_counts(old, new):
    """C10, as far as the vocabulary goes."""
    before = Vocabulary.from_counts(old)
    grown = before.grow(Vocabulary.from_counts(new))
    assert grown.words[: len(before)] == before.words
    assert before == Vocabulary.from_counts(old)
    assert dict(zip(grown.words, grown.counts.tolist(), strict=True)) == Counter(old) + Counter(new)


def test_growth_order_is_that_of_the_newcomers():
    grown = Vocabulary(["a"], [1]).grow(Vocabulary(["z", "a", "b"], [3, 2, 1]))
    assert (grown.words, grown.counts.tolist()) == (["a", "z", "b"], [3, 3, 1])


@given(COUNTS, st.data())
def test_one_hot_matrix_decodes_to_its_words(counts, data):
    vocabulary = Vocabulary.from_counts(counts)
    words = data.draw(st.lists(st.sampled_from(vocabulary.words), min_size=1, max_size=9))
    rows = vocabulary.one_hot(words)
    assert rows.shape == (len(words), len(vocabulary))
    assert rows.dtype == np.float32
    assert (rows.toarray() == np.eye(len(vocabulary))[vocabulary.encode(words)]).all()
    assert vocabulary.decode(rows) == words
    assert vocabulary.decode(rows.toarray()) == words
    assert vocabulary.decode(vocabulary.encode(words)) == words


def test_one_word_gives_a_dense_row():
    row = Vocabulary(["a", "b"], [2, 1]).one_hot("b")
    assert (row.tolist(), row.dtype) == ([0.0, 1.0], np.float32)
    assert Vocabulary(["a", "b"], [2, 1]).decode(row) == "b"


def test_no_words_give_no_rows():
    rows = Vocabulary(["a", "b"], [2, 1]).one_hot([])
    assert rows.shape == (0, 2)
    assert Vocabulary(["a", "b"], [2, 1]).decode(rows) == []


def test_unknown_words_in_one_hot_rows():
    """Q8, for one-hot rows."""
    vocabulary = Vocabulary(["a", UNK], [2, 1], [UNK])
    with pytest.raises(UnknownWordError, match="'nope' is not among the 2 words"):
        vocabulary.one_hot(["a", "nope"])
    assert vocabulary.one_hot(["a", "nope"], oov="zero").toarray().tolist() == [[1, 0], [0, 0]]
    assert vocabulary.one_hot(["a", "nope"], oov="unk").toarray().tolist() == [[1, 0], [0, 1]]
    assert vocabulary.one_hot("nope", oov="zero").tolist() == [0, 0]
    with pytest.raises(ParameterError, match=r"oov .* 'skip'"):
        vocabulary.one_hot("a", oov="skip")


def test_row_of_zeros_decodes_to_none():
    vocabulary = Vocabulary(["a", "b"], [2, 1])
    assert vocabulary.decode(vocabulary.one_hot(["b", "?", "a"], oov="zero")) == ["b", None, "a"]
    assert vocabulary.decode(np.zeros(2, np.float32)) is None


@pytest.mark.parametrize("ids", [[-1], [2]])
def test_ids_outside_the_vocabulary_are_refused(ids):
    with pytest.raises(VocabularyError, match="2 words"):
        Vocabulary(["a", "b"], [2, 1]).decode(np.array(ids))


def test_inconsistent_vocabularies_are_refused():
    with pytest.raises(VocabularyError, match="2 words have 1 counts"):
        Vocabulary(["a", "b"], [1])
    with pytest.raises(VocabularyError, match="'<unk>' is not among"):
        Vocabulary(["a"], [1], [UNK])
    with pytest.raises(VocabularyError, match="'a' occurs twice"):
        "a" in Vocabulary(["a", "b", "a"], [1, 1, 1])  # noqa: B015


def test_equality_looks_at_words_counts_and_specials():
    vocabulary = Vocabulary(["a", UNK], [2, 1], [UNK])
    assert vocabulary == Vocabulary(["a", UNK], [2, 1], [UNK])
    assert vocabulary != Vocabulary(["a", UNK], [2, 1])
    assert vocabulary != Vocabulary(["a", UNK], [2, 2], [UNK])
    assert vocabulary != ["a", UNK]
