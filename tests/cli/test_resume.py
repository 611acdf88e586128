"""Going on with a training that was stopped: by kill -9, by Ctrl-C, or not at all."""

from __future__ import annotations

import json
import random
import re
import signal
import sys
import time

import pytest

import fastvec
from fastvec.datasets import toy_world

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
VARIANTS = {  # A model, its settings, and the threads of its parts in turn.
    "skipgram-ns": ("skipgram", {}, [1]),
    "skipgram-ns-ordered": ("skipgram", {"updates": "ordered"}, [2, 1]),
    "skipgram-hs-ordered": ("skipgram", {"loss": "hs"}, [2]),
    "skipgram-softmax": ("skipgram", {"loss": "softmax", "max_size": 50, "batch": 512,
                                      "learning_rate": 0.001}, [1, 2]),
    "cbow-ns-ordered": ("cbow", {"updates": "ordered"}, [2]),
    "cbow-hs": ("cbow", {"loss": "hs"}, [1]),
}  # fmt: skip


@pytest.fixture
def text(tmp_path, english):
    (tmp_path / "a.txt").write_text(english)


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """Give a workspace of so many words that rounds have several blocks."""
    sentences = list(toy_world(1, sentences=6000)) * 10
    return fastvec.build_workspace(fastvec.Corpus(sentences), tmp_path_factory.mktemp("large"))


def bytes_of(path):
    model = fastvec.load_model(path)
    return (model.vectors.matrix.tobytes(), model.context_vectors.tobytes(),
            [(record.epoch, record.loss) for record in model.history])  # fmt: skip


def wait_until_training(process, log, seen):
    """Wait for an event of training beyond those of earlier runs; return how many there are."""
    while process.poll() is None:
        found = log.read_text().count('"training"') if log.exists() else 0
        if found > seen:
            return found
        time.sleep(0.01)
    return seen


def killed_and_resumed(spawn, folder, arguments, threads, kills):
    """Kill a training again and again while it trains, then let it finish; count the kills."""
    moments, events = random.Random(1), 0
    for attempt in range(kills + 1):
        going_on = ["--resume"] if (folder / "m/config.json").exists() else []
        use = ("--threads", threads[attempt % len(threads)])
        process = spawn("train", *arguments, *use, "-o", "m", "--log-json", "log", *going_on)
        if attempt < kills:
            events = wait_until_training(process, folder / "log", events)
            time.sleep(moments.uniform(0, 0.4))
            process.send_signal(signal.SIGKILL)
        errors = process.communicate(timeout=240)[1]
        assert process.returncode in (0, -signal.SIGKILL), errors
        if process.returncode == 0:
            return attempt
    raise AssertionError("the last run was killed")


def check_kills(spawn, folder, large, variant, kills):
    model, settings, threads = VARIANTS[variant]
    settings = {"dim": 16, "epochs": 12, "sample": 0, **settings}
    flags = [str(part) for name, value in settings.items()
             for part in (f"--{name.replace('_', '-')}", value)]  # fmt: skip
    # A workspace needs no corpus; its own has none that could be compared.
    arguments = ["--model", model, "-w", large.folder, "--checkpoint-every", "0.05s", *flags]
    assert killed_and_resumed(spawn, folder, arguments, threads, kills) >= min(kills, 2)
    kind = {"skipgram": fastvec.SkipGram, "cbow": fastvec.CBOW}[model]
    whole = kind(**settings, threads=threads[0]).fit(large)
    whole.save(folder / "whole")
    assert bytes_of(folder / "m") == bytes_of(folder / "whole")


@POSIX
def test_two_kills_leave_no_trace(spawn, tmp_path, large):
    """R3, promise 2."""
    check_kills(spawn, tmp_path, large, "skipgram-ns-ordered", kills=2)


@POSIX
@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS)
def test_ten_kills_leave_no_trace(spawn, tmp_path, large, variant):
    """R3, promise 2."""
    check_kills(spawn, tmp_path, large, variant, kills=10)


@POSIX
def test_ctrl_c_then_resume_finishes(spawn, run, text):
    process = spawn("train", "a.txt", "--model", "cbow", "--dim", 8, "--epochs", 150, "-o", "m")
    next(line for line in process.stderr if line.startswith("training:"))
    process.send_signal(signal.SIGINT)
    errors = process.communicate(timeout=60)[1]
    assert "what was learned so far is in m; go on with --resume" in errors
    before = fastvec.load_model(run.folder / "m")
    assert before.unfinished
    assert run("neighbors", "m", "the").exit_code == 0
    result = run("train", "--model", "cbow", "-o", "m", "--resume", "--json")  # R5: no numbers.
    history = json.loads(result.stdout)["history"]
    assert [record["epoch"] for record in history] == list(range(1, 151))
    assert [r["loss"] for r in history[: len(before.history)]] == [r.loss for r in before.history]


# A training that was stopped in this process


@pytest.fixture
def stopped(run, text):
    """Leave an unfinished training of two of four epochs in m."""

    def stop(event):
        if event.epoch == 3:
            raise InterruptedError

    run("build-vocab", "a.txt")
    with pytest.raises(InterruptedError):
        fastvec.SkipGram(dim=8, epochs=4, threads=1, patience=9).fit(
            fastvec.Workspace(run.folder / "fastvec-data"), validation=run.folder / "a.txt",
            checkpoint=run.folder / "m", checkpoint_every="1", callback=stop,
        )  # fmt: skip
    return ("train", "--model", "skipgram", "-o", "m", "--validation", "a.txt")


def test_what_was_set_holds_and_may_be_said_again(run, stopped):
    result = run(*stopped, "--resume", "--dim", "8", "--epochs", "4", "--threads", "2", "--json")
    assert result.exit_code == 0, result.stderr
    assert len(json.loads(result.stdout)["history"]) == 4
    settings = json.loads((run.folder / "m/config.json").read_text())["settings"]
    assert (settings["dim"], settings["threads"], settings["patience"]) == (8, 2, 9)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--dim", "9"], "--dim 9 cannot change a training that began with 8; leave it out"),
     (["--updates", "hogwild"], "--updates hogwild cannot change .* began with auto"),
     (["--preset", "fasttext"], "cannot change a training that began with"),
     (["-o", "none"], "there is no training to resume in none; start it without --resume")],
)  # fmt: skip
def test_what_does_not_fit_is_refused(run, stopped, arguments, message):
    before = (run.folder / "m/config.json").read_bytes()
    result = run(*stopped, "--resume", *arguments)
    assert result.exit_code == 2
    assert re.search(message, result.stderr), result.stderr
    assert (run.folder / "m/config.json").read_bytes() == before


def test_another_model_is_refused(run, stopped):
    result = run("train", "--model", "cbow", "-o", "m", "--resume")
    assert result.exit_code == 2
    assert "m holds a skipgram, not --model cbow" in result.stderr


def test_a_file_of_vectors_holds_no_training(run, text):
    run("train", "a.txt", "--model", "skipgram", "-o", "v.txt")
    result = run("train", "a.txt", "--model", "skipgram", "-o", "v.txt", "--resume")
    assert result.exit_code == 2
    assert "there is no training to resume in v.txt" in result.stderr


def test_other_text_is_refused(run, stopped):
    (run.folder / "b.txt").write_text("other words\n" * 50)
    before = (run.folder / "m/config.json").read_bytes()
    result = run(*stopped, "--resume", "b.txt", "--rebuild")
    assert result.exit_code == 1
    assert "begun on other text" in result.stderr
    assert "--init" in result.stderr
    assert (run.folder / "m/config.json").read_bytes() == before


def test_without_resume_an_unfinished_training_is_not_replaced(run, stopped):
    result = run(*stopped)
    assert result.exit_code == 1
    assert "m: exists; replace it with --overwrite, go on with --resume" in result.stderr
    assert fastvec.load_model(run.folder / "m").unfinished


def test_a_finished_training_says_so(run, stopped):
    assert run(*stopped, "--resume").exit_code == 0
    result = run(*stopped, "--resume")
    assert (result.exit_code, result.stdout) == (
        0, "m: its training is finished, there is nothing to resume\n"
    )  # fmt: skip


def test_resuming_reports_the_best_epoch_of_both_parts(run, stopped):
    result = run(*stopped, "--resume")
    assert re.search(r"^best epoch: \d of 4, held-out loss \d\.\d{4}", result.stdout, re.M)


def test_a_damaged_checkpoint_is_named(run, stopped):
    (path,) = (run.folder / "m").glob("training-*")
    path.write_bytes(b"")
    result = run(*stopped, "--resume")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {path.relative_to(run.folder)}, byte 0: ")
