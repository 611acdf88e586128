"""Perplexity, gaps, probabilities and new text of a language model, against plain sums."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fastvec import ELMo
from fastvec.errors import FastvecError, ParameterError

WORDS = [f"w{i}" for i in range(17)]
TEXT = [[WORDS[(3 * i + j * j) % 17] for j in range(2 + i % 5)] for i in range(60)]


@pytest.fixture(scope="module")
def elmo():
    """Give a model of 20 words, the three marks among them."""
    model = ELMo(preset="tiny", min_count=1, epochs=3, threads=1).fit(TEXT)
    assert len(model.vocabulary) == 20
    return model


def log_softmax(elmo, hidden):
    logits = hidden.astype(np.float64) @ elmo.tensors["softmax/weights"].T.astype(np.float64)
    logits += elmo.tensors["softmax/bias"]
    return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))


def plain(elmo, sentence):
    """Return log p of a sentence by each direction; each begins without a state."""
    index = elmo.vocabulary.index
    network = elmo.network
    ids = np.array([[len(sentence)], *[[i] for i in range(len(sentence))], [len(sentence) + 1]])
    tokens = network.tokens.run(ids, network.tokens.table(sentence))
    forward, backward, _ = network.encoder.run(tokens)
    ahead, back = (log_softmax(elmo, layers[-1][:, 0]) for layers in (forward, backward))
    rows = [index.get(word, index["<unk>"]) for word in sentence]
    return (
        sum(ahead[i, row] for i, row in enumerate([*rows, index["</s>"]])),
        sum(back[i + 1, row] for i, row in enumerate([index["<s>"], *rows])),
        ahead,
        back,
    )


def test_the_probability_of_a_sentence_is_the_product_of_its_words(elmo):
    for sentence in (TEXT[0], TEXT[7], ["w3"], ["zork", "w1"], []):
        forward, backward, _, _ = plain(elmo, sentence)
        assert elmo.uses.log_probability(sentence, "forward") == pytest.approx(forward, rel=1e-5)
        assert elmo.uses.log_probability(sentence, "backward") == pytest.approx(backward, rel=1e-5)
        assert elmo.uses.log_probability(sentence) == pytest.approx(
            (forward + backward) / 2, rel=1e-5
        )


def test_perplexity_is_that_of_the_whole_softmax_word_by_word(elmo):
    """L1: over all words, whatever the training's loss was."""
    sentence = TEXT[11]
    forward, backward, _, _ = plain(elmo, sentence)
    judged = elmo.perplexity([sentence])
    steps = len(sentence) + 1
    assert judged.forward == pytest.approx(math.exp(-forward / steps), rel=1e-5)
    assert judged.backward == pytest.approx(math.exp(-backward / steps), rel=1e-5)
    assert (judged.predictions, judged.vocabulary, judged.oov_rate) == (steps, 20, 0.0)


def test_unknown_words_are_counted_beside_the_perplexity(elmo):
    judged = elmo.perplexity([["w1", "zork", "w2", "zork"], ["<unk>", "w1"]])
    assert judged.oov_rate == pytest.approx(2 / 6)  # The text's own <unk> is a word.


def test_perplexity_before_training_is_about_the_number_of_words():
    model = ELMo(preset="tiny", min_count=1, epochs=0).fit(TEXT)
    assert 15 < model.perplexity(TEXT).mean < 25


def test_how_a_text_is_cut_into_batches_changes_little(elmo, monkeypatch):
    import fastvec.models.elmo.perplexity as module

    whole = elmo.perplexity(TEXT)
    monkeypatch.setattr(module, "ROWS", 3)
    assert elmo.perplexity(TEXT).mean == pytest.approx(whole.mean, rel=0.05)


def test_a_gap_has_the_product_of_both_sides_over_the_word_itself(elmo):
    left, right = ["w1", "w2"], ["w5"]
    _, _, ahead, _ = plain(elmo, left)
    _, _, _, back = plain(elmo, right)
    counts = np.maximum(elmo.vocabulary.counts, 1)  # No word was unknown.
    scores = ahead[2] + back[1] - np.log(counts / counts.sum())
    scores[[elmo.vocabulary.index[mark] for mark in ("<s>", "</s>", "<unk>")]] = -np.inf
    chances = np.exp(scores) / np.exp(scores).sum()
    answers = elmo.predict("w1 w2 __ w5", topn=20)
    assert len(answers) == 17
    assert sum(chance for _, chance in answers) == pytest.approx(1.0)
    for word, chance in answers:
        assert chance == pytest.approx(chances[elmo.vocabulary.index[word]], rel=1e-4)
    assert [c for _, c in answers] == sorted((c for _, c in answers), reverse=True)
    assert elmo.predict(["w1", "w2", "__", "w5"], topn=20) == answers


@pytest.mark.parametrize(
    ("sentence", "message"),
    [("w1 w2", "has no gap"), (["w1", "w2"], "has no gap"), ("w1 __ __", "2 gaps")],
)
def test_what_has_not_one_gap_is_refused(elmo, sentence, message):
    with pytest.raises(ParameterError, match=message):
        elmo.predict(sentence)
    with pytest.raises(ParameterError, match="topn must be at least 1"):
        elmo.predict("w1 __", topn=0)


def test_next_words_are_those_of_the_forward_direction(elmo):
    _, _, ahead, _ = plain(elmo, ["w1"])
    (best, chance), *_ = elmo.uses.next_words(["w1"], topn=3)
    expected = ahead[1].copy()
    expected[[elmo.vocabulary.index[mark] for mark in ("<s>", "<unk>")]] = -np.inf
    assert best == elmo.vocabulary.words[int(expected.argmax())]
    assert chance == pytest.approx(np.exp(expected.max()) / np.exp(expected).sum(), rel=1e-4)


def test_new_text_is_the_same_for_a_seed_and_within_its_limits(elmo):
    assert elmo.uses.sample(["w1"], seed=4) == elmo.uses.sample(["w1"], seed=4)
    assert len({tuple(elmo.uses.sample(seed=seed)) for seed in range(8)}) > 1
    assert len(elmo.uses.sample(longest=3, seed=2)) <= 3
    assert elmo.uses.sample(["w1", "w2"], longest=0) == ["w1", "w2"]
    assert set(elmo.uses.sample(longest=40)) <= set(WORDS)


def test_with_one_word_to_choose_from_the_likeliest_is_taken(elmo):
    words = ["w1"]
    while len(words) < 6 and (best := elmo.uses.next_words(words, 1)[0][0]) != "</s>":
        words.append(best)
    assert elmo.uses.sample(["w1"], topn=1, longest=5) == words


def test_drawn_words_are_as_frequent_as_they_are_likely(elmo):
    chances = dict(elmo.uses.next_words(["w1"], topn=20))
    drawn = [[*elmo.uses.sample(["w1"], longest=1, seed=seed), "</s>"][1] for seed in range(300)]
    for word, chance in chances.items():
        deviation = 4 * math.sqrt(chance * (1 - chance) / 300) + 0.01
        assert drawn.count(word) / 300 == pytest.approx(chance, abs=deviation)


@pytest.mark.parametrize(
    "options", [{"temperature": 0}, {"longest": -1}, {"topn": 0}, {"temperature": float("nan")}]
)
def test_settings_of_new_text_that_make_no_sense_are_refused(elmo, options):
    with pytest.raises(ParameterError, match="temperature must be above 0"):
        elmo.uses.sample(**options)


def test_an_unknown_direction_is_refused(elmo):
    with pytest.raises(ParameterError, match="direction must be one of both, forward, backward"):
        elmo.uses.log_probability(["w1"], "up")


def test_a_model_without_a_softmax_says_so(elmo, tmp_path):
    pytest.importorskip("h5py", reason="needs the extra elmo")
    elmo.save_bilm(tmp_path)
    bare = ELMo.from_bilm(
        *(tmp_path / n for n in ("options.json", "weights.hdf5", "vocabulary.txt"))
    )
    with pytest.raises(FastvecError, match="has no softmax"):
        bare.predict("w1 __")
    with pytest.raises(FastvecError, match="has no softmax"):
        bare.perplexity(TEXT)
