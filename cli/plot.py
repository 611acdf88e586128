"""``fastvec plot``: a map of words, as a picture or a page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from .options import examples, json_option
from .output import count, print_json, warn
from .query import load, model_argument, words_argument


@click.command(
    epilog=examples(
        "fastvec plot skipgram.fastvec -o map.html",
        "fastvec plot skipgram.fastvec -o map.png --neighbors-of bank --neighbors-of king",
        "fastvec plot glove.txt -o map.svg --groups groups.txt --method pca",
    )
)
@model_argument
@words_argument
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True,
              help="File to write: .png, .svg, .pdf, or .html for a page to look around in.",
              )  # fmt: skip
@click.option("--top", type=click.IntRange(1),
              help="How many common words, or neighbors of each word.  [default: 300, 30]",
              )  # fmt: skip
@click.option("--neighbors-of", multiple=True, metavar="WORD",
              help="Show a word and its nearest ones; may come again.")  # fmt: skip
@click.option("--groups", type=click.Path(), metavar="FILE",
              help="Show groups of words: lines ': name', words below each.")  # fmt: skip
@click.option("--method", type=click.Choice(["tsne", "pca"]), default="tsne", show_default=True,
              help="t-SNE keeps neighborhoods, principal components large distances.",
              )  # fmt: skip
@click.option("--perplexity", type=float,
              help="t-SNE: how many neighbors count.  [default: 30, or a third of the words]",
              )  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Seed.")
@click.option("--limit", type=click.IntRange(1), help="Read only the first so many words.")
@click.option("--oov", type=click.Choice(["error", "skip"]), default="error", show_default=True,
              help="Unknown words: an error, or left out.")  # fmt: skip
@click.option("--overwrite", is_flag=True, help="Replace the file if it exists.")
@json_option
def plot(
    model: str,
    words: tuple[str, ...],
    output: Path,
    groups: str | None,
    neighbors_of: tuple[str, ...],
    limit: int | None,
    overwrite: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Draw a map of words.

    Shows WORDS, the neighbors of some, groups, or else the commonest words. A page, .html, is one
    file that needs no network: zoom, search, and the nearest words of each.
    """
    from fastvec.vectors.maps.group_files import read_groups

    _check_output(output, overwrite=overwrite)
    named = read_groups(groups) if groups else None
    vectors = load(model, words, limit=limit)
    word_map = vectors.map(
        words or None, neighbors_of=neighbors_of or None, groups=named, **options
    )
    notes = [*word_map.notes, *word_map.save(output)]
    for said in notes:
        warn(said)
    if as_json:
        print_json({"file": str(output), "words": len(word_map.words), "method": word_map.method,
                    "perplexity": word_map.perplexity, "seed": word_map.seed,
                    "caption": word_map.caption, "notes": notes})  # fmt: skip
    else:
        click.echo(f"{count(len(word_map.words))} words drawn: {output}")


def _check_output(output: Path, *, overwrite: bool) -> None:
    """Refuse a file that cannot be, or exists, before the work."""
    from fastvec.errors import ResourceError
    from fastvec.vectors.maps.word_map import ending_of

    ending_of(output)
    if not output.parent.is_dir():
        raise ResourceError(f"{output}: the folder {output.parent} does not exist; make it first")
    if os.path.lexists(output) and not overwrite:
        raise click.UsageError(
            f"{output} exists; replace it with --overwrite, or choose another -o"
        )
