"""Checkpoints: when they are written, and that they are whole."""

from __future__ import annotations

import math
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec import SkipGram, load_model
from fastvec.errors import DivergenceError, FastvecError, ParameterError, ResourceError
from fastvec.models import checkpoints, folder
from fastvec.models.checkpoints import Checkpoints, Interval
from fastvec.models.schedule import Schedule
from fastvec.models.training import Standing

SMALL = [["a", "b", "c", "d"], ["b", "a", "d"], ["c", "d", "a", "b", "e"]] * 60


def small(**settings):
    return SkipGram(**{"dim": 8, "min_count": 1, "threads": 1, "epochs": 4, **settings})


# Intervals


@pytest.mark.parametrize(
    ("text", "interval"),
    [("1", Interval(epochs=1)), ("12", Interval(epochs=12)), ("2 epochs", Interval(epochs=2)),
     ("1 epoch", Interval(epochs=1)), ("30s", Interval(seconds=30)),
     ("0.2s", Interval(seconds=0.2)),
     (" 10m ", Interval(seconds=600)), ("10 min", Interval(seconds=600)),
     ("1h", Interval(seconds=3600)), ("1.5h", Interval(seconds=5400)), ("never", Interval()),
     (3, Interval(epochs=3))],
)  # fmt: skip
def test_interval_is_epochs_or_a_time(text, interval):
    assert Interval.parse(text) == interval


@pytest.mark.parametrize(
    "text", ["", "0", "0s", "-1", "-5m", "1.5", "0.5 epochs", "1d", "m", "5 5", "1e3s", "nan",
             "inf", "soon", "1m30s", None, True, 0]
)  # fmt: skip
def test_other_intervals_are_refused_before_work(text):
    with pytest.raises(ParameterError, match=r"^checkpoint_every must be "):
        small().fit(SMALL, checkpoint_every=text)


@given(st.text() | st.from_regex(r"[0-9.]{1,4} ?[smhd]?", fullmatch=True))
def test_any_text_is_an_interval_or_refused(text):
    try:
        interval = Interval.parse(text)
    except ParameterError:
        return
    assert (interval.epochs > 0) + (interval.seconds < math.inf) == (text.strip() != "never")


# When


def times_saved(every, standings, clock):
    """Return at which of some moments a checkpoint is written."""
    saved = []
    keeper = Checkpoints(Interval.parse(every), saved.append)
    for now, standing in standings:
        clock[0] = now
        keeper.pause(standing)
    return [(standing.epoch, standing.run) for standing in saved]


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(checkpoints.time, "monotonic", lambda: now[0])
    return now


@pytest.mark.parametrize(
    ("every", "saved"),
    [("1", [(2, 0), (3, 0), (4, 0)]), ("2", [(3, 0)]), ("never", []), ("1h", []),
     ("10s", [(1, 5), (2, 5), (4, 0)]), ("25s", [(2, 5)])],
)  # fmt: skip
def test_they_are_written_when_the_interval_has_passed(clock, every, saved):
    moments = [(12, 1, 5), (20, 2, 0), (30, 2, 5), (35, 3, 0), (41, 4, 0)]
    standings = [(now, Standing(epoch=epoch, run=run)) for now, epoch, run in moments]
    assert times_saved(every, standings, clock) == saved


def test_never_and_no_folder_write_nothing(tmp_path):
    small().fit(SMALL, checkpoint=tmp_path / "m", checkpoint_every="never")
    small().fit(SMALL, checkpoint_every="1")
    assert list(tmp_path.iterdir()) == []


def test_the_last_one_is_as_good_as_the_result(tmp_path):
    whole = small().fit(SMALL, checkpoint=tmp_path / "m", checkpoint_every="1")
    saved = load_model(tmp_path / "m")
    assert len(saved.history) == 4
    assert saved.fit(SMALL, resume=True).vectors.matrix.tobytes() == whole.vectors.matrix.tobytes()
    whole.save(tmp_path / "m", overwrite=True)
    assert not load_model(tmp_path / "m").unfinished
    assert list((tmp_path / "m").glob("training*")) == []


# Whole, or not at all


@pytest.mark.parametrize("step", range(12))
@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_failure_between_files_leaves_the_checkpoint_before(tmp_path, monkeypatch, step, error):
    """Each file is written, each is flushed, then the config is replaced."""
    whole = small().fit(SMALL)
    left = [math.inf]

    def failing(work):
        def call(*arguments, **options):
            left[0] -= 1
            if left[0] < 0:
                raise error
            return work(*arguments, **options)

        return call

    def second(event):
        if event.epoch_ended and event.epoch == 2:
            left[0] = step

    monkeypatch.setattr(folder, "write_tensors", failing(folder.write_tensors))
    monkeypatch.setattr(folder, "_flush", failing(folder._flush))
    monkeypatch.setattr(folder.os, "replace", failing(os.replace))
    model = small()
    with pytest.raises((KeyboardInterrupt, ResourceError)):
        model.fit(SMALL, checkpoint=tmp_path / "m", checkpoint_every="1", callback=second)
    monkeypatch.undo()
    saved = load_model(tmp_path / "m")
    assert len(saved.history) in (1, 2)
    assert saved.fit(SMALL, resume=True).vectors.matrix.tobytes() == whole.vectors.matrix.tobytes()


def test_divergence_leaves_the_last_good_state_and_says_so(tmp_path):
    """Promise 4."""
    good = small(learning_rate=0.2, final_rate=1.0, epochs=2).fit(SMALL)

    def worsen(event):
        if event.epoch_ended and event.epoch == 2:
            rates[0] = 1e5

    rates = [0.2]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Schedule, "_rate", lambda *_: rates[0])
        with pytest.raises(DivergenceError, match=r"epoch \d.*saved after 2 epochs.*still in its"):
            small(epochs=9).fit(
                SMALL, checkpoint=tmp_path / "m", checkpoint_every="2", callback=worsen
            )
    saved = load_model(tmp_path / "m")
    assert saved.vectors.matrix.tobytes() == good.vectors.matrix.tobytes()
    assert np.isfinite(saved.context_vectors).all()


def test_divergence_without_a_checkpoint_says_that_nothing_was_saved(tmp_path):
    with pytest.raises(DivergenceError, match="nothing was saved"):
        small(learning_rate=1e5).fit(SMALL, checkpoint=tmp_path / "m", checkpoint_every="1")
    assert list(tmp_path.iterdir()) == []


def test_foreign_folder_is_refused(tmp_path):
    (tmp_path / "precious").touch()
    with pytest.raises(FastvecError, match="is no model folder"):
        small().fit(SMALL, checkpoint=tmp_path, checkpoint_every="1")
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]
