"""Which rows a model has: cuts, unknown words, sentence marks."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec import Corpus, SkipGram, Vocabulary, build_workspace
from fastvec.errors import ParameterError
from fastvec.models.configs import SkipGramConfig
from fastvec.models.rows import model_rows

TEXT = [["b", "a", "a", "b", "c"]]


@pytest.fixture
def rows_of(tmp_path):
    """Give the rows of a model over sentences."""

    def make(sentences, old=None, **settings):
        workspace = build_workspace(Corpus(sentences), tmp_path / "w")
        return model_rows(workspace, SkipGramConfig(**{"min_count": 1, **settings}), old)

    return make


def fitted(sentences, **settings):
    return SkipGram(**{"dim": 8, "min_count": 1, "threads": 1, **settings}).fit(sentences)


def test_rare_words_are_left_out(rows_of):
    rows = rows_of(TEXT, min_count=2)
    assert (rows.vocabulary.words, rows.known) == (["a", "b"], 2)
    assert (rows.unknown, rows.begin, rows.end) == (-1, -1, -1)


def test_largest_size_cuts_ties_by_bytes(rows_of):
    """C6."""
    assert rows_of(TEXT, max_size=1).vocabulary.words == ["a"]


def test_largest_size_counts_special_rows(rows_of):
    """C5."""
    rows = rows_of(TEXT, max_size=4, unk="trained", sentence_marks=True)
    assert rows.vocabulary.words == ["a", "<unk>", "<s>", "</s>"]
    assert rows.vocabulary.counts.tolist() == [2, 3, 1, 1]


def test_size_without_room_for_words_is_refused(rows_of):
    with pytest.raises(ParameterError, match=r"max_size must be above the 3 special words, .* 3"):
        rows_of(TEXT, max_size=3, unk="mean", sentence_marks=True)


def test_trained_unk_counts_the_rare_words(rows_of):
    """C3."""
    rows = rows_of([["a", "a", "a", "b"]], min_count=2, unk="trained")
    assert rows.vocabulary.words == ["a", "<unk>"]
    assert rows.vocabulary.counts.tolist() == [3, 1]
    assert (rows.known, rows.unknown) == (1, 1)
    assert rows.vocabulary.specials == ("<unk>",)


def test_words_of_an_old_vocabulary_come_last_and_both_texts_count(rows_of):
    """C10."""
    old = Vocabulary(["z", "a", "c"], np.array([9, 8, 7]))
    rows = rows_of(TEXT, min_count=2, unk="trained", old=old)
    assert rows.vocabulary.words == ["a", "b", "<unk>", "z", "c"]
    assert rows.vocabulary.counts.tolist() == [2 + 8, 2, 1, 9, 7]
    assert (rows.known, rows.unknown) == (2, 2)  # The text's own c is rare.


def test_literal_unk_is_an_ordinary_word_without_the_special(rows_of):
    """C1, C4."""
    rows = rows_of([["a", "<unk>", "b"]])
    assert set(rows.vocabulary.words) == {"a", "<unk>", "b"}
    assert rows.vocabulary.specials == ()


@pytest.mark.parametrize("sentences", [[["a", "<unk>", "<unk>", "a", "b"]]])
def test_literal_unk_is_the_special_where_that_is_asked_for(rows_of, sentences):
    """C1."""
    rows = rows_of(sentences, min_count=2, unk="trained")
    assert sorted(rows.vocabulary.words) == ["<unk>", "a"]
    assert rows.vocabulary.counts[rows.unknown] == 3
    assert rows.vocabulary.words[rows.unknown] == "<unk>"


def test_rare_literal_unk_is_the_special_too(rows_of):
    rows = rows_of([["a", "a", "<unk>", "b"]], min_count=2, unk="trained")
    assert rows.vocabulary.words == ["a", "<unk>"]
    assert rows.vocabulary.counts.tolist() == [2, 2]


def test_sentence_marks_count_sentences(rows_of):
    rows = rows_of([["a"], ["b"], [], ["a"]], sentence_marks=True)
    assert rows.vocabulary.words == ["a", "b", "<s>", "</s>"]
    assert rows.vocabulary.counts.tolist() == [2, 1, 3, 3]
    assert (rows.begin, rows.end) == (2, 3)


def test_mean_unk_is_the_mean_of_the_rarest_rows():
    """C3, GloVe's way."""
    model = fitted([[f"w{n:03}"] * 2 for n in range(150)] * 3, unk="mean")
    assert model.vectors.words[-1] == "<unk>"
    assert model.vectors["<unk>"] == pytest.approx(model.vectors.matrix[50:150].mean(axis=0))
    assert model.vocabulary.counts[-1] == 0


def test_mean_unk_of_few_words_is_the_mean_of_all():
    model = fitted(TEXT * 20, unk="mean", epochs=0)
    assert model.vectors["<unk>"] == pytest.approx(model.vectors.matrix[:3].mean(axis=0))


@pytest.mark.parametrize("exponent", [-1.0, 0.0, 0.75])
def test_special_that_never_occurs_spoils_nothing(exponent):
    model = fitted(TEXT * 20, unk="trained", noise_exponent=exponent, negative=20)
    assert model.vocabulary.counts.tolist() == [40, 40, 20, 0]
    assert np.isfinite(model.vectors.matrix).all()
    assert not model.context_vectors[3].any()


def test_unknown_words_are_trained_as_one():
    model = fitted([["a", f"rare{n}"] for n in range(300)], min_count=2, unk="trained", sample=0)
    assert model.vocabulary.words == ["a", "<unk>"]
    assert model.vocabulary.counts.tolist() == [300, 300]
    assert model.context_vectors[1].any()


def test_sentence_marks_are_trained():
    with_marks = fitted(TEXT * 50, sentence_marks=True, sample=0)
    assert with_marks.context_vectors[-2:].any(axis=1).all()
    assert with_marks.vectors.specials == ("<s>", "</s>")
