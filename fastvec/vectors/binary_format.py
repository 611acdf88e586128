"""word2vec's binary format: a header line, then for each word its name and float32s."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError
from fastvec.vectors.assemble import assemble, nth_row
from fastvec.vectors.layout import parse_header
from fastvec.vectors.reading import Reading
from fastvec.vectors.spelling import encode_word
from fastvec.vectors.word_vectors import WordVectors

_LONGEST_HEADER = 64


def write_binary(path: str | os.PathLike[str], vectors: WordVectors) -> None:
    """Write word2vec binary to a new file, each row with its newline as the C tool does.

    Parameters
    ----------
    path : str or path
        File to write; see `replacing` for writing it whole or not at all.
    vectors : WordVectors
        What to write.

    Raises
    ------
    FormatError
        If a word holds a space or a line break: readers would cut it there.
    """
    little = vectors.matrix.dtype.newbyteorder("<")
    with open(path, "wb") as file:
        file.write(b"%d %d\n" % vectors.matrix.shape)
        for word, row in zip(vectors.words, vectors.matrix, strict=True):
            name = encode_word(word)
            if b" " in name or b"\n" in name:
                raise FormatError(
                    f"the word {word!r} holds a space or line break, which word2vec binary "
                    "cannot keep; save as .safetensors"
                )
            file.write(b"%b %b\n" % (name, row.astype(little, copy=False).tobytes()))


def read_binary(path: str | os.PathLike[str], reading: Reading) -> WordVectors:
    """Read word2vec binary, with or without a newline after each row.

    Parameters
    ----------
    path : str or path
        File to read.
    reading : Reading
        What to repair, and how much to read.

    Returns
    -------
    WordVectors
        Its `report` tells of other rows than promised and of words that came twice.

    Raises
    ------
    FormatError
        If there is no header, or a row is cut short; names row and offset.
    """
    path = Path(path)
    with open(path, "rb") as file:
        declared = parse_header(file.readline(_LONGEST_HEADER))
        if declared is None or declared[1] < 1:
            raise FormatError(f"{path}: no line of two counts at the start of a binary file")
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _read_rows(path, data, file.tell(), declared, reading)


def _read_rows(
    path: Path, data: mmap.mmap, start: int, declared: tuple[int, int], reading: Reading
) -> WordVectors:
    """Copy rows until the file ends."""
    count, dim = declared
    least, size = start + reading.cap(count) * (4 * dim + 1), len(data)
    if least > size and not reading.allow_truncated:
        raise FormatError(
            f"{path}: {reading.cap(count)} rows of {dim} numbers need at least {least} bytes, "
            f"but the file has {size}; it is cut short or not word2vec binary"
        )
    words: list[bytes] = []
    notes: list[str] = []
    matrix = np.empty((reading.cap((size - start) // (4 * dim + 1)), dim), dtype=np.float32)
    try:
        for name, numbers in islice(_rows(path, data, start, declared), reading.limit):
            matrix[len(words)] = numbers
            words.append(name)
    except _CutShortError as error:
        if not (reading.allow_truncated and words):
            raise FormatError(f"{error}; allow_truncated keeps the rows before") from error
        notes.append(str(error))
    partial = len(words) == reading.limit
    if len(words) < count and not partial and not reading.allow_truncated:
        raise FormatError(
            f"{path}: row {len(words) + 1} of {count} is missing; the file ends at byte {size}; "
            "allow_truncated keeps the rows before"
        )
    names, rows = reading.decode(path, words, nth_row), matrix[: len(words)]
    return assemble(path, names, rows, nth_row, None if partial else count, reading, notes)


class _CutShortError(FormatError):
    """A row ends after the file does."""


def _rows(
    path: Path, data: mmap.mmap, start: int, declared: tuple[int, int]
) -> Iterator[tuple[bytes, NDArray[np.float32]]]:
    """Give name and numbers of each row."""
    count, dim = declared
    size, row = len(data), 0
    while True:
        while data[start : start + 1] == b"\n":
            start += 1
        if start == size:
            return
        row += 1
        space = data.find(b" ", start)
        end = space + 1 + 4 * dim
        if space < 0 or end > size:
            raise _CutShortError(
                f"{path}: row {row} of {count} at byte {start} is short: the file has {size} "
                f"bytes, needs {end if space >= 0 else start + 1 + 4 * dim}"
            )
        yield data[start:space], np.frombuffer(data[space + 1 : end], dtype="<f4")
        start = end
