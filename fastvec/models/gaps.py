"""Sentences with a gap, ``__``, where a word is to be told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from fastvec.errors import ParameterError
from fastvec.text.tokenizers import tokenize

GAP = "__"
# Beside Chinese a gap needs no space; inside foo__bar there is none.
_GAP = re.compile(r"(?<!\w)__+(?!\w)", re.ASCII)


def sides_of_gap(sentence: str | Sequence[str], source: Mapping[str, Any]) -> list[list[str]]:
    """Return the words before and after a gap; of tokens without one, all of them.

    Parameters
    ----------
    sentence : str or sequence of str
    source : mapping
        How the model's text was read: ``tokenizer`` and ``lowercase``.

    Raises
    ------
    ParameterError
        If a text has no gap, or there are several.
    """
    sides = (
        _cut_text(sentence, source.get("tokenizer", "whitespace"))
        if isinstance(sentence, str)
        else _cut(sentence)
    )
    if source.get("lowercase"):
        sides = [[word.lower() for word in side] for side in sides]
    return sides


def _cut_text(sentence: str, tokenizer: str) -> list[list[str]]:
    """Return the tokens before and after the one gap of a text."""
    parts = _GAP.split(sentence)
    if len(parts) == 1:
        raise ParameterError(f"{sentence!r} has no gap; write {GAP} where a word is missing")
    # A tokeniser may drop what marks the gap, so it gets the parts.
    tokens = [[word for line in tokenize(part, tokenizer) for word in line] for part in parts]
    return _cut([word for side in tokens for word in (GAP, *side)][1:])


def _cut(tokens: Sequence[str]) -> list[list[str]]:
    """Return the tokens before and after a gap, or all where there is none."""
    places = [place for place, token in enumerate(tokens) if token == GAP]
    if len(places) > 1:
        raise ParameterError(f"{' '.join(tokens)!r} has {len(places)} gaps; leave one {GAP}")
    return [list(tokens[: places[0]]), list(tokens[places[0] + 1 :])] if places else [list(tokens)]
