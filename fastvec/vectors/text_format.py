"""Vectors as text: word2vec's with a header of rows and numbers, GloVe's without."""

from __future__ import annotations

import os
from bisect import bisect_right
from codecs import BOM_UTF8
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
from fastvec.vectors.parsing import parse_rows
from fastvec.vectors.reading import Reading
from fastvec.vectors.spelling import encode_word
from fastvec.vectors.word_vectors import WordVectors

_SAMPLE = 64  # lines that tell the layout
_LONGEST_LINE = 1 << 26
_FORMATTED = 1 << 16  # numbers; a few blocks of their bytes fit the processor's cache
_PARSED = 1 << 16


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
    layout = None if sample and sample[0].startswith(BOM_UTF8) else layout
    if layout is None or layout[:2] != (dim, count if header else None):
        raise FormatError(
            "not written: these words look like numbers, and a reader would find another "
            "dimension or header; save as .bin or .safetensors"
        )
    with open(path, "wb") as file:
        file.writelines(head)
        file.writelines(_lines(vectors))


def read_text(
    path: str | os.PathLike[str], reading: Reading, *, header: bool | None = None
) -> WordVectors:
    """Read word2vec's, GloVe's or fastText's text.

    The last D fields of a line are its numbers, all before them is the word.

    Parameters
    ----------
    path : str or path
        File to read.
    reading : Reading
        What to repair, and how much to read.
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
        mark = file.read(len(BOM_UTF8)) == BOM_UTF8
        start = len(BOM_UTF8) * mark
        file.seek(start)
        layout = _layout_of(path, file, header=header)
        capacity = _capacity(file, layout.dim, reading)
        file.seek(start)
        if layout.declared is not None:
            file.readline()
        text = _Text(path, layout, reading, 1 + (layout.declared is not None))
        if mark:
            text.notes.append("line 1: a byte order mark was left out")
        return text.read(file, capacity)


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


def _capacity(file: BinaryIO, dim: int, reading: Reading) -> int:
    """Return at least as many rows as will be read."""
    size = file.seek(0, os.SEEK_END)
    # Each number takes two bytes at least: a long first line cannot ask for more.
    most = size // (2 * dim) + 1
    if reading.limit is None:
        file.seek(0)
        lines = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 22), b""))
        most = min(most, lines + 1)
    return reading.cap(most)


class _Text:
    """Rows of one file, as they are read."""

    def __init__(self, path: Path, layout: Layout, reading: Reading, first: int) -> None:
        self.path, self.layout, self.reading = path, layout, reading
        self.notes = list(layout.notes)
        self.words: list[str] = []
        self._first = first
        self._gaps: list[int] = []  # rows before each empty line

    def line(self, row: int) -> int:
        """Return the number of a row's line."""
        return self._first + row + bisect_right(self._gaps, row)

    def read(self, file: BinaryIO, capacity: int) -> WordVectors:
        """Read rows until the end or the limit."""
        dim = self.layout.dim
        matrix = np.empty((capacity, dim), dtype=np.float32)
        step, last = max(1, _PARSED // dim), b"\n"
        while len(self.words) < capacity and (lines := list(islice(file, step))):
            last = lines[-1]
            start = len(self.words)
            rows = self._rows(lines, capacity - start)
            numbers = self._parse(rows, start)
            matrix[start : start + len(numbers)] = numbers
        partial = self.reading.limit is not None and len(self.words) == self.reading.limit
        if self._gaps:
            self.notes.append(f"{len(self._gaps)} empty lines were left out")
        if not partial and not last.endswith(b"\n"):
            end = self._first + len(self.words) + len(self._gaps) - 1
            self.notes.append(f"line {end}: the last line has no end; the file may be cut short")
        return assemble(
            self.path,
            self.words,
            matrix[: len(self.words)],
            lambda row: f"line {self.line(row)}",
            None if partial else self.layout.declared,
            self.reading,
            self.notes,
        )

    def _rows(self, lines: list[bytes], wanted: int) -> list[bytes]:
        """Return lines without their ends; remember where empty ones were."""
        rows: list[bytes] = []
        cut = self._is_cut(lines[-1])
        for line in lines[:-1] if cut else lines:
            if len(rows) == wanted:
                break
            if bare := strip_line(line):
                rows.append(bare)
            else:
                self._gaps.append(len(self.words) + len(rows))
        if cut and len(rows) < wanted:
            number = self.line(len(self.words) + len(rows))
            self.notes.append(f"line {number}: cut short, left out")
        return rows

    def _is_cut(self, line: bytes) -> bool:
        """Tell whether a file's last line lacks its end and numbers, and may."""
        cut = not line.endswith(b"\n") and not holds_row(line, self.layout.dim)
        return cut and self.reading.allow_truncated

    def _parse(self, rows: list[bytes], start: int) -> NDArray[np.float32]:
        """Split words from numbers and read both; `start` is the first row."""
        dim, names, fields = self.layout.dim, [], []
        for row, line in enumerate(rows, start):
            spaces = line.count(b" ")
            if spaces < dim:
                raise FormatError(
                    f"{self.path}, line {self.line(row)}: expected {dim} numbers, found {spaces}"
                )
            # Cutting at the first space is quicker, and right for words without any.
            name, rest = line.split(b" ", 1) if spaces == dim else _cut(line, dim)
            names.append(name)
            fields.append(rest)
        numbers = parse_rows(fields, dim)
        if numbers is None:
            bad = next(
                (at for at, line in enumerate(rows, start) if not holds_row(line, dim)), start
            )
            raise FormatError(
                f"{self.path}, line {self.line(bad)}: a word and {dim} numbers expected"
            )
        self.words += self.reading.decode(
            self.path, names, lambda at: f"line {self.line(start + at)}"
        )
        return numbers


def _cut(line: bytes, dim: int) -> tuple[bytes, bytes]:
    """Cut a line before its last `dim` fields."""
    name, *fields = line.rsplit(b" ", dim)
    return name, b" ".join(fields)
