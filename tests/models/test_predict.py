"""Gaps: the truth of the toy world, and probabilities against their definitions in loops."""

from __future__ import annotations

import numpy as np
import pytest

import fastvec
from fastvec.datasets import toy_truth, toy_world
from fastvec.errors import FastvecError, ParameterError, UnknownWordError
from fastvec.models.word2vec.predict import GapFiller
from fastvec.samplers.huffman import huffman_tree
from fastvec.samplers.unigram import keep_probabilities

WORDS = ["the", "of", "glass", "juice", "apple", "a"]
COUNTS = [400, 90, 30, 30, 12, 5]
VARIANTS = [
    (model, loss) for model in (fastvec.CBOW, fastvec.SkipGram) for loss in ("ns", "hs", "softmax")
]


def made(kind, words=WORDS, counts=COUNTS, loss="ns", **settings):
    """A model of random numbers."""
    model = kind(dim=4, loss=loss, **settings)
    random = np.random.default_rng(1)
    model._vocabulary = fastvec.Vocabulary(words, counts)
    matrices = random.normal(size=(2, len(words), 4)).astype(np.float32)
    model._tensors = dict(zip(("vectors", "context_vectors"), matrices, strict=True))
    return model


def word_given_row(model, row):
    """P(word | hidden row) in float64, word after word."""
    outputs, counts = model.context_vectors.astype(np.float64), model.vocabulary.counts
    if model.config.loss == "hs":
        tree, chances = huffman_tree(counts), np.ones(len(counts))
        for word, start in enumerate(tree.offsets[:-1]):
            for place in range(start, start + tree.lengths[word]):
                score = tree.signs[place] * (outputs[tree.points[place]] @ row)
                chances[word] *= 1 / (1 + np.exp(-score))
        return chances
    noise = counts**model.config.noise_exponent if model.config.loss == "ns" else 1.0
    chances = np.exp(outputs @ row) * noise
    return chances / chances.sum()


def twin(model, rows):
    """The probabilities of all words in a gap, from the definition."""
    inputs = model.vectors.matrix.astype(np.float64)
    if isinstance(model, fastvec.CBOW):
        total = inputs[rows].sum(axis=0)
        return word_given_row(
            model, total / len(rows) if model.config.cbow_combine == "mean" else total
        )
    counts = model.vocabulary.counts
    prior = counts * keep_probabilities(counts, model.config.sample)
    prior = prior / prior.sum()
    chances = prior.copy()
    for row in rows:
        if model.config.loss == "softmax":  # Predicts contexts from the word.
            scores = np.exp(inputs @ model.context_vectors.astype(np.float64).T)
            each = scores[:, row] / scores.sum(axis=1)
        else:
            each = word_given_row(model, inputs[row]) / prior
        chances *= each ** (1 / np.sqrt(len(rows)))
    return chances / chances.sum()


@pytest.mark.parametrize("rows", [[2], [0, 3], [1, 2, 2, 5, 4]])
@pytest.mark.parametrize(("kind", "loss"), VARIANTS)
def test_probabilities_are_those_of_the_definition_and_sum_to_1(kind, loss, rows):
    model = made(kind, loss=loss)
    found = np.exp(GapFiller(model).log_probabilities(np.array(rows)))
    assert found.sum() == pytest.approx(1)
    np.testing.assert_allclose(found, twin(model, rows), rtol=1e-5)


def test_contexts_of_cbow_may_act_through_their_sum():
    model = made(fastvec.CBOW, cbow_combine="sum")
    found = np.exp(GapFiller(model).log_probabilities(np.array([1, 4])))
    np.testing.assert_allclose(found, twin(model, [1, 4]), rtol=1e-5)


@pytest.mark.parametrize(("kind", "loss"), VARIANTS[:-1])  # The last predicts the other way.
def test_one_context_of_skip_gram_needs_no_combining(kind, loss):
    """log P(word) cancels out, so that the probability is the model's own."""
    model = made(kind, loss=loss)
    found = np.exp(GapFiller(model).log_probabilities(np.array([3])))
    np.testing.assert_allclose(found, word_given_row(model, model.vectors.matrix[3]), rtol=1e-5)


@pytest.mark.parametrize("kind", [fastvec.CBOW, fastvec.SkipGram])
@pytest.mark.parametrize("loss", ["ns", "hs"])
def test_what_was_never_seen_is_never_the_answer(kind, loss):
    model = made(kind, [*WORDS, "<unk>"], [*COUNTS, 0], loss, unk="mean")
    chances = np.exp(GapFiller(model).log_probabilities(np.array([1, 2])))
    assert chances[-1] == 0
    assert chances.sum() == pytest.approx(1)
    assert "<unk>" not in dict(model.predict("a glass of __", topn=7))


def test_answers_are_the_best_words_but_those_around_the_gap_unless_common():
    model = made(fastvec.CBOW, sample=0.01)  # Of these only "the" is thinned below a half.
    chances = twin(model, [5, 2, 0])
    answers = model.predict("a glass __ the")
    assert [word for word, _ in answers] == [WORDS[row] for row in np.argsort(-chances)
                                             if row not in (5, 2)]  # fmt: skip
    assert dict(answers)["the"] == pytest.approx(chances[0], rel=1e-5)
    assert model.predict("a glass __ the", topn=2) == answers[:2]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    corpus = fastvec.Corpus(toy_world(1, sentences=20_000, language="english"))
    return fastvec.build_workspace(corpus, tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize(
    ("kind", "loss"),
    [pytest.param(*variant, marks=[pytest.mark.slow] * (variant[1] == "softmax"))
     for variant in VARIANTS],
)  # fmt: skip
def test_gaps_of_the_toy_world_are_filled_with_sense(world, kind, loss):
    model = kind(dim=40, epochs=8, threads=1, loss=loss).fit(world)
    drinks = [word for word, _ in model.predict("i want a glass of apple __ with my dinner", 3)]
    assert "juice" in drinks
    answers = {word for word, _ in model.predict("i want a glass of __ juice with my dinner", 20)}
    assert len(answers & set(toy_truth()["groups"]["fruits"])) >= 4


@pytest.mark.parametrize(
    "sentence",
    ["a glass of __ juice", "  a glass\tof ____ juice\n", "a nope glass of __ never juice",
     ["a", "glass", "of", "__", "juice"], ["a", "glass", "of", "juice"]],
)  # fmt: skip
def test_a_gap_is_found_in_text_and_tokens(sentence):
    found = GapFiller(made(fastvec.CBOW)).context(sentence)
    assert found.rows.tolist() == [5, 2, 1, 3]
    assert found.unknown == (["nope", "never"] if "nope" in sentence else [])


def test_contexts_beyond_the_window_do_not_count_and_unknown_words_take_no_place():
    filler = GapFiller(made(fastvec.SkipGram, window=2))
    text = "the a glass nope of __ apple juice a"
    assert filler.context(text).rows.tolist() == [2, 1, 4, 3]
    assert filler.context(text, window=1).rows.tolist() == [1, 4]
    assert filler.context(["the"] * 9).rows.tolist() == [0] * 9  # Contexts without a gap.


def test_special_words_stand_where_training_put_them():
    words, counts = [*WORDS, "<unk>", "<s>", "</s>"], [*COUNTS, 7, 50, 50]
    filler = GapFiller(made(fastvec.CBOW, words, counts, unk="trained", sentence_marks=True))
    assert filler.context("nope glass __").rows.tolist() == [7, 6, 2, 8]
    assert filler.context("nope glass __").unknown == []


def test_text_is_split_and_folded_as_the_corpus_was():
    model = made(fastvec.CBOW)
    model.source = {"source": {"tokenizer": "words", "lowercase": True}}
    assert GapFiller(model).context("A glass, of __!").rows.tolist() == [5, 2, 1]


def test_a_gap_between_chinese_characters_needs_no_space():
    pytest.importorskip("jieba", reason="needs the extra `chinese`")
    model = made(fastvec.CBOW, ["我", "喜欢", "吃", "苹果"], [9, 8, 7, 6])
    model.source = {"source": {"tokenizer": "zh", "lowercase": False}}
    assert GapFiller(model).context("我喜欢__苹果。").rows.tolist() == [0, 1, 3]


@pytest.mark.parametrize(
    ("sentence", "options", "kind", "message"),
    [
        ("a glass", {}, ParameterError, "'a glass' has no gap; write __"),
        ("a__b __c", {}, ParameterError, "has no gap"),
        ("a __ of __", {}, ParameterError, "'a __ of __' has 2 gaps"),
        (["__", "a", "__"], {}, ParameterError, "has 2 gaps"),
        ("__", {}, ParameterError, "nothing around the gap"),
        ([], {}, ParameterError, "nothing around the gap"),
        ("x y __", {}, UnknownWordError, r"none of the words around the gap \('x', 'y'\)"),
        ("a __", {"window": 0}, ParameterError, "window must be at least 1, but is 0"),
        ("a __", {"topn": 0}, ParameterError, "topn must be at least 1, but is 0"),
    ],
)
def test_what_cannot_be_filled_is_said(sentence, options, kind, message):
    with pytest.raises(kind, match=message):
        made(fastvec.SkipGram).predict(sentence, **options)


def test_an_untrained_model_says_so():
    with pytest.raises(FastvecError, match="call fit first"):
        fastvec.CBOW().predict("a __")
