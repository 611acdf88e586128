"""Make small GloVe models, and compare them byte by byte."""

from __future__ import annotations

from fastvec import GloVe
from fastvec.models.glove.beginnings import PARTS

TEXT = [["a", "b", "c", "d"], ["b", "a", "d"], ["c", "d", "a", "b", "e"]] * 20


class Crash(Exception):
    """Stands in for whatever kills a process."""


def made(**settings):
    return GloVe(**{"dim": 8, "min_count": 1, "threads": 1, "epochs": 4, "window": 3, **settings})


def learned(model):
    """Return all that a training gives, but for its speed."""
    history = [(r.epoch, r.loss, r.learning_rate, r.pairs, r.validation_loss)
               for r in model.history]  # fmt: skip
    tensors = [model._tensors[name].tobytes() for name in ("vectors", *PARTS)]
    return tensors, history, model.vocabulary.words


def stop_at(share, error=Crash):
    """Return a callback that raises after so much of all epochs."""

    def call(event):
        if event.stage == "training" and event.done >= share * event.total:
            raise error

    return call


def note_of(model, text, init):
    events = []
    model.fit(text, init=init, callback=events.append)
    return next(event.note for event in events if event.stage == "starting")
