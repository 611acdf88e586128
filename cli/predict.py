"""``fastvec predict``: the most likely words for a gap."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from .options import examples, json_option
from .output import print_json, warn
from .query import model_argument, print_scores, questions, topn_option

if TYPE_CHECKING:
    from fastvec.models.elmo.estimator import ELMo
    from fastvec.models.word2vec.model import WordModel

Scored = list[tuple[str, float]]
Answer = Callable[[str, int], tuple[list[str], Scored]]  # Unknown words, and the answers.


@click.command(
    epilog=examples(
        'fastvec predict cbow.fastvec "i want a glass of apple __"',
        'fastvec predict skipgram.fastvec "the __ of france" -n 3 --json',
        'fastvec predict elmo.fastvec "she sat on the __ of the river"',
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
    come with their probabilities. MODEL is a model folder of skip-gram, CBOW or ELMo: vectors
    alone do not tell what stands beside what. ELMo reads the whole sentence, from both sides.
    """
    answer = _open(model, window)
    for words in questions(sentence, 0):
        text = " ".join(words)
        unknown, answers = answer(text, topn)
        if as_json:
            print_json({"sentence": text, "unknown": unknown, "answers": answers})
            continue
        if not sentence:
            click.echo(f"{text}:")
        print_scores(answers, indent=0 if sentence else 2)


def _open(path: str, window: int | None) -> Answer:
    """Return what answers questions by the model of a folder."""
    from fastvec.errors import FormatError
    from fastvec.models.elmo.estimator import ELMo
    from fastvec.models.loading import load_model
    from fastvec.models.word2vec.model import WordModel

    if "__" in path and not os.path.exists(path):
        raise click.UsageError("MODEL comes first, then the sentence.")
    if os.path.isfile(path):
        raise FormatError(
            f"{path}: is a file, and vectors alone cannot predict; name the model folder"
        )
    model = load_model(path)
    if isinstance(model, ELMo):
        if window is not None:
            raise click.UsageError("--window has no use with ELMo, which reads whole sentences")
        return _by_language_model(model)
    if not isinstance(model, WordModel):
        raise FormatError(
            f"{path}: is a model of another kind; name one of skip-gram, CBOW or ELMo"
        )
    return _by_context(model, window)


def _by_context(model: WordModel, window: int | None) -> Answer:
    """Have skip-gram or CBOW answer."""
    from fastvec.models.word2vec.predict import GapFiller

    filler = GapFiller(model)

    def answer(text: str, topn: int) -> tuple[list[str], Scored]:
        context = filler.context(text, window)
        if context.unknown:
            warn(f"unknown words are left out: {', '.join(context.unknown)}")
        return context.unknown, filler.best(context.rows, topn)

    return answer


def _by_language_model(model: ELMo) -> Answer:
    """Have ELMo answer."""
    uses = model.uses

    def answer(text: str, topn: int) -> tuple[list[str], Scored]:
        unknown = uses.unknown(text)
        if unknown and model.config.input == "words":
            warn(f"unknown words are read as <unk>: {', '.join(unknown)}")
        return unknown, uses.fill(text, topn)

    return answer
