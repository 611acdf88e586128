"""``fastvec convert``: vectors from any format into any other."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from .convert_elmo import BILM, convert_language_model, is_language_model
from .inspect import reading_options
from .options import examples, json_option
from .output import count, print_json, warn

WRITTEN_FORMATS = ("word2vec", "glove", "binary", "safetensors", "numpy", "projector")


@click.command(
    epilog=examples(
        "fastvec convert glove.6B.100d.txt glove.safetensors",
        "fastvec convert cc.en.300.bin.gz en.bin --limit 200000 --normalize",
        "fastvec convert vectors.bin projector/vectors.tsv --words words.txt",
        "fastvec convert elmo.fastvec elmo-files --to bilm",
    )
)
@click.argument("source", metavar="IN", type=click.Path())
@click.argument("target", metavar="OUT", type=click.Path())
@reading_options
@click.option("--to", type=click.Choice([*WRITTEN_FORMATS, BILM]),
              help="Format of OUT.  [default: by its ending]")  # fmt: skip
@click.option("--dtype", type=click.Choice(["float32", "float16"]), default="float32",
              show_default=True, help="Numbers as stored; float16 in .safetensors and .npy.",
              )  # fmt: skip
@click.option("--merge", multiple=True, type=click.Path(), metavar="FILE",
              help="Add the words of another file; may come again.")  # fmt: skip
@click.option("--words", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Keep only the words of this file, one a line.")  # fmt: skip
@click.option("--normalize", is_flag=True, help="Scale each vector to length 1.")
@click.option("--overwrite", is_flag=True, help="Replace OUT if it exists.")
@json_option
def convert(
    source: str,
    target: str,
    to: Any,
    dtype: str,
    merge: tuple[str, ...],
    words: Path | None,
    normalize: bool,
    overwrite: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Write the vectors of IN, a file or model folder, to OUT.

    IN is any format, also inside gz, bz2, xz or zip; what it is, is found out. OUT is told by its
    ending: .txt, .vec, .glove.txt, .bin, .safetensors, .npy, .tsv. A whole ELMo model goes from
    its model folder to a folder of bilm-tf's files, options.json and weights.hdf5, and back.
    """
    from fastvec.vectors import combine
    from fastvec.vectors.formats import format_of, save

    if is_language_model(source, target, to):
        convert_language_model(source, target, overwrite=overwrite, as_json=as_json)
        return
    to = to or format_of(target)  # Before the work.
    if os.path.exists(target) and not overwrite:
        raise click.UsageError(f"{target} exists; replace it with --overwrite, or name another OUT")
    vectors = _load(source, options)
    if merge:
        parts = [vectors, *(_load(path, options) for path in merge)]
        vectors = combine.merge(parts, duplicates=options["duplicates"])
    if words:
        asked = words.read_bytes().decode("utf-8", "surrogateescape").split("\n")
        kept = combine.subset(vectors, (line for line in asked if line), oov="skip")
        warn(f"{len(set(asked) - {''}) - len(kept)} of the words asked for have no vector"
             if len(set(asked) - {""}) > len(kept) else None)  # fmt: skip
        vectors = kept
    if normalize:
        vectors = combine.normalise(vectors)
    save(vectors, target, to, dtype=dtype)
    if as_json:
        print_json({"file": target, "format": to, "words": len(vectors), "dim": vectors.dim})
    else:
        click.echo(f"{count(len(vectors))} words of {vectors.dim} numbers written to {target}")


def _load(path: str, options: dict[str, Any]) -> Any:
    """Load vectors and report repairs on stderr."""
    import fastvec

    vectors = fastvec.load(path, **options)
    for repair in vectors.report:
        warn(f"{path}: {repair}")
    return vectors
