"""Precision, recall and F1 of entities, as conlleval and seqeval count them.

An entity is right if its type and both its ends are right; nothing else counts.

References
----------
Tjong Kim Sang and De Meulder, "Introduction to the CoNLL-2003 Shared Task", 2003.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fastvec.errors import ParameterError
from fastvec.evaluation.tag_schemes import Span, spans

NOTHING = ""  # The type of what is missed, and of what is found where nothing is.


class EntityScore(NamedTuple):
    """How many entities of a type are right.

    Attributes
    ----------
    type : str
    right, predicted, gold : int
        Entities that are right, that were predicted, and that there are.
    """

    type: str
    right: int
    predicted: int
    gold: int

    @property
    def precision(self) -> float:
        """Share of the predicted entities that are right; 0 where there are none."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of the entities that were found; 0 where there are none."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 where nothing is right."""
        both = self.predicted + self.gold
        return 2 * self.right / both if both else 0.0


class EntityError(NamedTuple):
    """An entity that is wrong.

    Attributes
    ----------
    sentence : int
        From 0.
    kind : {"type", "ends", "missed", "invented"}
        Right ends with a wrong type; wrong ends, whatever the type; or only on one side.
    gold, predicted : Span or None
    """

    sentence: int
    kind: str
    gold: Span | None
    predicted: Span | None


class EntityScores(NamedTuple):
    """Scores of entities.

    Attributes
    ----------
    total : EntityScore
        Over all entities (micro average).
    types : list of EntityScore
        By the names of the types.
    confusion : dict of (str, str) to int
        How often entities of a type were predicted, with the same ends, as another;
        "" for those missed, or found where there is none.
    errors : list of EntityError
    tokens, right_tokens : int
        All tokens, and those with the right tag.
    """

    total: EntityScore
    types: list[EntityScore]
    confusion: dict[tuple[str, str], int]
    errors: list[EntityError]
    tokens: int
    right_tokens: int

    @property
    def accuracy(self) -> float:
        """Share of the tokens with the right tag."""
        return self.right_tokens / self.tokens if self.tokens else 0.0


def score_entities(
    gold: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]
) -> EntityScores:
    """Score predicted tags against gold ones, of any of the schemes.

    Parameters
    ----------
    gold, predicted : sequence of sequence of str
        The tags of each sentence.

    Returns
    -------
    EntityScores

    Raises
    ------
    ParameterError
        If sentences do not have the same lengths.

    Examples
    --------
    >>> score_entities([["B-PER", "I-PER", "O"]], [["B-PER", "I-PER", "O"]]).total.f1
    1.0
    """
    check_alike(gold, predicted)
    right: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    confusion: Counter[tuple[str, str]] = Counter()
    errors: list[EntityError] = []
    tokens = right_tokens = 0
    for number, (truth, guess) in enumerate(zip(gold, predicted, strict=True)):
        true_spans, guessed = spans(truth), spans(guess)
        both = set(true_spans) & set(guessed)
        right.update(span.type for span in both)
        wanted.update(span.type for span in true_spans)
        found.update(span.type for span in guessed)
        confusion.update(_confused(true_spans, guessed))
        errors.extend(_errors(number, true_spans, guessed, both))
        tokens += len(truth)
        right_tokens += sum(map(str.__eq__, truth, guess))
    types = [
        EntityScore(kind, right[kind], found[kind], wanted[kind])
        for kind in sorted(wanted.keys() | found.keys())
    ]
    total = EntityScore("total", right.total(), found.total(), wanted.total())
    return EntityScores(total, types, dict(confusion), errors, tokens, right_tokens)


def check_alike(gold: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]) -> None:
    """Refuse tags that do not stand beside each other.

    Raises
    ------
    ParameterError
        Naming the first sentence that differs.
    """
    if len(gold) != len(predicted):
        raise ParameterError(f"{len(gold)} gold sentences do not fit {len(predicted)} predicted")
    for number, (truth, guess) in enumerate(zip(gold, predicted, strict=True), start=1):
        if len(truth) != len(guess):
            raise ParameterError(
                f"sentence {number} has {len(truth)} gold tags, but {len(guess)} predicted"
            )


def _confused(gold: list[Span], predicted: list[Span]) -> Iterator[tuple[str, str]]:
    """Yield the types, gold and predicted, of everything that is an entity on a side."""
    guesses = {span[1:]: span.type for span in predicted}
    truths = {span[1:]: span.type for span in gold}
    for ends in truths.keys() | guesses.keys():
        yield truths.get(ends, NOTHING), guesses.get(ends, NOTHING)


def _errors(
    sentence: int, gold: list[Span], predicted: list[Span], right: set[Span]
) -> Iterator[EntityError]:
    """Yield what is wrong: each entity beside the first one that it overlaps."""
    left = [span for span in predicted if span not in right]
    for truth in gold:
        if truth in right:
            continue
        near = [span for span in left if span.start < truth.stop and truth.start < span.stop]
        if not near:
            yield EntityError(sentence, "missed", truth, None)
            continue
        exact = [span for span in near if span[1:] == truth[1:]]
        guess = (exact or near)[0]
        left.remove(guess)
        yield EntityError(sentence, "type" if exact else "ends", truth, guess)
    for guess in left:
        yield EntityError(sentence, "invented", None, guess)
