"""GloVe's held-out cost: what it is, that it changes nothing, and what patience makes of it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fastvec import Corpus, GloVe, build_workspace
from fastvec.datasets import toy_world
from fastvec.errors import ParameterError

from ..reference import glove as twin
from .glove_models import learned, made

SENTENCES = [list(sentence) for sentence in toy_world(1, sentences=1500, language="english")]
TEXT, OTHER = SENTENCES[:1200], SENTENCES[1200:]


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    return build_workspace(Corpus(TEXT), tmp_path_factory.mktemp("text"))


def losses(model):
    return [record.validation_loss for record in model.history]


def small(**settings):
    return GloVe(**{"dim": 12, "threads": 1, "epochs": 5, **settings})


def test_it_falls_while_the_model_learns_and_changes_no_byte(text):
    judged, plain = small().fit(text, validation=OTHER), small().fit(text)
    assert losses(judged)[-1] < 0.9 * losses(judged)[0]
    assert learned(judged)[0] == learned(plain)[0]
    assert losses(plain) == [None] * 5


def counts_of(model, sentences, window):
    """Return a text's co-occurrences by definition, in the model's rows."""
    index, size = model.vocabulary.index, len(model.vocabulary)
    rows = [[index.get(word, size) for word in sentence] for sentence in sentences]
    dense = np.zeros((size, size))
    for pair, weight in twin.cooccurrence(rows, size, window, "both", "harmonic", False).items():
        dense[pair] = weight
    return dense


def test_it_is_the_mean_cost_of_its_counts_scaled_to_those_of_training(text):
    """Promise 3: equal to a float64 recomputation to 1e-4; and so is that of training."""
    model = small(window=4, x_max=20.0, learning_rate=1e-9, bias_eta="paper", epochs=1)
    model.fit(text, init=small(window=4).fit(text), validation=OTHER)
    parts = ("word_vectors", "context_vectors", "word_biases", "context_biases")
    state = twin.State(*(np.asarray(getattr(model, part), np.float64) for part in parts))
    ours, other = (counts_of(model, sentences, 4) for sentences in (TEXT, OTHER))
    for counts, found in (
        (ours, model.history[0].loss),
        (other * (ours.sum() / other.sum()), losses(model)[0]),
    ):
        expected = twin.cost(state, counts, twin.Settings(x_max=20.0)) / (counts > 0).sum()
        assert found == pytest.approx(expected, rel=1e-4)


def test_threads_do_not_change_it(text):
    found = [losses(small(epochs=2, threads=n).fit(text, validation=OTHER)) for n in (1, 2, 4)]
    assert found == [found[0]] * 3


def test_unknown_words_count_for_nothing(text):
    strange = [["zzz", *sentence, "qqq"] for sentence in OTHER]
    one, two = (losses(small(epochs=1).fit(text, validation=v)) for v in (OTHER, strange))
    assert one == two
    unknown = small(epochs=1).fit(text, validation=[["zzz", "qqq"]])
    assert math.isnan(losses(unknown)[0])


def test_nothing_of_it_is_left_on_the_disk(text, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "system"))
    for name in ("system", "own"):
        (tmp_path / name).mkdir()
    seen = set()

    def look(event):
        seen.update(path.relative_to(tmp_path).parts[0] for path in tmp_path.glob("*/fastvec-*"))

    validation = build_workspace(Corpus(OTHER), tmp_path / "validation")
    small(epochs=1).fit(text, validation=validation, tmp_dir=tmp_path / "own", callback=look)
    assert seen == {"own"}
    assert list(tmp_path.glob("*/fastvec-*")) == []


# Patience


@pytest.fixture
def impatient():
    """Settings that learn one text by heart, and so get worse at all others."""
    return {"epochs": 60, "learning_rate": 0.2, "patience": 2, "min_count": 1, "dim": 30}


def test_patience_stops_early_and_keeps_the_best_vectors(impatient):
    found = small(**impatient).fit(TEXT[:60], validation=OTHER)
    history = losses(found)
    best = int(np.argmin(history)) + 1
    assert len(history) == best + 2 < 60

    def keep(event):
        if event.epoch_ended and event.epoch == best:
            raise KeyboardInterrupt

    stopped = small(**{**impatient, "patience": None})
    with pytest.raises(KeyboardInterrupt):
        stopped.fit(TEXT[:60], validation=OTHER, callback=keep)
    assert learned(found)[0] == learned(stopped)[0]


def test_patience_needs_a_validation_text():
    with pytest.raises(ParameterError, match="patience needs a validation text"):
        made(patience=1).fit(TEXT)
