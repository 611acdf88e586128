"""Make a workspace: one pass over the text, one over the numbers."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import RawIOBase
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

import fastvec
from fastvec.encoding.counting import Counter
from fastvec.encoding.workspace import (
    MANIFEST,
    SENTENCES,
    TOKENS,
    VERSION,
    VOCABULARY,
    Workspace,
)
from fastvec.errors import CorpusError, ResourceError
from fastvec.kernels.ordering import renumber
from fastvec.progress import Callback, Progress, silent
from fastvec.text.corpus import Corpus
from fastvec.workers import ordered_map, resolve_threads

REPORT_EVERY = 0.1  # seconds


def build_workspace(
    corpus: Corpus,
    folder: str | PathLike[str],
    *,
    threads: int | None = None,
    defaults: dict[str, Any] | None = None,
    callback: Callback = silent,
) -> Workspace:
    """Count and encode a corpus into a folder, replacing a workspace that is there.

    Memory stays bounded by the vocabulary and a few blocks of text. Nothing is
    left behind when it fails; the old workspace then stays as it was.

    Parameters
    ----------
    corpus : Corpus
        The text.
    folder : path
        Made if missing.
    threads : int or None, default None
        None takes all usable cores. The result does not depend on it.
    defaults : dict or None
        Settings recorded for training, such as ``min_count``.
    callback : callable
        Gets `Progress` events of the stages "reading" and "encoding".

    Returns
    -------
    Workspace

    Raises
    ------
    CorpusError
        If the text holds no words, or cannot be read.
    ResourceError
        If the disk is full or may not be written.
    """
    folder = Path(folder)
    builder = _Builder(corpus, resolve_threads(threads), callback)
    source = corpus.identity()  # Before reading: what is written meanwhile makes it stale.
    with _scratch_folder(folder) as scratch:
        facts = builder.write(scratch)
        manifest = {
            "version": VERSION,
            "fastvec": fastvec.__version__,
            "source": source,
            "defaults": defaults or {},
            **facts,
        }
        (scratch / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False))
        # Without a manifest there is no workspace: a crash from here on is noticed.
        (folder / MANIFEST).unlink(missing_ok=True)
        for name in (TOKENS, SENTENCES, VOCABULARY, MANIFEST):
            os.replace(scratch / name, folder / name)
    return Workspace(folder)


def content_hash(corpus: Corpus) -> str:
    """Return the SHA-256 of a corpus's blocks, as a workspace records it."""
    digest = hashlib.sha256()
    for block in corpus.blocks():
        digest.update(block)
    return digest.hexdigest()


@contextmanager
def _scratch_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to build in and remove it in the end; explain what the disk refuses."""
    existed = folder.exists()
    scratch = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".building-", dir=folder))
        yield scratch
    except OSError as error:
        if error.errno == errno.ENOSPC:
            remedy = "the disk is full: free some space, or choose another folder with -w"
        else:
            remedy = f"{error.strerror}; choose another folder with -w"
        raise ResourceError(f"{folder}: the workspace cannot be written: {remedy}") from error
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
        if not existed and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


class _Builder:
    """The two passes, and what is found on the way."""

    def __init__(self, corpus: Corpus, threads: int, callback: Callback) -> None:
        self._corpus = corpus
        self._threads = threads
        self._callback = callback
        self._digest = hashlib.sha256()
        self._counter = Counter(corpus.separators, threads)
        self._blocks: list[tuple[int, int]] = []  # The table and the number of ids of each.
        self._words = 0
        self._sentences = 0

    def write(self, folder: Path) -> dict[str, Any]:
        """Write tokens, sentences and vocabulary; return their facts."""
        with (folder / TOKENS).open("wb") as tokens, (folder / SENTENCES).open("wb") as sentences:
            self._encode(tokens, sentences)
        if self._words == 0:
            raise CorpusError(f"{self._corpus}: holds no words")
        ordered = self._counter.finish(lowercase=self._corpus.lowercase)
        self._renumber(folder / TOKENS, ordered.numbers)
        (folder / VOCABULARY).write_bytes(ordered.text)
        return {
            "words": self._words,
            "sentences": self._sentences,
            "distinct": len(ordered.counts),
            "sha256": self._digest.hexdigest(),
        }

    def _hashed_blocks(self) -> Iterator[bytes]:
        for block in self._corpus.blocks():
            self._digest.update(block)
            yield block

    def _encode(self, tokens: BinaryIO, sentences: BinaryIO) -> None:
        """Write provisional ids, and sentence starts that skip empty lines."""
        last = np.zeros(1, np.int64)
        sentences.write(last.tobytes())
        started = reported = time.perf_counter()
        with closing(self._counter.encode(self._hashed_blocks())) as blocks:
            for block in blocks:
                tokens.write(block.ids.tobytes())
                ends = np.concatenate([last, block.ends + self._words])
                ends = ends[1:][np.diff(ends) > 0]
                sentences.write(ends.tobytes())
                last = ends[-1:] if len(ends) else last
                self._sentences += len(ends)
                self._words += len(block.ids)
                self._blocks.append((block.table, len(block.ids)))
                now = time.perf_counter()
                if now - reported > REPORT_EVERY:
                    reported = now
                    self._report("reading", now - started)

    def _report(self, stage: str, seconds: float) -> None:
        done, total = self._corpus.position(), self._corpus.total_bytes or 0
        self._callback(
            Progress(
                stage=stage,
                done=done,
                total=total,
                words_per_second=self._words / max(seconds, 1e-9),
                seconds_left=seconds * (total - done) / done if total and done else None,
            )
        )

    def _renumber(self, path: Path, numbers: list[np.ndarray]) -> None:
        """Replace provisional ids by final ones, block by block in the file."""
        starts = np.cumsum([0] + [count for _, count in self._blocks]).tolist()
        jobs = [(start, *block) for start, block in zip(starts, self._blocks, strict=False)]

        def replace(job: tuple[int, int, int], file: RawIOBase) -> None:
            start, table, count = job
            file.seek(4 * start)
            ids = np.empty(count, np.int32)
            file.readinto(ids.data)
            renumber(ids, numbers[table])
            file.seek(4 * start)
            file.write(ids.data)

        # Unbuffered: a buffer would write back its old copy of other threads' blocks.
        files = [path.open("r+b", buffering=0) for _ in range(self._threads)]
        try:
            for _ in ordered_map(replace, jobs, files):
                pass
        finally:
            for file in files:
                file.close()
