"""Training ELMo: it learns, the same bytes come out, and a stopped training goes on."""

from __future__ import annotations

import math

import numpy as np
import pytest

import fastvec
from fastvec import ELMo
from fastvec.datasets import toy_truth, toy_world
from fastvec.errors import DivergenceError, ParameterError

TINY = {"preset": "tiny", "min_count": 1, "threads": 1}
TEXT = toy_world(1, sentences=300)


def same(one, other):
    assert one.tensors.keys() == other.tensors.keys()
    for name, array in one.tensors.items():
        assert np.array_equal(array, other.tensors[name]), name


@pytest.fixture(scope="module")
def learned():
    """Give a model of 5,000 sentences, and text that it has not seen."""
    text = toy_world(1, sentences=6000)
    model = ELMo(preset="tiny", epochs=4, final_rate=0.1)
    return model.fit(text[:5000], validation=text[5000:]), text[5000:]


def test_held_out_perplexity_falls_far_below_chance(learned):
    model, _ = learned
    perplexities = [record.perplexity for record in model.history]
    assert perplexities == sorted(perplexities, reverse=True)
    assert perplexities[-1] < 10 < len(model.vocabulary) / 50


def test_the_history_holds_both_directions_and_what_they_depend_on(learned):
    model, text = learned
    last, judged = model.history[-1], model.perplexity(text)
    assert (last.forward_perplexity, last.backward_perplexity) == judged[:2]
    assert last.perplexity == judged.mean == (judged.forward + judged.backward) / 2
    assert last.validation_loss == pytest.approx(
        (math.log(judged.forward) + math.log(judged.backward)) / 2
    )
    assert judged.vocabulary == len(model.vocabulary)
    assert judged.predictions == sum(len(sentence) + 1 for sentence in text)
    unknown = [w for sentence in text for w in sentence if w not in model.vocabulary]
    assert judged.oov_rate == len(unknown) / sum(map(len, text)) == last.oov_rate


@pytest.mark.parametrize("word", ["bank", "包袱"])
def test_the_two_senses_of_a_word_have_vectors_of_their_own(learned, word):
    model, _ = learned
    senses = toy_truth()["senses"][word]
    sentences = [s for s in toy_world(2, sentences=9000) if word in s][:60]
    labels = np.array(
        [next(name for name, signs in senses.items() if set(signs) & set(s)) for s in sentences]
    )
    vectors = np.array(
        [own[s.index(word)] for s, own in zip(sentences, model.embed(sentences, -1), strict=True)]
    )
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = vectors @ vectors.T
    alike = labels[:, None] == labels
    within = cosines[alike & ~np.eye(len(labels), dtype=bool)].mean()
    assert len(set(labels)) == 2
    assert within > cosines[~alike].mean() + 0.03


def test_a_gap_is_filled_from_both_sides(learned):
    model, _ = learned
    (word, chance), *_ = model.predict("a glass of apple __")
    assert word == "juice"
    assert chance > 0.2


def test_threads_change_no_byte():
    models = [
        ELMo(**TINY | {"threads": threads, "epochs": 1, "samples": 40, "loss": "sampled",
                       "dropout": 0.1}).fit(TEXT)
        for threads in (1, 2, 4)
    ]  # fmt: skip
    same(models[0], models[1])
    same(models[0], models[2])


def test_another_seed_gives_another_model():
    one, other = (ELMo(**TINY, epochs=1, seed=seed).fit(TEXT[:50]) for seed in (1, 2))
    assert not np.array_equal(one.vectors.matrix, other.vectors.matrix)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"optimiser": "adagrad", "learning_rate": 0.2},
        {"loss": "sampled", "samples": 50},
        {"shared_softmax": True},
        {"shared_softmax": True, "loss": "sampled", "samples": 50},
        {"input": "characters"},
        {"layers": 2, "dropout": 0.1, "warmup": 5, "final_rate": 0.1},
        {"cells": 32},
    ],
    ids=lambda changes: ", ".join(map(str, changes.values())) or "tiny",
)
def test_every_kind_learns(changes):
    """D10: held-out loss must fall, for each kind."""
    start = ELMo(**TINY | changes, epochs=0).fit(TEXT)
    model = ELMo(**TINY | changes, epochs=6).fit(TEXT)
    before, after = start.perplexity(TEXT).loss, model.perplexity(TEXT).loss
    assert after < before - 0.7
    assert [record.epoch for record in model.history] == [1, 2, 3, 4, 5, 6]


def test_a_sampled_loss_is_called_one_and_perplexity_is_never_sampled():
    """L1: the perplexity of peers is that of the sampled loss."""
    objectives = set()
    settings = TINY | {"loss": "sampled", "samples": 20, "epochs": 2}
    model = ELMo(**settings).fit(
        TEXT, validation=TEXT, callback=lambda event: objectives.add(event.objective)
    )
    assert "sampled" in objectives
    assert "softmax" not in objectives
    assert model.history[-1].loss < model.history[-1].validation_loss - 0.3


def test_a_small_vocabulary_has_its_whole_softmax():
    objectives = set()
    ELMo(**TINY | {"loss": "sampled", "epochs": 1}).fit(
        TEXT[:20], callback=lambda event: objectives.add(event.objective)
    )
    assert objectives == {"softmax"}


class Stop(Exception):
    pass


def stopped_after(batches, folder):
    """Train, and break off as by a crash after some batches; return the checkpoint."""
    from fastvec.models.elmo import training as elmo_training

    seen = []
    learn = elmo_training.ELMoTraining._learn

    def counted(training, rate):
        if len(seen) == batches:
            raise Stop
        seen.append(rate)
        learn(training, rate)

    patch = pytest.MonkeyPatch()
    with patch.context() as patched:
        patched.setattr(elmo_training.ELMoTraining, "_learn", counted)
        with pytest.raises(Stop):
            ELMo(**RESUMED).fit(
                TEXT, validation=TEXT[:30], checkpoint=folder, checkpoint_every="0.000001s"
            )
    return fastvec.load_model(folder)


RESUMED = TINY | {"epochs": 3, "dropout": 0.1, "loss": "sampled", "samples": 60, "layers": 2}


@pytest.fixture(scope="module")
def unstopped():
    return ELMo(**RESUMED).fit(TEXT, validation=TEXT[:30])


@pytest.mark.parametrize("batches", [1, 9, 12, 25])
def test_a_stopped_training_ends_at_the_same_bytes(tmp_path, unstopped, batches):
    model = stopped_after(batches, tmp_path / "m")
    assert model.unfinished
    model.fit(TEXT, validation=TEXT[:30], resume=True)
    same(model, unstopped)
    assert not model.unfinished
    for ours, theirs in zip(model.history, unstopped.history, strict=True):
        one, other = ours.as_dict(), theirs.as_dict()
        for name in ("seconds", "words_per_second"):
            one.pop(name), other.pop(name)
        assert one == other


def test_ctrl_c_keeps_what_was_learned_and_can_go_on(unstopped, tmp_path):
    model = ELMo(**RESUMED)

    def interrupt(event):
        if event.epoch == 2 and event.epoch_ended:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        model.fit(TEXT, validation=TEXT[:30], callback=interrupt)
    assert len(model.history) == 2
    model.save(tmp_path / "m")
    again = fastvec.load_model(tmp_path / "m")
    same(again.fit(TEXT, validation=TEXT[:30], resume=True), unstopped)


def test_a_rate_that_is_far_too_large_stops_training(tmp_path):
    """D12: perplexity jumps, and numbers that are none are trained on."""
    model = ELMo(**TINY, epochs=20, learning_rate=100)
    with pytest.raises(DivergenceError, match=r"diverged in epoch .* learning rate 100") as caught:
        model.fit(TEXT[:50], checkpoint=tmp_path / "m", checkpoint_every="0.000001s")
    assert "smaller learning rate" in str(caught.value)
    with pytest.raises(fastvec.errors.FastvecError):
        model.vocabulary  # noqa: B018
    if (tmp_path / "m").exists():
        stored = fastvec.load_model(tmp_path / "m").tensors
        assert all(np.isfinite(array).all() for array in stored.values())


def test_patience_keeps_the_best_epoch():
    settings = TINY | {"epochs": 40, "learning_rate": 0.03, "patience": 2, "dim": 16, "cells": 16}
    model = ELMo(**settings).fit(TEXT[:40], validation=TEXT[200:240])
    losses = [record.validation_loss for record in model.history]
    assert len(losses) < 40
    assert model.perplexity(TEXT[200:240]).loss == pytest.approx(min(losses), abs=1e-6)


def test_the_rate_rises_over_the_warm_up_and_falls_to_its_end():
    rates = []
    ELMo(**TINY | {"epochs": 20, "learning_rate": 0.04, "warmup": 3, "final_rate": 0.1}).fit(
        TEXT[:20], callback=lambda event: event.epoch_ended and rates.append(event.learning_rate)
    )
    assert max(rates) > 0.03
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == pytest.approx(0.004, abs=0.002)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"filters": "1*4"}, "filters must be like '1x16 2x32', but is '1\\*4'"),
        ({"filters": "60x4"}, "filters must be at most max_characters wide, 50"),
        ({"input": "characters", "shared_softmax": True}, "shared_softmax must have input"),
        ({"preset": "huge"}, "preset must be one of tiny, small, medium, paper, but is 'huge'"),
        ({"loss": "ns"}, "loss must be one of 'sampled', 'softmax'"),
    ],
)
def test_settings_that_do_not_fit_are_refused(settings, message):
    with pytest.raises(ParameterError, match=message):
        ELMo(**settings)
