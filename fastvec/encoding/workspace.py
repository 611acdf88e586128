"""The workspace: an encoded corpus on disk, memory-mapped by everything that trains.

`tokens.i32` holds ids in the whole vocabulary, which is ordered by falling
count (ties by byte order) and has no special words; `sentences.i64` holds where
each sentence starts, and the end of the last. So one workspace serves every
model and every cut of the vocabulary.
"""

from __future__ import annotations

import json
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import CorpusError, FormatError, VocabularyError
from fastvec.vocabulary.words import Vocabulary

MANIFEST, VOCABULARY = "manifest.json", "vocabulary.tsv"
TOKENS, SENTENCES = "tokens.i32", "sentences.i64"
VERSION = 1


class Workspace:
    """An encoded corpus.

    Parameters
    ----------
    folder : path
        Made by `build_workspace` or ``fastvec build-vocab``.

    Raises
    ------
    CorpusError
        If there is none, it is incomplete or of another version; its vocabulary is
        checked when it is first used.
    """

    def __init__(self, folder: str | PathLike[str]) -> None:
        self.folder = Path(folder)
        try:
            self.manifest: dict[str, Any] = json.loads((self.folder / MANIFEST).read_bytes())
            version = self.manifest["version"]
            sizes = {TOKENS: 4 * self.words, SENTENCES: 8 * (self.sentence_count + 1)}
        except FileNotFoundError:
            raise CorpusError(
                f"{self.folder}: holds no workspace; make one with: fastvec build-vocab CORPUS"
                + ("" if self.folder.name == "fastvec-data" else f" -w {self.folder}")
            ) from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._broken(f"its manifest cannot be read ({error})") from error
        if version != VERSION:
            raise self._broken(f"it has version {version}, this fastvec reads {VERSION}")
        for name, size in sizes.items():
            path = self.folder / name
            if not path.exists() or path.stat().st_size != size:
                raise self._broken(f"{name} does not have the {size} bytes that it should")

    def _broken(self, what: str) -> CorpusError:
        return CorpusError(
            f"{self.folder}: the workspace cannot be used, {what}; build it again: "
            "fastvec build-vocab CORPUS, or train CORPUS --rebuild"
        )

    @property
    def words(self) -> int:
        """Words in the corpus, N."""
        return int(self.manifest["words"])

    @property
    def sentence_count(self) -> int:
        """Sentences in the corpus."""
        return int(self.manifest["sentences"])

    @property
    def defaults(self) -> dict[str, Any]:
        """Settings that `build-vocab` was given for training to use: min_count, max_size."""
        return dict(self.manifest.get("defaults", {}))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """All words of the corpus."""
        try:
            vocabulary = Vocabulary.load(self.folder / VOCABULARY)
        except (FormatError, VocabularyError) as error:
            raise self._broken(str(error)) from error
        if vocabulary.total != self.words:
            raise self._broken(f"{VOCABULARY} counts {vocabulary.total} words, not {self.words}")
        return vocabulary

    @cached_property
    def tokens(self) -> NDArray[np.int32]:
        """Word ids, int32 of shape (N,), memory-mapped."""
        return np.memmap(self.folder / TOKENS, np.int32, mode="r")

    @cached_property
    def sentences(self) -> NDArray[np.int64]:
        """Starts of the sentences and the end of the last, int64, memory-mapped."""
        return np.memmap(self.folder / SENTENCES, np.int64, mode="r")

    def identity(self) -> dict[str, Any]:
        """Return what the corpus is, for the records of a model."""
        names = ("source", "sha256", "words", "sentences")
        return {name: self.manifest[name] for name in names}

    def difference(self, source: dict[str, Any], content: str | None = None) -> str | None:
        """Say how a corpus differs from the one that was encoded, or None if it does not.

        Parameters
        ----------
        source : dict
            ``Corpus.identity()``.
        content : str or None
            Its content hash, where that is known. Without it, a file whose size
            and time are as recorded counts as unchanged.
        """
        recorded = self.manifest["source"]
        for option in ("kind", "tokenizer", "whitespace", "lowercase"):
            if source[option] != recorded[option]:
                return f"it was read with {option} {recorded[option]!r}, not {source[option]!r}"
        same = content == self.manifest["sha256"]
        if source["kind"] != "files":
            name = "token lists" if source["kind"] == "tokens" else "standard input"
            return None if same else f"it was made from {name}, which cannot be compared"
        then, now = recorded["files"], source["files"]
        paths = [[file["path"] for file in files] for files in (then, now)]
        if paths[0] != paths[1]:
            return f"it was made from {_named(paths[0])}, not {_named(paths[1])}"
        changed = [new["path"] for old, new in zip(then, now, strict=True) if old != new]
        if same or (content is None and not changed):
            return None
        return f"{(changed or paths[1])[0]} has changed since"

    def changed_source(self) -> str | None:
        """Return a recorded file that has changed; a missing one counts as unchanged."""
        for file in self.manifest["source"].get("files", []):
            path = Path(file["path"])
            if path.exists():
                status = path.stat()
                if (status.st_size, status.st_mtime_ns) != (file["size"], file["mtime_ns"]):
                    return str(path)
        return None


def _named(files: list[str]) -> str:
    """Name a list of files shortly."""
    first, *others = files
    return first + (f" and {len(others)} more" if others else "")
