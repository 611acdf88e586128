"""``fastvec embed``: vectors of words in their sentences, by ELMo."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import examples, json_option, quiet_option
from .output import PLAIN_EVERY, count, duration, note, print_json
from .query import model_argument

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    from fastvec import ELMo


@click.command(
    epilog=examples(
        "fastvec embed elmo.fastvec sentences.txt -o vectors.h5",
        "fastvec embed elmo.fastvec sentences.txt -o top.npz --layers -1",
        "fastvec embed elmo.fastvec sentences.txt -o mix.h5 --weights 0.2,0.3,0.5 --gamma 1",
        "fastvec tokenize text.txt | fastvec embed elmo.fastvec - -o vectors.h5",
    )
)
@model_argument
@click.argument("sentences", type=click.Path())
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path),
    help="File to write, .h5 or .npz: an array for each sentence, named 0, 1, ...",
)  # fmt: skip
@click.option(
    "--layers", default=None, metavar="WHICH",
    help="All layers, their mix, or one by its number from 0, the token layer; -1 is the top."
    "  [default: all, or mix with weights]",
)  # fmt: skip
@click.option("--weights", metavar="LIST", help="Weights of a mix, one a layer: 0.2,0.3,0.5.")
@click.option("--gamma", type=float, default=1.0, show_default=True, help="Scale of a mix.")
@click.option(
    "--stateful", is_flag=True,
    help="Begin each sentence where the last one has ended, as bilm-tf does; slower.",
)  # fmt: skip
@click.option(
    "--cache", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="Keep the vectors of sentences in a folder, and take those that are there.",
)  # fmt: skip
@click.option("--threads", type=click.IntRange(1, 1024), help="Threads; default: all usable cores.")
@click.option("--overwrite", is_flag=True, help="Replace the file if it exists.")
@json_option
@quiet_option
def embed(
    model: str,
    sentences: str,
    output: Path,
    layers: str | None,
    weights: str | None,
    gamma: float,
    stateful: bool,
    cache: Path | None,
    threads: int | None,
    overwrite: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write the vectors of words in their sentences.

    MODEL is a model folder of ELMo. SENTENCES is a text of one tokenised sentence a line, packed
    or not, or - for standard input; line i is the array named i, from 0. A sentence's vectors
    depend on nothing but the sentence, unless --stateful is given.
    """
    from fastvec.models.elmo.embedding_files import check_ending, write_embeddings

    check_ending(output)
    if output.exists() and not overwrite:
        raise click.UsageError(
            f"{output} exists; replace it with --overwrite, or choose another -o"
        )
    if stateful and cache is not None:
        raise click.UsageError("--cache has no use with --stateful: no sentence stands by itself")
    elmo = open_elmo(model).use_threads(threads)
    choice: dict[str, Any] = {"layers": _layers(layers, weights), "weights": _numbers(weights),
                              "gamma": gamma}  # fmt: skip
    started = time.monotonic()
    lines = _read(sentences)
    vectors = _stateful(elmo, lines, choice) if stateful else _alone(elmo, lines, choice, cache)
    number, words = write_embeddings(output, _reported(vectors, quiet=quiet))
    seconds = time.monotonic() - started
    if as_json:
        print_json({"file": str(output), "sentences": number, "words": words, "seconds": seconds})
    else:
        click.echo(
            f"{output}: {count(number)} sentences, {count(words)} words, {duration(seconds)}"
        )


def open_elmo(path: str) -> ELMo:
    """Load the ELMo model of a folder."""
    from fastvec.errors import FormatError
    from fastvec.models.elmo.estimator import ELMo
    from fastvec.models.loading import load_model

    if os.path.isfile(path):
        raise FormatError(f"{path}: is a file, but a model folder of ELMo is needed")
    model = load_model(path)
    if not isinstance(model, ELMo):
        raise FormatError(f"{path}: is a model of another kind; name a folder of ELMo")
    return model


def _layers(asked: str | None, weights: str | None) -> str | int:
    """Read --layers; weights alone ask for a mix."""
    if asked is None:
        return "all" if weights is None else "mix"
    if asked in ("all", "mix"):
        return asked
    try:
        return int(asked)
    except ValueError:
        raise click.UsageError(
            f"--layers must be all, mix or the number of a layer, but is {asked!r}"
        ) from None


def _numbers(text: str | None) -> list[float] | None:
    """Read numbers with commas between them."""
    if text is None:
        return None
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise click.UsageError(
            f"--weights must be numbers with commas between them, but is {text!r}"
        ) from None


def _read(path: str) -> Iterator[list[str]]:
    """Yield the tokens of each line of a text."""
    from fastvec import Corpus

    left = b""
    for block in Corpus(path).blocks():
        *lines, left = (left + block).split(b"\n")
        for line in lines:
            yield line.decode("utf-8", "surrogateescape").split()
    if left:
        yield left.decode("utf-8", "surrogateescape").split()


def _alone(
    elmo: ELMo, sentences: Iterator[list[str]], choice: dict[str, Any], cache: Path | None
) -> Iterator[NDArray[float32]]:
    """Yield the vectors of each sentence by itself, those that are kept from the cache."""
    if cache is None:
        yield from elmo.embed_each(sentences, **choice)
        return
    from fastvec.models.elmo.embedding_cache import CachedEmbedder

    cached = CachedEmbedder(elmo, cache, **choice)
    yield from cached.embed_each(sentences)
    note(f"cache: {count(cached.found)} of {count(cached.asked)} sentences were in {cache}")


def _stateful(
    elmo: ELMo, sentences: Iterator[list[str]], choice: dict[str, Any]
) -> Iterator[NDArray[float32]]:
    """Yield the vectors of each sentence, which begins where the last one has ended."""
    state = None
    for sentence in sentences:
        vectors, state = elmo.embed([sentence], **choice, state=state, return_state=True)
        yield from vectors


def _reported(vectors: Iterator[NDArray[float32]], *, quiet: bool) -> Iterator[NDArray[float32]]:
    """Pass vectors on, and say now and then how far it is."""
    started = last = time.monotonic()
    words = 0
    for number, own in enumerate(vectors, start=1):
        yield own
        words += own.shape[-2]
        now = time.monotonic()
        if not quiet and now - last >= PLAIN_EVERY:
            last = now
            note(f"embedding: {count(number)} sentences, {count(words / (now - started))} words/s")
