"""Held-out loss: what it is, that it changes nothing, and what patience makes of it."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest

from fastvec import CBOW, Corpus, SkipGram, build_workspace, load_model
from fastvec.datasets import toy_world
from fastvec.errors import CorpusError, ParameterError
from fastvec.models.checkpoints import Checkpoints
from fastvec.models.word2vec import held_out
from fastvec.samplers.huffman import huffman_tree

from ..reference import softmax

VARIANTS = [(kind, loss) for kind in (SkipGram, CBOW) for loss in ("ns", "hs", "softmax")]
SENTENCES = [list(sentence) for sentence in toy_world(1, sentences=1500, language="english")]
TEXT, OTHER = SENTENCES[:1200], SENTENCES[1200:]


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    return build_workspace(Corpus(TEXT), tmp_path_factory.mktemp("text"))


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return build_workspace(Corpus(OTHER), tmp_path_factory.mktemp("other"))


def made(kind=SkipGram, loss="ns", **settings):
    rate = {} if loss != "softmax" else {"learning_rate": 0.1, "max_size": 100}
    return kind(**{"dim": 12, "threads": 1, "epochs": 4, "loss": loss, **rate, **settings})


def losses(model):
    return [record.validation_loss for record in model.history]


@pytest.mark.parametrize(("kind", "loss"), VARIANTS)
def test_it_falls_while_the_model_learns_and_changes_no_byte(text, other, kind, loss):
    """D10: held-out loss falls for each of 2 x 3 modes."""
    judged = made(kind, loss).fit(text, validation=other)
    plain = made(kind, loss).fit(text)
    found = losses(judged)
    assert found[-1] < 0.995 * found[0]
    assert judged.vectors.matrix.tobytes() == plain.vectors.matrix.tobytes()
    assert judged.context_vectors.tobytes() == plain.context_vectors.tobytes()
    assert losses(plain) == [None] * 4


@pytest.mark.parametrize(("kind", "loss"), VARIANTS)
def test_same_parameters_have_the_same_loss(text, other, kind, loss):
    """Windows and noise words are the same after each epoch."""
    learned = made(kind, loss, epochs=2).fit(text)
    still = made(kind, loss, epochs=3, learning_rate=1e-9)
    first, *later = losses(still.fit(text, init=learned, validation=other))
    assert later == pytest.approx([first] * 2, rel=1e-6)


@pytest.mark.parametrize("loss", ["ns", "hs", "softmax"])
def test_threads_do_not_change_it(text, monkeypatch, loss):
    monkeypatch.setattr(held_out, "RUN_LENGTH", 100)
    model = made(loss=loss, epochs=1)
    found = [losses(model.use_threads(n).fit(text, validation=OTHER))[0] for n in (1, 4, 4, 4)]
    assert found == [found[0]] * 4


# Against the definition, in loops


def pairs_of(model, sentences):
    """Return each centre with its contexts, where all of a window counts."""
    index, window = model.vocabulary.index, model.config.window
    for sentence in sentences:
        rows = [index[word] for word in sentence if word in index]
        for place, centre in enumerate(rows):
            near = rows[max(0, place - window) : place] + rows[place + 1 : place + 1 + window]
            if near:
                yield centre, near


def cost(model, hidden, word):
    """-log p of a word, in float64."""
    outputs = model.context_vectors.astype(np.float64)
    if model.config.loss == "softmax":
        return -softmax.log_probabilities(outputs, hidden)[word]
    tree = huffman_tree(model.vocabulary.counts)
    path = slice(tree.offsets[word], tree.offsets[word] + tree.lengths[word])
    scores = tree.signs[path] * (outputs[tree.points[path]] @ hidden)
    return np.logaddexp(0, -scores).sum()


def mean_cost(model, sentences):
    """Mean -log p a pair, or a centre with CBOW."""
    inputs = model.vectors.matrix.astype(np.float64)
    costs = []
    for centre, near in pairs_of(model, sentences):
        if isinstance(model, CBOW):
            costs.append(cost(model, inputs[near].mean(axis=0), centre))
        elif model.config.loss == "softmax":  # The centre predicts its contexts.
            costs += [cost(model, inputs[centre], context) for context in near]
        else:
            costs += [cost(model, inputs[context], centre) for context in near]
    return np.mean(costs)


@pytest.mark.parametrize("kind", [SkipGram, CBOW])
@pytest.mark.parametrize("loss", ["hs", "softmax"])
def test_it_is_the_mean_over_all_windows(text, kind, loss):
    """D8, promise 3: equal to a float64 recomputation to 1e-4; and so is that of training."""
    settings = {"window_shape": "full", "window": 2, "sample": 0, "learning_rate": 0.03}
    learned = made(kind, loss, **settings).fit(text)
    still = made(kind, loss, **{**settings, "epochs": 1, "learning_rate": 1e-9})
    validated = made(kind, loss, **settings).fit(text, validation=OTHER[:60])
    assert losses(validated)[-1] == pytest.approx(mean_cost(validated, OTHER[:60]), abs=1e-4)
    if loss == "softmax":  # With hs, init takes over no output rows.
        reported = still.fit(text, init=learned).history[0].loss
        assert reported == pytest.approx(mean_cost(still, TEXT), abs=1e-4)


@pytest.mark.parametrize("kind", [SkipGram, CBOW])
@pytest.mark.parametrize("sharing", ["pool", "pair"])
def test_negative_sampling_is_minus_log_sigmoid_of_words_and_noise(monkeypatch, kind, sharing):
    """Promise 3: the noise is that drawn; the sum is ours."""
    settings = {"negative_sharing": sharing, "window_shape": "full", "sample": 0}
    learned = made(kind, **settings).fit(TEXT[:150])
    drawn = {0: [], 1: []}  # Held-out text has no epoch.
    draw = held_out.WordRuns.draw

    def remember(self, run, scratch):
        windows, count, targets = draw(self, run, scratch)
        drawn[run.epoch].append([part.copy() for part in (windows.centres[:count], windows.offsets,
                                                          windows.contexts, targets)])  # fmt: skip
        return windows, count, targets

    monkeypatch.setattr(held_out.WordRuns, "draw", remember)
    still = made(kind, epochs=1, learning_rate=1e-9, **settings)
    (record,) = still.fit(TEXT[:150], init=learned, validation=OTHER[:60]).history
    inputs, outputs = (m.astype(np.float64) for m in (still.vectors.matrix, still.context_vectors))
    for epoch, reported in enumerate((record.validation_loss, record.loss)):
        costs = []
        for centres, offsets, contexts, targets in drawn[epoch]:
            for w, centre in enumerate(centres):
                near, words = contexts[offsets[w] : offsets[w + 1]], targets[w, :6]
                assert words[0] == centre
                hidden = inputs[near].mean(axis=0, keepdims=True) if kind is CBOW else inputs[near]
                scores = hidden @ outputs[words].T * [1, -1, -1, -1, -1, -1]
                costs += np.logaddexp(0, -scores).sum(axis=1).tolist()
        assert reported == pytest.approx(np.mean(costs), abs=1e-4)


# Patience


@pytest.fixture
def impatient():
    """Settings that learn one sentence by heart, and so get worse at all others."""
    return {"epochs": 30, "learning_rate": 0.2, "final_rate": 1.0, "patience": 2, "min_count": 1,
            "sample": 0}  # fmt: skip


def test_patience_stops_early_and_keeps_the_best_vectors(impatient):
    found = made(**impatient).fit(TEXT[:60], validation=OTHER)
    history = losses(found)
    best = int(np.argmin(history)) + 1
    assert len(history) == best + 2 < 30
    shorter = made(**{**impatient, "patience": 30, "epochs": 6}).fit(TEXT[:60], validation=OTHER)
    assert losses(shorter)[: len(history)] == history

    def keep(event):
        if event.epoch_ended and event.epoch == best:
            raise KeyboardInterrupt

    stopped = made(**{**impatient, "patience": None})
    with pytest.raises(KeyboardInterrupt):
        stopped.fit(TEXT[:60], validation=OTHER, callback=keep)
    kept = stopped.vectors.matrix
    for model in (found, shorter):
        assert model.vectors.matrix.tobytes() == kept.tobytes()
        assert model.context_vectors.tobytes() == stopped.context_vectors.tobytes()


@pytest.mark.parametrize("epoch", [1, 3, None])
def test_patience_outlives_a_crash(impatient, tmp_path, monkeypatch, epoch):
    """Also one between the last checkpoint and the end."""
    whole = made(**impatient).fit(TEXT[:60], validation=OTHER)
    epoch = epoch or len(whole.history)

    def crash_after_saving(self, standing):
        pause(self, standing)
        if standing.epoch == epoch + 1:
            raise InterruptedError

    pause = Checkpoints.pause
    monkeypatch.setattr(Checkpoints, "pause", crash_after_saving)
    with pytest.raises(InterruptedError):
        made(**impatient).fit(TEXT[:60], validation=OTHER, checkpoint=tmp_path / "m",
                              checkpoint_every="1")  # fmt: skip
    monkeypatch.undo()
    resumed = load_model(tmp_path / "m").fit(TEXT[:60], validation=OTHER, resume=True)
    assert losses(resumed) == losses(whole)
    assert resumed.vectors.matrix.tobytes() == whole.vectors.matrix.tobytes()
    assert resumed.context_vectors.tobytes() == whole.context_vectors.tobytes()


def test_patience_needs_a_validation_text(impatient):
    with pytest.raises(ParameterError, match="patience needs a validation text"):
        made(**impatient).fit(TEXT)


# Odd texts


def test_time_spent_on_it_does_not_count_as_training(text, monkeypatch):
    monkeypatch.setattr(held_out.HeldOut, "loss", lambda _: time.sleep(2) or 1.0)
    (record,) = made(epochs=1).fit(text, validation=OTHER).history
    assert record.seconds < 2


def test_unknown_words_count_for_nothing(text):
    strange = [["zzz", *sentence, "qqq"] for sentence in OTHER]
    one, two = (losses(made(epochs=1).fit(text, validation=v)) for v in (OTHER, strange))
    assert one == two


def test_text_of_unknown_words_has_no_loss(text):
    assert math.isnan(losses(made(epochs=1).fit(text, validation=[["zzz", "qqq"]]))[0])


def test_empty_text_is_refused_before_training(text):
    events = []
    with pytest.raises(CorpusError, match="holds no words"):
        made().fit(text, validation=[[]], callback=events.append)
    assert [event for event in events if event.stage == "training"] == []
