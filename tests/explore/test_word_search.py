"""Words found while they are typed."""

from __future__ import annotations

import time

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fastvec.explore.word_search import WordSearch
from tests.browser import HOSTILE

letters = st.text("abAé ß\n", min_size=1, max_size=4)


def plainly(words, query, most):
    """Find as `WordSearch` does, word by word."""
    text = query.strip().casefold().replace("\n", " ")
    folded = [word.casefold().replace("\n", " ") for word in words]
    found = [word for word, fold in zip(words, folded, strict=True) if fold == text]
    for fits in (str.startswith, str.__contains__):
        found += [word for word, fold in zip(words, folded, strict=True)
                  if text and fits(fold, text) and word not in found]  # fmt: skip
    return found[:most] if text else []


@given(st.lists(letters, unique=True, max_size=30), letters, st.integers(1, 9))
def test_it_finds_what_a_plain_search_finds(words, query, most):
    assert WordSearch(words).find(query, most) == plainly(words, query, most)


def test_the_same_word_comes_first_then_by_beginning_then_by_frequency():
    words = ["the", "other", "then", "bathe", "THE", "them"]
    assert WordSearch(words).find("the") == ["the", "THE", "then", "them", "other", "bathe"]


def test_hostile_words_are_found_as_they_are():
    search = WordSearch(HOSTILE)
    for word in HOSTILE:
        if word.strip() == word:
            assert search.find(word)[0] == word


def test_blank_text_finds_nothing():
    assert WordSearch(["a", "b"]).find("  ") == []
    assert WordSearch([]).find("a") == []


def test_each_key_is_answered_at_once_among_100_000_words():
    random = np.random.default_rng(0)
    alphabet = np.array(list("etaoinshrdlu"))
    words = ["".join(random.choice(alphabet, length)) + str(row)
             for row, length in enumerate(random.integers(3, 12, 100_000))]  # fmt: skip
    search = WordSearch(words)
    times = []
    for query in ("e", "et", "eth", "zzz", "99", words[77_777], "tttttt"):
        for _ in range(3):
            begun = time.perf_counter()
            search.find(query)
            times.append(time.perf_counter() - begun)
    assert sorted(times)[len(times) // 2] < 0.05
    assert search.find(words[77_777]) == [words[77_777]]
