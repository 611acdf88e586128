"""ELMo models from and to bilm-tf's files, for ``fastvec convert``."""

from __future__ import annotations

from pathlib import Path

import click

from .output import print_json, warn

BILM = "bilm"
OPTIONS, WEIGHTS, VOCABULARY = "options.json", "weights.hdf5", "vocabulary.txt"


def is_language_model(source: str, target: str, to: str | None) -> bool:
    """Tell whether a whole language model is to be converted, and not its vectors."""
    return (
        to == BILM
        or (to is None and not Path(target).suffix and _holds_elmo(source))
        or ((Path(source) / OPTIONS).is_file() and not _holds_elmo(source))
    )


def _holds_elmo(folder: str) -> bool:
    """Tell whether a folder is a model folder of ELMo."""
    from fastvec.models.folder import kind_of

    return kind_of(folder) == "elmo"


def convert_language_model(source: str, target: str, *, overwrite: bool, as_json: bool) -> None:
    """Write a model folder as bilm-tf's files, or the other way round; print what was written."""
    from fastvec import ELMo

    from .embed import open_elmo

    folder = Path(source)
    notes: list[str] = []
    if (folder / OPTIONS).is_file():
        words = folder / VOCABULARY
        elmo = ELMo.from_bilm(
            folder / OPTIONS, _weights(folder), words if words.is_file() else None
        )
        elmo.save(target, overwrite=overwrite)
        kind = "fastvec"
    else:
        elmo, kind = open_elmo(source), BILM
        notes = elmo.save_bilm(target, overwrite=overwrite)
    for text in notes:
        warn(f"other readers: {text}")
    if as_json:
        print_json({"file": target, "format": kind, "notes": notes})
    else:
        config = elmo.config
        click.echo(
            f"{config.layers} layers of {config.cells} cells, projection {config.dim}, input "
            f"{config.input}, written to {target}"
        )


def _weights(folder: Path) -> Path:
    """Return the file of weights beside the options, whatever its name."""
    found = sorted(folder.glob("*.hdf5"))
    if len(found) == 1:
        return found[0]
    return folder / WEIGHTS
