"""GloVe stopped at any moment, and gone on with: as if it had never been."""

from __future__ import annotations

import json
import os
import signal
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec import Corpus, GloVe, SkipGram, WordVectors, build_workspace, load_model
from fastvec.errors import CorpusError, DivergenceError, FastvecError, FormatError, ParameterError
from fastvec.models import training as loop
from fastvec.models.glove import training as module
from fastvec.samplers import grid
from fastvec.vectors.archive import map_tensors, write_tensors

from .glove_models import TEXT, Crash, learned, made, stop_at

OPTIONS = {"dim": 12, "epochs": 4, "threads": 2}
GIVEN = WordVectors(["king", "queen", "xyz"], np.full((3, 12), 0.1, np.float32))
VARIANTS = {
    "paper": ({}, {}),
    "head": ({"bias_eta": "head", "combine": "sum"}, {}),
    "unknown": ({"unk": "mean", "sentence_marks": True}, {}),
    "retrofit": ({"retrofit": 0.5, "old_words": "keep"}, {"init": GIVEN}),
    "frozen": ({"freeze_old": True, "new_words": "mean"}, {"init": GIVEN}),
}


@pytest.fixture(autouse=True)
def ticking(monkeypatch):
    """Report every round, of many."""
    monkeypatch.setattr(loop, "REPORT_EVERY", 0.0)
    monkeypatch.setattr(grid, "BLOCK_ENTRIES", 200)


def stopped_and_resumed(world, share, error, folder=None, **settings):
    """Train until something stops it, then to the end; return the model."""
    make, options = GloVe(**{**OPTIONS, **settings.pop("make", {})}), settings
    with pytest.raises(error):
        make.fit(world, callback=stop_at(share, error), checkpoint=folder,
                 checkpoint_every="0.0001s", **options)  # fmt: skip
    left = make if folder is None else load_model(folder)
    assert left.unfinished
    options.pop("init", None)
    left.fit(world, resume=True, **options)
    assert not left.unfinished
    return left


# Stopped in this process


@pytest.mark.parametrize("share", [0.01, 0.25, 0.3, 0.5, 0.74, 0.99])
def test_ctrl_c_anywhere_leaves_no_trace(world, share):
    """R1: in an epoch, and at its end."""
    whole = GloVe(**OPTIONS).fit(world)
    assert learned(stopped_and_resumed(world, share, KeyboardInterrupt)) == learned(whole)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_crash_anywhere_leaves_no_trace(world, tmp_path, variant):
    """R1, R3, promise 2."""
    make, options = VARIANTS[variant]
    whole = GloVe(**{**OPTIONS, **make}).fit(world, **options)
    for share in (0.1, 0.6):
        left = stopped_and_resumed(world, share, Crash, tmp_path / str(share), make=make, **options)
        assert learned(left) == learned(whole)


def test_crash_after_crash_leaves_no_trace(world, tmp_path):
    model = GloVe(**OPTIONS)
    for threads, share in zip((1, 2, 3, 1, 2), (0.1, 0.3, 0.4, 0.7, 0.95), strict=True):
        model.use_threads(threads)
        with pytest.raises(Crash):
            model.fit(world, callback=stop_at(share), checkpoint=tmp_path / "m",
                      checkpoint_every="0.0001s", resume=model.unfinished)  # fmt: skip
        model = load_model(tmp_path / "m")
    whole = GloVe(**OPTIONS).fit(world)
    assert learned(model.fit(world, resume=True)) == learned(whole)


def test_two_epochs_and_two_are_four(world, tmp_path):
    """R1: a peer's second run began at a higher cost, without AdaGrad's sums."""
    whole = GloVe(**OPTIONS).fit(world)

    def stop(event):
        if event.epoch_ended and event.epoch == 2:
            raise KeyboardInterrupt

    half = GloVe(**OPTIONS)
    with pytest.raises(KeyboardInterrupt):
        half.fit(world, callback=stop)
    half.save(tmp_path / "half")
    again = load_model(tmp_path / "half")
    assert [record.epoch for record in again.history] == [1, 2]
    again.fit(world, resume=True)
    assert learned(again) == learned(whole)
    assert again.history[2].loss < again.history[1].loss


def test_sums_of_adagrad_are_in_the_checkpoint(world, tmp_path):
    stopped = GloVe(**OPTIONS)
    with pytest.raises(KeyboardInterrupt):
        stopped.fit(world, callback=stop_at(0.5, KeyboardInterrupt))
    stopped.save(tmp_path / "m")
    (path,) = (tmp_path / "m").glob("training-*")
    tensors = map_tensors(path)
    for name in ("word_sums", "context_sums"):
        assert tensors[name].shape == (len(stopped.vocabulary), 12)
        assert (tensors[name] > 1).any(axis=1).mean() > 0.9
        assert tensors[name].max() > 1.0001
    stopped.fit(world, resume=True).save(tmp_path / "m", overwrite=True)
    assert list((tmp_path / "m").glob("training-*")) == []


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="POSIX signals")
@pytest.mark.parametrize("calls", [1, 20, 50, 333])
def test_a_real_ctrl_c_waits_for_the_end_of_the_round(world, monkeypatch, calls):
    """It comes while threads are at work: half a round could not be gone on with."""
    left, train = [calls], module.train_block

    def interrupted(*block):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGINT)
        return train(*block)

    assert threading.current_thread() is threading.main_thread()
    monkeypatch.setattr(module, "train_block", interrupted)
    model = GloVe(**OPTIONS)
    with pytest.raises(KeyboardInterrupt):
        model.fit(world)
    assert left[0] <= 0
    whole = GloVe(**OPTIONS).fit(world)
    assert learned(model.fit(world, resume=True)) == learned(whole)


# Held-out text


def test_patience_outlives_a_crash(world, tmp_path):
    text = [["king", "queen", "the"]] * 20
    make = {"patience": 1, "epochs": 30, "learning_rate": 0.3}
    whole = GloVe(**{**OPTIONS, **make}).fit(world, validation=text)
    done = len(whole.history)
    assert done < 30
    for epochs in (1.5, done - 1):
        left = stopped_and_resumed(
            world, epochs / 30, Crash, tmp_path / str(epochs), make=make, validation=text
        )
        assert learned(left) == learned(whole)


def test_ctrl_c_while_a_held_out_text_is_judged_leaves_no_trace(world, monkeypatch):
    """All rounds of the epoch are done then, but it has no record yet."""
    text, judge, calls = [["king", "queen", "the"]] * 20, module.HeldOut.loss, [0]
    whole = GloVe(**OPTIONS).fit(world, validation=text)

    def interrupted(self):
        calls[0] += 1
        if calls[0] == 2:
            raise KeyboardInterrupt
        return judge(self)

    monkeypatch.setattr(module.HeldOut, "loss", interrupted)
    model = GloVe(**OPTIONS)
    with pytest.raises(KeyboardInterrupt):
        model.fit(world, validation=text)
    assert len(model.history) == 1
    assert learned(model.fit(world, validation=text, resume=True)) == learned(whole)


# What cannot be gone on with


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """Give the folder of a training that was stopped after one of four epochs."""
    folder = tmp_path_factory.mktemp("left") / "m"
    with pytest.raises(Crash):
        made().fit(TEXT, checkpoint=folder, checkpoint_every=1, callback=stop_at(0.5))
    return folder


def test_other_text_is_refused(left):
    with pytest.raises(CorpusError, match="begun on other text"):
        load_model(left).fit([["other", "words"]] * 9, resume=True)


def test_finished_training_is_no_beginning(left):
    model = load_model(left).fit(TEXT, resume=True)
    with pytest.raises(ParameterError, match="no unfinished training to resume"):
        model.fit(TEXT, resume=True)


NUMBERS = st.integers(-3, 3) | st.floats() | st.just(2**70)
VALUES = st.none() | st.booleans() | st.text(max_size=3) | NUMBERS | st.lists(NUMBERS, max_size=2)
FIELDS = ("epoch", "run", "loss", "pairs", "seconds", "history")


@given(field=st.sampled_from(FIELDS), value=VALUES)
def test_any_standing_resumes_or_is_an_error_of_ours(left, field, value):
    path = left / "config.json"
    content = path.read_text()
    config = json.loads(content)
    config["standing"][field] = value
    try:
        path.write_text(json.dumps(config))
        try:
            model = load_model(left).fit(TEXT, resume=True)
        except FastvecError:
            return
        assert [record.epoch for record in model.history][-1] == 4
    finally:
        path.write_text(content)


@pytest.mark.parametrize(
    ("name", "tensor"),
    [
        ("states", None), ("word_sums", None), ("context_bias_sums", None), ("word_vectors", None),
        ("states", np.zeros(5, np.float32)), ("states", np.full(5, 9, np.uint8)),
        ("states", np.zeros(4, np.uint8)), ("word_sums", np.ones((5, 7), np.float32)),
        ("context_sums", np.ones(5, np.float32)), ("word_vectors", np.ones((5, 9), np.float32)),
        ("word_biases", np.ones((5, 1), np.float32)), ("given", np.ones((5, 3), np.float32)),
        ("best_word_biases", np.ones(5, np.float32)),
    ],
)  # fmt: skip
def test_parts_that_do_not_fit_are_a_format_error(left, name, tensor):
    (path,) = left.glob("training-*")
    content = path.read_bytes()
    tensors = {key: np.array(value) for key, value in map_tensors(path).items()}
    if tensor is None:
        del tensors[name]
    else:
        tensors[name] = tensor
    try:
        write_tensors(path, tensors)
        with pytest.raises(FormatError, match="damaged glove model"):
            load_model(left)
    finally:
        path.write_bytes(content)


def test_another_models_training_is_no_gloves(tmp_path):
    with pytest.raises(Crash):
        SkipGram(dim=8, min_count=1, threads=1, epochs=4).fit(
            TEXT, checkpoint=tmp_path / "m", checkpoint_every=1, callback=stop_at(0.6)
        )
    path = tmp_path / "m/config.json"
    config = json.loads(path.read_text())
    settings = made().config.as_dict()
    path.write_text(json.dumps({**config, "model": "glove", "settings": settings}))
    with pytest.raises(FormatError, match="damaged glove model"):
        load_model(tmp_path / "m")


def test_divergence_leaves_the_last_good_state(world, tmp_path, monkeypatch):
    """Promise 4."""
    good = GloVe(**{**OPTIONS, "epochs": 2}).fit(world)
    cost, epochs = module.Rounds.cost, []

    def spoilt(self, blocks, rate):
        return cost(self, blocks, rate) if len(epochs) < 2 else float("nan")

    monkeypatch.setattr(module.Rounds, "cost", spoilt)
    with pytest.raises(DivergenceError, match=r"in epoch 3.*saved after 2 epochs.*in its folder"):
        GloVe(**OPTIONS).fit(
            world, checkpoint=tmp_path / "m", checkpoint_every=1,
            callback=lambda event: epochs.extend([1] * event.epoch_ended),
        )  # fmt: skip
    saved = load_model(tmp_path / "m")
    assert saved.vectors.matrix.tobytes() == good.vectors.matrix.tobytes()
    monkeypatch.undo()
    assert saved.unfinished


def test_a_workspace_built_again_is_gone_on_with(tmp_path):
    """What is counted lies in the workspace; without it, it is counted anew."""
    model = made()
    with pytest.raises(Crash):
        model.fit(build_workspace(Corpus(TEXT), tmp_path / "a"), callback=stop_at(0.5),
                  checkpoint=tmp_path / "m", checkpoint_every="0.0001s")  # fmt: skip
    resumed = load_model(tmp_path / "m").fit(TEXT, resume=True)
    assert learned(resumed) == learned(made().fit(TEXT))
