"""The toy world: a corpus whose truth is known."""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import islice, permutations
from typing import Literal, TypedDict

from fastvec.datasets.chinese import chinese
from fastvec.datasets.english import english
from fastvec.datasets.grammar import Grammar, Language
from fastvec.errors import ParameterError


class ToyTruth(TypedDict):
    """What is true in the toy world.

    Sections and groups of the Chinese half have names that start with ``chinese-``.

    Attributes
    ----------
    analogies : dict of str to list of tuple
        For each section the questions (a, b, c, d): a is to b as c is to d.
    groups : dict of str to list of str
        Words of one kind, such as ``fruits``.
    senses : dict of str to dict of str to list of str
        For each ambiguous word its senses, and the words that tell them apart:
        every sentence with the word holds some of exactly one sense.
    """

    analogies: dict[str, list[tuple[str, str, str, str]]]
    groups: dict[str, list[str]]
    senses: dict[str, Mapping[str, list[str]]]


def toy_world(
    seed: int = 1,
    *,
    sentences: int = 60_000,
    language: Literal["both", "english", "chinese"] = "both",
) -> list[list[str]]:
    """Generate sentences from a small grammar with known structure.

    A shorter world is the beginning of a longer one with the same seed.

    Parameters
    ----------
    seed : int, default 1
        Same seed, same sentences, on every machine.
    sentences : int, default 60_000
        How many; 60,000 hold about 540,000 tokens of 1,200 words.
    language : {"both", "english", "chinese"}, default "both"
        "both" mixes two English sentences with each Chinese one.

    Returns
    -------
    list of list of str
        Tokens of each sentence, lower case.

    Raises
    ------
    ParameterError
        If `sentences` is negative or `language` is unknown.

    See Also
    --------
    toy_truth : what a good model learns from these sentences.
    """
    if sentences < 0:
        raise ParameterError(f"sentences is {sentences}: it must be 0 or more")
    halves = _halves()
    if language != "both" and language not in halves:
        raise ParameterError(f"language is {language!r}: use 'both', 'english' or 'chinese'")
    chosen = list(halves.values()) if language == "both" else [halves[language]]
    return list(islice(Grammar(chosen).sentences(random.Random(seed)), sentences))


def toy_truth() -> ToyTruth:
    """Tell what is true in the toy world.

    Returns
    -------
    ToyTruth
        A dict with the keys "analogies", "groups" and "senses".
    """
    truth = ToyTruth(analogies={}, groups={}, senses={})
    for half in _halves().values():
        for section, pairs in half.pairs.items():
            truth["analogies"][section] = [(*p, *q) for p, q in permutations(pairs, 2)]
        truth["groups"].update(half.groups)
        truth["senses"].update(half.senses)
    return truth


def _halves() -> dict[str, Language]:
    """Languages by name."""
    return {"english": english(), "chinese": chinese()}
