"""Sentences of the toy world with their people and places tagged."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

from fastvec.datasets.english_words import FRUITS, LISTS, PLACES
from fastvec.datasets.grammar import column
from fastvec.datasets.world import toy_truth, toy_world

Tagged = tuple[list[str], list[str]]


class ToyEntities(NamedTuple):
    """Tagged sentences, (words, tags) each, to learn from and to be tested on.

    Attributes
    ----------
    train : list of (list of str, list of str)
        People, places, fruits and growers are of the first half of their kind: john smith,
        paris, orange, farmer.
    test : list of (list of str, list of str)
        All of them are of the other half: robert lin, hanoi, durian, cultivator.
    """

    train: list[Tagged]
    test: list[Tagged]


def toy_entities(seed: int = 1, *, sentences: int = 60_000) -> ToyEntities:
    """Tag the people (PER) and places (LOC) of the English half of the toy world, in IOB2.

    No name of the test is in the training part. Whoever finds them knows them from elsewhere:
    from word vectors of the whole world, for one.

    Parameters
    ----------
    seed : int, default 1
        Same seed, same sentences.
    sentences : int, default 60_000
        Of the world that they are taken from.

    Returns
    -------
    ToyEntities
        Both parts in random order.

    Examples
    --------
    >>> words, tags = toy_entities(sentences=1000).train[0]
    >>> len(words) == len(tags)
    True
    """
    seen, unseen = _halves()
    people = set(f"{LISTS['first']} {LISTS['last']}".split())
    places = {*column(PLACES, "country"), *column(PLACES, "capital")}
    found = ToyEntities([], [])
    for words in toy_world(seed, sentences=sentences, language="english"):
        kinds = ["PER" if word in people else "LOC" if word in places else "" for word in words]
        known, new = not seen.isdisjoint(words), not unseen.isdisjoint(words)
        if known and not new:
            found.train.append((words, _tags(kinds)))
        elif not known and any(kinds):
            found.test.append((words, _tags(kinds)))
    order = random.Random(seed)
    order.shuffle(found.train)
    order.shuffle(found.test)
    return found


def _halves() -> tuple[set[str], set[str]]:
    """Return the words of the first half of each kind, and those of the other one."""
    kinds: list[Sequence[str]] = [
        LISTS["first"].split(), LISTS["last"].split(), toy_truth()["groups"]["growers"],
        [grower + "s" for grower in toy_truth()["groups"]["growers"]],
        *(column(PLACES, name) for name in ("country", "capital", "nationality")),
        *(column(FRUITS, name) for name in ("one", "many")),
    ]  # fmt: skip
    seen = {word for kind in kinds for word in kind[: len(kind) // 2]}
    unseen = {word for kind in kinds for word in kind[len(kind) // 2 :]}
    return seen, unseen - seen


def _tags(kinds: Sequence[str]) -> list[str]:
    """Return tags of tokens: the same kind side by side is one entity."""
    before = ["", *kinds[:-1]]
    return [
        f"{'I' if kind == last else 'B'}-{kind}" if kind else "O"
        for kind, last in zip(kinds, before, strict=True)
    ]
