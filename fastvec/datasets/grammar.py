"""Templates, and the tables of words that fill them.

A template is a line of tokens. ``<name>`` takes a column of the current row,
``@name`` a word of a shared list, ``a/b`` one of two, and ``_`` is a space
inside an alternative. Everything is compiled to nested lists, with common
things repeated, so that making a sentence is only a row of uniform draws.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

Row = Mapping[str, str]
Pairs = list[tuple[str, str]]
Pattern = list[list[str]]

_T = TypeVar("_T")
_COPIES = 4


class Topic(NamedTuple):
    """Sentences about one kind of thing: its share of the sentences, rows, templates."""

    weight: int
    rows: Sequence[Row]
    templates: str


class Language(NamedTuple):
    """A grammar together with what is true in it."""

    topics: Sequence[Topic]
    lists: Mapping[str, str]
    pairs: Mapping[str, Pairs]
    groups: Mapping[str, list[str]]
    senses: Mapping[str, Mapping[str, list[str]]]


def table(text: str) -> list[Row]:
    """Read rows of words under a line of column names."""
    header, *lines = text.split("\n")[1:-1]
    names = header.split()
    return [dict(zip(names, line.split(), strict=True)) for line in lines]


def column(rows: Sequence[Row], name: str) -> list[str]:
    """One column of a table."""
    return [row[name] for row in rows]


def pairs(rows: Sequence[Row], first: str, second: str) -> Pairs:
    """Two columns of a table, side by side."""
    return [(row[first], row[second]) for row in rows]


class Grammar:
    """Topics of some languages, ready to be drawn from.

    Parameters
    ----------
    languages : iterable of Language
        Topics and word lists.
    """

    def __init__(self, languages: Iterable[Language]) -> None:
        self._topics = [
            compiled
            for language in languages
            for topic in language.topics
            for compiled in [_compile(topic, language.lists)] * topic.weight
        ]

    def sentences(self, rng: random.Random) -> Iterator[list[str]]:
        """Draw sentences without end."""
        draw = rng.random
        topics = self._topics
        while True:
            rows = topics[int(draw() * len(topics))]
            patterns = rows[int(draw() * len(rows))]
            pattern = patterns[int(draw() * len(patterns))]
            words = [w[0] if len(w) == 1 else w[int(draw() * len(w))] for w in pattern]
            yield " ".join(words).split()


def _compile(topic: Topic, lists: Mapping[str, str]) -> list[list[Pattern]]:
    """All patterns of a topic, a list for each row, common rows repeated."""
    templates = [line.split() for line in topic.templates.strip().split("\n")]
    return _spread(
        [
            [_merge(_choices(token, row, lists) for token in line) for line in templates]
            for row in topic.rows
        ]
    )


def _merge(pattern: Iterable[list[str]]) -> Pattern:
    """Join neighbours that leave no choice: fewer draws a sentence."""
    merged: Pattern = []
    for choices in pattern:
        if merged and len(choices) == len(merged[-1]) == 1:
            merged[-1] = [f"{merged[-1][0]} {choices[0]}"]
        else:
            merged.append(choices)
    return merged


def _choices(token: str, row: Row, lists: Mapping[str, str]) -> list[str]:
    """Everything that one token of a template can become."""
    if "/" in token:
        return [word for part in token.split("/") for word in _choices(part, row, lists)]
    if token.startswith("<"):
        return _choices(row[token[1:-1]], row, lists)
    if token.startswith("@"):
        return _spread([w.replace("_", " ") for w in lists[token[1:]].split()])
    return [token.replace("_", " ")]


def _spread(items: list[_T]) -> list[_T]:
    """Repeat early items: number k comes about 1 / sqrt(k) as often as the first."""
    most = _COPIES * len(items) ** 0.5
    return [item for k, item in enumerate(items, 1) for _ in range(round(most / k**0.5))]
