"""What the tagger sees of words: look-up, capitals, vectors, batches."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.errors import CorpusError
from fastvec.models.tagger.config import TaggerConfig
from fastvec.models.tagger.context import Speller
from fastvec.models.tagger.corpus import (
    Batch,
    TagSet,
    offsets_of,
    prediction_batches,
    tagged_text,
    training_batches,
)
from fastvec.models.tagger.features import CAPITALS, Lookup, capitals
from fastvec.models.tagger.inputs import TrainedRows, WordPart
from fastvec.models.tagger.plan import TaggerSizes, tagger_plan
from fastvec.models.tagger.vectors import named_source, word_source
from fastvec.vectors.word_vectors import WordVectors
from fastvec.vocabulary.words import Vocabulary

from .tagging import TOY, drawn_batch


@pytest.mark.parametrize(
    ("word", "row", "way"),
    [
        ("Rome", 0, "exact"),
        ("Paris", 1, "lower case"),
        ("PARIS", 1, "lower case"),
        ("1990", 2, "digits as zeros"),
        ("B2b", 3, "digits as zeros"),
        ("Bonn", 9, "unknown"),
        ("<unk>", 9, "unknown"),
    ],
)
def test_words_are_looked_up_by_a_chain_of_spellings(word, row, way):
    rows = {"Rome": 0, "paris": 1, "0000": 2, "b0b": 3, "<unk>": 9}
    assert Lookup(rows, 9, chain=True).find(word) == (row, way)
    exact = Lookup(rows, 9, chain=False).find(word)
    assert exact == ((0, "exact") if word == "Rome" else (9, "unknown"))


def test_coverage_counts_tokens_and_words_by_spelling():
    found = Lookup({"paris": 0, "is": 1}, 2, chain=True).coverage(
        [["Paris", "is", "Bonn"], ["paris", "is"]]
    )
    assert found.tokens == {"exact": 3, "lower case": 1, "unknown": 1}
    assert found.words == {"exact": 2, "lower case": 1, "unknown": 1}
    assert found.share == pytest.approx(0.8)
    assert str(found) == (
        "80.0% of 5 tokens have a vector (exact 60.0%, lower case 20.0%, digits as zeros 0.0%); "
        "1 of 4 words have none"
    )


@pytest.mark.parametrize(
    ("word", "kind"),
    [("paris", "lower"), ("Paris", "first upper"), ("I", "first upper"), ("NATO", "all upper"),
     ("iPhone", "inner upper"), ("McDonald", "inner upper"), ("1990", "with digits"),
     ("B2b", "with digits"), ("%", "no letters"), ("U.S.", "all upper"), ("苹果", "lower")],
)  # fmt: skip
def test_capitals_have_kinds(word, kind):
    assert CAPITALS[capitals(word)] == kind


def test_only_trained_rows_and_the_unknown_one_move():
    matrix = np.arange(12, dtype=np.float32).reshape(4, 3)
    part = WordPart(matrix, 4, np.full(3, -1.0), TrainedRows(np.array([1, 3]), np.zeros(2)))
    features, _ = drawn_batch()
    features = features._replace(rows=np.array([[0, 1, 4], [3, 1, 0]], np.int32),
                                 lengths=np.array([2, 2, 1]))  # fmt: skip
    found = part.forward(features, None)
    np.testing.assert_array_equal(found[0, 1], matrix[1])
    np.testing.assert_array_equal(found[0, 2], [-1, -1, -1])
    part.backward(np.ones((2, 3, 3), np.float32))
    np.testing.assert_array_equal(part.rows["table"], [0, 1, 2])
    np.testing.assert_array_equal(part.gradients["table"], [[2] * 3, [1] * 3, [1] * 3])
    part.parameters["table"] += 100
    merged = part.merged(part.parameters["table"])
    np.testing.assert_array_equal(merged[[0, 2]], matrix[[0, 2]])
    np.testing.assert_array_equal(merged[[1, 3]], matrix[[1, 3]] + 100)
    np.testing.assert_array_equal(merged[4], [99, 99, 99])
    assert matrix.max() == 11


def test_trained_words_are_read_as_unknown_now_and_then():
    matrix = np.ones((2, 2), np.float32)
    part = WordPart(matrix, 2, np.zeros(2), TrainedRows(np.array([0, 1]), np.array([0.5, 0.0])))
    features, _ = drawn_batch()
    rows = np.repeat(np.array([[0], [1]], np.int32), 2000, axis=1)
    features = features._replace(rows=rows, lengths=np.full(2000, 2))
    found = part.forward(features, np.random.default_rng(1))[:, :, 0]
    assert 0.45 < found[0].mean() < 0.55
    assert found[1].all()
    assert part.run(features).all()


def test_vectors_without_unk_get_a_row_for_unknown_words():
    matrix = np.array([[1, 0], [3, 4]], np.float32)
    plain = named_source(WordVectors(["a", "b"], matrix), "v.txt")
    assert (plain.name, plain.unknown, plain.vocabulary.words) == (
        "v.txt, 2 x 2", 2, ["a", "b", "<unk>"],
    )  # fmt: skip
    np.testing.assert_array_equal(plain.start, [2, 2])
    with_unk = named_source(WordVectors(["a", "<unk>"], matrix), "v.txt")
    assert (with_unk.unknown, with_unk.vocabulary.words) == (1, ["a", "<unk>"])
    np.testing.assert_array_equal(with_unk.start, [3, 4])


def test_random_vectors_are_those_of_the_seed_and_the_training_words():
    one, same, other = (word_source(None, [["b", "a", "b"]], 50, seed) for seed in (1, 1, 2))
    assert one.words == ["b", "a"]
    np.testing.assert_array_equal(one.matrix, same.matrix)
    assert (one.matrix != other.matrix).all()
    assert np.square(one.matrix).sum(axis=1).mean() == pytest.approx(1, abs=0.4)


LENGTHS = st.lists(st.integers(1, 30), min_size=1, max_size=200)


@given(LENGTHS, st.integers(1, 20), st.integers(0, 5))
def test_each_sentence_is_in_one_training_batch(lengths, size, seed):
    lengths = np.array(lengths)
    batches, again = (
        training_batches(lengths, size, np.random.default_rng(seed)) for _ in range(2)
    )
    assert sorted(np.concatenate([batch.sentences for batch in batches])) == list(
        range(len(lengths))
    )
    assert max(len(batch.sentences) for batch in batches) <= size
    for batch, same in zip(batches, again, strict=True):
        np.testing.assert_array_equal(batch.sentences, same.sentences)
        np.testing.assert_array_equal(batch.lengths, lengths[batch.sentences])


@given(LENGTHS, st.integers(1, 100))
def test_prediction_batches_keep_to_their_size(lengths, tokens):
    lengths = np.array(lengths)
    batches = list(prediction_batches(lengths, tokens))
    assert sorted(np.concatenate([batch.sentences for batch in batches])) == list(
        range(len(lengths))
    )
    for batch in batches:
        assert len(batch.sentences) == 1 or batch.lengths.max() * len(batch.sentences) <= tokens


def test_batches_are_of_like_lengths():
    """E5: padding costs as much as text."""
    lengths = np.random.default_rng(0).integers(1, 60, 2000)
    batches = training_batches(lengths, 16, np.random.default_rng(1))
    padded = sum(batch.lengths.max() * len(batch.lengths) for batch in batches)
    assert padded < 1.1 * lengths.sum()


def test_values_are_laid_out_by_step_and_sentence():
    offsets = offsets_of([2, 1, 3])
    batch = Batch(np.array([2, 0]), np.array([3, 2]))
    np.testing.assert_array_equal(
        batch.spread(offsets, np.arange(10, 16)), [[13, 10], [14, 11], [15, 0]]
    )


def test_tags_are_learned_in_one_scheme_and_written_in_another():
    tags = TagSet.of([["I-A", "B-A", "O"]], "BIOES")
    assert (tags.scheme, tags.written, tags.entities) == ("BIOES", "IOB1", True)
    assert tags.names == ["B-A", "E-A", "I-A", "O", "S-A"]
    numbers = tags.encode(["I-A", "B-A", "O"])
    assert [tags.names[number] for number in numbers] == ["S-A", "S-A", "O"]
    assert tags.decode(numbers) == ["I-A", "B-A", "O"]
    assert tags.encode(["I-B"]).tolist() == [-1]
    plain = TagSet.of([["NOUN", "VERB"]], "BIOES")
    assert (plain.scheme, plain.entities, plain.names) == ("plain", False, ["NOUN", "VERB"])


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        ([], "is empty"),
        ([TOY[0], (["a"], ["O", "O"])], "sentence 2: expected words and as many tags"),
        (["ab"], "sentence 1: expected words"),
        ([([], [])], "sentence 1: expected words"),
        ([("ab", "OO")], "sentence 1: expected words"),
        ([([1], ["O"])], "sentence 1: expected words"),
    ],
)
def test_lists_that_are_no_tagged_sentences_are_refused(sentences, message):
    with pytest.raises(CorpusError, match=message):
        tagged_text(sentences)


def test_a_plan_grows_with_what_is_asked_for():
    base = TaggerSizes(words=1000, dim=50, tuned=0, tokens=10_000, held_out=0, tags=9)
    config = TaggerConfig(threads=1)
    plan = tagger_plan(config, base)
    more = [
        tagger_plan(config, base._replace(words=2000)),
        tagger_plan(config, base._replace(tuned=1000)),
        tagger_plan(TaggerConfig(threads=1, cells=256), base),
        tagger_plan(config, base._replace(tokens=20_000)),
    ]
    assert all(sum(p.memory.values()) > sum(plan.memory.values()) for p in more)
    assert more[2].seconds > 2 * plan.seconds
    assert more[3].seconds == pytest.approx(2 * plan.seconds)
    elmo = tagger_plan(config, base._replace(layers=3, width=512))
    assert elmo.disk["temporary, vectors of ELMo"] == 4 * 3 * 512 * 10_000


def test_a_language_model_reads_words_as_it_knows_them():
    spell = Speller(Vocabulary(["paris", "0000", "is", "<unk>"], [3, 2, 1, 0], ["<unk>"]))
    assert [spell(w) for w in ("Paris", "1990", "IS", "Bonn")] == ["paris", "0000", "is", "bonn"]
    cased = Speller(Vocabulary(["Paris", "is"], [2, 1]))
    assert [cased(w) for w in ("Paris", "IS", "Bonn")] == ["Paris", "is", "Bonn"]


def test_vectors_of_a_large_text_lie_in_a_file(monkeypatch):
    """M6: ELMo's vectors of all sentences at once eat all memory."""
    from fastvec import ELMo
    from fastvec.models.tagger import context

    elmo = ELMo(preset="tiny", cells=8, dim=8, min_count=1, epochs=1, threads=1)
    elmo.fit([["a", "b", "c"]] * 20)
    sentences = [["a"], ["b", "c", "d"], ["c", "a"]]
    small = context.context_layers(elmo, sentences)
    monkeypatch.setattr(context, "IN_MEMORY", 100)
    large = context.context_layers(elmo, sentences)
    assert isinstance(large, np.memmap)
    np.testing.assert_array_equal(large, small)
    wanted = np.concatenate(elmo.embed(sentences), axis=1)
    np.testing.assert_array_equal(small, wanted)
