"""Count co-occurrences in bounded memory.

A first pass writes the known words' rows, sentence by sentence, to a file. Then come the
words, as many at a time as memory has room for the places where they stand; each word's
row is counted by visiting its places, and leaves for the disk at once, in order. So
nothing is ever merged, and no entry is held twice: less memory only means that the file
is read more often. Sums are whole numbers (a context at distance d counts L / d, with L
divisible by every distance), so that no order of work can change them.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError, ResourceError
from fastvec.kernels.cooccurrence import BOUNDARY, write_known
from fastvec.kernels.windows import WordRows
from fastvec.progress import Callback, Progress
from fastvec.samplers.context_window import ContextWindow
from fastvec.samplers.cooccurrence_matrix import (
    COLUMNS,
    ENTRY_BYTES,
    STARTS,
    VALUES,
    CooccurrenceMatrix,
    open_matrix,
    replace_folder,
    write_manifest,
)
from fastvec.samplers.row_counting import RowCounting

SENTENCES = 50_000  # A part of the first pass.


class Text(NamedTuple):
    """An encoded corpus, and which rows its ids are.

    Attributes
    ----------
    tokens, sentences : ndarray
        As in a workspace.
    rows : WordRows
    size : int
        Rows of the matrix, V.
    """

    tokens: NDArray[np.int32]
    sentences: NDArray[np.int64]
    rows: WordRows
    size: int


class Room(NamedTuple):
    """Where to work, and how much of the machine to use.

    Attributes
    ----------
    memory : int
        Bytes.
    tmp_dir : path or None
        Folder for the known words' file; None takes the one that the result goes to.
    threads : int
    """

    memory: int
    tmp_dir: Path | None
    threads: int


def obtain_cooccurrences(
    text: Text, window: ContextWindow, folder: Path, source: dict[str, Any], room: Room,
    callback: Callback,
) -> CooccurrenceMatrix:  # fmt: skip
    """Return the matrix in a folder if it is of this text and window, or count it anew.

    Parameters
    ----------
    text : Text
    window : ContextWindow
    folder : path
        Replaced whole, once the new one is whole.
    source : dict
        All that the text's ids depend on, as JSON has it.
    room : Room
    callback : callable
        Gets `Progress` events of the stage "co-occurrence".

    Raises
    ------
    ResourceError
        If memory or disk do not suffice; what was begun is removed.
    """
    rows = text.rows
    made_of = {
        "source": source, "size": text.size, "known": rows.known, "unknown": rows.unknown,
        "begin": rows.begin, "end": rows.end, **asdict(window),
        "left out": np.flatnonzero(rows.keep == 0).tolist(),
    }  # fmt: skip
    found = _kept(folder, made_of)
    if found is not None:
        return found
    try:
        with tempfile.TemporaryDirectory(
            prefix=f".{folder.name}-", dir=folder.parent, ignore_cleanup_errors=True
        ) as outer:
            made = Path(outer, "new")  # With the usual permissions, unlike the one around it.
            made.mkdir()
            count_cooccurrences(text, window, made, made_of, room, callback)
            replace_folder(made, folder, Path(outer, "old"))
    except OSError as error:
        raise ResourceError(
            f"{folder}: co-occurrences cannot be written: {error.strerror or error}; free some "
            "space, or use a smaller window or a larger min_count"
        ) from error
    counted = open_matrix(folder)
    assert counted is not None
    return counted


def _kept(folder: Path, made_of: dict[str, Any]) -> CooccurrenceMatrix | None:
    """Return what was counted before; None if there is nothing, or it is damaged."""
    try:
        found = open_matrix(folder, made_of)
        if found is not None:
            found.check()
    except FormatError:
        return None
    return found


def count_cooccurrences(
    text: Text, window: ContextWindow, folder: Path, made_of: dict[str, Any], room: Room,
    callback: Callback,
) -> None:  # fmt: skip
    """Count into an empty folder.

    Raises
    ------
    ResourceError, OSError
    """
    tokens = len(text.tokens) + 3 * (len(text.sentences) - 1) + 2
    tmp_dir = room.tmp_dir or folder
    _check_space(tmp_dir, 4 * tokens)
    with tempfile.TemporaryDirectory(prefix="known-", dir=tmp_dir) as temporary:
        known = _mapped(Path(temporary) / "rows.i32", tokens)
        length = _write_known(text, window, known, callback)
        counting = RowCounting(known[:length], text.size, window, room.memory, room.threads)
        # Words that stand together do so more than once: there are fewer entries than by chance.
        _check_space(folder, ENTRY_BYTES * counting.expected_entries() // 2)
        lengths = _write_matrix(counting, folder, callback)
        del known, counting  # Windows removes no file that is mapped.
    starts = np.concatenate([[0], np.cumsum(lengths)])
    starts.tofile(folder / STARTS)
    write_manifest(folder, text.size, int(starts[-1]), made_of)


def _mapped(path: Path, length: int) -> NDArray[np.int32]:
    """Map a new file to write to."""
    with open(path, "wb") as file:
        if hasattr(os, "posix_fallocate"):  # A full disk is an error now, or a crash later.
            os.posix_fallocate(file.fileno(), 0, 4 * length)
        else:
            file.truncate(4 * length)
    return np.memmap(path, np.int32, mode="r+", shape=(length,))


def _write_known(
    text: Text, window: ContextWindow, known: NDArray[np.int32], callback: Callback
) -> int:
    """Write the rows of the text's words, and boundaries; return their number."""
    known[0] = BOUNDARY
    length, number = 1, len(text.sentences) - 1
    for first in range(0, number, SENTENCES):
        last = min(first + SENTENCES, number)
        length += write_known(
            text.tokens, text.sentences, first, last, text.rows, int(not window.across_sentences),
            known[length:],
        )  # fmt: skip
        callback(Progress(stage="reading", done=int(text.sentences[last]), total=len(text.tokens)))
    known[length] = BOUNDARY
    return length + 1


def _write_matrix(counting: RowCounting, folder: Path, callback: Callback) -> NDArray[np.int64]:
    """Write columns and values of all rows; return each row's number of them."""
    lengths = np.empty(counting.size, np.int64)
    total, done, started = int(counting.counts.sum()), 0, time.perf_counter()
    with (
        open(folder / COLUMNS, "wb") as columns, open(folder / VALUES, "wb") as values,
        closing(counting.parts()) as parts,
    ):  # fmt: skip
        for part in parts:
            part.columns.tofile(columns)
            part.values.tofile(values)
            rows = slice(part.first, part.first + len(part.lengths))
            lengths[rows] = part.lengths
            done += int(counting.counts[rows].sum())
            speed = done / max(time.perf_counter() - started, 1e-9)
            callback(
                Progress(stage="co-occurrence", done=done, total=total, words_per_second=speed)
            )
    return lengths


def _check_space(folder: Path, needed: int) -> None:
    """Refuse to begin what the disk has no room for.

    Raises
    ------
    ResourceError
    """
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise ResourceError(
            f"{folder}: co-occurrences need {needed} bytes of disk, but {free} are free; name "
            "another folder with --tmp-dir or -w, or use a smaller window or a larger min_count"
        )
