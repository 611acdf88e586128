"""Where a training may write: checked before any work."""

from __future__ import annotations

from glob import glob
from os.path import samefile
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from fastvec import Corpus

FILES = (".txt", ".vec", ".bin", ".safetensors")


def check_swapped(corpus: tuple[str, ...], output: Path) -> None:
    """Ask about a corpus that is not there when the output is."""
    if corpus and output.is_file() and not (corpus[0] == "-" or glob(corpus[0], recursive=True)):
        raise click.UsageError(
            f"{corpus[0]} does not exist, but -o {output} does. Are the two swapped? "
            f"fastvec train {output} -o {corpus[0]}"
        )


def check_spared(text: Corpus | None, output: Path) -> None:
    """Refuse to write over the corpus, whatever --overwrite says."""
    files = text.identity().get("files", []) if text else []
    if output.exists() and any(samefile(file["path"], output) for file in files):
        raise click.UsageError(f"-o {output} would replace the corpus; choose another -o")


def check_target(output: Path, *, overwrite: bool) -> None:
    """Refuse a target that exists, or cannot be, before work starts."""
    from fastvec.errors import ResourceError
    from fastvec.models.folder import check_target as check_folder

    if not output.parent.is_dir():
        raise ResourceError(f"{output}: the folder {output.parent} does not exist; make it first")
    if output.suffix not in FILES:
        check_folder(output, overwrite=overwrite)
    elif output.is_dir():
        raise ResourceError(f"{output}: is a folder; choose another -o")
    elif output.exists() and not overwrite:
        raise ResourceError(f"{output}: exists; replace it with --overwrite, or choose another -o")
