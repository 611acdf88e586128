"""The senses of one word: how near its vectors in several sentences are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError, UnknownWordError

Embed: TypeAlias = Callable[[list[list[str]]], Sequence[NDArray[Any]]]
"""Sentences to one array each, shape (layers, words, width)."""

MOST = 60  # Occurrences; more make no table that can be read.


def compare_senses(embed: Embed, word: str, sentences: Sequence[str]) -> dict[str, Any]:
    """Compare a word's vectors wherever it stands in some sentences.

    Parameters
    ----------
    embed : callable
        Gives contextual vectors, such as ``ELMo.embed``.
    word : str
    sentences : sequence of str
        Tokens separated by white space.

    Returns
    -------
    dict
        ``occurrences``, for each its ``tokens`` and its ``place`` among them, and ``layers``,
        for each layer the table of cosines, occurrences by occurrences.

    Raises
    ------
    ParameterError
        If there is no word, or it occurs more than 60 times.
    UnknownWordError
        If the word stands in none of the sentences.
    """
    if not word:
        raise ParameterError("word must be given")
    tokens = [sentence.split() for sentence in sentences]
    tokens = [sentence for sentence in tokens if word in sentence]
    places = [
        (number, place)
        for number, sentence in enumerate(tokens)
        for place, token in enumerate(sentence)
        if token == word
    ]
    if not places:
        raise UnknownWordError(
            f"{word!r} stands in none of the sentences; its tokens are what white space separates"
        )
    if len(places) > MOST:
        raise ParameterError(f"{word!r} must occur at most {MOST} times, not {len(places)}")
    embedded = embed(tokens)
    vectors = np.array([embedded[number][:, place] for number, place in places], np.float64)
    lengths = np.linalg.norm(vectors, axis=2, keepdims=True)
    units = vectors / np.where(lengths > 0, lengths, 1)
    tables = np.einsum("iln,jln->lij", units, units)
    return {
        "occurrences": [{"tokens": tokens[number], "place": place} for number, place in places],
        "layers": tables.round(4).tolist(),
    }
