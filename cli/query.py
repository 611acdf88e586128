"""What the commands that ask vectors share: MODEL, its words, and words that it has not."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import click

from .output import note, print_table, warn

model_argument = click.argument("model", type=click.Path())
words_argument = click.argument("words", nargs=-1)
topn_option = click.option("-n", "--topn", type=click.IntRange(1), default=10, show_default=True,
                           help="How many answers.")  # fmt: skip
restrict_option = click.option(
    "--restrict", type=click.IntRange(1), help="Answer among so many commonest words only."
)
known_option = click.option(
    "--restrict", type=click.IntRange(1), help="Know so many commonest words only."
)
oov_option = click.option(
    "--oov", type=click.Choice(["error", "skip", "unk", "zero"]), default="error",
    show_default=True,
    help="Unknown words: an error, left out, read as <unk>, or as a zero vector.",
)  # fmt: skip
_READ_AS = {"skip": "left out", "unk": "read as <unk>", "zero": "read as a zero vector"}


def load(
    path: str,
    words: tuple[str, ...] = (),
    limit: int | None = None,
) -> Any:
    """Load vectors, or the first so many of them, and report repairs on stderr."""
    import fastvec

    if not os.path.exists(path) and words and os.path.exists(words[0]):
        command = click.get_current_context().command_path
        raise click.UsageError(f"MODEL comes first: {command} {words[0]} {path}")
    vectors = fastvec.load(path, limit=limit)
    for repair in getattr(vectors, "report", ()):
        warn(repair)
    return vectors


def questions(words: tuple[str, ...], each: int) -> Iterator[list[str]]:
    """Yield the words of each question: the arguments, or the lines of standard input."""
    if words:
        if each and len(words) != each:
            raise click.UsageError(f"Expected {each} words, got {len(words)}.")
        yield list(words)
        return
    if sys.stdin.isatty():
        note("Type words, then Enter; Ctrl-D ends.")
    for number, line in enumerate(sys.stdin, start=1):
        asked = line.split()
        if each and asked and len(asked) != each:
            raise click.UsageError(f"Line {number}: expected {each} words, got {len(asked)}.")
        if asked:
            yield asked


def unknown(vectors: Any, words: Iterable[str], oov: str, restrict: int | None = None) -> list[str]:
    """Return the words without a vector, and say on stderr what is made of them."""
    missing: list[str] = vectors.unknown(words, restrict=restrict) if oov != "error" else []
    for word in missing:
        warn(f"{word!r} is unknown, {_READ_AS[oov]}")
    return missing


def print_scores(found: list[tuple[str, float]], indent: int = 0) -> None:
    """Print words and their scores."""
    if found:
        print_table([(word, f"{score:.4f}") for word, score in found], "<>", indent=indent)
