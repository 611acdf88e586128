"""``fastvec explore``: models in the browser."""

from __future__ import annotations

import os
import webbrowser
from pathlib import Path
from typing import Any

import click

from .options import examples
from .output import note
from .query import load


@click.command(
    epilog=examples(
        "fastvec explore skipgram.fastvec",
        "fastvec explore skipgram.fastvec glove.6B.100d.txt --limit 100000",
        "fastvec explore skipgram.fastvec --port 8000 --no-browser",
    )
)
@click.argument("models", nargs=-1, required=True, metavar="MODEL [MODEL2]", type=click.Path())
@click.option("--port", type=click.IntRange(0, 65535), default=0,
              help="Port on this machine.  [default: a free one]")  # fmt: skip
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.option("--limit", type=click.IntRange(1), help="Read only the first so many words.")
def explore(models: tuple[str, ...], port: int, no_browser: bool, limit: int | None) -> None:
    """Look at one model or two in the browser.

    Map, search, neighbors, analogies, similarities, and a word's senses in sentences where the
    model has contextual vectors. The page is served to this machine only; Ctrl-C ends it.
    """
    if len(models) > 2:
        raise click.UsageError(f"Expected one model or two, got {len(models)}.")
    from fastvec.explore.server import ExploreServer

    with ExploreServer([_open(path, limit) for path in models], port) as server:
        click.echo(server.url)
        note("Ctrl-C ends.")
        if not no_browser:
            webbrowser.open(server.url)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            note("Ended.")


def _open(path: str, limit: int | None) -> Any:
    """Load a model's vectors, its contextual ones, or both."""
    import fastvec
    from fastvec.errors import FormatError
    from fastvec.explore.answers import Explored
    from fastvec.models.folder import is_model, open_folder

    contextual = os.path.isdir(path) and is_model(path) and open_folder(path).kind == "elmo"
    embed = fastvec.load_model(path).embed if contextual else None
    try:
        vectors = load(path, limit=limit)
    except FormatError:
        if embed is None:
            raise
        vectors = None  # A model that reads characters has no vectors of words.
    return Explored(Path(path).name, vectors, embed)
