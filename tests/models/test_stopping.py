"""What ends a training early, and what is left then."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from fastvec import SkipGram
from fastvec.errors import DivergenceError, FastvecError, ResourceError
from fastvec.models import plan, training
from fastvec.models.word2vec import beginnings
from fastvec.models.word2vec import training as word_training

SMALL = [["a", "b", "c", "d"], ["b", "a", "d"], ["c", "d", "a", "b", "e"]] * 60


def small(**settings):
    return SkipGram(**{"dim": 8, "min_count": 1, "threads": 1, "epochs": 2, **settings})


@pytest.mark.parametrize("threads", [1, 2])
def test_divergence_is_an_error_and_keeps_nothing(threads):
    """D1, D3."""
    model = small(learning_rate=1e5, epochs=5, threads=threads)
    with pytest.raises(DivergenceError, match=r"epoch \d.*learning rate.*Try a smaller"):
        model.fit(SMALL)
    assert model.history == []
    with pytest.raises(FastvecError, match="has not been trained"):
        model.vectors  # noqa: B018


@pytest.mark.parametrize("rate", [1.0, 10.0, 1e3, 1e6])
@pytest.mark.parametrize("sentences", [1, 3, 60])
def test_vectors_are_numbers_or_there_are_none(rate, sentences):
    """D3: also when the very last step is the one that spoils them."""
    model = small(learning_rate=rate, epochs=1, final_rate=1.0)
    try:
        model.fit(SMALL[:sentences])
    except DivergenceError:
        return
    assert np.isfinite(model.vectors.matrix).all()
    assert np.isfinite(model.context_vectors).all()


def test_spoilt_last_step_is_noticed(monkeypatch):
    monkeypatch.setattr(beginnings, "start_vectors", lambda matrix, *_: matrix.fill(np.nan))
    monkeypatch.setattr(word_training, "train_epochs", lambda *_, **__: None)
    with pytest.raises(DivergenceError, match=r"at the end .* learning rate 0\.025"):
        small().fit(SMALL)


def test_divergence_keeps_what_an_earlier_fit_has_learned():
    model = small().fit(SMALL)
    before, history = model.vectors.matrix.tobytes(), model.history
    model.config = small(learning_rate=1e5, epochs=5).config
    with pytest.raises(DivergenceError):
        model.fit(SMALL)
    assert model.vectors.matrix.tobytes() == before
    assert model.history == history


@pytest.mark.parametrize("threads", [1, 3])
def test_ctrl_c_keeps_what_is_trained(world, monkeypatch, threads):
    monkeypatch.setattr(training, "REPORT_EVERY", 0.0)

    def interrupt(event):
        if event.epoch == 2:
            raise KeyboardInterrupt

    before = set(threading.enumerate())  # A model of another test may have its own.
    model = SkipGram(dim=16, epochs=50, threads=threads)  # 16: rows need no padding, no copy.
    with pytest.raises(KeyboardInterrupt) as caught:  # Its frames are alive until the end.
        model.fit(world, callback=interrupt)
    assert caught.tb
    started = set(threading.enumerate()) - before
    assert [thread for thread in started if thread.name.startswith("fastvec")] == []
    kept = model.vectors.matrix.copy()
    assert [record.epoch for record in model.history] == [1]
    start = SkipGram(dim=16, epochs=0).fit(world).vectors
    assert not np.array_equal(kept, start.matrix)
    assert np.isfinite(kept).all()
    assert len(model.vectors.most_similar(model.vectors.words[0])) == 10
    assert np.array_equal(model.vectors.matrix, kept)


def test_model_too_large_for_memory_is_refused_before_work(monkeypatch):
    """M4, M5."""
    monkeypatch.setattr(plan, "available_memory", lambda: 200_000_000)
    events = []
    with pytest.raises(ResourceError, match=r"\d+ bytes.*smaller dim"):
        SkipGram(dim=10_000_000, min_count=1).fit(SMALL, callback=events.append)
    assert [event for event in events if event.stage == "training"] == []
