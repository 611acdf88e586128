"""The options of ``fastvec train --model glove`` that say how co-occurrences are counted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .output import note
from .targets import check_spared

if TYPE_CHECKING:
    from fastvec import Corpus, Workspace

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = ("memory", "tmp_dir", "cooccurrence")


def counting_options(command: Command) -> Command:
    """Add them; what the user leaves out arrives as None."""
    for option in (
        click.option(
            "--memory", type=click.FloatRange(0, min_open=True), metavar="GB",
            help="Memory for counting co-occurrences.  [only glove; default: 4.0]",
        ),
        click.option(
            "--tmp-dir", type=click.Path(exists=True, file_okay=False), metavar="FOLDER",
            help="Where counting writes its temporary file; default: the workspace.  [only glove]",
        ),
        click.option(
            "--cooccurrence", type=click.Path(exists=True, dir_okay=False), metavar="FILE",
            help="Train on a cooccurrence.bin of Stanford's GloVe, of the same words in the same "
            "order.  [only glove]",
        ),
        click.option(
            "--save-cooccurrence", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
            help="Also write the co-occurrences as a cooccurrence.bin.  [only glove]",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def take_counting(model: str, chosen: dict[str, Any]) -> dict[str, Any]:
    """Take these options out of what the user chose, as arguments for `GloVe.fit`."""
    if model != "glove":
        return {}  # They are no settings of other models, and will be refused as such.
    return {name: chosen.pop(name) for name in _OPTIONS if name in chosen}


def check_saving(
    model: str, path: Path | None, counting: dict[str, Any], text: Corpus | None, *, overwrite: bool
) -> None:
    """Refuse to save co-occurrences where there will be none, or over what is there."""
    from fastvec.errors import ResourceError

    if path is None:
        return
    if model != "glove":
        raise click.UsageError(f"--save-cooccurrence is no setting of --model {model}")
    if "cooccurrence" in counting:
        raise click.UsageError("--save-cooccurrence has nothing to save with --cooccurrence")
    check_spared(text, path)
    if not path.parent.is_dir():
        raise ResourceError(f"{path}: the folder {path.parent} does not exist; make it first")
    if path.exists() and not overwrite:
        raise ResourceError(f"{path}: exists; replace it with --overwrite, or choose another name")


def save_counts(workspace: Workspace, path: Path | None) -> None:
    """Write a workspace's co-occurrences as Stanford's program does."""
    if path is None:
        return
    from fastvec.models.glove.counting import FOLDER
    from fastvec.samplers.cooccurrence_matrix import open_matrix
    from fastvec.samplers.glove_file import write_cooccurrence

    matrix = open_matrix(Path(workspace.folder) / FOLDER)
    assert matrix is not None  # Training has just used it.
    write_cooccurrence(matrix, path)
    note(f"{path}: {matrix.entries:,} co-occurrences")
