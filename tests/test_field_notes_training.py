"""What users of the peers run into while they train: groups D, E, G and R of the field notes.

One test an entry, its number in the docstring. Where a part's own tests hold an
entry, it is not repeated here: D8 and D9 (tests/gradients, tests/models/test_validation.py),
E1 (tests/benchmarks), R1 and R3 (tests/models/test_resume.py, tests/cli/test_resume.py),
R2 and R7 (tests/models/test_init.py, tests/cli/test_run_control.py).
"""

from __future__ import annotations

import json
import math
import re

import numpy as np
import pytest

import fastvec
from fastvec.datasets import toy_world

MODES = [(kind, loss) for kind in (fastvec.SkipGram, fastvec.CBOW)
         for loss in ("ns", "hs", "softmax")]  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    corpus = fastvec.Corpus(toy_world(1, sentences=2000, language="english"))
    return fastvec.build_workspace(corpus, tmp_path_factory.mktemp("world"))


@pytest.fixture
def corpus(tmp_path, english):
    (tmp_path / "c.txt").write_text(english)


# --- D. Numerics


@pytest.mark.parametrize(("kind", "loss"), MODES)
def test_divergence_of_a_tiny_text_is_an_error_and_no_file(run, kind, loss):
    """D1, D3: all vectors are nan, or the whole process ends."""
    (run.folder / "c.txt").write_text("a b a b a b\n" * 50)
    result = run("train", "c.txt", "--model", kind.kind, "--loss", loss, "--dim", "500", "-o", "m",
                 "--learning-rate", "1000", "--min-count", "1", "--sample", "0")  # fmt: skip
    if result.exit_code == 0:  # What was learned must be numbers then.
        assert np.isfinite(fastvec.load(run.folder / "m").matrix).all()
        return
    assert result.exit_code == 1
    assert re.search(r"diverged in epoch \d, \d+% of the way.*learning rate \d", result.stderr)
    assert "Try a smaller learning rate" in result.stderr
    assert not (run.folder / "m").exists()


def test_twenty_words_at_a_huge_rate_write_no_vectors(run):
    """D3: the text file is full of -nan."""
    (run.folder / "c.txt").write_text(" ".join(f"w{n}" for n in range(20)) + "\n")
    result = run("train", "c.txt", "--model", "skipgram", "--learning-rate", "1000", "--min-count",
                 "1", "--epochs", "50", "-o", "v.txt")  # fmt: skip
    assert result.exit_code == 1, result.stdout
    assert "Try a smaller learning rate" in result.stderr
    assert not (run.folder / "v.txt").exists()


def test_parameters_that_train_nothing_are_a_usage_error(run, corpus):
    """D2, D11: a rate or a number of noise words that nobody noticed."""
    for option, value in (("--negative", "0"), ("--learning-rate", "0"), ("--window", "0")):
        result = run("train", "c.txt", "--model", "skipgram", option, value)
        assert result.exit_code == 2
        assert f"{option} must be between" in result.stderr


def test_fifty_epochs_have_fifty_losses():
    """D4: a sum in single precision sticks at 2^27."""
    assert np.float32(2**27) + np.float32(1) == np.float32(2**27)
    text = list(toy_world(1, sentences=3000, language="english"))
    losses = [r.loss for r in fastvec.SkipGram(dim=8, epochs=50, threads=1).fit(text).history]
    assert len(set(losses)) == 50
    assert all(0 < loss < 6 * math.log(2) for loss in losses)


def test_start_vectors_do_not_depend_on_threads(world):
    """D5, O3."""
    starts = {
        fastvec.SkipGram(dim=24, epochs=0, threads=n).fit(world).vectors.matrix.tobytes()
        for n in (1, 2, 4)
    }
    assert len(starts) == 1


@pytest.mark.parametrize("updates", ["hogwild", "ordered"])
@pytest.mark.parametrize(("kind", "loss"), MODES[:2] + MODES[3:5])
def test_the_loss_hardly_depends_on_threads(world, kind, loss, updates):
    """D6, promise 3: threads overwrite each other's sum."""
    settings = {"dim": 16, "epochs": 2, "loss": loss, "updates": updates}
    one, four = (kind(**settings, threads=n).fit(world).history for n in (1, 4))
    assert [r.loss for r in four] == pytest.approx([r.loss for r in one], rel=0.01)


@pytest.mark.parametrize(("kind", "loss"), MODES)
def test_the_loss_is_there_by_default_and_falls(world, kind, loss):
    """D7, D10: a loss of 0.0, and a mode that updated nothing."""
    # Full softmax steps by the sum over a batch.
    settings = {"learning_rate": 0.1, "max_size": 100} if loss == "softmax" else {}
    history = kind(loss=loss, dim=16, epochs=8, threads=1, **settings).fit(world).history
    assert len(history) == 8
    assert 0 < history[-1].loss < 0.98 * history[0].loss


# --- E. Speed


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "loss"), MODES[:2] + MODES[3:5])
def test_short_sentences_are_no_slower_than_long_ones(tmp_path, kind, loss):
    """E2: short sentences starve the workers. (Exact figures are a benchmark's.)"""
    words = np.random.default_rng(1).zipf(1.3, 600_000) % 5000
    speeds = {}
    for length in (3, 1000):
        sentences = [[f"w{word}" for word in part] for part in words.reshape(-1, length)]
        workspace = fastvec.build_workspace(fastvec.Corpus(sentences), tmp_path / str(length))
        model = kind(dim=100, loss=loss, epochs=2, threads=2)
        speeds[length] = max(record.words_per_second for record in model.fit(workspace).history)
    assert speeds[3] > speeds[1000] / 2, speeds


# --- G. Repeatability


@pytest.mark.parametrize("output", ["v.txt", "m"])
def test_files_are_the_same_whatever_the_hash_seed_and_the_threads(
    run_process, tmp_path, corpus, output
):
    """G1, G2: same seed, different vectors, by threads or by Python's string hash."""
    files = []
    for seed, threads in ((1, 1), (2, 4)):
        train = ("train", "c.txt", "--model", "skipgram", "--unk", "trained", "--dim", 16,
                 "--epochs", 2, "--threads", threads, "-o", output, "--overwrite",
                 "--rebuild", "-q")  # fmt: skip
        status, _, errors = run_process(*train, PYTHONHASHSEED=str(seed))
        assert status == 0, errors
        path = tmp_path / output
        names = [path] if path.is_file() else [*path.glob("vectors*"), *path.glob("vocab*")]
        files.append([name.read_bytes() for name in sorted(names)])
    assert files[0] == files[1]


@pytest.mark.parametrize(("kind", "loss"), MODES)
def test_threads_leave_no_trace_in_ordered_updates(world, monkeypatch, kind, loss):
    """G2, promise 1."""
    monkeypatch.setattr("fastvec.models.schedule.FEWEST_PARTS", 8)  # Rounds of several blocks.
    made = []
    for threads in (1, 2, 4):
        model = kind(
            dim=20, loss=loss, epochs=2, threads=threads, max_size=150, updates="ordered"
        ).fit(world)
        losses = [record.loss for record in model.history]
        made.append((model.vectors.matrix.tobytes(), model.context_vectors.tobytes(), losses))
    assert made == [made[0]] * 3


def test_two_default_runs_are_equal_and_the_seed_is_written_down(run, corpus):
    """G2, G3: no seed at all."""
    for name in ("a", "b"):
        assert run("train", "c.txt", "--model", "cbow", "--dim", "16", "-o", name).exit_code == 0
    first, second = (fastvec.load(run.folder / name).matrix for name in ("a", "b"))
    assert first.tobytes() == second.tobytes()
    assert json.loads((run.folder / "a/config.json").read_text())["settings"]["seed"] == 1


# --- R. Going on


def test_going_on_needs_no_numbers_and_shows_the_rate(run, corpus):
    """R5, R6: which epochs and rates to pass when continuing?"""
    run("build-vocab", "c.txt")

    def stop(event):
        if event.epoch == 3:
            raise InterruptedError

    settings = {"dim": 8, "epochs": 4, "threads": 1, "learning_rate": 0.04}
    data = fastvec.Workspace(run.folder / "fastvec-data")
    with pytest.raises(InterruptedError):
        fastvec.CBOW(**settings).fit(
            data, checkpoint=run.folder / "m", checkpoint_every="1", callback=stop
        )
    result = run("train", "--model", "cbow", "-o", "m", "--resume", "--json")
    rates = [record["learning_rate"] for record in json.loads(result.stdout)["history"]]
    assert rates == [r.learning_rate for r in fastvec.CBOW(**settings).fit(data).history]
    assert rates == sorted(rates, reverse=True)
    assert len(set(rates)) == 4
