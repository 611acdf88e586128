"""Batches of a language model: what both directions read, and that nothing is read twice."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec import Corpus, Vocabulary, build_workspace
from fastvec.models.elmo.config import ELMoConfig
from fastvec.models.elmo.streams import LONGEST, TokenStream, elmo_vocabulary, text_rows

WORDS = ["a", "b", "c", "d"]
VOCABULARY = Vocabulary(
    ["</s>", "<s>", "a", "b", "<unk>", "c"], [9, 9, 5, 4, 3, 2], ["<unk>", "<s>", "</s>"]
)


def stream(sentences, *, batch=3, unroll=4, carry=2, seed=1):
    tokens = np.array([word for sentence in sentences for word in sentence], np.int32)
    starts = np.cumsum([0, *map(len, sentences)])
    rows = text_rows(WORDS, VOCABULARY)
    return TokenStream(tokens, starts, rows, batch=batch, unroll=unroll, carry=carry, seed=seed)


def read(batches, number):
    """Return what each row reads and must tell, in its order: pairs of both directions."""
    forward, backward = ([[] for _ in range(number)] for _ in range(2))
    for batch in batches:
        real = batch.real
        for row in range(number):
            size = int(real[:, row].sum())
            assert real[:size, row].all()
            forward[row] += zip(
                batch.forward_inputs[:size, row].tolist(),
                batch.forward_targets[:size, row].tolist(), strict=True,
            )  # fmt: skip
            backward[row] += zip(
                batch.backward_inputs[:size, row][::-1].tolist(),
                batch.backward_targets[:size, row][::-1].tolist(), strict=True,
            )  # fmt: skip
    return forward, backward


def cut(pairs, mark):
    """Cut what a row reads into sentences, which begin with a mark."""
    sentences = []
    for pair in pairs:
        if pair[0] == mark:
            sentences.append([])
        sentences[-1].append(pair)
    return sentences


texts = st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=9), min_size=1, max_size=30)


@given(texts, st.integers(1, 6), st.integers(1, 7), st.integers(1, 9), st.sampled_from([None, 5]))
def test_every_sentence_is_read_once_by_both_directions(sentences, batch, unroll, carry, seed):
    rows = text_rows(WORDS, VOCABULARY)
    begin, end = len(WORDS), len(WORDS) + 1
    text = stream(sentences, batch=batch, unroll=unroll, carry=carry, seed=seed)
    epoch = text.epoch(1)
    forward, backward = read(epoch, text.batch)
    found = [s for row in forward for s in cut(row, begin)]
    turned = [s for row in backward for s in cut(row, end)]
    assert Counter(tuple(word for word, _ in s[1:]) for s in found) == Counter(
        map(tuple, sentences)
    )
    assert sum(b.steps for b in epoch) == text.predictions == sum(len(s) + 1 for s in sentences)
    for ahead, back in zip(found, turned, strict=True):
        words = [word for word, _ in ahead[1:]]
        assert [word for word, _ in back[1:]] == words[::-1]
        assert [told for _, told in ahead] == [*rows[words], rows[end]]
        assert [told for _, told in back] == [*rows[words[::-1]], rows[begin]]


@given(texts, st.integers(1, 6), st.integers(1, 7))
def test_both_directions_of_a_batch_are_in_the_same_sentences(sentences, batch, unroll):
    text = stream(sentences, batch=batch, unroll=unroll)
    forward, backward = read(text.epoch(1), text.batch)
    ends = [[len(s) for s in cut(row, len(WORDS))] for row in forward]
    assert ends == [[len(s) for s in cut(row, len(WORDS) + 1)] for row in backward]


def test_an_epoch_has_its_own_order_that_seed_and_number_give():
    sentences = [[i % 4] * (i + 1) for i in range(20)]
    first, again, second, other = (
        list(stream(sentences, seed=seed).epoch(number))
        for seed, number in ((1, 1), (1, 1), (1, 2), (2, 1))
    )
    assert all(
        np.array_equal(x, y)
        for a, b in zip(first, again, strict=True)
        for x, y in zip(a[:4], b[:4], strict=True)
    )
    assert not np.array_equal(first[0].forward_inputs, second[0].forward_inputs)
    assert not np.array_equal(first[0].forward_inputs, other[0].forward_inputs)


def test_a_batch_is_had_by_its_number_alone():
    text = stream([[0, 1, 2], [3], [1, 1], [2, 0, 3, 1, 0]] * 5)
    everything = list(text.epoch(3))
    alone = text.epoch(3)[2]
    assert np.array_equal(alone.forward_inputs, everything[2].forward_inputs)
    assert np.array_equal(alone.backward_targets, everything[2].backward_targets)


def test_rows_are_equally_long_up_to_a_stretch():
    text = stream([[0, 1, 2]] * 400, batch=4, unroll=5, carry=4)
    lengths = np.sum([b.real.sum(axis=0) for b in text.epoch(1)], axis=0)
    assert lengths.sum() == 1600
    assert lengths.max() - lengths.min() <= 5 * 5


def test_a_state_begins_anew_at_the_first_sentence_of_a_stretch():
    text = stream([[i % 4] * (1 + i % 5) for i in range(300)], batch=3, unroll=4, carry=3)
    begin, end, fresh = len(WORDS), len(WORDS) + 1, 0
    for batch in text.epoch(1):
        sizes = batch.real.sum(axis=0)
        for row in np.flatnonzero(batch.fresh & (sizes > 0)):
            assert batch.forward_inputs[0, row] == begin
            fresh += 1
        # Only the end of a stretch may be short, and there the text goes backward anew.
        for row in np.flatnonzero((sizes < 4) & (sizes > 0)):
            assert batch.backward_inputs[sizes[row] - 1, row] in (end, *range(4))
    batches = len(text.epoch(1))
    assert batches * 3 / 5 < fresh < batches * 3 / 2


def test_little_of_a_batch_is_left_empty():
    rng = np.random.default_rng(1)
    sentences = [[0] * size for size in rng.integers(3, 30, 5000)]
    text = stream(sentences, batch=8, unroll=20, carry=16)
    epoch = text.epoch(1)
    whole = [batch for batch in epoch if (batch.real.any(axis=0)).all()]
    assert np.mean([batch.real.mean() for batch in whole]) > 0.985


def test_a_sentence_without_end_is_read_in_parts():
    text = stream([[0] * (2 * LONGEST + 7)], batch=8, unroll=20)
    assert text.batch == 3
    assert text.predictions == 2 * LONGEST + 7 + 3
    assert sum(batch.steps for batch in text.epoch(1)) == text.predictions


def test_words_of_the_model_stand_by_falling_count_with_the_marks(tmp_path):
    sentences = [["a", "b"], ["a", "c"], ["a", "d"]]
    workspace = build_workspace(Corpus(sentences), tmp_path)
    words = elmo_vocabulary(workspace, ELMoConfig(min_count=2))
    assert dict(zip(words.words, words.counts.tolist(), strict=True)) == {
        "</s>": 3, "<s>": 3, "<unk>": 3, "a": 3,
    }  # fmt: skip
    assert words.specials == ("<unk>", "<s>", "</s>")
    whole = elmo_vocabulary(workspace, ELMoConfig(min_count=1, max_size=5))
    assert list(whole.counts) == sorted(whole.counts, reverse=True)
    assert len(whole) == 5


def test_unknown_words_are_one_row_and_a_mark_in_the_text_is_the_mark():
    assert text_rows(["a", "zork", "<unk>", "<s>"], VOCABULARY).tolist() == [2, 4, 4, 1, 1, 0]


@pytest.mark.parametrize("preset", ["tiny", "small", "medium", "paper"])
def test_presets_are_settings(preset):
    from fastvec import ELMo

    sizes = {"tiny": (1, 64, 32), "small": (2, 256, 128), "medium": (2, 512, 256),
             "paper": (2, 4096, 512)}  # fmt: skip
    config = ELMo(preset=preset, epochs=3).config
    assert (config.layers, config.cells, config.dim) == sizes[preset]
    assert config.epochs == 3
