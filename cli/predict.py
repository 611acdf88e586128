"""``fastvec predict``: the most likely words for a gap."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from .options import examples, json_option
from .output import print_json, warn
from .query import model_argument, print_scores, questions, topn_option

if TYPE_CHECKING:
    from fastvec.models.predict import GapFiller


@click.command(
    epilog=examples(
        'fastvec predict cbow.fastvec "i want a glass of apple __"',
        'fastvec predict skipgram.fastvec "the __ of france" -n 3 --json',
        "cat gaps.txt | fastvec predict cbow.fastvec",
    )
)
@model_argument
@click.argument("sentence", nargs=-1)
@topn_option
@click.option(
    "--window",
    type=click.IntRange(1),
    help="Most words on each side of the gap; default: the model's window.",
)
@json_option
def predict(
    model: str, sentence: tuple[str, ...], topn: int, window: int | None, as_json: bool
) -> None:
    """Print the most likely words for a gap.

    SENTENCE holds one gap, written __; sentences also come one a line from standard input. Words
    come with their probabilities. MODEL is a model folder of skip-gram or CBOW: vectors alone do
    not tell what stands beside what.
    """
    filler = _open(model)
    for words in questions(sentence, 0):
        text = " ".join(words)
        context = filler.context(text, window)
        if context.unknown:
            warn(f"unknown words are left out: {', '.join(context.unknown)}")
        answers = filler.best(context.rows, topn)
        if as_json:
            print_json({"sentence": text, "unknown": context.unknown, "answers": answers})
            continue
        if not sentence:
            click.echo(f"{text}:")
        print_scores(answers, indent=0 if sentence else 2)


def _open(path: str) -> GapFiller:
    """Load the model of a folder."""
    from fastvec.errors import FormatError
    from fastvec.models.loading import load_model
    from fastvec.models.predict import GapFiller
    from fastvec.models.word_model import WordModel

    if "__" in path and not os.path.exists(path):
        raise click.UsageError("MODEL comes first, then the sentence.")
    if os.path.isfile(path):
        raise FormatError(
            f"{path}: is a file, and vectors alone cannot predict; name the model folder"
        )
    model = load_model(path)
    if not isinstance(model, WordModel):
        raise FormatError(f"{path}: is a model of another kind; name one of skip-gram or CBOW")
    return GapFiller(model)
