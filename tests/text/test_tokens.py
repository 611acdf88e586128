from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.errors import ParameterError
from fastvec.text import Corpus

tokens = st.text(min_size=1, max_size=8).filter(
    lambda token: not re.search("[\t\r\n\ud800-\udfff]", token)
)
sentences = st.lists(st.lists(tokens, max_size=6), max_size=8)


def decoded(blocks) -> list[list[str]]:
    parts = b"".join(blocks).split(b"\xfe")[:-1]
    return [[token.decode() for token in part.split(b"\xff") if token] for part in parts]


@given(sentences, st.integers(1, 60))
def test_token_lists_come_back(sentences, size):
    corpus = Corpus(sentences)
    assert decoded(corpus.blocks(size)) == sentences
    assert decoded(corpus.blocks(size)) == sentences
    assert all(block.endswith(b"\xfe") for block in corpus.blocks(size))


def test_blocks_are_about_as_long_as_asked():
    lengths = [len(block) for block in Corpus([["word"]] * 1000).blocks(100)]
    assert max(lengths) == 100
    assert len(lengths) == 50


def test_only_the_two_reserved_bytes_separate():
    separators = Corpus([["a b"]]).separators
    assert separators[0xFF] == 1
    assert separators[0xFE] == 2
    assert np.count_nonzero(separators) == 2


def test_bad_bytes_of_a_token_are_kept():
    assert list(Corpus([["\udce9t\udce9"]]).blocks()) == [b"\xe9t\xe9\xfe"]


@pytest.mark.parametrize("sentence", [("a", "b"), np.array(["a", "b"]), {"a": 1, "b": 2}])
def test_a_sentence_is_any_iterable_of_strings(sentence):
    assert list(Corpus([sentence]).blocks()) == [b"a\xffb\xfe"]


@pytest.mark.parametrize(
    ("token", "fault"),
    [
        ("", "the token is empty"),
        ("a\tb", "holds a tab"),
        ("a\n", "holds a line break"),
        ("\r", "holds a line break"),
        ("\udcff", "holds the byte 0xFF"),
        ("a\udcfe", "holds the byte 0xFE"),
        ("\ud800", "half a character"),
        (7, "expected a string, found 7"),
        (None, "expected a string, found None"),
        (b"a", "expected a string, found b'a'"),
    ],
)
@pytest.mark.parametrize("before", [[], ["x", "y"]])
def test_a_token_at_fault_is_named(token, fault, before):
    corpus = Corpus([["a"], [*before, token]])
    with pytest.raises(ParameterError, match=f"sentence 2, token {len(before) + 1}: .*{fault}"):
        list(corpus.blocks())


class Spent:
    """Hands out the same generator again and again."""

    def __init__(self):
        self._generator = (sentence for sentence in [["a"]])

    def __iter__(self):
        return self._generator


@pytest.mark.parametrize("source", [(s for s in [["a"]]), map(list, ["a"]), Spent()])
def test_what_can_be_read_only_once_is_refused(source):
    with pytest.raises(ParameterError, match=r"only once.*pass a list"):
        Corpus(source)


@pytest.mark.parametrize("source", [["abc def"], ("abc def",), {"abc def": 1}])
def test_plain_strings_are_refused_at_once(source):
    with pytest.raises(ParameterError, match="expected a list of tokens, found a string 'abc def'"):
        Corpus(source)


def test_a_later_plain_string_is_refused_too():
    with pytest.raises(ParameterError, match="sentence 2: expected a list of tokens"):
        list(Corpus([["a"], "abc"]).blocks())


@pytest.mark.parametrize("source", [7, None, b"a.txt", [7], len])
def test_what_is_no_corpus_is_refused(source):
    with pytest.raises(ParameterError, match="expected a"):
        Corpus(source)
