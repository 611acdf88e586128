"""``fastvec history``: how a training went, epoch by epoch."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import examples, json_option
from .output import count, duration, print_json, print_table

if TYPE_CHECKING:
    from fastvec.models.folder import StoredModel

Record = dict[str, Any]

# A record's field, its title, and how it is written.
COLUMNS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "epoch": ("epoch", str),
    "loss": ("loss", "{:.4f}".format),
    "validation_loss": ("held-out", "{:.4f}".format),
    "perplexity": ("perplexity", "{:.1f}".format),
    "score": ("score", "{:.4f}".format),
    "learning_rate": ("rate", "{:.2g}".format),
    "words_per_second": ("words/s", count),
    "seconds": ("time", duration),
}


@click.command(
    epilog=examples(
        "fastvec history skipgram.fastvec",
        "fastvec history skipgram.fastvec -o training.png",
        "fastvec history elmo.fastvec --json",
    )
)
@click.argument("model", type=click.Path(exists=True))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path),
              help="Draw it: a file .png, .svg or .pdf.")  # fmt: skip
@click.option("--overwrite", is_flag=True, help="Replace the file if it exists.")
@json_option
def history(model: str, output: Path | None, overwrite: bool, as_json: bool) -> None:
    """Print or draw how a training went.

    Shows loss, held-out loss where there was one, learning rate and speed of each epoch. MODEL
    is a model folder, whose training may be unfinished.
    """
    from fastvec.errors import FormatError
    from fastvec.models.folder import open_folder

    if output is not None:
        _check(output, overwrite=overwrite)
    if not os.path.isdir(model):
        raise FormatError(
            f"{model}: is a file, and only model folders keep a history; name the folder"
        )
    stored = open_folder(model)
    if output is not None:
        from fastvec.models.history_picture import draw_history

        draw_history(stored.history, output, title=f"{Path(model).name}: {_state(stored)}")
    if as_json:
        print_json({"model": model, "kind": stored.kind, "finished": stored.standing is None,
                    "picture": None if output is None else str(output),
                    "history": stored.history})  # fmt: skip
        return
    click.echo(f"{model}: {_state(stored)}")
    _print(stored.history)
    if output is not None:
        click.echo(f"drawn: {output}")


def _check(output: Path, *, overwrite: bool) -> None:
    """Refuse a file that cannot be, or exists, before the work."""
    from fastvec.models.history_picture import picture_form

    picture_form(output)
    if os.path.lexists(output) and not overwrite:
        raise click.UsageError(
            f"{output} exists; replace it with --overwrite, or choose another -o"
        )


def _state(stored: StoredModel) -> str:
    """Say what was trained and how far it came."""
    settings = stored.settings.get("config", stored.settings)
    done, planned = len(stored.history), settings.get("epochs", len(stored.history))
    epochs = (
        f"{done} epoch{'' if done == 1 else 's'}"
        if done == planned
        else f"{done} of {planned} epochs"
    )
    return f"{stored.kind}, {epochs}" + (", unfinished" if stored.standing is not None else "")


def _print(records: list[Record]) -> None:
    """Print a table with the columns that have values."""
    names = [n for n in COLUMNS if any(record.get(n) is not None for record in records)]
    if not names:
        return
    titles = tuple(COLUMNS[name][0] for name in names)
    rows = [tuple(_cell(name, record.get(name)) for name in names) for record in records]
    print_table([titles, *rows], ">" * len(names))


def _cell(name: str, value: Any) -> str:
    return "" if value is None else COLUMNS[name][1](value)
