"""The model folder: a config that names the current generation of files.

A save writes new files, flushes them, and then replaces ``config.json`` in one
step; older generations go afterwards. A crash leaves the old state or the new
one, never half of each.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

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


class StoredModel(NamedTuple):
    """What a model folder holds; tensors are memory-mapped."""

    kind: str
    settings: dict[str, Any]
    source: dict[str, Any]
    vocabulary: Vocabulary
    tensors: Mapping[str, np.ndarray]
    history: list[dict[str, Any]]


def check_target(folder: str | PathLike[str], *, overwrite: bool) -> None:
    """Refuse to replace what is there unless told to, and never what is no model.

    Raises
    ------
    ResourceError
    """
    path = Path(folder)
    if not path.exists():
        return
    if path.is_dir() and not any(path.iterdir()):
        return
    if not _is_model(path):
        raise ResourceError(f"{path}: exists and is no model folder; choose another name with -o")
    if not overwrite:
        raise ResourceError(f"{path}: exists; replace it with --overwrite, or choose another -o")


def save_folder(
    folder: str | PathLike[str],
    *,
    kind: str,
    settings: dict[str, Any],
    source: dict[str, Any],
    vocabulary: Vocabulary,
    tensors: Mapping[str, np.ndarray],
    history: list[dict[str, Any]],
    overwrite: bool = False,
) -> None:
    """Write a model.

    Parameters
    ----------
    folder : path
    kind : str
        "skipgram", …
    settings : dict
        Of the model's config.
    source : dict
        What it was trained on; ``Workspace.identity()``.
    vocabulary : Vocabulary
    tensors : mapping of str to ndarray
    history : list of dict
        A record an epoch.
    overwrite : bool, default False

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
    config = {
        "format": FORMAT,
        "version": VERSION,
        "fastvec": fastvec.__version__,
        "numpy": np.__version__,
        "model": kind,
        "settings": settings,
        "source": source,
        "rows": len(vocabulary),
        "specials": list(vocabulary.specials),
        "generation": generation,
        "files": files,
    }
    with _explained(folder, generation, list(files.values())):
        folder.mkdir(parents=True, exist_ok=True)
        vocabulary.save(folder / files["vocabulary"])
        write_tensors(folder / files["vectors"], dict(tensors))
        (folder / files["history"]).write_text(json.dumps(history, indent=1))
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


def _is_model(folder: Path) -> bool:
    """Tell our config from that of somebody else's folder."""
    try:
        return bool(json.loads((folder / CONFIG).read_bytes())["format"] == FORMAT)
    except DAMAGE:
        return False


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
    """Remove the files of older generations."""
    for pattern in ("vocabulary-[0-9]*.tsv", "vectors-[0-9]*.safetensors", "history-[0-9]*.json"):
        for path in folder.glob(pattern):
            if path.name not in keep:
                path.unlink(missing_ok=True)
