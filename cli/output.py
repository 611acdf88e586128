"""Tables, JSON, messages and the progress of a job."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from shutil import get_terminal_size
from textwrap import wrap
from typing import Any
from unicodedata import category, east_asian_width

import click

from fastvec.errors import ResourceError
from fastvec.progress import Callback, Progress, silent

NOTED = ("compiling", "starting")  # Stages without progress.
PLAIN_EVERY = 10.0  # Seconds between lines where there is no terminal.
SHORTEST_BAR = 10  # Columns.
_NO_WIDTH = ("Mn", "Me", "Cf")  # Marks over other characters, and invisible ones.


def print_json(value: Any) -> None:
    """Print a value as JSON on one line; bytes that are no text become question marks, NaN null."""
    text = json.dumps(_finite(value), ensure_ascii=False, allow_nan=False)
    click.echo(text.encode("utf-8", "replace").decode())


def _finite(value: Any) -> Any:
    """Put None for the numbers that JSON does not have."""
    if isinstance(value, dict):
        return {name: _finite(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def print_table(rows: Sequence[Sequence[Any]], align: str, indent: int = 0) -> None:
    """Print rows in columns, each aligned left or right ("<", ">"); CJK counts double."""
    cells = [[visible(str(cell)) for cell in row] for row in rows]
    widths = [max(map(display_width, column)) for column in zip(*cells, strict=True)]
    start = indent + sum(widths[:-1]) + 2 * (len(widths) - 1)
    for row in cells:
        *first, last = map(_pad, row, widths, align)
        lines = _wrapped(last.rstrip(), start) if align[-1] == "<" else [last]
        click.echo(" " * indent + "  ".join([*first, lines[0]]).rstrip())
        for line in lines[1:]:
            click.echo(" " * start + line)


def _wrapped(text: str, start: int) -> list[str]:
    """Break a text that begins in some column where a terminal would, but between words."""
    room = get_terminal_size().columns - start
    if not sys.stdout.isatty() or display_width(text) <= room or room < 20:
        return [text]
    return wrap(text, room, break_on_hyphens=False)


def _pad(text: str, width: int, side: str) -> str:
    space = " " * (width - display_width(text))
    return space + text if side == ">" else text + space


def display_width(text: str) -> int:
    """Return the columns that a text takes on a terminal."""
    return sum(
        0 if category(c) in _NO_WIDTH else 2 if east_asian_width(c) in "WF" else 1 for c in text
    )


def visible(text: str) -> str:
    """Show control characters of a text as question marks, for they may command a terminal."""
    return "".join("\N{REPLACEMENT CHARACTER}" if category(c) == "Cc" else c for c in text)


def say(text: str) -> None:
    """Print a line of a result while a job runs, above its bar."""
    with _above_bars():
        click.echo(text)


def note(text: str) -> None:
    """Say something on stderr, above a bar if there is one."""
    with _above_bars():
        click.echo(text, err=True)


def warn(text: str | None) -> None:
    """Say something important on stderr, above a bar if there is one; nothing for None."""
    if text:
        with _above_bars():
            click.echo(click.style("Note: ", fg="yellow") + visible(text), err=True)


@contextmanager
def _above_bars() -> Iterator[None]:
    """Take bars off the terminal meanwhile."""
    if "tqdm" not in sys.modules:
        yield
        return
    from tqdm import tqdm

    with tqdm.external_write_mode(file=sys.stderr):
        yield


def count(number: float) -> str:
    """Write a whole number with separators."""
    return f"{number:,.0f}"


def duration(seconds: float) -> str:
    """Write a time for people."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


@contextmanager
def reporter(*, quiet: bool) -> Iterator[Callback]:
    """Give a callback that shows progress: a bar on a terminal, lines elsewhere."""
    if quiet:
        yield silent
    elif sys.stderr.isatty():
        bar = _Bar()
        try:
            yield bar
        finally:
            bar.close()
    else:
        yield _Lines()


@contextmanager
def json_log(path: Path | None) -> Iterator[Callback]:
    """Give a callback that writes each event as a line of JSON; to nowhere without a path."""
    if path is None:
        yield silent
        return
    try:
        lines = path.open("a", encoding="utf-8")
    except OSError as error:
        raise ResourceError(
            f"{path}: cannot be written: {error.strerror}; choose another --log-json"
        ) from error
    with lines:

        def write(event: Progress) -> None:
            entry = {"time": time.time(), **asdict(event)}
            lines.write(json.dumps(_finite(entry), ensure_ascii=False) + "\n")
            lines.flush()

        yield write


def together(*callbacks: Callback) -> Callback:
    """Return a callback that calls all of these."""

    def call(event: Progress) -> None:
        for callback in callbacks:
            callback(event)

    return call


def describe(event: Progress, columns: int | None = None) -> str:
    """Say where a job stands, without the share that is done, as far as columns go."""
    parts: dict[str, str] = {}
    if event.epoch:
        parts["epoch"] = f"epoch {event.epoch}/{event.epochs}"
    if event.words_per_second:
        parts["speed"] = f"{_speed(event.words_per_second)} words/s"
    if event.loss is not None:
        parts["loss"] = f"{event.objective} loss {event.loss:.4f}"
    if event.validation_loss is not None:
        parts["held-out"] = f"held-out {event.validation_loss:.4f}"
    if event.perplexity is not None:
        parts["perplexity"] = f"perplexity {event.perplexity:.1f}"
    if event.learning_rate is not None:
        parts["rate"] = f"rate {event.learning_rate:.2g}"
    if event.note:
        parts["note"] = event.note
    for name in ("rate", "speed", "perplexity", "held-out", "note", "loss"):  # Least telling first.
        if columns is not None and len(", ".join(parts.values())) > columns:
            parts.pop(name, None)
    return ", ".join(parts.values())


def _speed(number: float) -> str:
    """Write a speed in few columns."""
    return f"{number / 1e6:.2f} M" if number >= 1e6 else count(number)


def _noted(event: Progress) -> bool:
    """Print what is said once; tell whether it was."""
    if event.stage in NOTED:
        note(event.note or "compiling (once, some seconds) ...")
    return event.stage in NOTED


class _Lines:
    """Prints a line at each epoch's end, and now and then between."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def __call__(self, event: Progress) -> None:
        if _noted(event):
            return
        now = time.monotonic()
        if not event.epoch_ended and now - self._last < PLAIN_EVERY:
            return
        self._last = now
        share = f"{event.done / event.total:4.0%} " if event.total else ""
        left = f", {duration(event.seconds_left)} left" if event.seconds_left else ""
        note(f"{event.stage}: {share}{describe(event)}{left}")


class _Bar:
    """A tqdm bar for each stage."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._stage = ""

    def __call__(self, event: Progress) -> None:
        if event.stage in NOTED:
            self.close()
            _noted(event)
            return
        if event.stage != self._stage:
            self._finish()
            self._open(event)
        self._bar.n = event.done
        self._bar.set_postfix_str(describe(event, self._room()), refresh=False)
        if event.epoch_ended and (event.note or event.validation_loss is not None):
            note(describe(event))  # The bar's next state would hide it.
        else:
            self._bar.refresh()

    def _room(self) -> int:
        """Return the columns beside the shortest bar."""
        columns = self._bar.format_dict["ncols"] or 80
        return int(columns) - len(f"{self._stage} 100%|| 00:00 left, ") - SHORTEST_BAR

    def _finish(self) -> None:
        """Show a stage as done, now that another has begun."""
        if self._bar is not None and self._bar.total:
            self._bar.n = self._bar.total
        self.close()

    def _open(self, event: Progress) -> None:
        from tqdm import tqdm

        self._stage = event.stage
        self._bar = tqdm(
            total=event.total or None,
            desc=event.stage,
            dynamic_ncols=True,
            bar_format="{desc} {percentage:3.0f}%|{bar}| {remaining} left{postfix}",
            file=sys.stderr,
        )

    def close(self) -> None:
        """Leave the bar as it stands."""
        if self._bar is not None:
            self._bar.close()
        self._bar, self._stage = None, ""
