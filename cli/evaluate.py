"""``fastvec evaluate``: analogies and word pairs, any number of models side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from fastvec.evaluation.protocols import PROTOCOLS
from fastvec.vectors.methods import ALL_METHODS

from .options import examples, json_option
from .output import print_json, print_table, warn
from .query import load

if TYPE_CHECKING:
    from fastvec.evaluation.analogies import AnalogyScores, Score
    from fastvec.evaluation.pairs import PairScores

_file = click.Path(exists=True, dir_okay=False)


@click.command(
    epilog=examples(
        "fastvec evaluate glove.txt --analogies questions-words.txt --restrict 30000",
        "fastvec evaluate a.txt b.txt --pairs ws353.tsv --pairs men.tsv",
        "fastvec evaluate vectors.bin --analogies questions-words.txt --protocol word2vec-c",
    )
)
@click.argument("models", nargs=-1, required=True, metavar="MODEL...", type=click.Path())
@click.option("--analogies", multiple=True, type=_file, help="Questions: four words a line.")
@click.option("--pairs", multiple=True, type=_file, help="Pairs: word TAB word TAB score.")
@click.option("--protocol", type=click.Choice(list(PROTOCOLS)), default="gensim",
              show_default=True, help="Whose rules of case, vocabulary and answers hold.",
              )  # fmt: skip
@click.option("--method", type=click.Choice(list(ALL_METHODS)), default="3cosadd",
              show_default=True, help="What the answer to an analogy maximises.",
              )  # fmt: skip
@click.option("--restrict", type=click.IntRange(1),
              help="Know so many commonest words only.  [default: the protocol's]")  # fmt: skip
@click.option("--oov", type=click.Choice(["skip", "zero"]), default="skip", show_default=True,
              help="Unknown words: do not count, or count as wrong, or as similarity 0.",
              )  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True,
              help="Of the bootstrap that gives 95 % intervals.")  # fmt: skip
@json_option
def evaluate(
    models: tuple[str, ...],
    analogies: tuple[str, ...],
    pairs: tuple[str, ...],
    method: str,
    as_json: bool,
    **options: Any,
) -> None:
    """Score vectors on analogies and word pairs.

    Each score stands under a named protocol, with the number of questions or pairs that it
    counts and a 95 % interval. Models are not changed.
    """
    from fastvec.evaluation.analogies import evaluate_analogies
    from fastvec.evaluation.files import read_pairs, read_questions
    from fastvec.evaluation.pairs import evaluate_pairs

    if not analogies and not pairs:
        raise click.UsageError("Name a file of questions: --analogies FILE, or --pairs FILE.")
    asked = [read_questions(path) for path in analogies]
    judged = [read_pairs(path) for path in pairs]
    solved: list[list[AnalogyScores]] = []
    compared: list[list[PairScores]] = []
    for model in models:  # One at a time is in memory.
        words, matrix = load(model).export_matrix()
        solved.append([evaluate_analogies(words, matrix, source, method=method, **options)
                       for source in asked])  # fmt: skip
        compared.append([evaluate_pairs(words, matrix, source, **options) for source in judged])
    _warn_skipped([*solved[0], *compared[0]])
    if as_json:
        _print_objects(models, solved, compared)
    else:
        click.echo(f"protocol {options['protocol']}: {PROTOCOLS[options['protocol']].about}")
        _print_analogies(models, list(zip(*solved, strict=True)))
        _print_pairs(models, list(zip(*compared, strict=True)))


def _warn_skipped(found: Sequence[AnalogyScores | PairScores]) -> None:
    """Name the lines of each file that were passed over."""
    for scores in found:
        if scores.skipped:
            shown = ", ".join(map(str, scores.skipped[:5])) + ", ..." * (len(scores.skipped) > 5)
            warn(f"{scores.name}: lines passed over, for they are no entries: {shown}")


def _print_analogies(models: tuple[str, ...], found: Sequence[tuple[AnalogyScores, ...]]) -> None:
    """Print for each file its sections down and models across."""
    for scores in found:
        rows = [[f"{scores[0].name}, {scores[0].method}", *models]]
        tables = [[*each.sections, *each.groups, each.total] for each in scores]
        for across in zip(*tables, strict=True):
            rows.append([across[0].name or "(no section)", *map(_accuracy, across)])
        totals = [each.total for each in scores]
        rows.append(["95 % interval of total", *map(_interval, totals)])
        rows.append(["known questions", *(f"{each.known}/{each.total.total}" for each in scores)])
        click.echo()
        print_table(rows, "<" + ">" * len(models))


def _print_pairs(models: tuple[str, ...], found: Sequence[tuple[PairScores, ...]]) -> None:
    """Print files down and models across."""
    if found:
        rows = [[scores[0].name, *map(_correlation, scores)] for scores in found]
        click.echo()
        print_table(
            [["Spearman (95 % interval), known pairs", *models], *rows], "<" + ">" * len(models)
        )


def _accuracy(score: Score) -> str:
    """Write an accuracy with its counts."""
    shown = f"{100 * score.accuracy:.2f} %" if score.counted else "-"
    return f"{shown} ({score.right}/{score.counted})"


def _interval(score: Score) -> str:
    low, high = score.interval
    return f"{100 * low:.2f} to {100 * high:.2f} %" if score.counted else "-"


def _correlation(score: PairScores) -> str:
    """Write a correlation with its interval and the pairs that it knows."""
    low, high = score.interval
    shown = f"{score.spearman:.4f} ({low:.3f} to {high:.3f})" if score.counted > 1 else "-"
    return f"{shown}, {score.known}/{score.total}"


def _print_objects(
    models: tuple[str, ...], solved: list[list[AnalogyScores]], compared: list[list[PairScores]]
) -> None:
    """Print one JSON object for each model and file."""
    for model, answers, judgements in zip(models, solved, compared, strict=True):
        for scores in answers:
            parts = {"sections": scores.sections, "groups": scores.groups}
            facts = {name: list(map(_facts, part)) for name, part in parts.items()}
            print_json({"model": model, "analogies": scores.name, "protocol": scores.protocol,
                        "method": scores.method, "known": scores.known,
                        "total": _facts(scores.total), **facts})  # fmt: skip
        for found in judgements:
            entries = asdict(found)
            print_json({"model": model, "pairs": entries.pop("name"), **entries})


def _facts(score: Score) -> dict[str, Any]:
    """Return a score's numbers."""
    return {**asdict(score), "accuracy": score.accuracy}
