"""Accuracy of plain tags, such as parts of speech, over the tokens that count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

from fastvec.evaluation.entities import check_alike

UNTAGGED = "_"  # CoNLL's sign for a column without a value.


class TagScore(NamedTuple):
    """How many tokens of a tag are right.

    Attributes
    ----------
    tag : str
    right, predicted, gold : int
    """

    tag: str
    right: int
    predicted: int
    gold: int

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 where nothing is right."""
        both = self.predicted + self.gold
        return 2 * self.right / both if both else 0.0


class TagScores(NamedTuple):
    """Scores of plain tags.

    Attributes
    ----------
    right, tokens, masked : int
        Tokens with the right tag, tokens that count, and tokens that do not.
    tags : list of TagScore
        By the names of the tags.
    confusion : dict of (str, str) to int
        How often a tag was predicted as another, or itself.
    """

    right: int
    tokens: int
    masked: int
    tags: list[TagScore]
    confusion: dict[tuple[str, str], int]

    @property
    def accuracy(self) -> float:
        """Share of the tokens that count with the right tag; 0 where none counts."""
        return self.right / self.tokens if self.tokens else 0.0


def score_tags(
    gold: Sequence[Sequence[str]],
    predicted: Sequence[Sequence[str]],
    *,
    ignored: Collection[str] = (UNTAGGED,),
) -> TagScores:
    """Score plain tags.

    Parameters
    ----------
    gold, predicted : sequence of sequence of str
        The tags of each sentence.
    ignored : collection of str, default ("_",)
        Gold tags whose tokens do not count.

    Returns
    -------
    TagScores

    Raises
    ------
    ParameterError
        If sentences do not have the same lengths.

    Examples
    --------
    >>> score_tags([["NOUN", "VERB", "_"]], [["NOUN", "NOUN", "X"]]).accuracy
    0.5
    """
    check_alike(gold, predicted)
    confusion = Counter(
        (truth, guess)
        for truths, guesses in zip(gold, predicted, strict=True)
        for truth, guess in zip(truths, guesses, strict=True)
    )
    masked = sum(count for (truth, _), count in confusion.items() if truth in ignored)
    counted = {pair: count for pair, count in confusion.items() if pair[0] not in ignored}
    wanted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for (truth, guess), count in counted.items():
        wanted[truth] += count
        found[guess] += count
    tags = [
        TagScore(tag, counted.get((tag, tag), 0), found[tag], wanted[tag])
        for tag in sorted(wanted.keys() | found.keys())
    ]
    return TagScores(sum(tag.right for tag in tags), wanted.total(), masked, tags, counted)
