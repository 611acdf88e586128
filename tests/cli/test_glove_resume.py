"""fastvec train --model glove, killed or stopped by Ctrl-C, and gone on with."""

from __future__ import annotations

import signal
import time

import pytest

import fastvec

from .test_resume import POSIX, killed_and_resumed, large, wait_until_training  # noqa: F401

TRAIN = ("train", "--model", "glove")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def learned(path):
    model = fastvec.load_model(path)
    tensors = ("vectors", "word_vectors", "context_vectors", "word_biases", "context_biases")
    return [model._tensors[name].tobytes() for name in tensors], [
        (record.epoch, record.loss) for record in model.history
    ]


@POSIX
@pytest.mark.parametrize(
    ("kills", "settings"),
    [(2, {}), pytest.param(8, {"bias_eta": "head", "unk": "mean"}, marks=pytest.mark.slow)],
)
def test_kills_leave_no_trace(spawn, tmp_path, large, kills, settings):  # noqa: F811
    """R3, promise 2."""
    settings = {"dim": 64, "epochs": 40, **settings}
    flags = [str(part) for name, value in settings.items()
             for part in (f"--{name.replace('_', '-')}", value)]  # fmt: skip
    arguments = ["--model", "glove", "-w", large.folder, "--checkpoint-every", "0.05s", *flags]
    assert killed_and_resumed(spawn, tmp_path, arguments, [2, 1], kills) >= min(kills, 2)
    fastvec.GloVe(**settings).fit(large).save(tmp_path / "whole")
    assert learned(tmp_path / "m") == learned(tmp_path / "whole")


@POSIX
def test_ctrl_c_then_resume_is_as_if_nothing_had_happened(spawn, run, english):
    (run.folder / "corpus.txt").write_text(english)
    assert run("build-vocab", "corpus.txt").exit_code == 0
    flags = ("--dim", 64, "--epochs", 400)
    process = spawn(*TRAIN, *flags, "-o", "m", "--log-json", "log")
    wait_until_training(process, run.folder / "log", 0)
    process.send_signal(signal.SIGINT)
    errors = process.communicate(timeout=60)[1]
    assert "what was learned so far is in m; go on with --resume" in errors
    assert "Traceback" not in errors
    assert fastvec.load_model(run.folder / "m").unfinished
    assert run("neighbors", "m", "the").exit_code == 0
    resumed = run(*TRAIN, "-o", "m", "--resume", "--json")  # R5: no numbers.
    assert resumed.exit_code == 0, resumed.stderr
    assert run(*TRAIN, *flags, "-o", "whole").exit_code == 0
    assert learned(run.folder / "m") == learned(run.folder / "whole")


@POSIX
def test_ctrl_c_while_counting_leaves_nothing(spawn, run):
    """M3."""
    text = " ".join(f"w{i % 197}" for i in range(500_000))
    (run.folder / "long.txt").write_text(text)
    process = spawn(*TRAIN, "long.txt", "--window", 1000, "--log-json", "log", "--threads", 1)
    log = run.folder / "log"
    while process.poll() is None and not (log.exists() and "co-occurrence" in log.read_text()):
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    errors = process.communicate(timeout=60)[1]
    assert "stopped by Ctrl-C before training began; nothing was written" in errors
    assert names(run.folder / "fastvec-data") == [
        "manifest.json", "sentences.i64", "tokens.i32", "vocabulary.tsv",
    ]  # fmt: skip
    assert not (run.folder / "glove.fastvec").exists()
