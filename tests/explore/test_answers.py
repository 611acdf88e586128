"""What the pages ask, and the answers."""

from __future__ import annotations

import json

import numpy as np
import pytest

from fastvec.errors import FastvecError, ParameterError, UnknownWordError
from fastvec.explore.answers import Answers, Explored


@pytest.fixture(scope="module")
def answers(first, second, embed):
    return Answers([Explored("one", first), Explored("two", second, embed),
                    Explored("three", None, embed)])  # fmt: skip


def test_the_models_tell_what_they_can(answers):
    about = answers.answer("about", {})
    assert about["models"] == [
        {"name": "one", "senses": False, "words": 77, "dim": 8},
        {"name": "two", "senses": True, "words": 77, "dim": 8},
        {"name": "three", "senses": True},
    ]
    assert about["methods"]["3cosadd"] == "b - a + c"


@pytest.mark.parametrize("number", [0, 1])
def test_answers_are_those_of_the_vectors(answers, first, second, number):
    vectors = (first, second)[number]

    def ask(question, **parameters):
        return answers.answer(question, {"model": number, **parameters})

    def scored(pairs):
        return [{"word": word, "score": round(score, 4)} for word, score in pairs]

    near = ask("neighbors", word="word3", topn=5)
    assert near == {"word": "word3", "rank": 3, "count": 74,
                    "neighbors": scored(vectors.most_similar("word3", topn=5))}  # fmt: skip
    assert ask("analogy", a="word1", b="word2", c="word3", method="3cosmul") == scored(
        vectors.analogy("word1", "word2", "word3", method="3cosmul", topn=10)
    )
    words = ["word1", "苹果", "word2"]
    compared = ask("similarities", words=[*words, "word1"])
    assert compared["words"] == words
    assert compared["odd"] == vectors.odd_one_out(words)
    assert compared["table"][0][1] == round(vectors.similarity("word1", "苹果"), 4)
    assert ask("similarities", words=words[:2])["odd"] is None
    assert ask("search", query="WORD1")[0] == "word1"


def test_a_map_is_laid_out_once(answers, first):
    asked = {"model": 0, "method": "pca", "top": 20}
    data = answers.answer("map", asked)
    assert data["words"] == first.words[:20]
    assert answers.answer("map", asked) is data


def test_senses_need_a_model_that_has_them(answers):
    asked = {"word": " word1 ", "sentences": ["word1 word2", "word3 word1"]}
    assert len(answers.answer("senses", {"model": 1, **asked})["layers"]) == 2
    assert len(answers.answer("senses", {"model": 2, **asked})["occurrences"]) == 2
    with pytest.raises(ParameterError, match="one gives a word one vector"):
        answers.answer("senses", {"model": 0, **asked})
    with pytest.raises(ParameterError, match="three has no word vectors"):
        answers.answer("search", {"model": 2, "query": "a"})


@pytest.mark.parametrize(
    ("question", "asked", "reason"),
    [
        ("neighbors", {"topn": 5}, "word must be a text"),
        ("neighbors", {"word": "word1"}, "topn must be a whole number from 1 to 200"),
        ("neighbors", {"word": "word1", "topn": True}, "topn must be a whole number"),
        ("neighbors", {"word": "word1", "topn": 201}, "topn must be a whole number"),
        ("map", {"method": "umap", "top": 9}, "method must be one of tsne, pca"),
        ("map", {"method": "pca", "top": 5001}, "top must be a whole number from 1 to 5000"),
        ("analogy", {"a": "word1", "b": "word2", "c": 3}, "c must be a text"),
        ("similarities", {"words": "word1"}, "words must be a list of texts"),
        ("similarities", {"words": ["word1", 2]}, "words must be a list of texts"),
        ("similarities", {"words": ["word1", "word1"]}, "words must be 2 to 40 different ones"),
        ("search", {"query": None}, "query must be a text"),
        ("search", {"query": "a", "model": 3}, "model must be a whole number from 0 to 2"),
        ("search", {"query": "a", "model": -1}, "model must be a whole number"),
    ],
)
def test_wrong_parameters_are_named(answers, question, asked, reason):
    with pytest.raises(ParameterError, match=reason):
        answers.answer(question, {"model": 0, **asked})


def test_an_unknown_word_is_said_with_close_ones(answers):
    with pytest.raises(UnknownWordError, match="'wrod7' is not among the 77 words; did you mean"):
        answers.answer("neighbors", {"model": 0, "word": "wrod7", "topn": 3})
    assert issubclass(UnknownWordError, FastvecError)


def test_every_answer_is_plain_data(answers):
    for question, asked in [
        ("about", {}), ("map", {"method": "pca", "top": 9}), ("search", {"query": "w"}),
        ("neighbors", {"word": "word1", "topn": 3}), ("similarities", {"words": ["word1", "苹果"]}),
    ]:  # fmt: skip
        found = answers.answer(question, {"model": 0, **asked})
        assert json.loads(json.dumps(found)) == found
        assert not isinstance(found, np.generic)


def test_other_questions_are_not_known(answers):
    assert answers.knows("about")
    assert answers.knows("map")
    assert not answers.knows("../about")
    assert not answers.knows("")
