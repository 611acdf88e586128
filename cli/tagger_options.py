"""What the tagger's commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

existing_file = click.Path(exists=True, dir_okay=False)


def column_options(command: Command) -> Command:
    """Add the options that choose the columns of a file."""
    for option in (
        click.option(
            "--tag-column", "tag", metavar="COLUMN", default="-1", show_default=True,
            help="Column of the tags: a number from 1, or from the end as -1, or a name: ner, pos, "
            "chunk (CoNLL-2003); upos, xpos, ... (CoNLL-U, where upos is the default).",
        ),
        click.option(
            "--word-column", "word", metavar="COLUMN",
            help="Column of the words.  [default: the first; form in CoNLL-U]",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def column(chosen: str | None) -> int | str | None:
    """Return a column as a number where it is one."""
    if chosen is None:
        return None
    return int(chosen) if chosen.removeprefix("-").isdigit() else chosen


def open_tagger(path: str) -> Any:
    """Load the tagger of a folder.

    Raises
    ------
    FormatError
        If it holds something else.
    """
    from fastvec.errors import FormatError
    from fastvec.models.loading import load_model

    model = load_model(path)
    if model.kind != "tagger":
        raise FormatError(f"{path}: holds a {model.kind}, not a tagger; name a tagger's folder")
    return model
