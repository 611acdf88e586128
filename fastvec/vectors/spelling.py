"""Words as bytes of a file, and words that were nearly the asked one."""

from __future__ import annotations

import difflib
from collections.abc import Container, Sequence
from itertools import islice

from fastvec.errors import FormatError

_SEARCHED = 100_000
_COMPARED = 2_000


def encode_word(word: str) -> bytes:
    """Return the bytes of a word; those that were not UTF-8 come back as they were.

    Parameters
    ----------
    word : str
        A word as a reader of this package gives it.

    Returns
    -------
    bytes
        UTF-8, with "surrogateescape".

    Raises
    ------
    FormatError
        If a reader would not give the same word back.
    """
    try:
        data = word.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        data = b""
    if decode_word(data) != word:
        raise FormatError(
            f"the word {word!r} is not valid Unicode and cannot be written; rename it"
        )
    return data


def decode_word(data: bytes) -> str:
    """Return the word that `data` spells; bytes that are not UTF-8 become surrogates."""
    return data.decode("utf-8", "surrogateescape")


def close_words(word: str, words: Sequence[str], known: Container[str]) -> list[str]:
    """Return up to three known words that are spelled nearly like `word`.

    Parameters
    ----------
    word : str
        The unknown word.
    words : sequence of str
        Known words, most frequent first. Only leading ones with the same first
        letter and nearly the same length are compared, so that the answer takes
        milliseconds for a million words.
    known : container of str
        The same words, for quick membership.

    Returns
    -------
    list of str
        Case variants first, then by similarity.
    """
    variants = dict.fromkeys((word.lower(), word.capitalize(), word.upper()))
    found = [variant for variant in variants if variant != word and variant in known]
    first, length = word[:1].lower(), len(word)
    candidates = (
        other
        for other in islice(words, _SEARCHED)
        if other[:1].lower() == first and abs(len(other) - length) <= 2
    )
    close = difflib.get_close_matches(word, list(islice(candidates, _COMPARED)), n=3, cutoff=0.7)
    return list(dict.fromkeys(found + close))[:3]
