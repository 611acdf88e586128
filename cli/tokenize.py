"""``fastvec tokenize``: text in, tokens out, one sentence a line."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fastvec.progress import Callback, Progress

from .options import corpus_argument, examples, quiet_option
from .output import note, reporter
from .text_output import output_options, text_output, write_text

if TYPE_CHECKING:
    from fastvec import Corpus


@click.command(
    epilog=examples(
        "fastvec tokenize book.txt -o tokens.txt",
        "fastvec tokenize news/ --language zh --lowercase -o tokens.txt",
        "zcat big.gz | fastvec tokenize - | fastvec build-vocab -",
    )
)
@corpus_argument
@click.option(
    "--tokenizer", type=click.Choice(["whitespace", "words", "zh"]), default="words",
    show_default=True,
    help="Tokens: as separated by white space, Unicode words, or Chinese words (jieba).",
)  # fmt: skip
@click.option("--language", type=click.Choice(["zh"]), help="Short for --tokenizer zh.")
@click.option("--lowercase", is_flag=True, help="Fold words to lower case.")
@output_options
@quiet_option
def tokenize(
    corpus: tuple[str, ...],
    tokenizer: str,
    language: str | None,
    lowercase: bool,
    output: Path | None,
    overwrite: bool,
    quiet: bool,
) -> None:
    """Split text into tokens, with one space between them.

    CORPUS is one or more files (plain, gz, bz2, xz, zip), folders, patterns, or - for standard
    input. Every line stays a line, and Chinese sentences get lines of their own; empty lines go.
    Without -o the tokens go to standard output.
    """
    from fastvec.text.stretches import stretches

    if not corpus:
        raise click.UsageError("Name a text: a file, a folder, a pattern, or -.")
    reading = {"tokenizer": language or tokenizer, "lowercase": lowercase}
    with text_output(output, overwrite=overwrite) as write, reporter(quiet=quiet) as callback:
        text = watched_corpus(corpus, reading, callback)
        sentences, words = write_text(stretches(text), write)
    if not quiet:
        note(f"{sentences:,} sentences, {words:,} tokens")


def watched_corpus(sources: tuple[str, ...], reading: dict[str, Any], callback: Callback) -> Corpus:
    """Return a corpus of which every reading tells how far it got."""
    from fastvec import Corpus

    class Watched(Corpus):
        def blocks(self, size: int = 1 << 22) -> Iterator[bytes]:
            started, words = time.perf_counter(), 0
            for block in super().blocks(size):
                words += block.count(b" ") + block.count(b"\n")
                rate = words / (time.perf_counter() - started)
                done, total = self.position(), self.total_bytes or 0
                callback(Progress(stage="reading", done=done, total=total, words_per_second=rate))
                yield block

    return Watched(*sources, **reading)
