"""Resuming: a training that was stopped ends as if it had never been."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec import CBOW, SkipGram, load, load_model
from fastvec.errors import CorpusError, FastvecError, FormatError, ParameterError
from fastvec.models import schedule, training
from fastvec.models.word2vec.tree_objective import HierarchicalSoftmax
from fastvec.vectors.archive import write_tensors

SMALL = [["a", "b", "c", "d"], ["b", "a", "d"], ["c", "d", "a", "b", "e"]] * 60
VARIANTS = {
    "skip-gram ns": (SkipGram, {}),
    "skip-gram pairs": (SkipGram, {"negative_sharing": "pair"}),
    "skip-gram hs": (SkipGram, {"loss": "hs"}),
    "skip-gram softmax": (SkipGram, {"loss": "softmax", "max_size": 25, "learning_rate": 1e-3}),
    "cbow ns": (CBOW, {}),
    "cbow hs": (CBOW, {"loss": "hs"}),
    "hogwild": (SkipGram, {"updates": "hogwild"}),
}


class Crash(Exception):
    """Stands in for whatever kills a process."""


@pytest.fixture
def ticking(monkeypatch):
    """Report every run, and pause often."""
    monkeypatch.setattr(training, "REPORT_EVERY", 0.0)
    monkeypatch.setattr(training, "STRETCH", 64)


@pytest.fixture
def rounds(world, monkeypatch):
    """Have so small a text trained in rounds of private blocks."""
    monkeypatch.setattr(schedule, "FEWEST_PARTS", 20)
    monkeypatch.setattr(schedule, "SHORTEST_BLOCK", 500)
    assert schedule.round_blocks(world.words) > 1


def stop_at(share, error=Crash):
    """Return a callback that raises after so much of all epochs."""

    def call(event):
        if event.stage == "training" and event.done >= share * event.total:
            raise error

    return call


def small(**settings):
    return SkipGram(**{"dim": 8, "min_count": 1, "threads": 1, "epochs": 4, **settings})


def learned(model):
    """Return all that a training gives, but for its speed."""
    history = [(r.epoch, r.loss, r.learning_rate, r.validation_loss) for r in model.history]
    return model.vectors.matrix.tobytes(), model.context_vectors.tobytes(), history


def crashed(model, corpus, folder, share, every="0.001s", **options):
    """Train until a crash, and return what was saved."""
    with pytest.raises(Crash):
        model.fit(corpus, callback=stop_at(share), checkpoint=folder, checkpoint_every=every,
                  **options)  # fmt: skip
    return load_model(folder)


# After a crash


@pytest.mark.parametrize("variant", VARIANTS)
def test_crash_in_an_epoch_leaves_no_trace(world, tmp_path, ticking, variant):
    """R1, R3: bytes, and the loss of the epoch that was broken off."""
    kind, settings = VARIANTS[variant]
    make = {"dim": 20, "epochs": 3, "threads": 1, **settings}
    saved = crashed(kind(**make), world, tmp_path / "m", 0.5)
    assert saved.unfinished
    assert len(saved.history) == 1
    assert learned(saved.fit(world, resume=True)) == learned(kind(**make).fit(world))
    assert not saved.unfinished


def test_rows_that_settle_leave_no_trace_either(world, tmp_path, ticking, rounds, monkeypatch):
    """R1: how much a run may move them depends on the words done."""
    monkeypatch.setattr(HierarchicalSoftmax, "settling", world.words / 2)
    make = {"dim": 20, "epochs": 3, "threads": 1, "loss": "hs", "updates": "hogwild"}
    saved = crashed(CBOW(**make), world, tmp_path / "m", 0.5)
    whole = learned(CBOW(**make).fit(world))
    assert learned(saved.fit(world, resume=True)) == whole
    monkeypatch.setattr(HierarchicalSoftmax, "settling", math.inf)
    assert learned(CBOW(**make).fit(world)) != whole


@pytest.mark.parametrize("loss", ["ns", "hs"])
@pytest.mark.parametrize("kind", [SkipGram, CBOW])
def test_threads_may_change_where_updates_are_ordered(world, tmp_path, ticking, rounds, kind, loss):
    make = {"dim": 20, "epochs": 3, "loss": loss, "updates": "ordered"}
    whole = kind(**make, threads=1).fit(world)
    saved = crashed(kind(**make, threads=2), world, tmp_path / "m", 0.5)
    assert learned(saved.use_threads(3).fit(world, resume=True)) == learned(whole)


def test_crash_after_crash_leaves_no_trace(world, tmp_path, ticking):
    model = SkipGram(dim=20, epochs=3, threads=1)
    for share in (0.1, 0.3, 0.4, 0.7, 0.95):
        model = crashed(model, world, tmp_path / "m", share, resume=model.unfinished)
    whole = SkipGram(dim=20, epochs=3, threads=1).fit(world)
    assert learned(model.fit(world, resume=True)) == learned(whole)


@pytest.mark.parametrize(("every", "epochs"), [("1", [1, 2]), ("2", [1, 2]), ("3", None)])
def test_at_most_one_interval_is_redone(tmp_path, ticking, every, epochs):
    if epochs is None:
        with pytest.raises(FormatError):  # Nothing was saved yet.
            crashed(small(), SMALL, tmp_path / "m", 0.7, every)
        return
    saved = crashed(small(), SMALL, tmp_path / "m", 0.7, every)
    assert [record.epoch for record in saved.history] == epochs
    seen = []
    saved.fit(SMALL, resume=True, callback=seen.append)
    assert min(e.epoch for e in seen if e.stage == "training") == len(epochs) + 1
    assert learned(saved) == learned(small().fit(SMALL))


def test_vectors_can_be_read_while_training_is_unfinished(world, tmp_path, ticking):
    saved = crashed(SkipGram(dim=8, threads=1), world, tmp_path / "m", 0.5)
    assert load(tmp_path / "m").words == saved.vectors.words
    assert np.isfinite(load(tmp_path / "m").matrix).all()


# After Ctrl-C


@pytest.mark.parametrize("share", [0.3, 0.6])
def test_ctrl_c_in_an_epoch_keeps_what_was_learned_and_goes_on(world, ticking, share):
    model = SkipGram(dim=16, epochs=3, threads=2)
    with pytest.raises(KeyboardInterrupt):
        model.fit(world, callback=stop_at(share, KeyboardInterrupt))
    assert model.unfinished
    before = model.vectors.matrix.copy()
    model.fit(world, resume=True)
    whole = SkipGram(dim=16, epochs=3, threads=2).fit(world)
    assert not np.array_equal(model.vectors.matrix, before)
    assert [r.epoch for r in model.history] == [1, 2, 3]
    ours, wholes = ([r.loss for r in m.history] for m in (model, whole))
    assert ours == pytest.approx(wholes, rel=0.05)  # One stretch is redone.


def test_ctrl_c_at_the_end_of_an_epoch_leaves_no_trace(tmp_path):
    """The callback is the last to hear of an epoch: nothing of it is done twice."""
    model = small()
    with pytest.raises(KeyboardInterrupt):
        model.fit(SMALL, callback=stop_at(0.5, KeyboardInterrupt))
    assert [record.epoch for record in model.history] == [1, 2]
    model.save(tmp_path / "m")
    whole = learned(small().fit(SMALL))
    assert learned(model.fit(SMALL, resume=True)) == whole
    assert learned(load_model(tmp_path / "m").fit(SMALL, resume=True)) == whole


# What cannot be resumed


def test_there_must_be_something_to_resume():
    for model in (small(), small().fit(SMALL)):
        with pytest.raises(ParameterError, match="there is no unfinished training to resume"):
            model.fit(SMALL, resume=True)


def test_finished_folder_cannot_be_resumed(tmp_path):
    small().fit(SMALL).save(tmp_path / "m")
    with pytest.raises(ParameterError, match="use them as init"):
        load_model(tmp_path / "m").fit(SMALL, resume=True)


def test_other_text_is_refused(tmp_path, ticking):
    saved = crashed(small(), SMALL, tmp_path / "m", 0.5, "1")
    with pytest.raises(CorpusError, match=r"begun on other text.*--init"):
        saved.fit([*SMALL, ["a"]], resume=True)
    assert learned(saved.fit(SMALL, resume=True)) == learned(small().fit(SMALL))


@pytest.mark.parametrize("damage", ["missing", "empty", "short", "noise"])
def test_damaged_training_file_is_named(tmp_path, ticking, damage):
    crashed(small(), SMALL, tmp_path / "m", 0.5, "1")
    (path,) = (tmp_path / "m").glob("training-*")
    content = path.read_bytes()
    path.unlink()
    if damage != "missing":
        path.write_bytes({"empty": b"", "short": content[:-3], "noise": b"\xff[" * 99}[damage])
    with pytest.raises(FormatError, match=str(tmp_path / "m")):
        load_model(tmp_path / "m")
    assert load(tmp_path / "m").dim == 8


@pytest.mark.parametrize("states", [[], [0], [0] * 6, [0.5] * 5, [9] * 5], ids=str)
def test_training_file_of_another_shape_is_named(tmp_path, ticking, states):
    crashed(small(), SMALL, tmp_path / "m", 0.5, "1")
    (path,) = (tmp_path / "m").glob("training-*")
    write_tensors(path, {"states": np.array(states)})
    with pytest.raises(FormatError, match=str(tmp_path / "m")):
        load_model(tmp_path / "m")


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """Give the folder of an unfinished training."""
    folder = tmp_path_factory.mktemp("stopped") / "m"
    crashed(small(), SMALL, folder, 0.5, "1")
    return folder


NUMBERS = st.integers(-3, 3) | st.floats() | st.just(2**70)
VALUES = st.none() | st.booleans() | st.text(max_size=3) | NUMBERS | st.lists(NUMBERS, max_size=2)
FIELDS = ("epoch", "run", "loss", "pairs", "seconds", "history")


@given(field=st.sampled_from(FIELDS), value=VALUES)
def test_any_standing_resumes_or_is_an_error_of_ours(stopped, field, value):
    path = Path(stopped, "config.json")
    content = path.read_text()
    config = json.loads(content)
    config["standing"][field] = value
    try:
        path.write_text(json.dumps(config))
        try:
            model = load_model(stopped).fit(SMALL, resume=True)
        except FastvecError:
            return
        assert [record.epoch for record in model.history][-1] == 4
    finally:
        path.write_text(content)
