"""``fastvec phrases``: find words that belong together, and join them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from .options import corpus_argument, corpus_options, examples, json_option, quiet_option
from .output import count, note, print_json, print_table, reporter, warn
from .text_output import output_options, text_output, write_text
from .tokenize import watched_corpus


@click.command(
    epilog=examples(
        "fastvec phrases tokens.txt -o phrases.txt",
        "fastvec phrases tokens.txt --scoring npmi --threshold 0.6 -n 100",
        "fastvec phrases tokens.txt --passes 2 -o - | fastvec build-vocab -",
    )
)
@corpus_argument
@click.option("--scoring", type=click.Choice(["word2phrase", "npmi"]), default="word2phrase",
              show_default=True, help="(n_ab - min count) * N / (n_a * n_b), or normalised "
              "pointwise mutual information.")  # fmt: skip
@click.option("--threshold", type=float,
              help="Join pairs that score more.  [default: 100 word2phrase, 0.5 npmi]")  # fmt: skip
@click.option("--min-count", type=int, default=5, show_default=True,
              help="Leave out words and pairs seen less often.")  # fmt: skip
@click.option("--passes", type=int, default=1, show_default=True,
              help="2 find phrases of up to 4 words, 3 of up to 8.")  # fmt: skip
@click.option("--overlap", type=click.Choice(["best", "left"]), default="best", show_default=True,
              help="Of pairs that share a word join the best, or the left one.")  # fmt: skip
@click.option("--delimiter", default="_", show_default=True, help="Joins the words.")
@click.option("--max-entries", type=int, default=10_000_000, show_default=True,
              help="Most words, or pairs, counted at once, at about 150 bytes; beyond that the "
              "rarest are dropped.")  # fmt: skip
@click.option("-n", "--topn", type=click.IntRange(1), default=20, show_default=True,
              help="How many pairs to print.")  # fmt: skip
@output_options
@corpus_options
@json_option
@quiet_option
def phrases(
    corpus: tuple[str, ...],
    topn: int,
    output: Path | None,
    overwrite: bool,
    whitespace: str,
    lowercase: bool,
    tokenizer: str,
    as_json: bool,
    quiet: bool,
    **settings: Any,
) -> None:
    """Find pairs of words that belong together; join them.

    CORPUS is one or more files (plain, gz, bz2, xz, zip), folders, patterns, or - for standard
    input; one sentence a line, and no pair crosses the end of one. Prints the pairs of the highest
    score, how often they stand together, and the score. With -o it also writes the text with every
    pair joined; with -o - nothing but that. Text is read twice a pass, so standard input is first
    kept in a temporary file.
    """
    from fastvec import Phrases

    if not corpus:
        raise click.UsageError("Name a text: a file, a folder, a pattern, or -.")
    piped = str(output) == "-"
    if piped and as_json:
        raise click.UsageError("--json and -o - both want standard output.")
    reading = {"whitespace": whitespace, "lowercase": lowercase, "tokenizer": tokenizer}
    found = Phrases(**settings)
    with _readable_again(corpus) as sources, reporter(quiet=quiet) as callback:
        text = watched_corpus(sources, reading, callback)
        if output is None:
            found.fit(text)
        else:
            with text_output(output, overwrite=overwrite) as write:
                found.fit(text)
                write_text(found.join(text), write)
    if found.undercount:
        warn(f"counts are too low by up to {found.undercount}; raise --max-entries")
    every = found.top()
    if as_json:
        top = [each._asdict() for each in every[:topn]]
        print_json({"phrases": len(every), "undercount": found.undercount, "top": top})
        return
    rows = [(*each.words, count(each.frequency), f"{each.score:.3f}") for each in every[:topn]]
    if not piped:
        print_table(rows, "<<>>") if rows else click.echo("no phrases; try a lower --threshold")
    if not quiet:
        note(f"{count(len(every))} phrases")


@contextmanager
def _readable_again(corpus: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Give the sources; standard input as a temporary file."""
    if corpus != ("-",):
        yield corpus
        return
    from fastvec.errors import ResourceError

    with TemporaryDirectory(prefix="fastvec-", ignore_cleanup_errors=True) as folder:
        kept = Path(folder) / "standard-input"
        try:
            with kept.open("wb") as file:
                shutil.copyfileobj(sys.stdin.buffer, file)
        except OSError as error:
            raise ResourceError(
                f"standard input needs room in the temporary folder ({error.strerror}); set TMPDIR"
            ) from error
        yield (str(kept),)
