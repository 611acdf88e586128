"""GloVe from given vectors: which rows they fill, what stays, and what retrofit pulls to."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec import GloVe, SkipGram, WordVectors, save
from fastvec.errors import ParameterError

from .glove_models import made, note_of

TEXT = [["a", "b"], ["b", "a", "a"]] * 30
GIVEN = WordVectors(["b", "c"], np.arange(1, 17, dtype=np.float32).reshape(2, 8))
MORE = [["b", "c"], ["c", "b", "c"]] * 30


# Which rows


@pytest.mark.parametrize("combine", ["mean", "sum", "word"])
def test_known_words_are_copied_others_start_and_foreign_are_ignored(combine):
    """R2, F7: vocabulary {a, b}, file with b and c."""
    start = made(epochs=0, combine=combine).fit(TEXT)
    filled = made(epochs=0, combine=combine).fit(TEXT, init=GIVEN)
    assert filled.vectors.words == ["a", "b"]
    assert filled.vectors["a"].tobytes() == start.vectors["a"].tobytes()
    assert filled.vectors["b"].tolist() == GIVEN["b"].tolist()
    assert filled.word_biases.tobytes() == start.word_biases.tobytes()


def test_new_words_start_at_random_at_the_mean_or_are_left_out():
    """R2: file {a, b}, corpus with c."""
    old = WordVectors(["a", "b"], np.array([[1] * 8, [3] * 8], np.float32))
    text = [["a", "b", "c"]] * 20
    random, mean, skipped = (
        made(epochs=0, new_words=rule).fit(text, init=old) for rule in ("random", "mean", "skip")
    )
    assert random.vectors["c"].tobytes() == made(epochs=0).fit(text).vectors["c"].tobytes()
    assert mean.vectors["c"].tolist() == [2] * 8
    assert mean.context_vectors[mean.vocabulary.index["c"]].tolist() == [2] * 8
    assert skipped.vectors.words == ["a", "b"]
    assert skipped.word_biases.shape == (2,)


def test_skipped_words_leave_the_text_before_distances_are_measured():
    old = made(epochs=0).fit([["a", "b"]])
    model = made(new_words="skip", epochs=1, window=1).fit([["a", "x", "b"]] * 9, init=old.vectors)
    assert model.history[0].pairs == 2
    apart = made(epochs=1, window=1).fit([["a", "x", "b"]] * 9, init=old.vectors)
    assert apart.history[0].pairs == 4


def test_the_mean_of_a_model_includes_its_biases():
    old = made().fit(TEXT)
    model = made(epochs=0, new_words="mean").fit(MORE, init=old)
    row = model.vocabulary.index["c"]
    assert model.word_biases[row] == pytest.approx(old.word_biases.mean(), abs=1e-7)
    np.testing.assert_allclose(model.context_vectors[row], old.context_vectors.mean(axis=0), 1e-6)


@pytest.mark.parametrize("retrofit", [0.0, 0.5])
def test_the_vocabulary_grows_and_old_rows_stay_until_trained(retrofit):
    """C10: vocabulary {a, b}, text with c."""
    old = made().fit(TEXT)
    settings = {"old_words": "keep", "retrofit": retrofit}
    grown = made(**settings, epochs=0).fit(MORE, init=old)
    assert grown.vectors.words == ["c", "b", "a"]
    assert grown.vectors.counts.tolist() == [90, 120, 90]
    trained = made(**settings, epochs=3).fit(MORE, init=old)
    for word in "ab":
        row, before = grown.vocabulary.index[word], old.vocabulary.index[word]
        for part in ("word_vectors", "context_vectors", "word_biases", "context_biases"):
            assert getattr(grown, part)[row].tobytes() == getattr(old, part)[before].tobytes()
            stays = getattr(trained, part)[row].tobytes() == getattr(old, part)[before].tobytes()
            assert stays == (word == "a")  # Not in the text.


def test_special_rows_stay_what_they_are_while_the_vocabulary_grows():
    settings = {"unk": "trained", "sentence_marks": True}
    old = made(**settings).fit(TEXT)
    grown = made(**settings, old_words="keep", epochs=1).fit([["c", "a"]] * 20, init=old)
    assert grown.vectors.specials == ("<unk>", "<s>", "</s>")
    assert sorted(grown.vectors.words) == sorted([*old.vectors.words, "c"])


# Frozen rows


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    ("combine", "retrofit"), [("mean", 0), ("sum", 0), ("both", 0), ("mean", 0.5), ("sum", 0.5)]
)
def test_frozen_rows_keep_their_bytes_and_new_ones_move(world, threads, combine, retrofit):
    settings = {"dim": 12, "combine": combine, "threads": threads}
    start = GloVe(**settings, epochs=0).fit(world)
    words = start.vectors.words[::2]
    generator = np.random.default_rng(1)
    given = WordVectors(words, generator.normal(size=(len(words), 12)).astype(np.float32))
    model = GloVe(**settings, epochs=2, freeze_old=True, retrofit=retrofit).fit(world, init=given)
    found = model.vectors.matrix[::2]
    expected = np.hstack([given.matrix] * 2) if combine == "both" else given.matrix
    np.testing.assert_array_equal(found, expected)
    moved = (model.vectors.matrix[1::2] != start.vectors.matrix[1::2]).any(axis=1)
    assert moved.mean() > 0.99
    assert (model.word_biases != start.word_biases).mean() > 0.99


# Retrofit


def test_retrofit_pulls_towards_the_vectors_given(world):
    """Mittens: the stronger, the closer to the vectors given."""
    words = GloVe(dim=12, epochs=0).fit(world).vectors.words[:300]
    generator = np.random.default_rng(1)
    given = WordVectors(words, generator.normal(size=(300, 12)).astype(np.float32))
    distances = []
    for strength in (0.0, 0.1, 1.0, 100.0):
        model = GloVe(dim=12, epochs=20, retrofit=strength).fit(world, init=given)
        distances.append(np.linalg.norm(model.vectors.matrix[:300] - given.matrix))
    assert distances == sorted(distances, reverse=True)
    assert distances[-1] < 0.25 * distances[0]


def test_retrofit_needs_vectors_and_a_combination_of_both():
    with pytest.raises(ParameterError, match="retrofit needs vectors to pull to: init"):
        made(retrofit=0.1).fit(TEXT)
    for combine in ("word", "both"):
        with pytest.raises(ParameterError, match="combine must be 'mean' or 'sum' with retrofit"):
            GloVe(retrofit=0.1, combine=combine)


# Where they come from


@pytest.mark.parametrize("source", ["vectors", "model", "folder", "text", "skipgram"])
def test_any_source_of_vectors_will_do(tmp_path, source):
    """R7: the note says whether the biases are new."""
    old = made().fit(TEXT)
    old.save(tmp_path / "m")
    save(old.vectors, tmp_path / "v.txt")
    other = SkipGram(dim=8, min_count=1, threads=1).fit(TEXT)
    init = {"vectors": old.vectors, "model": old, "folder": str(tmp_path / "m"),
            "text": tmp_path / "v.txt", "skipgram": other}[source]  # fmt: skip
    model = made(epochs=0)
    note = note_of(model, TEXT, init)
    assert note.startswith("init: 2 of 2 words have a vector, 0 are new (random); biases are ")
    whole = source in ("model", "folder")
    assert note.endswith("those of the model" if whole else "new")
    expected = other.vectors if source == "skipgram" else old.vectors
    assert model.vectors.matrix == pytest.approx(expected.matrix, abs=1e-6)
    if whole:
        for part in ("word_vectors", "context_vectors", "word_biases", "context_biases"):
            assert getattr(model, part).tobytes() == getattr(old, part).tobytes()


@pytest.mark.parametrize("combine", ["mean", "sum", "word", "both"])
def test_a_model_of_any_combination_is_gone_on_with(combine):
    old = made(combine=combine, epochs=20).fit(TEXT)
    on = made(combine=combine, epochs=1).fit(TEXT, init=old)
    assert on.history[0].loss == pytest.approx(old.history[-1].loss, rel=0.2)
    assert on.history[0].loss < 0.5 * old.history[0].loss


def test_vectors_of_another_dim_are_refused_with_the_remedy():
    model = made(dim=9).fit(TEXT)
    before = model.vectors.matrix.tobytes()
    with pytest.raises(ParameterError, match="have 8 numbers, but dim is 9; use --dim 8"):
        model.fit(TEXT, init=GIVEN)
    assert model.vectors.matrix.tobytes() == before
