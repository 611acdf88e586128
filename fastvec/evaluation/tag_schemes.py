"""Tag schemes of named entities and chunks: recognised, converted, and what may follow what.

======  ==========================================================================
IOB1    I- for every token of an entity; B- only where it follows one of its type
IOB2    B- for the first token of every entity, I- for the others (also called BIO)
BIOES   B- first, I- inside, E- last, S- alone (also called IOBES; BILOU has L-, U-)
plain   labels that are no entities, such as parts of speech
======  ==========================================================================

References
----------
Ramshaw and Marcus, "Text Chunking using Transformation-Based Learning", 1995.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError

OUTSIDE = "O"
PLAIN = "plain"
ENTITY_SCHEMES = ("IOB1", "IOB2", "BIOES")
SCHEMES = (*ENTITY_SCHEMES, PLAIN)

_BILOU = {"L": "E", "U": "S"}
_PREFIXES = frozenset("BIESLU")


class Span(NamedTuple):
    """An entity: its type, its first token, and the token after its last."""

    type: str
    start: int
    stop: int


def recognise(sentences: Iterable[Sequence[str]]) -> str:
    """Tell the scheme of tagged sentences.

    Parameters
    ----------
    sentences : iterable of sequence of str
        The tags of each sentence.

    Returns
    -------
    {"IOB1", "IOB2", "BIOES", "plain"}
        IOB2 where IOB1 would look the same, or both are mixed.
    """
    letters: set[str] = set()
    bare_start = needless_begin = False
    for tags in sentences:
        before = OUTSIDE
        for tag in tags:
            if not _is_entity_tag(tag):
                return PLAIN
            letter, kind = split(tag)
            continues = before != OUTSIDE and split(before)[1] == kind
            bare_start |= letter == "I" and not continues
            needless_begin |= letter == "B" and not continues
            letters.add(letter)
            before = tag
    if letters & {"E", "S"}:
        return "BIOES"
    return "IOB1" if bare_start and not needless_begin else "IOB2"


def split(tag: str) -> tuple[str, str]:
    """Return a tag's letter and type: ``B-PER`` is B and PER, ``O`` is O and nothing."""
    letter, _, kind = tag.partition("-")
    return _BILOU.get(letter, letter), kind


def spans(tags: Sequence[str]) -> list[Span]:
    """Return the entities of a sentence, as the script conlleval finds them.

    An entity begins at B- or S-, and at I- or E- where the token before is outside, has
    another type, or ended its entity: so every scheme is read, and a wrong sequence, too.

    Parameters
    ----------
    tags : sequence of str

    Returns
    -------
    list of Span
        In their order.
    """
    found: list[Span] = []
    start, open_type = 0, None  # The entity that goes on, if there is any.
    for place, tag in enumerate(tags):
        letter, kind = split(tag)
        goes_on = letter in ("I", "E") and kind == open_type
        if open_type is not None and not goes_on:
            found.append(Span(open_type, start, place))
            open_type = None
        if letter != OUTSIDE:
            if not goes_on:
                start, open_type = place, kind
            if letter in ("E", "S"):
                found.append(Span(kind, start, place + 1))
                open_type = None
    if open_type is not None:
        found.append(Span(open_type, start, len(tags)))
    return found


def tagged(entities: Iterable[Span], length: int, scheme: str) -> list[str]:
    """Return the tags of a sentence with these entities.

    Parameters
    ----------
    entities : iterable of Span
        In their order, without overlap.
    length : int
        Of the sentence.
    scheme : {"IOB1", "IOB2", "BIOES"}

    Returns
    -------
    list of str

    Raises
    ------
    ParameterError
        If there is no such scheme.
    """
    if scheme not in ENTITY_SCHEMES:
        raise ParameterError(
            f"scheme must be one of {', '.join(ENTITY_SCHEMES)}, but is {scheme!r}"
        )
    tags = [OUTSIDE] * length
    before = Span("", 0, -1)
    for entity in entities:
        touches = before.stop == entity.start and before.type == entity.type
        letters = ["I"] * (entity.stop - entity.start)
        if scheme != "IOB1" or touches:
            letters[0] = "B"
        if scheme == "BIOES":
            letters[-1] = "E" if len(letters) > 1 else "S"
        tags[entity.start : entity.stop] = [
            f"{letter}-{entity.type}" if entity.type else letter for letter in letters
        ]
        before = entity
    return tags


def convert(tags: Sequence[str], scheme: str) -> list[str]:
    """Return the tags of a sentence in another scheme; plain labels stay as they are.

    Raises
    ------
    ParameterError
        If there is no such scheme.
    """
    return list(tags) if scheme == PLAIN else tagged(spans(tags), len(tags), scheme)


class Transitions(NamedTuple):
    """What may follow what.

    Attributes
    ----------
    between : ndarray of bool, shape (K, K)
        Whether tag j may follow tag i.
    start, end : ndarray of bool, shape (K,)
        Whether a sentence may begin and end with a tag.
    """

    between: NDArray[np.bool_]
    start: NDArray[np.bool_]
    end: NDArray[np.bool_]


def valid_transitions(tags: Sequence[str], scheme: str) -> Transitions:
    """Return which tags may follow which.

    Parameters
    ----------
    tags : sequence of str, length K
    scheme : {"IOB1", "IOB2", "BIOES", "plain"}

    Returns
    -------
    Transitions
    """
    allowed = np.array([[_may_follow(a, b, scheme) for b in tags] for a in tags], dtype=bool)
    start = np.array([_may_follow(OUTSIDE, tag, scheme) for tag in tags], dtype=bool)
    end = np.array([_may_follow(tag, OUTSIDE, scheme) for tag in tags], dtype=bool)
    return Transitions(allowed.reshape(len(tags), len(tags)), start, end)


def _may_follow(before: str, after: str, scheme: str) -> bool:
    """Tell whether a tag may follow another; O stands for both ends of a sentence."""
    if scheme == PLAIN:
        return True
    (first, kind), (second, next_kind) = split(before), split(after)
    same = kind == next_kind and first != OUTSIDE
    if scheme == "IOB1":
        return second != "B" or same
    if scheme == "IOB2":
        return second != "I" or same
    if first in ("B", "I"):
        return second in ("I", "E") and same
    return second not in ("I", "E")


def _is_entity_tag(tag: str) -> bool:
    """Tell entity tags from plain labels."""
    letter, dash, kind = tag.partition("-")
    return tag == OUTSIDE or (letter in _PREFIXES and bool(dash) == bool(kind))
