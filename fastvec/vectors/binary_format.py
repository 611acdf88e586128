"""word2vec's binary format: a header line, then for each word its name and float32s."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError
from fastvec.vectors.assemble import assemble
from fastvec.vectors.layout import parse_header
from fastvec.vectors.spelling import decode_word, encode_word
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


def read_binary(path: str | os.PathLike[str]) -> WordVectors:
    """Read word2vec binary, with or without a newline after each row.

    Parameters
    ----------
    path : str or path
        File to read.

    Returns
    -------
    WordVectors
        Its `report` tells of more rows than promised and of words that came twice.

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
            return _read_rows(path, data, file.tell(), declared)


def _read_rows(path: Path, data: mmap.mmap, start: int, declared: tuple[int, int]) -> WordVectors:
    """Copy rows until the file ends."""
    count, dim = declared
    least, size = start + count * (4 * dim + 1), len(data)
    if least > size:
        raise FormatError(
            f"{path}: {count} rows of {dim} numbers need at least {least} bytes, "
            f"but the file has {size}; it is cut short or not word2vec binary"
        )
    words: list[str] = []
    matrix = np.empty(((size - start) // (4 * dim + 1), dim), dtype=np.float32)
    for row, (name, numbers) in enumerate(_rows(path, data, start, declared)):
        words.append(name)
        matrix[row] = numbers
    if len(words) < count:
        raise FormatError(
            f"{path}: row {len(words) + 1} of {count} is missing; the file ends at byte {size}"
        )
    return assemble(words, matrix[: len(words)], lambda row: f"row {row + 1}", count)


def _rows(
    path: Path, data: mmap.mmap, start: int, declared: tuple[int, int]
) -> Iterator[tuple[str, NDArray[np.float32]]]:
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
            raise FormatError(
                f"{path}: row {row} of {count} at byte {start} is short: the file has {size} "
                f"bytes, needs {end if space >= 0 else start + 1 + 4 * dim}"
            )
        numbers = np.frombuffer(data[space + 1 : end], dtype="<f4")
        yield decode_word(data[start:space]), numbers
        start = end
