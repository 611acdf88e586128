"""``cooccurrence.bin`` of Stanford's GloVe: records of two words and a weight.

A record has 16 bytes: two int32, the words' ranks from 1, and a float64. There is no
header, and no order. Ranks are those of fastvec's vocabulary where Stanford's programs read
it; their own has words with letters beyond ASCII before others of the same count.
"""

from __future__ import annotations

import os
from os import PathLike

import numpy as np

from fastvec.errors import FormatError
from fastvec.samplers.cooccurrence_matrix import CooccurrenceMatrix
from fastvec.vectors.replacing import replacing

RECORD = np.dtype([("word", "<i4"), ("context", "<i4"), ("value", "<f8")])
PART = 1 << 20  # Records written at once.


def read_cooccurrence(path: str | PathLike[str], words: int) -> CooccurrenceMatrix:
    """Read a ``cooccurrence.bin``, shuffled or not.

    Parameters
    ----------
    path : path
    words : int
        Words of the vocabulary, V: ranks go from 1 to there.

    Returns
    -------
    CooccurrenceMatrix
        In memory: 28 bytes a record while it is put in order.

    Raises
    ------
    FormatError
        If it is no such file, or damaged.
    """
    size = os.path.getsize(path)
    if size % RECORD.itemsize:
        raise FormatError(
            f"{path}: has {size} bytes, which are not whole records of {RECORD.itemsize}; it is "
            "cut short, or no co-occurrence file"
        )
    records = np.fromfile(path, RECORD)
    if not len(records):
        raise FormatError(f"{path}: is empty")
    ranks = np.stack([records["word"], records["context"]])
    values = records["value"]
    bad = ((ranks < 1) | (ranks > words)).any(axis=0) | ~(np.isfinite(values) & (values > 0))
    if bad.any():
        first = int(np.argmax(bad))
        raise FormatError(
            f"{path}: record {first + 1} is of words {ranks[0, first]} and {ranks[1, first]} with "
            f"weight {values[first]}; words must be from 1 to {words}, those of the same text, "
            "min_count and max_size, and weights above 0"
        )
    return _in_order(ranks - 1, values, words)


def _in_order(places: np.ndarray, values: np.ndarray, words: int) -> CooccurrenceMatrix:
    """Put records in rows, and sum those of the same words."""
    from scipy.sparse import coo_array

    return CooccurrenceMatrix.from_sparse(coo_array((values, tuple(places)), shape=(words, words)))


def write_cooccurrence(matrix: CooccurrenceMatrix, path: str | PathLike[str]) -> None:
    """Write a ``cooccurrence.bin``, in order of words and contexts; all of it or nothing.

    Raises
    ------
    ResourceError
        If it cannot be written.
    """
    lengths = np.diff(matrix.starts)
    with replacing(path) as temporary, open(temporary, "wb") as file:
        first = 0
        for last in _parts(matrix):
            entries = slice(matrix.starts[first], matrix.starts[last])
            records = np.empty(entries.stop - entries.start, RECORD)
            rows = np.arange(first, last, dtype=np.int32)
            records["word"] = np.repeat(rows, lengths[first:last]) + 1
            records["context"] = matrix.columns[entries] + 1
            records["value"] = matrix.values[entries]
            records.tofile(file)
            first = last


def _parts(matrix: CooccurrenceMatrix) -> list[int]:
    """Return where to cut the rows, so that about `PART` entries are in memory at once."""
    ends, cuts, last = matrix.starts[1:], [], 0
    while last < len(matrix):
        aim = matrix.starts[last] + PART
        last = max(int(np.searchsorted(ends, aim, side="right")), last + 1)
        cuts.append(last)
    return cuts
