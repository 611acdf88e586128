"""Vectors as text: word2vec's with a header of rows and numbers, GloVe's without."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError
from fastvec.vectors.assemble import assemble
from fastvec.vectors.digits import format_rows
from fastvec.vectors.layout import Layout, find_layout, holds_row, strip_line
from fastvec.vectors.spelling import decode_word, encode_word
from fastvec.vectors.word_vectors import WordVectors

_SAMPLE = 64  # lines that tell the layout
_LONGEST_LINE = 1 << 26
_FORMATTED = 1 << 16  # numbers; a few blocks of their bytes fit the processor's cache
_PARSED = 1 << 18


def write_text(path: str | os.PathLike[str], vectors: WordVectors, *, header: bool) -> None:
    """Write vectors as text to a new file.

    One space between fields, none at the end; the fewest digits that read back to
    the same float32.

    Parameters
    ----------
    path : str or path
        File to write; see `replacing` for writing it whole or not at all.
    vectors : WordVectors
        What to write; at least one number a word.
    header : bool
        Whether to begin with a line of V and D.

    Raises
    ------
    FormatError
        If a word holds a line break, or `read_text` would take the text otherwise.
    """
    count, dim = vectors.matrix.shape
    head = [b"%d %d\n" % (count, dim)] if header else []
    sample = head + list(islice(_lines(vectors), _SAMPLE - len(head)))
    layout = find_layout(sample)
    if layout is None or layout[:2] != (dim, count if header else None):
        raise FormatError(
            "not written: these words look like numbers, and a reader would find another "
            "dimension or header; save as .bin or .safetensors"
        )
    with open(path, "wb") as file:
        file.writelines(head)
        file.writelines(_lines(vectors))


def read_text(path: str | os.PathLike[str], *, header: bool | None = None) -> WordVectors:
    """Read word2vec's, GloVe's or fastText's text.

    The last D fields of a line are its numbers, all before them is the word.

    Parameters
    ----------
    path : str or path
        File to read.
    header : bool, optional
        Whether the first line is a header; found out by default.

    Returns
    -------
    WordVectors
        Its `report` tells what was repaired: a wrong header, empty lines, words
        that came twice, a last line without its end.

    Raises
    ------
    FormatError
        If a line does not end in D numbers; names the line.
    """
    path = Path(path)
    with open(path, "rb") as file:
        layout = _layout_of(path, file, header=header)
        capacity = _count_lines(file)
        # Each number takes two bytes at least: a long first line cannot ask for more.
        capacity = min(capacity, file.tell() // (2 * layout.dim) + 1)
        file.seek(0)
        first = 1
        if layout.declared is not None:
            file.readline()
            first = 2
        return _read_rows(path, file, layout, capacity, first)


def _lines(vectors: WordVectors) -> Iterator[bytes]:
    """Give the lines of a text, each with its end."""
    step = max(1, _FORMATTED // vectors.dim)
    for start in range(0, len(vectors), step):
        words = vectors.words[start : start + step]
        rows = format_rows(vectors.matrix[start : start + step])
        for word, row in zip(words, rows, strict=True):
            name = encode_word(word)
            if b"\n" in name:
                raise FormatError(f"the word {word!r} holds a line break; save as .safetensors")
            yield b"%b %b\n" % (name, row)


def _layout_of(path: Path, file: BinaryIO, *, header: bool | None) -> Layout:
    """Find the layout by the first lines."""
    lines = [line for _ in range(_SAMPLE) if (line := file.readline(_LONGEST_LINE))]
    if not lines:
        raise FormatError(f"{path}: the file is empty")
    layout = find_layout(lines, header=header)
    if layout is None and header:
        raise FormatError(f"{path}, line 1: expected a header of rows and numbers a row")
    if layout is None or layout.dim < 1:
        raise FormatError(f"{path}: not a file of vectors, no word with numbers in its first lines")
    if len(lines) == 1 and layout.declared:
        raise FormatError(f"{path}: the header promises {layout.declared} rows, but none follows")
    return layout


def _count_lines(file: BinaryIO) -> int:
    """Count lines from the start; the last may lack its end."""
    file.seek(0)
    return 1 + sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 22), b""))


def _read_rows(
    path: Path, file: BinaryIO, layout: Layout, capacity: int, first: int
) -> WordVectors:
    """Read all rows, beginning at line `first`."""
    words: list[str] = []
    numbers_of_lines: list[int] = []
    matrix = np.empty((capacity, layout.dim), dtype=np.float32)
    step, last = max(1, _PARSED // layout.dim), b"\n"
    while lines := list(islice(file, step)):
        last = lines[-1]
        rows = [(n, bare) for n, line in enumerate(lines, first) if (bare := strip_line(line))]
        first += len(lines)
        names, numbers = _parse(path, rows, layout.dim)
        matrix[len(words) : len(words) + len(names)] = numbers
        words += names
        numbers_of_lines += [number for number, _ in rows]
    notes = list(layout.notes)
    empty = first - 1 - len(words) - (layout.declared is not None)
    if empty:
        notes.append(f"{empty} empty lines were left out")
    if not last.endswith(b"\n"):
        notes.append(f"line {first - 1}: the last line has no end; the file may be cut short")
    return assemble(
        words,
        matrix[: len(words)],
        lambda row: f"line {numbers_of_lines[row]}",
        layout.declared,
        notes,
    )


def _parse(
    path: Path, rows: list[tuple[int, bytes]], dim: int
) -> tuple[list[str], NDArray[np.float32]]:
    """Split words from numbers and read the numbers."""
    names, fields = [], []
    for number, line in rows:
        spaces = line.count(b" ")
        if spaces < dim:
            raise FormatError(f"{path}, line {number}: expected {dim} numbers, found {spaces}")
        # Cutting at the first space is quicker, and right for words without any.
        name, rest = line.split(b" ", 1) if spaces == dim else _cut(line, dim)
        names.append(decode_word(name))
        fields.append(rest.decode("latin-1"))
    try:
        numbers = np.loadtxt(fields, dtype=np.float32, delimiter=" ", comments=None, ndmin=2)
    except ValueError:
        numbers = np.empty((0, dim), dtype=np.float32)
    if fields and numbers.shape != (len(fields), dim):
        bad = next((number for number, line in rows if not holds_row(line, dim)), rows[0][0])
        raise FormatError(f"{path}, line {bad}: a word and {dim} numbers expected")
    return names, numbers


def _cut(line: bytes, dim: int) -> tuple[bytes, bytes]:
    """Cut a line before its last `dim` fields."""
    name, *fields = line.rsplit(b" ", dim)
    return name, b" ".join(fields)
