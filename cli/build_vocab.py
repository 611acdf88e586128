"""``fastvec build-vocab``: count words and encode the corpus."""

from __future__ import annotations

import time
from pathlib import Path
from shlex import quote
from typing import Any

import click

from fastvec.models.configs import Config

from .options import (
    corpus_argument,
    corpus_options,
    examples,
    json_option,
    quiet_option,
    workspace_option,
)
from .output import count, duration, note, print_json, print_table, reporter

SHOWN = 5


@click.command(
    "build-vocab",
    epilog=examples(
        "fastvec build-vocab corpus.txt",
        "fastvec build-vocab texts/ --tokenizer words --lowercase",
        "zcat big.gz | fastvec build-vocab - -w big-data",
    ),
)
@corpus_argument
@workspace_option
@corpus_options
@click.option(
    "--min-count",
    type=int,
    help=f"For later training: leave out words seen less often.  [default: {Config.min_count}]",
)
@click.option(
    "--max-size", type=int, help="For later training: most rows of the model; default: no limit."
)
@click.option("--threads", type=int, help="Threads; default: all usable cores.")
@json_option
@quiet_option
def build_vocab(
    corpus: tuple[str, ...],
    workspace: Path,
    min_count: int | None,
    max_size: int | None,
    threads: int | None,
    as_json: bool,
    quiet: bool,
    **reading: Any,
) -> None:
    """Count the words of a text and encode it.

    CORPUS is one or more files (plain, gz, bz2, xz, zip), folders, patterns, or - for standard
    input; one sentence a line. The workspace that this makes serves every model.
    """
    if not corpus:
        raise click.UsageError(
            "Name a corpus: a file, a folder, a pattern, or - for standard input."
        )
    from fastvec.vocabulary.words import check_cut

    from .corpora import UNCOMPILED_BYTES, build, open_corpus, warn_uncompiled

    check_cut(min_count if min_count is not None else 1, max_size)
    defaults = {"min_count": min_count, "max_size": max_size}
    defaults = {name: value for name, value in defaults.items() if value is not None}
    text = open_corpus(corpus, reading)
    warn_uncompiled(text.total_bytes / UNCOMPILED_BYTES if text.total_bytes is not None else None)
    started = time.perf_counter()
    with reporter(quiet=quiet) as callback:
        made = build(text, workspace, callback, threads=threads, defaults=defaults)
    seconds = time.perf_counter() - started
    vocabulary = made.vocabulary
    needed = min_count or Config.min_count
    usual = vocabulary.leading(needed, max_size)
    if as_json:
        print_json(
            {"workspace": str(made.folder), "words": made.words, "sentences": made.sentence_count,
             "distinct": len(vocabulary), "known": usual, "seconds": round(seconds, 3)}
        )  # fmt: skip
        return
    limit = "seen" if needed == 1 else f"seen {count(needed)} times or more"
    limit += f", at most {count(max_size)}" if max_size else ""
    print_table(
        [("words", count(made.words)), ("sentences", count(made.sentence_count)),
         ("distinct words", count(len(vocabulary))), (limit, count(usual))],
        "<>",
    )  # fmt: skip
    common = zip(vocabulary.words[:SHOWN], vocabulary.counts[:SHOWN].tolist(), strict=True)
    click.echo("commonest: " + ", ".join(f"{word} ({count(number)})" for word, number in common))
    if not quiet:
        where = "" if workspace == Path("fastvec-data") else f" -w {quote(str(workspace))}"
        note(f"{workspace} is ready ({duration(seconds)})")
        note(f"next: fastvec train --model skipgram{where}")
