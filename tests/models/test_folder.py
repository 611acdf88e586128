"""The model folder: whole generations, never half."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import fastvec
from fastvec import SkipGram, load, load_model
from fastvec.errors import ResourceError
from fastvec.models import folder as folders


def names(folder):
    return {path.name for path in folder.iterdir()}


def generation(number):
    ends = {"history": "json", "vectors": "safetensors", "vocabulary": "tsv"}
    return {"config.json"} | {f"{kind}-{number}.{end}" for kind, end in ends.items()}


def test_model_comes_back_as_it_was(model, saved):
    loaded = load_model(saved)
    assert isinstance(loaded, SkipGram)
    assert loaded.config == model.config
    assert loaded.vocabulary == model.vocabulary
    assert loaded.history == model.history
    assert loaded.source == model.source
    assert np.array_equal(loaded.vectors.matrix, model.vectors.matrix)
    assert np.array_equal(loaded.context_vectors, model.context_vectors)
    assert loaded.vectors.specials == ("<unk>",)


def test_vectors_alone_come_back(model, saved):
    vectors = load(saved)
    assert vectors.words == model.vectors.words
    assert vectors.specials == ("<unk>",)
    assert np.array_equal(vectors.matrix, model.vectors.matrix)
    assert np.array_equal(vectors.counts, model.vocabulary.counts)


def test_matrices_are_memory_mapped(saved):
    assert isinstance(load(saved).matrix, np.memmap)
    assert isinstance(load_model(saved).context_vectors, np.memmap)


def test_text_of_no_pairs_comes_back(tmp_path):
    """Its loss is NaN."""
    SkipGram(dim=2, min_count=1, epochs=1).fit([["a"]]).save(tmp_path / "m")
    assert np.isnan(load_model(tmp_path / "m").history[0].loss)


def test_config_tells_how_the_model_was_made(model, saved):
    """O2, G2: seed and all other settings are in the file."""
    config = json.loads((saved / "config.json").read_text(encoding="utf-8"))
    assert config["settings"] == model.config.as_dict()
    assert config["settings"]["seed"] == 1
    assert config["fastvec"] == fastvec.__version__
    assert config["specials"] == ["<unk>"]
    assert config["source"]["words"] == 180


def test_existing_model_is_refused_without_overwrite(model, saved):
    before = (saved / "config.json").read_bytes()
    with pytest.raises(ResourceError, match=r"m: exists; replace it with --overwrite"):
        model.save(saved)
    assert (saved / "config.json").read_bytes() == before


def test_overwriting_removes_the_older_generation(model, saved):
    assert names(saved) == generation(1)
    model.save(saved, overwrite=True)
    assert names(saved) == generation(2)
    assert np.array_equal(load(saved).matrix, model.vectors.matrix)


def test_overwriting_leaves_other_peoples_files(model, saved):
    for name in ("notes.txt", "vectors-mine.safetensors"):
        (saved / name).write_text("mine")
    model.save(saved, overwrite=True)
    assert names(saved) == generation(2) | {"notes.txt", "vectors-mine.safetensors"}


def test_loaded_model_can_replace_its_own_folder(model, saved):
    loaded = load_model(saved)
    loaded.save(saved, overwrite=True)
    assert np.array_equal(load(saved).matrix, model.vectors.matrix)
    assert np.array_equal(loaded.vectors.matrix, model.vectors.matrix)


@pytest.mark.parametrize(
    "left", [".tmpxt1Nuk", ".history-1.json.0123abcd.tmp", "vectors-1.safetensors"]
)
def test_what_a_kill_left_of_a_first_save_is_replaced(model, tmp_path, left):
    """The first is a name of safetensors' own."""
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / left).write_bytes(b"half")
    model.save(tmp_path / "m")
    assert load_model(tmp_path / "m").vocabulary.words == model.vocabulary.words
    assert not (tmp_path / "m" / left).exists() or left == "vectors-1.safetensors"


@pytest.mark.parametrize("config", [None, b"{}", b'{"model_type": "bert"}', b"[1]", b"\xff"])
def test_foreign_folder_is_never_replaced(model, tmp_path, config):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "thesis.tex").write_text("mine")
    if config is not None:
        (tmp_path / "m" / "config.json").write_bytes(config)
    before = names(tmp_path / "m")
    with pytest.raises(ResourceError, match="m: exists and is no model folder"):
        model.save(tmp_path / "m", overwrite=True)
    assert names(tmp_path / "m") == before


def test_foreign_file_is_never_replaced(model, tmp_path):
    (tmp_path / "m").write_text("mine")
    with pytest.raises(ResourceError, match="is no model folder"):
        model.save(tmp_path / "m", overwrite=True)
    assert (tmp_path / "m").read_text() == "mine"


def test_empty_folder_is_filled(model, tmp_path):
    (tmp_path / "m").mkdir()
    model.save(tmp_path / "m")
    assert names(tmp_path / "m") == generation(1)


# Crashes and full disks


@pytest.mark.parametrize("step", ["replace", "fsync"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_failure_half_way_leaves_the_old_state(model, saved, monkeypatch, step, error):
    def fail(*_):
        raise error

    before = load(saved).matrix.copy()
    with monkeypatch.context() as patched:
        patched.setattr(folders.os, step, fail)
        with pytest.raises((KeyboardInterrupt, ResourceError)):
            model.save(saved, overwrite=True)
    assert names(saved) == generation(1)
    assert np.array_equal(load(saved).matrix, before)


@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_failure_half_way_leaves_no_new_folder(model, tmp_path, monkeypatch, step):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folders.os, step, fail)
    with pytest.raises(ResourceError):
        model.save(tmp_path / "deep" / "m")
    assert not (tmp_path / "deep" / "m").exists()


def test_ctrl_c_just_after_the_last_step_leaves_the_new_state(model, saved, monkeypatch):
    replace = os.replace

    def replace_then_stop(source, target):
        replace(source, target)
        if Path(target).name == "config.json":
            raise KeyboardInterrupt

    monkeypatch.setattr(folders.os, "replace", replace_then_stop)
    with pytest.raises(KeyboardInterrupt):
        model.save(saved, overwrite=True)
    assert np.array_equal(load(saved).matrix, model.vectors.matrix)
    assert generation(2) <= names(saved)


def dying_save(source, target, calls):
    """Save a model in a process that dies, without clean-up, in a step that reaches the disk."""
    code = f"""
import os
from fastvec import load_model
model = load_model({str(source)!r})
left = {calls}
def dying(step):
    def run(*arguments):
        global left
        left -= 1
        if left == 0:
            os._exit(9)
        return step(*arguments)
    return run
os.fsync, os.replace, os.unlink = dying(os.fsync), dying(os.replace), dying(os.unlink)
model.save({str(target)!r}, overwrite=True)
"""
    subprocess.run([sys.executable, "-c", code], check=False)


@pytest.mark.parametrize("calls", range(1, 12))
def test_kill_at_any_moment_leaves_a_whole_state(model, saved, calls):
    before = load(saved).matrix.copy()
    dying_save(saved, saved, calls)
    assert np.array_equal(load_model(saved).vectors.matrix, before)
    model.save(saved, overwrite=True)
    current = json.loads((saved / "config.json").read_text(encoding="utf-8"))["generation"]
    assert names(saved) == generation(current)  # Nothing is left of the save that died.


@pytest.mark.parametrize("calls", [1, 2, 4, 7, 9])
def test_kill_in_the_first_save_is_not_in_the_way_of_the_next(model, saved, tmp_path, calls):
    dying_save(saved, tmp_path / "new", calls)
    assert not (tmp_path / "new" / "config.json").exists()
    model.save(tmp_path / "new")
    assert names(tmp_path / "new") == generation(1)


def test_full_disk_is_said_and_leaves_nothing(model, tmp_path):
    """A limit on file size stands in for a full disk."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200, limits[1]))
    try:
        with pytest.raises(ResourceError, match="File too large"):
            model.save(tmp_path / "m")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert names(tmp_path) == set()
