"""From a workspace to the co-occurrences of a model's rows."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from fastvec.encoding.workspace import Workspace
from fastvec.errors import ParameterError, VocabularyError
from fastvec.kernels.windows import WordRows
from fastvec.models.glove.beginnings import Beginning
from fastvec.models.glove.config import GloVeConfig
from fastvec.models.matching import SKIPPED
from fastvec.models.rows import ModelRows
from fastvec.models.texts import ids_in
from fastvec.progress import Callback, silent
from fastvec.samplers.context_window import ContextWindow
from fastvec.samplers.cooccurrence import Room, Text, obtain_cooccurrences
from fastvec.samplers.cooccurrence_matrix import CooccurrenceMatrix
from fastvec.samplers.glove_file import read_cooccurrence
from fastvec.workers import resolve_threads

FOLDER = "cooccurrence"  # In the workspace.


class Resources(NamedTuple):
    """What counting may use.

    Attributes
    ----------
    memory : float
        GB (10**9 bytes).
    tmp_dir : path or None
    counted : CooccurrenceMatrix, path, or None
        Counted already, by somebody else; a path is that of a ``cooccurrence.bin``.
    """

    memory: float = 4.0
    tmp_dir: str | PathLike[str] | None = None
    counted: CooccurrenceMatrix | str | PathLike[str] | None = None

    def room(self, threads: int | None) -> Room:
        """Return them for the counting.

        Raises
        ------
        ParameterError
        """
        if not 0 < self.memory < math.inf:
            raise ParameterError(f"memory must be a number of GB above 0, but is {self.memory}")
        tmp_dir = None if self.tmp_dir is None else Path(self.tmp_dir)
        if tmp_dir is not None and not tmp_dir.is_dir():
            raise ParameterError(f"tmp_dir must be a folder, but {tmp_dir} is none")
        return Room(int(self.memory * 1e9), tmp_dir, resolve_threads(threads))


def context_window(config: GloVeConfig) -> ContextWindow:
    """Return the settings that the co-occurrences depend on."""
    return ContextWindow(
        window=config.window,
        side=config.window_side,
        weighting=config.distance_weighting,
        across_sentences=config.across_sentences,
    )


def count_workspace(
    workspace: Workspace, beginning: Beginning, config: GloVeConfig, resources: Resources,
    callback: Callback,
) -> CooccurrenceMatrix:  # fmt: skip
    """Return the co-occurrences of a workspace, counted or kept there.

    Raises
    ------
    VocabularyError
        If no two words stand together, or a matrix given is not of the model's words.
    FormatError
        If a matrix given is damaged.
    """
    rows = beginning.rows
    if resources.counted is None:
        text = Text(
            workspace.tokens, workspace.sentences, _word_rows(beginning), len(rows.vocabulary)
        )
        matrix = obtain_cooccurrences(
            text, context_window(config), workspace.folder / FOLDER, _content(workspace),
            resources.room(config.threads), callback,
        )  # fmt: skip
    else:
        matrix = _given(resources.counted, rows)
    if not matrix.entries:
        raise VocabularyError(
            "no two words of the vocabulary stand together in a sentence: there is nothing to "
            "train on; use a lower --min-count, or --across-sentences"
        )
    return matrix


def _content(workspace: Workspace) -> dict[str, Any]:
    """Return what a workspace's ids depend on: not where its text lies."""
    identity = workspace.identity()
    reading = {name: identity["source"][name] for name in ("tokenizer", "whitespace", "lowercase")}
    return {"sha256": identity["sha256"], **reading}


def _given(
    counted: CooccurrenceMatrix | str | PathLike[str], rows: ModelRows
) -> CooccurrenceMatrix:
    """Take co-occurrences of all the model's words, special ones or not, as the model's rows."""
    size = len(rows.vocabulary)
    if not isinstance(counted, CooccurrenceMatrix):
        return read_cooccurrence(counted, size)
    if not rows.known <= len(counted) <= size:
        raise VocabularyError(
            f"the co-occurrences are of {len(counted)} words, but the model has {rows.known}; they "
            "must be of the same text, min_count and max_size"
        )
    counted.check()
    return counted.with_rows(size)


@contextmanager
def held_out_matrix(
    text: Workspace | None, workspace: Workspace, beginning: Beginning, config: GloVeConfig,
    resources: Resources,
) -> Iterator[CooccurrenceMatrix | None]:  # fmt: skip
    """Give the co-occurrences of a held-out text in the model's rows; None for None."""
    if text is None:
        yield None
        return
    tokens = ids_in(workspace.vocabulary, text)
    known = Text(tokens, text.sentences, _word_rows(beginning), len(beginning.rows.vocabulary))
    with tempfile.TemporaryDirectory(
        prefix="fastvec-", dir=resources.tmp_dir, ignore_cleanup_errors=True
    ) as folder:
        yield obtain_cooccurrences(
            known, context_window(config), Path(folder) / FOLDER, _content(text),
            resources.room(config.threads), silent,
        )  # fmt: skip


def _word_rows(beginning: Beginning) -> WordRows:
    """Return the model's rows for the kernels; skipped ones are left out of the text."""
    rows = beginning.rows
    keep = (beginning.states != SKIPPED).astype(np.int64)
    return WordRows(keep, rows.known, rows.unknown, rows.begin, rows.end)
