"""``fastvec tagger evaluate``: scores of taggers on a text."""

from __future__ import annotations

import click

from .options import examples, json_option
from .output import print_json, warn
from .tagger_options import column, column_options, existing_file, open_tagger
from .tagger_scores import (
    as_json as scores_as_json,
)
from .tagger_scores import (
    print_confusion,
    print_errors,
    print_scores,
    print_side_by_side,
)


@click.command(
    epilog=examples(
        "fastvec tagger evaluate tagger.fastvec --test test.conll",
        "fastvec tagger evaluate random.fastvec vectors.fastvec elmo.fastvec --test test.conll",
        "fastvec tagger evaluate tagger.fastvec --test test.conll --errors 20 --confusion",
    )
)
@click.argument("models", nargs=-1, required=True, metavar="MODEL...",
                type=click.Path(exists=True, file_okay=False))  # fmt: skip
@click.option("--test", required=True, type=existing_file, metavar="FILE", help="Tagged text.")
@click.option("--lowercase", is_flag=True, help="Score the text folded to lower case, too.")
@click.option("--errors", type=click.IntRange(0), default=0, show_default=True,
              help="List so many wrong entities.")  # fmt: skip
@click.option("--confusion", is_flag=True, help="Print which types are taken for which.")
@column_options
@json_option
def evaluate(
    models: tuple[str, ...],
    test: str,
    lowercase: bool,
    errors: int,
    confusion: bool,
    word: str | None,
    tag: str,
    as_json: bool,
) -> None:
    """Score taggers.

    Entities are right if type and both ends are right, as conlleval and seqeval count; several
    models stand side by side, type by type.
    """
    from fastvec.evaluation.entities import EntityScores
    from fastvec.models.tagger.corpus import lowercased, tagged_text

    text = tagged_text(test, word=column(word), tag=column(tag))
    taggers = [open_tagger(path) for path in models]
    for case in [text, lowercased(text)] if lowercase else [text]:
        found = [tagger.evaluate(case) for tagger in taggers]
        if as_json:
            for model, each in zip(models, found, strict=True):
                print_json(scores_as_json(model, each))
            continue
        if len(found) > 1:
            print_side_by_side(models, found)
        else:
            print_scores(found[0])
        for model, each in zip(models, found, strict=True):
            if len(models) > 1 and (confusion or errors):
                click.echo(f"{model}:")
            if confusion:
                print_confusion(each.scores)
            if errors and isinstance(each.scores, EntityScores):
                print_errors(case, each.scores.errors, errors)
            elif errors:
                warn("errors are listed for entities only; see --confusion")
