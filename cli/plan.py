"""``fastvec plan``: what a training run will need."""

from __future__ import annotations

from typing import Any

import click

from fastvec.errors import CorpusError

from .options import (
    config_of,
    corpus_argument,
    corpus_options,
    examples,
    given,
    json_option,
    model_options,
)
from .output import count, duration, print_json, print_table


@click.command(epilog=examples("fastvec plan corpus.txt --model skipgram --dim 300"))
@corpus_argument
@model_options
@corpus_options
@json_option
def plan(
    corpus: tuple[str, ...],
    model: str,
    whitespace: str,
    lowercase: bool,
    tokenizer: str,
    as_json: bool,
    **settings: Any,
) -> None:
    """Print what a training run will need.

    That is memory, disk and time, before anything starts. A large corpus is judged by its first
    part.
    """
    if not corpus:
        raise click.UsageError("Name a corpus.")
    from fastvec.encoding.estimate import estimate_corpus
    from fastvec.models.plan import available_memory, gigabytes
    from fastvec.models.registry import planner

    from .corpora import open_corpus, warn_uncompiled

    config = config_of(model, given(settings))
    reading = {"whitespace": whitespace, "lowercase": lowercase, "tokenizer": tokenizer}
    text = open_corpus(corpus, reading)
    warn_uncompiled(None)
    size = estimate_corpus(text, config.min_count)
    if size.words == 0:
        raise CorpusError(f"{text}: holds no words")
    rows = size.known if config.max_size is None else min(size.known, config.max_size)
    result = planner(model)(rows, config, size.words, size.distinct)
    if as_json:
        print_json({"model": model, "words": size.words, "distinct": size.distinct, "rows": rows,
                    "exact": size.exact, **result.as_dict()})  # fmt: skip
        return
    about = "" if size.exact else "about "
    click.echo(
        f"corpus: {about}{count(size.words)} words, {about}{count(size.distinct)} distinct, "
        f"{about}{count(rows)} of them rows"
    )
    lines = []
    for title, parts in (("memory", result.memory), ("disk", result.disk)):
        lines.append((title, gigabytes(sum(parts.values())), ""))
        lines += [("", gigabytes(part), name) for name, part in parts.items()]
    lines.append(("time", f"~{duration(result.seconds)}", f"{config.epochs} epochs, roughly"))
    free = available_memory()
    if free is not None:
        lines.append(("free memory", gigabytes(free), ""))
    print_table(lines, "<><")
