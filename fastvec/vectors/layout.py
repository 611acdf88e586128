"""What the first lines of a text of vectors say about all of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

_HEADER = re.compile(rb"\s*(\d{1,18})[ \t]+(\d{1,18})\s*")


class Layout(NamedTuple):
    """Shape of a text of vectors."""

    dim: int
    declared: int | None  # rows, as the header says; None without a header
    notes: tuple[str, ...] = ()


def parse_header(line: bytes) -> tuple[int, int] | None:
    """Return rows and dim if `line` is nothing but two counts."""
    match = _HEADER.fullmatch(line)
    return (int(match[1]), int(match[2])) if match else None


def strip_line(line: bytes) -> bytes:
    """Drop the line end and the space that some tools leave before it."""
    return line.rstrip(b" \r\n")


def holds_row(line: bytes, dim: int) -> bool:
    """Tell whether a line ends in `dim` numbers after a word."""
    return 1 <= dim <= _trailing_numbers(line)


def find_layout(lines: Sequence[bytes], *, header: bool | None = None) -> Layout | None:
    """Find header and dimension.

    Parameters
    ----------
    lines : sequence of bytes
        The first lines of the file; more lines give surer answers.
    header : bool, optional
        Whether the first line is a header; found out by default: two counts, and
        the next line is a word with that many numbers.

    Returns
    -------
    Layout or None
        None if the lines are not rows of numbers.
    """
    declared = parse_header(lines[0]) if header is not False and lines else None
    if declared is None:
        dim = _usual_dim(lines)
        return Layout(dim, None) if dim and not header else None
    count, dim = declared
    rows = [line for line in lines[1:] if strip_line(line)]
    if not rows:
        return Layout(dim, count)
    usual = _usual_dim(rows)
    if dim >= 1 and usual <= dim and holds_row(rows[0], dim):
        return Layout(dim, count, _doubt(lines[0]) if dim == 1 and header is None else ())
    if header is None and usual == 1 and strip_line(rows[0]).count(b" ") == 1:
        return Layout(1, None)
    if not usual:
        return None
    note = f"line 1: the header says {dim} numbers a row, the rows hold {usual}; read {usual}"
    return Layout(usual, count, (note,))


def _doubt(line: bytes) -> tuple[str, ...]:
    """Say that a header could be a row as well."""
    text = strip_line(line).decode("ascii")
    return (
        f"line 1: {text!r} may be a header or a word with one number; read as a header "
        "(format='glove' reads it as a word)",
    )


def _usual_dim(lines: Sequence[bytes]) -> int:
    """Return how many numbers most lines end in; of equals the fewest, for words hold numbers."""
    counts = Counter(_trailing_numbers(line) for line in lines if strip_line(line))
    return min(counts, key=lambda dim: (-counts[dim], dim), default=0)


def _trailing_numbers(line: bytes) -> int:
    """Count the numbers at the end of a line, but for its first field, a word."""
    count = 0
    for field in reversed(strip_line(line).split(b" ")[1:]):
        if not _is_number(field):
            break
        count += 1
    return count


def _is_number(field: bytes) -> bool:
    """Tell whether a field is a number; Python alone would take 1_000 too."""
    try:
        float(field)
    except ValueError:
        return False
    return b"_" not in field
