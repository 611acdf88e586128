"""Vectors of words in sentences: by themselves, in order, by layer, mixed, and from a cache."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec import ELMo
from fastvec.datasets import toy_world
from fastvec.errors import ParameterError
from fastvec.models.elmo import embedding as elmo_embedding
from fastvec.models.elmo.embedding_cache import CachedEmbedder

TEXT = toy_world(1, sentences=200)
SENTENCES = [*TEXT[:12], [], ["a"], ["zork", "the", "bank"] * 9, ["a", "b"]]


@pytest.fixture(scope="module", params=["words", "characters"])
def elmo(request):
    settings = {"layers": 2, "cells": 24, "dim": 12, "input": request.param}
    return ELMo(preset="tiny", min_count=1, epochs=1, threads=1, **settings).fit(TEXT)


def close(one, other):
    """Compare to 1e-5 of the largest value, as is promised."""
    for ours, theirs in zip(one, other, strict=True):
        assert ours.shape == theirs.shape
        scale = max(np.abs(theirs).max(initial=0), 1e-9)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5 * scale)


def test_a_sentence_has_layers_of_words_of_both_directions(elmo):
    found = elmo.embed(SENTENCES)
    assert [own.shape for own in found] == [(3, len(s), 24) for s in SENTENCES]
    assert {own.dtype for own in found} == {np.dtype(np.float32)}


def test_the_lowest_layer_is_the_token_vector_twice(elmo):
    for sentence, own in zip(SENTENCES, elmo.embed(SENTENCES), strict=True):
        assert np.array_equal(own[0, :, :12], own[0, :, 12:])
        known = [i for i, word in enumerate(sentence) if word in elmo.vocabulary]
        expected = [elmo.vectors[sentence[i]] for i in known]
        if known:
            np.testing.assert_allclose(own[0, known, :12], expected, rtol=1e-5, atol=1e-6)


def test_vectors_depend_on_nothing_but_the_sentence(elmo, monkeypatch):
    """G4: the same sentence, twice, alone, among longer ones, in any order."""
    together = elmo.embed(SENTENCES)
    close(together, [elmo.embed([sentence])[0] for sentence in SENTENCES])
    close(together, elmo.embed(SENTENCES[::-1])[::-1])
    monkeypatch.setattr(elmo_embedding, "MOST_TOKENS", 40)
    close(together, elmo.embed(SENTENCES))
    one, again = elmo.embed([["a", "b"], ["a", "b"]])
    (beside, _) = elmo.embed([["a", "b"], ["the"] * 30])
    assert np.abs(one - again).max() < 1e-6
    assert np.abs(one - beside).max() < 1e-6


def test_words_differ_by_what_stands_on_either_side(elmo):
    sentences = "a bank of", "the bank of", "a bank and"
    first, left, right = elmo.embed([sentence.split() for sentence in sentences])
    assert np.array_equal(first[0, 1], left[0, 1])
    assert (
        np.abs(first[1, 1, 12:] - left[1, 1, 12:]).max()
        < 1e-6
        < np.abs(first[1, 1, :12] - left[1, 1, :12]).max()
    )
    assert (
        np.abs(first[1, 1, :12] - right[1, 1, :12]).max()
        < 1e-6
        < np.abs(first[1, 1, 12:] - right[1, 1, 12:]).max()
    )


def test_layers_are_chosen_by_number_and_mixed_by_weights(elmo):
    whole = elmo.embed(TEXT[:3])
    for number in (0, 1, 2, -1, -3):
        for own, every in zip(elmo.embed(TEXT[:3], number), whole, strict=True):
            assert np.array_equal(own, every[number])
    weights = (0.2, 0.3, 0.5)
    mixed = elmo.embed(TEXT[:3], "mix", weights=weights, gamma=2.0)
    close(mixed, [2 * np.tensordot(weights, every, 1).astype(np.float32) for every in whole])
    close(elmo.embed(TEXT[:3], "mix"), [every.mean(axis=0) for every in whole])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layers": 3}, "layers must be 'all', 'mix' or a number from 0 to 2, but is 3"),
        ({"layers": "top"}, "layers must be"),
        ({"layers": True}, "layers must be"),
        ({"layers": "mix", "weights": [1, 2]}, "weights must be 3 finite numbers"),
        ({"layers": "mix", "gamma": float("nan")}, "weights must be 3 finite numbers"),
        ({"layers": 1, "weights": [1, 2, 3]}, "layers must be 'mix' with weights"),
    ],
)
def test_choices_that_do_not_fit_are_refused(elmo, options, message):
    with pytest.raises(ParameterError, match=message):
        elmo.embed([["a"]], **options)


def test_with_a_state_sentences_go_on_where_the_last_has_ended(elmo):
    together, after = elmo.embed(TEXT[:5], return_state=True)
    state, single = None, []
    for sentence in TEXT[:5]:
        (own,), state = elmo.embed([sentence], state=state, return_state=True)
        single.append(own)
    close(single, together)
    (going_on,) = elmo.embed([TEXT[5]], state=after)
    alone = elmo.embed([*TEXT[:1], TEXT[5]])
    close(together[:1], alone[:1])
    assert np.abs(going_on[1:] - alone[1][1:]).max() > 1e-4
    assert np.array_equal(going_on[0], alone[1][0])


def test_texts_are_read_as_far_ahead_as_the_memory_allows(elmo, monkeypatch):
    """M6: a whole data set in one batch eats all memory."""
    monkeypatch.setattr(elmo_embedding, "HELD_BYTES", 0)
    monkeypatch.setattr(elmo_embedding, "MOST_TOKENS", 60)
    read = []

    def text():
        for sentence in TEXT:
            read.append(sentence)
            yield sentence

    ahead = []
    for given, _ in enumerate(elmo.embed_each(text())):
        ahead.append(len(read) - given)
    assert max(ahead) < 30
    assert len(ahead) == len(TEXT)


def test_sentences_go_together_in_batches_of_about_one_length(elmo, monkeypatch):
    """E5: a sentence at a time takes many times as long."""
    sizes = []
    run = type(elmo.network.encoder).run

    def counted(encoder, inputs, *rest):
        sizes.append(inputs.shape[:2])
        return run(encoder, inputs, *rest)

    monkeypatch.setattr(type(elmo.network.encoder), "run", counted)
    elmo.embed(TEXT)
    steps, real = sum(a * b for a, b in sizes), sum(len(s) + 2 for s in TEXT)
    assert len(sizes) <= -(-real // 2000)
    assert real <= steps < 1.6 * real


def test_a_cache_gives_the_same_vectors_and_embeds_only_what_is_new(elmo, tmp_path):
    first = CachedEmbedder(elmo, tmp_path / "c")
    made = list(first.embed_each(SENTENCES))
    assert (first.asked, first.found) == (len(SENTENCES), 0)
    second = CachedEmbedder(elmo, tmp_path / "c", "mix", weights=[1, 0, 1])
    again = list(second.embed_each([*SENTENCES, ["new", "words"]]))
    assert (second.asked, second.found) == (len(SENTENCES) + 1, len(SENTENCES))
    close(made, elmo.embed(SENTENCES))
    close(again, elmo.embed([*SENTENCES, ["new", "words"]], "mix", weights=[1, 0, 1]))


def test_a_damaged_file_of_the_cache_is_made_anew(elmo, tmp_path):
    list(CachedEmbedder(elmo, tmp_path).embed_each(TEXT[:5]))
    for number, path in enumerate(sorted(tmp_path.glob("*/*.npy"))):
        content = path.read_bytes()
        path.write_bytes([b"", content[:-3], content[:20], b"junk", content[:90]][number])
    cached = CachedEmbedder(elmo, tmp_path)
    close(list(cached.embed_each(TEXT[:5])), elmo.embed(TEXT[:5]))
    assert cached.found == 0


def test_other_models_and_words_have_files_of_their_own(elmo, tmp_path):
    other = ELMo(preset="tiny", min_count=1, epochs=0).fit(TEXT[:50])
    list(CachedEmbedder(elmo, tmp_path).embed_each([["a b"]]))
    for model, sentence in ((other, ["a b"]), (elmo, ["a", "b"])):
        cached = CachedEmbedder(model, tmp_path)
        list(cached.embed_each([sentence]))
        assert cached.found == 0


def test_bytes_that_are_no_text_are_words_like_any_other(elmo, tmp_path):
    sentence = [b"\xff\xfe".decode("utf-8", "surrogateescape"), "a"]
    (own,) = CachedEmbedder(elmo, tmp_path).embed_each([sentence])
    assert own.shape == (3, 2, 24)
