"""``fastvec inspect``: what a file of vectors is, and what had to be repaired."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from .options import examples, json_option
from .output import print_json, print_table

Command = TypeVar("Command", bound=Callable[..., Any])

READ_FORMATS = ("word2vec", "glove", "binary", "safetensors", "numpy", "fasttext")


def reading_options(command: Command) -> Command:
    """Add the options that say how a file of vectors is read."""
    for option in (
        click.option("--allow-truncated", is_flag=True,
                     help="Keep the good rows of a file that is cut short."),
        click.option("--unicode-errors", default="surrogateescape", show_default=True,
                     type=click.Choice(["surrogateescape", "replace", "ignore", "strict"]),
                     help="What becomes of bytes that are not UTF-8; they are kept by default."),
        click.option("--limit", type=click.IntRange(1), help="Read only the first rows."),
        click.option("--duplicates", type=click.Choice(["first", "last", "mean", "error"]),
                     default="first", show_default=True,
                     help="Which vector a word has that comes twice."),
        click.option("--strict", is_flag=True, help="Refuse the file instead of repairing it."),
        click.option("--from", "format", type=click.Choice(READ_FORMATS),
                     help="What the file is; glove is text without a header.  "
                          "[default: found out]"),
    ):  # fmt: skip
        command = option(command)
    return command


@click.command(
    epilog=examples("fastvec inspect glove.6B.zip/glove.6B.50d.txt", "fastvec inspect v.bin --json")
)
@click.argument("file", type=click.Path())
@reading_options
@json_option
def inspect(file: str, format: Any, as_json: bool, **options: Any) -> None:
    """Say what a file of vectors is and what needs repair.

    Reads the whole file. A member of a zip archive is archive.zip/name.
    """
    from fastvec.vectors.formats import open_vectors
    from fastvec.vectors.reading import Reading

    if os.path.isdir(file):
        raise click.UsageError(f"{file} is a folder; for a model folder use: fastvec info {file}")
    vectors, kind, packing = open_vectors(file, format, Reading(**options, thorough=True))
    facts: dict[str, Any] = {
        "file": file,
        "format": kind,
        "packed": packing,
        "words": len(vectors),
        "dim": vectors.dim,
        "counts": vectors.counts is not None,
        "specials": list(vectors.specials),
        "repairs": vectors.report,
    }
    if as_json:
        print_json(facts)
        return
    print_table([(name, _text(value)) for name, value in facts.items() if name != "repairs"], "<<")
    for repair in vectors.report or ["nothing to repair"]:
        click.echo(repair)


def _text(value: Any) -> str:
    """Write a fact for people."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) or "none" if isinstance(value, list) else str(value or "no")
