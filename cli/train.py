"""``fastvec train``: from a workspace or a corpus to a model."""

from __future__ import annotations

from glob import glob
from os.path import samefile
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from .options import (
    config_of,
    corpus_options,
    examples,
    given,
    json_option,
    model_options,
    optional_corpus_argument,
    quiet_option,
    rebuild_option,
    workspace_option,
)
from .output import count, display_width, duration, note, print_json, reporter

if TYPE_CHECKING:
    from fastvec import Corpus

FILES = (".txt", ".vec", ".bin", ".safetensors")
EVERYDAY = 20  # Words so common that their neighbours say little.


@click.command(
    epilog=examples(
        "fastvec build-vocab corpus.txt && fastvec train --model skipgram",
        "fastvec train corpus.txt.gz --model skipgram --dim 300 --epochs 10 -o big.fastvec",
        "fastvec train corpus.txt --model skipgram -o vectors.txt",
    )
)
@optional_corpus_argument
@model_options
@click.option(
    "-o", "--output", type=click.Path(path_type=Path),
    help="Model folder, or a file of vectors (.txt .vec .bin .glove.txt .safetensors)."
    "  [default: <model>.fastvec]",
)  # fmt: skip
@click.option("--overwrite", is_flag=True, help="Replace what is there.")
@workspace_option
@rebuild_option
@corpus_options
@json_option
@quiet_option
def train(
    corpus: tuple[str, ...],
    model: str,
    output: Path | None,
    overwrite: bool,
    workspace: Path,
    rebuild: bool,
    whitespace: str,
    lowercase: bool,
    tokenizer: str,
    as_json: bool,
    quiet: bool,
    **settings: Any,
) -> None:
    """Train word vectors.

    Without CORPUS it uses the workspace that build-vocab left.
    """
    from fastvec.models.plan import uncompiled_seconds

    from .corpora import obtain, open_corpus, training_words, warn_uncompiled

    chosen = given(settings)
    config = config_of(model, chosen)  # Says what is wrong before any work.
    output = output or Path(f"{model}.fastvec")
    _check_swapped(corpus, output)
    _check_output(output, overwrite=overwrite)
    reading = {"whitespace": whitespace, "lowercase": lowercase, "tokenizer": tokenizer}
    text = open_corpus(corpus, reading) if corpus else None
    _check_spared(text, output)
    words = training_words(text, workspace)
    warn_uncompiled(None if words is None else uncompiled_seconds(words, config))
    with reporter(quiet=quiet) as callback:
        encoded = obtain(
            text, workspace, rebuild=rebuild, threads=config.threads, callback=callback
        )
        from fastvec.models.word2vec import ESTIMATORS

        estimator = ESTIMATORS[model](**{**encoded.defaults, **chosen})
        interrupted = _fit(estimator, encoded, callback)
    _save(estimator, output, overwrite=overwrite)
    _summarise(estimator, encoded.words, output, as_json=as_json, quiet=quiet)
    if interrupted:
        raise click.ClickException(f"stopped by Ctrl-C; what was learned so far is in {output}")


def _check_swapped(corpus: tuple[str, ...], output: Path) -> None:
    """Ask about a corpus that is not there when the output is."""
    if corpus and output.is_file() and not (corpus[0] == "-" or glob(corpus[0], recursive=True)):
        raise click.UsageError(
            f"{corpus[0]} does not exist, but -o {output} does. Are the two swapped? "
            f"fastvec train {output} -o {corpus[0]}"
        )


def _check_spared(text: Corpus | None, output: Path) -> None:
    """Refuse to write over the corpus, whatever --overwrite says."""
    files = text.identity().get("files", []) if text else []
    if output.exists() and any(samefile(file["path"], output) for file in files):
        raise click.UsageError(f"-o {output} would replace the corpus; choose another -o")


def _check_output(output: Path, *, overwrite: bool) -> None:
    """Refuse a target that exists, or cannot be, before work starts."""
    from fastvec.errors import ResourceError
    from fastvec.models.folder import check_target

    if not output.parent.is_dir():
        raise ResourceError(f"{output}: the folder {output.parent} does not exist; make it first")
    if output.suffix not in FILES:
        check_target(output, overwrite=overwrite)
    elif output.is_dir():
        raise ResourceError(f"{output}: is a folder; choose another -o")
    elif output.exists() and not overwrite:
        raise ResourceError(f"{output}: exists; replace it with --overwrite, or choose another -o")


def _fit(estimator: Any, encoded: Any, callback: Any) -> bool:
    """Train; return whether Ctrl-C ended it early, with something learned."""
    from fastvec.errors import FastvecError

    try:
        estimator.fit(encoded, callback=callback)
    except KeyboardInterrupt:
        try:
            return bool(estimator.vocabulary)
        except FastvecError:
            raise click.ClickException(
                "stopped by Ctrl-C before training began; nothing was written"
            ) from None
    return False


def _save(estimator: Any, output: Path, *, overwrite: bool) -> None:
    """Write a model folder, or vectors alone where the name asks for a file."""
    if output.suffix in FILES:
        import fastvec

        fastvec.save(estimator.vectors, output)
    else:
        estimator.save(output, overwrite=overwrite)


def _summarise(estimator: Any, words: int, output: Path, *, as_json: bool, quiet: bool) -> None:
    """Print what came out."""
    history = [record.as_dict() for record in estimator.history]
    if as_json:
        rows = len(estimator.vocabulary)
        print_json(
            {"model": str(output), "rows": rows, "dim": estimator.config.dim, "history": history}
        )
        return
    seconds = sum(record["seconds"] for record in history)
    trained = words * len(history)
    line = f"{output}: {count(len(estimator.vocabulary))} words x {estimator.config.dim}"
    if history:
        line += f", {duration(seconds)}, {count(trained / max(seconds, 1e-9))} words/s"
        line += f", {estimator.config.loss} loss {history[-1]['loss']:.4f}"
    click.echo(line)
    if not quiet and output.suffix not in FILES:
        note(f"next: fastvec neighbors {quote(str(output))} {quote(_example(estimator))}")


def _example(estimator: Any) -> str:
    """Choose a word to ask about: rather common, and not too short to mean something."""
    words = estimator.vocabulary.words
    long = (word for word in words[EVERYDAY:] if display_width(word) >= 4 and word.isalpha())
    return next(long, words[-1])
