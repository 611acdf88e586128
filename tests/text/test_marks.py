"""Plain text as tokens with their places."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.errors import ParameterError
from fastvec.text.marks import SPLITTERS, split_sentences


def texts(text, splitter="marks"):
    return [[token.text for token in line] for line in split_sentences(text, splitter)]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Robert Lin is a durian cultivator.", "Robert Lin is a durian cultivator ."),
        ("Paris's mayor isn't here", "Paris 's mayor is n't here"),
        ("They didn't, we'll see!", "They did n't , we 'll see !"),
        ("The U.S. paid $1,000.5 (10%) on 1996-08-22",
         "The U.S. paid $ 1,000.5 ( 10 % ) on 1996-08-22"),
        ("mail a@b.org or http://x.y/z?q=1", "mail a@b.org or http://x.y/z?q=1"),
        ("well-known ... don’t", "well-known ... do n’t"),
        ("梨子。苹果", "梨子 。 苹果"),
    ],
)  # fmt: skip
def test_words_and_marks_part(text, tokens):
    assert texts(text) == [tokens.split()]


def test_lines_are_sentences_and_empty_ones_go():
    assert texts("a b.\n\n  \nc") == [["a", "b", "."], ["c"]]


def test_white_space_alone_can_split():
    assert texts("isn't it?", "whitespace") == [["isn't", "it?"]]


def test_chinese_is_cut_into_words_and_marks():
    pytest.importorskip("jieba", reason="jieba is not installed")
    (line,) = texts("他喝苹果汁，不喝 tea。", "zh")
    assert "".join(line) == "他喝苹果汁，不喝tea。"
    assert {"，", "。", "tea"} <= set(line)
    assert len(line) > 6


@pytest.mark.parametrize("splitter", ["marks", "whitespace"])
@given(text=st.text(max_size=60))
def test_tokens_stand_where_they_say_and_nothing_is_lost(splitter, text):
    tokens = [token for line in split_sentences(text, splitter) for token in line]
    assert all(text[token.start : token.stop] == token.text for token in tokens)
    assert all(a.stop <= b.start for a, b in pairwise(tokens))
    assert "".join("".join(token.text.split()) for token in tokens) == "".join(text.split())


def test_places_in_chinese_are_those_of_the_text():
    pytest.importorskip("jieba", reason="jieba is not installed")
    text = "梨子 T恤 don't，\n苹果"
    for line in split_sentences(text, "zh"):
        for token in line:
            assert text[token.start : token.stop] == token.text


def test_an_unknown_splitter_is_refused():
    with pytest.raises(ParameterError, match=f"must be one of {', '.join(SPLITTERS)}"):
        split_sentences("a", "words")
