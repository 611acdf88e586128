"""``fastvec tokenize``: text in, tokens out, one sentence a line."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from fastvec.progress import Callback, Progress

from .options import corpus_argument, examples, quiet_option
from .output import note, reporter

if TYPE_CHECKING:
    from fastvec import Corpus
    from fastvec.text.phrases import Stretch

Command = TypeVar("Command", bound=Callable[..., Any])


def output_options(command: Command) -> Command:
    """Add the options that say where text goes."""
    command = click.option("--overwrite", is_flag=True, help="Replace what is there.")(command)
    return click.option("-o", "--output", type=click.Path(path_type=Path),
                        help="File for the text; - for standard output.")(command)  # fmt: skip


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
    from fastvec.text.phrases import stretches

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


def write_text(text: Iterable[Stretch], write: Callable[[bytes], Any]) -> tuple[int, int]:
    """Write one sentence a line; return how many sentences and words there were."""
    sentences = words = 0
    fresh = True
    for stretch in text:
        ends = stretch.count(None)
        sentences, words = sentences + ends, words + len(stretch) - ends
        joined = "".join("\n" if word is None else f" {word}" for word in stretch)
        joined = joined.replace("\n ", "\n")
        if joined:
            joined, fresh = joined.removeprefix(" ") if fresh else joined, joined.endswith("\n")
        write(joined.encode("utf-8", "surrogateescape"))
    return sentences, words


@contextmanager
def text_output(output: Path | None, *, overwrite: bool) -> Iterator[Callable[[bytes], Any]]:
    """Give what writes to a file, which is there once it is whole, or to standard output."""
    from fastvec.errors import ResourceError

    if output is None or str(output) == "-":
        stream = sys.stdout.buffer
        yield stream.write
        stream.flush()
        return
    if output.exists() and not output.is_file():  # /dev/stdout must not be replaced.
        raise ResourceError(f"{output}: is no ordinary file; choose another -o, or -o -")
    if output.exists() and not overwrite:
        raise ResourceError(f"{output}: exists; replace it with --overwrite, or choose another -o")
    part = output.with_name(f".{output.name}.part")
    try:
        with part.open("wb") as file:
            yield file.write
        os.replace(part, output)
    except OSError as error:
        raise ResourceError(
            f"{output}: cannot be written ({error.strerror}); free space, or choose another -o"
        ) from error
    finally:
        part.unlink(missing_ok=True)
