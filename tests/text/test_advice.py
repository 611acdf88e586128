from __future__ import annotations

import time

import numpy as np
import pytest

from fastvec.text.advice import bad_bytes_advice, space_advice, tokenizer_advice


def counts(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def test_glued_punctuation_is_told_from_five_percent_on():
    words = ["the", "juice.", "apple,"]
    assert tokenizer_advice(words, counts(96, 3, 1)) is None
    assert tokenizer_advice(words, counts(95, 3, 2)) == (
        "5% of the tokens end in punctuation, for example 'juice.' and 'apple,': "
        "try --tokenizer words"
    )


def test_punctuation_alone_is_no_fault():
    assert tokenizer_advice(["the", ".", "...", ",”"], counts(5, 5, 5, 5)) is None


@pytest.mark.parametrize("end", ".,;:!?”」。！？…")
def test_all_ends_of_sentences_are_known(end):
    assert "--tokenizer words" in (tokenizer_advice([f"end{end}"], counts(1)) or "")


def test_chinese_sentences_want_chinese_words():
    advice = tokenizer_advice(["the", "我喜欢吃苹果。", "他喜欢吃梨子。"], counts(9, 1, 1))
    assert advice is not None
    assert "--tokenizer zh" in advice
    assert "'我喜欢吃苹果。' and '他喜欢吃梨子。'" in advice


@pytest.mark.parametrize("word", ["苹果", "東京都庁前駅にいる"])
def test_short_chinese_words_and_japanese_are_left_alone(word):
    assert tokenizer_advice([word], counts(1)) is None


def test_unicode_spaces_are_counted():
    advice = space_advice(["a", "b\u00a0c", "d\u2009e"], counts(9, 1200, 1))
    assert advice is not None
    assert advice.startswith("1,201 tokens (2 distinct) hold Unicode spaces, for example 'b\\xa0c'")
    assert space_advice(["a", "é"], counts(1, 1)) is None


def test_bad_bytes_are_counted():
    advice = bad_bytes_advice(["é", "\udce9t\udce9", "a\udcff"], counts(9, 3, 2))
    assert advice == "5 tokens (2 distinct) hold bytes that are not UTF-8; kept as they are"
    assert bad_bytes_advice(["é"], counts(1)) is None


def test_an_empty_vocabulary_needs_no_advice():
    for advice in (tokenizer_advice, space_advice, bad_bytes_advice):
        assert advice([], counts()) is None


def test_half_a_million_words_take_moments():
    words = [f"wörd{n}" for n in range(500_000)]
    ones = np.ones(len(words), dtype=np.int64)
    start = time.perf_counter()
    for advice in (tokenizer_advice, space_advice, bad_bytes_advice):
        assert advice(words, ones) is None
    assert time.perf_counter() - start < 3
