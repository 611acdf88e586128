"""Tags of a plain text as entities with their places in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from fastvec.evaluation.tag_schemes import spans
from fastvec.text.marks import Token, split_sentences


class Entity(NamedTuple):
    """An entity of a text, which stands from ``start`` to before ``stop``."""

    type: str
    text: str
    start: int
    stop: int


def tokens_of(sentence: Sequence[str] | str) -> Sequence[str]:
    """Return tokens as they are, and those of a plain text."""
    if not isinstance(sentence, str):
        return sentence
    return [token.text for line in split_sentences(sentence) for token in line]


def entities_of(text: str, tokens: Sequence[Token], tags: Sequence[str]) -> Iterator[Entity]:
    """Yield the entities of a sentence of a text."""
    for span in spans(tags):
        start, stop = tokens[span.start].start, tokens[span.stop - 1].stop
        yield Entity(span.type, text[start:stop], start, stop)
