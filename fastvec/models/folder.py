"""The model folder: a config that names the current generation of files.

A save writes new files, flushes them, and then replaces ``config.json`` in one
step; older generations go afterwards. A crash leaves the old state or the new
one, never half of each.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

import fastvec
from fastvec.errors import FormatError, ResourceError, VocabularyError
from fastvec.vectors.archive import map_tensors, write_tensors
from fastvec.vocabulary.words import Vocabulary

CONFIG = "config.json"
FORMAT = "fastvec model"
# What reading a damaged JSON file, or one of another shape, may raise.
DAMAGE = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
VERSION = 1
# Files of a generation, and what is left of them where writing was broken off.
OWN = re.compile(
    r"(vocabulary-\d+\.tsv|(vectors|training)-\d+\.safetensors|history-\d+\.json"
    r"|\..+\.[0-9a-f]{8}\.tmp|\.tmp\w{6}|config\.json\.new)"  # The second is safetensors' own.
)


@dataclass(frozen=True, kw_only=True)
class StoredModel:
    """What a model folder holds.

    Attributes
    ----------
    kind : str
        "skipgram", …
    vocabulary : Vocabulary
    tensors : mapping of str to ndarray
        Memory-mapped, where they come from a folder.
    settings : dict
        Of the model's config.
    source : dict
        What it was trained on; ``Workspace.identity()``.
    history : list of dict
        A record an epoch.
    standing : dict or None
        How far an unfinished training has come.
    training_tensors : mapping of str to ndarray
        What only resuming it needs.
    """

    kind: str
    vocabulary: Vocabulary
    tensors: Mapping[str, np.ndarray]
    settings: dict[str, Any] = field(default_factory=dict)
    source: dict[str, Any] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)
    standing: dict[str, Any] | None = None
    training_tensors: Mapping[str, np.ndarray] = field(default_factory=dict)


def check_target(folder: str | PathLike[str], *, overwrite: bool) -> None:
    """Refuse to replace what is there unless told to, and never what is no model.

    Raises
    ------
    ResourceError
    """
    path = Path(folder)
    if not path.exists():
        return
    if path.is_dir() and all(OWN.fullmatch(file.name) for file in path.iterdir()):
        return  # Empty, or a first save that was broken off.
    if not is_model(path):
        raise ResourceError(f"{path}: exists and is no model folder; choose another name with -o")
    if not overwrite:
        raise ResourceError(
            f"{path}: exists; replace it with --overwrite, go on with --resume, "
            "or choose another -o"
        )


def save_folder(
    folder: str | PathLike[str], model: StoredModel, *, overwrite: bool = False
) -> None:
    """Write a model.

    Raises
    ------
    ResourceError
        If the folder exists and may not be replaced, or the disk is full.
    """
    folder = Path(folder)
    check_target(folder, overwrite=overwrite)
    generation = _generation(folder) + 1
    files = {
        "vocabulary": f"vocabulary-{generation}.tsv",
        "vectors": f"vectors-{generation}.safetensors",
        "history": f"history-{generation}.json",
    }
    if model.training_tensors:
        files["training"] = f"training-{generation}.safetensors"
    config = {
        "format": FORMAT,
        "version": VERSION,
        "fastvec": fastvec.__version__,
        "numpy": np.__version__,
        "model": model.kind,
        "settings": model.settings,
        "source": model.source,
        "rows": len(model.vocabulary),
        "specials": list(model.vocabulary.specials),
        "generation": generation,
        "standing": model.standing,
        "files": files,
    }
    with _explained(folder, generation, list(files.values())):
        folder.mkdir(parents=True, exist_ok=True)
        model.vocabulary.save(folder / files["vocabulary"])
        write_tensors(folder / files["vectors"], dict(model.tensors))
        if model.training_tensors:
            write_tensors(folder / files["training"], dict(model.training_tensors))
        (folder / files["history"]).write_text(json.dumps(model.history, indent=1))
        (folder / (CONFIG + ".new")).write_text(json.dumps(config, indent=2, ensure_ascii=False))
        for name in (*files.values(), CONFIG + ".new"):
            _flush(folder / name)
        os.replace(folder / (CONFIG + ".new"), folder / CONFIG)
    with suppress(OSError):  # Some file systems cannot flush a folder.
        _flush(folder)
    _remove_older(folder, keep=set(files.values()))


def open_folder(folder: str | PathLike[str]) -> StoredModel:
    """Read a model folder; matrices are memory-mapped.

    Raises
    ------
    FormatError
        If it is no model folder, or one of its files is missing or damaged.
    """
    folder = Path(folder)
    if not (folder / CONFIG).exists():
        raise FormatError(f"{folder}: is not a model folder, it holds no {CONFIG}")
    try:
        config = json.loads((folder / CONFIG).read_bytes())
        version = config["version"]
        if version != VERSION:
            raise FormatError(f"{folder}: has version {version}; this fastvec reads {VERSION}")
        files = {name: folder / Path(file).name for name, file in config["files"].items()}
        vocabulary = Vocabulary.load(files["vocabulary"])
        stored = StoredModel(
            kind=config["model"],
            settings=config["settings"],
            source=config["source"],
            vocabulary=Vocabulary(vocabulary.words, vocabulary.counts, config["specials"]),
            tensors=map_tensors(files["vectors"]),
            history=json.loads(files["history"].read_bytes()),
            standing=config.get("standing"),
            training_tensors=map_tensors(files["training"]) if "training" in files else {},
        )
        sizes = (len(vocabulary), len(stored.tensors["vectors"]), config["rows"])
    except (*DAMAGE, VocabularyError) as error:
        raise FormatError(
            f"{folder}: is not a model folder, or a damaged one ({type(error).__name__}: {error})"
        ) from error
    if not sizes[0] == sizes[1] == sizes[2]:
        raise FormatError(
            f"{folder}: is damaged: it should have {sizes[2]} rows, but has {sizes[0]} words and "
            f"{sizes[1]} vectors"
        )
    return stored


def is_model(folder: str | PathLike[str]) -> bool:
    """Tell our config from that of somebody else's folder."""
    try:
        return bool(json.loads((Path(folder) / CONFIG).read_bytes())["format"] == FORMAT)
    except DAMAGE:
        return False


def kind_of(folder: str | PathLike[str]) -> str | None:
    """Return which model a folder holds, or None if it is no model folder."""
    if not is_model(folder):
        return None
    kind = json.loads((Path(folder) / CONFIG).read_bytes()).get("model")
    return kind if isinstance(kind, str) else None


def _generation(folder: Path) -> int:
    """Return the number of the generation in a folder, 0 for none."""
    try:
        return int(json.loads((folder / CONFIG).read_bytes())["generation"])
    except DAMAGE:
        return 0


def _flush(path: Path) -> None:
    """Have the system write a file, or a folder's list of files, to the disk."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _explained(folder: Path, generation: int, names: list[str]) -> Iterator[None]:
    """Remove half a generation, and say what the disk refused."""
    existed = folder.exists()
    try:
        yield
    except BaseException as error:
        if _generation(folder) == generation:  # Ctrl-C just after the last step.
            raise
        for name in (*names, CONFIG + ".new"):
            (folder / name).unlink(missing_ok=True)
        if not existed:
            shutil.rmtree(folder, ignore_errors=True)
        if not isinstance(error, OSError):
            raise
        full = error.errno == errno.ENOSPC
        what = (
            "the disk is full; free some space or choose" if full else f"{error.strerror}; choose"
        )
        raise ResourceError(f"{folder}: cannot be written: {what} another -o") from error


def _remove_older(folder: Path, keep: set[str]) -> None:
    """Remove the files of older generations, and of those that were broken off."""
    for path in list(folder.iterdir()):
        if OWN.fullmatch(path.name) and path.name not in keep:
            path.unlink(missing_ok=True)
