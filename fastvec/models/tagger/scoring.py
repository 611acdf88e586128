"""How well a tagger does on a text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, stdev
from typing import NamedTuple

from fastvec.errors import ParameterError
from fastvec.evaluation.entities import EntityScores, score_entities
from fastvec.evaluation.tag_schemes import PLAIN, recognise
from fastvec.evaluation.token_tags import TagScores, score_tags
from fastvec.models.tagger.corpus import TagSet
from fastvec.models.tagger.features import Coverage
from fastvec.models.tagger.model import TaggerModel
from fastvec.text.columns import TaggedText


class Evaluation(NamedTuple):
    """How well a text was tagged.

    Attributes
    ----------
    name : str
        Of the text.
    scores : EntityScores or TagScores
    coverage : Coverage
        How its words found their vectors.
    predicted : list of list of str
        The tags of each sentence.
    """

    name: str
    scores: EntityScores | TagScores
    coverage: Coverage
    predicted: list[list[str]]

    @property
    def score(self) -> float:
        """F1 of entities, or accuracy of plain tags."""
        return score_of(self.scores)


def score_of(scores: EntityScores | TagScores) -> float:
    """Return the one number: F1 of entities, or accuracy of plain tags."""
    return scores.total.f1 if isinstance(scores, EntityScores) else scores.accuracy


def scored(
    tags: TagSet, gold: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]
) -> EntityScores | TagScores:
    """Score predicted tags by the kind of tags that they are."""
    return score_entities(gold, predicted) if tags.entities else score_tags(gold, predicted)


def evaluate(model: TaggerModel, text: TaggedText) -> Evaluation:
    """Tag a text and score that.

    Raises
    ------
    ParameterError
        If it has entities and the tagger plain labels, or the other way round.
    """
    check_kind(text, model.tags)
    words = [sentence.words for sentence in text.sentences]
    predicted = model.tag(words)
    gold = [sentence.tags for sentence in text.sentences]
    coverage = model.reader.lookup.coverage(words)
    return Evaluation(text.name, scored(model.tags, gold, predicted), coverage, predicted)


def check_kind(text: TaggedText, tags: TagSet) -> None:
    """Refuse plain labels where a tagger has entities, and the other way round.

    Raises
    ------
    ParameterError
    """
    kinds = {True: "entities (O, B-..., I-...)", False: "plain labels"}
    entities = recognise(sentence.tags for sentence in text.sentences) != PLAIN
    if entities != tags.entities:
        raise ParameterError(
            f"{text.name}: has {kinds[entities]} in its tag column, but the tagger learned "
            f"{kinds[tags.entities]}; choose the column that it learned with --tag-column"
        )


def mean_and_deviation(scores: Sequence[float]) -> tuple[float, float]:
    """Return the mean over seeds, and the sample's standard deviation: NaN for one seed."""
    return fmean(scores), stdev(scores) if len(scores) > 1 else math.nan
