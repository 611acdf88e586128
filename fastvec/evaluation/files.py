"""Files of questions and of pairs, packed or not; lines that are neither are reported."""

from __future__ import annotations

import math
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import NamedTuple

from fastvec.errors import FormatError
from fastvec.text.sources import find_files
from fastvec.text.streams import texts_of_file


class Questions(NamedTuple):
    """Analogy questions: "a is to b as c is to d"."""

    name: str
    words: list[tuple[str, str, str, str]]
    section_of: list[int]
    sections: list[str]
    skipped: list[int]
    """Numbers of lines that are no question."""


class Pairs(NamedTuple):
    """Pairs of words and how alike people find them."""

    name: str
    words: list[tuple[str, str]]
    scores: list[float]
    skipped: list[int]
    """Numbers of lines that are no pair."""


def read_questions(path: str | PathLike[str]) -> Questions:
    """Read analogy questions: ``: section`` lines, then four words a line.

    Parameters
    ----------
    path : path
        A file, which may be packed (gz, bz2, xz, zip).

    Returns
    -------
    Questions
        Words as they stand in the file. Blank lines are passed over; other lines without
        four words are in ``skipped``.

    Raises
    ------
    CorpusError
        If the file cannot be read.
    FormatError
        If it holds no question.
    """
    found = Questions(Path(path).name, [], [], [], [])
    for number, line in lines_of(path):
        fields = line.split()
        if line.startswith(":"):
            found.sections.append(line.lstrip(": ").strip())
        elif len(fields) == 4:
            if not found.sections:
                found.sections.append("")
            a, b, c, d = fields
            found.words.append((a, b, c, d))
            found.section_of.append(len(found.sections) - 1)
        elif fields:
            found.skipped.append(number)
    if not found.words:
        raise FormatError(f"{path}: holds no question; write four words a line, a b c d")
    return found


def read_pairs(path: str | PathLike[str]) -> Pairs:
    """Read pairs of words with scores: ``word TAB word TAB score`` a line.

    Parameters
    ----------
    path : path
        A file, which may be packed. A line without tabs is split at white space.

    Returns
    -------
    Pairs
        Words as they stand in the file. Blank lines and those that begin with ``#`` are
        passed over; others that are no pair, such as a header, are in ``skipped``.

    Raises
    ------
    CorpusError
        If the file cannot be read.
    FormatError
        If it holds no pair.
    """
    found = Pairs(Path(path).name, [], [], [])
    for number, line in lines_of(path):
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.split("\t") if "\t" in line else line.split()
        score = _number(fields[2]) if len(fields) == 3 else None
        if score is None:
            found.skipped.append(number)
        else:
            found.words.append((fields[0], fields[1]))
            found.scores.append(score)
    if not found.words:
        raise FormatError(f"{path}: holds no pair; write word TAB word TAB score on each line")
    return found


def lines_of(path: str | PathLike[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file with their numbers, from 1."""
    (file,) = find_files(path)[:1]
    data = b"".join(chunk for text in texts_of_file(file) for chunk in text.chunks)
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    return enumerate((line.removesuffix("\r") for line in lines), start=1)


def _number(text: str) -> float | None:
    """Return a finite number, or None if it is none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
