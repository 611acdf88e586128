"""``fastvec neighbors``, ``similarity`` and ``analogy``: questions to finished vectors."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

import click

from .options import examples, json_option
from .output import note, print_json, print_table, warn

model_argument = click.argument("model", type=click.Path())
topn_option = click.option("-n", "--topn", type=click.IntRange(1), default=10, show_default=True,
                           help="How many answers.")  # fmt: skip
restrict_option = click.option(
    "--restrict", type=click.IntRange(1), help="Answer among the commonest words only."
)
oov_option = click.option(
    "--oov", type=click.Choice(["error", "skip", "unk", "zero"]), default="error",
    show_default=True, help="What to do with unknown words.",
)  # fmt: skip


def load(path: str, words: tuple[str, ...] = ()) -> Any:
    """Load vectors and report repairs on stderr."""
    import fastvec

    if not os.path.exists(path) and words and os.path.exists(words[0]):
        command = click.get_current_context().command_path
        raise click.UsageError(f"MODEL comes first: {command} {words[0]} {path}")
    vectors = fastvec.load(path)
    for repair in getattr(vectors, "report", ()):
        warn(repair)
    return vectors


def questions(words: tuple[str, ...], each: int) -> Iterator[list[str]]:
    """Yield the words of each question: the arguments, or the lines of standard input."""
    if words:
        if each and len(words) != each:
            raise click.UsageError(f"Expected {each} words, got {len(words)}.")
        yield list(words)
        return
    if sys.stdin.isatty():
        note("Type words, then Enter; Ctrl-D ends.")
    for number, line in enumerate(sys.stdin, start=1):
        asked = line.split()
        if each and asked and len(asked) != each:
            raise click.UsageError(f"Line {number}: expected {each} words, got {len(asked)}.")
        if asked:
            yield asked


@click.command(
    epilog=examples(
        "fastvec neighbors skipgram.fastvec king",
        "fastvec neighbors glove.txt paris rome -n 5 --json",
        "cat words.txt | fastvec neighbors skipgram.fastvec",
    )
)
@model_argument
@click.argument("words", nargs=-1)
@topn_option
@restrict_option
@oov_option
@json_option
def neighbors(
    model: str, words: tuple[str, ...], topn: int, restrict: int | None, oov: str, as_json: bool
) -> None:
    """Print the nearest words of each word, by cosine.

    Words come as arguments, or one a line from standard input.
    """
    vectors = load(model, words)
    titled = len(words) != 1
    for word in (word for line in questions(words, 0) for word in line):
        found = vectors.most_similar(word, topn=topn, restrict=restrict, oov=oov)
        if as_json:
            print_json({"word": word, "neighbors": found})
            continue
        if titled:
            click.echo(f"{word}:")
        _print_scores(found, indent=2 * titled)


@click.command(
    epilog=examples(
        "fastvec similarity skipgram.fastvec king queen",
        "cat pairs.txt | fastvec similarity skipgram.fastvec",
    )
)
@model_argument
@click.argument("words", nargs=-1)
@json_option
def similarity(model: str, words: tuple[str, ...], as_json: bool) -> None:
    """Print the cosine of two words.

    Pairs come as two arguments, or one pair a line from standard input.
    """
    vectors = load(model, words)
    for first, second in questions(words, 2):
        cosine = float(vectors.similarity(first, second))
        if as_json:
            print_json({"words": [first, second], "similarity": cosine})
        else:
            click.echo(f"{cosine:.4f}" if words else f"{first} {second} {cosine:.4f}")


@click.command(epilog=examples("fastvec analogy skipgram.fastvec man woman king"))
@model_argument
@click.argument("words", nargs=-1)
@topn_option
@restrict_option
@json_option
def analogy(
    model: str, words: tuple[str, ...], topn: int, restrict: int | None, as_json: bool
) -> None:
    """Answer "A is to B as C is to ?".

    The answers are the words nearest to B - A + C. The three words come as arguments, or three a
    line from standard input.
    """
    vectors = load(model, words)
    for a, b, c in questions(words, 3):
        found = vectors.analogy(a, b, c, topn=topn, restrict=restrict)
        if as_json:
            print_json({"question": [a, b, c], "formula": "b - a + c", "answers": found})
            continue
        if not words:
            click.echo(f"{a} : {b} :: {c} : ?")
        _print_scores(found, indent=0 if words else 2)


def _print_scores(found: list[tuple[str, float]], indent: int = 0) -> None:
    """Print words and cosines."""
    if found:
        print_table([(word, f"{score:.4f}") for word, score in found], "<>", indent=indent)
