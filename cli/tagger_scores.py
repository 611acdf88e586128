"""Scores of taggers as tables and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from fastvec.evaluation.entities import EntityScore, EntityScores
from fastvec.evaluation.token_tags import TagScores

from .output import count, print_table

if TYPE_CHECKING:
    from fastvec.evaluation.entities import EntityError
    from fastvec.evaluation.tag_schemes import Span
    from fastvec.models.tagger.scoring import Evaluation
    from fastvec.text.columns import TaggedText

NOTHING = "(nothing)"  # Beside what was missed or invented.


def print_scores(found: Evaluation) -> None:
    """Print one tagger's scores on one text, a line a type or tag."""
    scores = found.scores
    click.echo(f"{found.name}: {found.coverage}")
    if isinstance(scores, EntityScores):
        rows = [["", "precision", "recall", "F1", "right", "predicted", "gold"]]
        rows += [_entity_row(score) for score in [*scores.types, scores.total]]
        print_table(rows, "<>>>>>>")
        click.echo(f"accuracy of tokens: {scores.accuracy:.2%} of {count(scores.tokens)}")
        return
    print_table(
        [["", "F1", "right", "predicted", "gold"]]
        + [[tag.tag, _share(tag.f1), tag.right, tag.predicted, tag.gold] for tag in scores.tags],
        "<>>>>",
    )
    masked = f", {count(scores.masked)} without a gold tag left out" if scores.masked else ""
    click.echo(f"accuracy: {scores.accuracy:.2%} of {count(scores.tokens)} tokens{masked}")


def print_side_by_side(models: Sequence[str], found: Sequence[Evaluation]) -> None:
    """Print several taggers' scores on one text: types down, models across."""
    tables = [_by_name(each.scores) for each in found]
    names = sorted({name for table in tables for name in table})
    rows = [[f"{found[0].name}, F1", *models]]
    rows += [[name, *(_share(table[name]) if name in table else "-" for table in tables)]
             for name in names]  # fmt: skip
    total = "total" if isinstance(found[0].scores, EntityScores) else "accuracy"
    rows.append([total, *(_share(each.score) for each in found)])
    rows.append(["words with a vector", *(f"{each.coverage.share:.1%}" for each in found)])
    print_table(rows, "<" + ">" * len(models))


def print_confusion(scores: EntityScores | TagScores) -> None:
    """Print how often each gold type, down, was predicted as each type, across."""
    pairs = scores.confusion
    kinds = sorted({kind for pair in pairs for kind in pair}, key=lambda kind: (not kind, kind))
    rows: list[list[Any]] = [["gold \\ predicted", *(kind or NOTHING for kind in kinds)]]
    rows += [[gold or NOTHING, *(pairs.get((gold, guess), 0) or "-" for guess in kinds)]
             for gold in kinds if any(pair[0] == gold for pair in pairs)]  # fmt: skip
    print_table(rows, "<" + ">" * len(kinds))


def print_errors(text: TaggedText, errors: Sequence[EntityError], most: int) -> None:
    """Print wrong entities with their lines, some of them."""
    rows = [[f"line {text.sentences[error.sentence].line + _first(error)}", error.kind,
             _shown(text, error, error.gold), _shown(text, error, error.predicted)]
            for error in errors[:most]]  # fmt: skip
    if rows:
        print_table([["", "wrong", "gold", "predicted"], *rows], "<<<<")
        click.echo(f"{min(most, len(errors)):,} of {len(errors):,} errors")


def as_json(model: str, found: Evaluation) -> dict[str, Any]:
    """Return a tagger's scores on a text as plain values."""
    scores, coverage = found.scores, found.coverage
    facts: dict[str, Any] = {
        "model": model,
        "text": found.name,
        "score": found.score,
        "accuracy": scores.accuracy,
        "coverage": {"tokens": dict(coverage.tokens), "words": dict(coverage.words)},
    }
    if isinstance(scores, EntityScores):
        facts |= _facts(scores.total)
        facts["types"] = {score.type: _facts(score) for score in scores.types}
    else:
        facts["tags"] = {tag.tag: {"f1": tag.f1, "right": tag.right, "predicted": tag.predicted,
                                   "gold": tag.gold} for tag in scores.tags}  # fmt: skip
        facts |= {"tokens": scores.tokens, "masked": scores.masked}
    return facts


def _facts(score: EntityScore) -> dict[str, Any]:
    return {
        "precision": score.precision, "recall": score.recall, "f1": score.f1,
        "right": score.right, "predicted": score.predicted, "gold": score.gold,
    }  # fmt: skip


def _entity_row(score: EntityScore) -> list[Any]:
    shares = [_share(value) for value in (score.precision, score.recall, score.f1)]
    return [score.type or "(no type)", *shares, score.right, score.predicted, score.gold]


def _by_name(scores: EntityScores | TagScores) -> dict[str, float]:
    if isinstance(scores, EntityScores):
        return {score.type or "(no type)": score.f1 for score in scores.types}
    return {tag.tag: tag.f1 for tag in scores.tags}


def _share(value: float) -> str:
    return f"{100 * value:.2f}"


def _first(error: EntityError) -> int:
    """Return the first token of what is wrong."""
    return min(span.start for span in (error.gold, error.predicted) if span is not None)


def _shown(text: TaggedText, error: EntityError, span: Span | None) -> str:
    """Write an entity with its type."""
    if span is None:
        return NOTHING
    words = text.sentences[error.sentence].words[span.start : span.stop]
    return f"{' '.join(words)} ({span.type})"
