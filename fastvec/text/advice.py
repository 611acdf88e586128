"""What a vocabulary tells about the way its text was split: one line of advice, or none."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice

import numpy as np
from numpy.typing import NDArray

# The commonest words decide; more would only cost time.
_LEADING = 50_000
_SHARE = 0.05

_PUNCTUATION = frozenset('.,;:!?…"”」』）)。，、；：！？')
_LONG_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]{5}")
_KANA = re.compile("[\u3040-\u30ff]")
_SPACE = re.compile(r"\s")
_BAD_BYTE = re.compile("[\udc80-\udcff]")


def tokenizer_advice(words: Sequence[str], counts: NDArray[np.integer]) -> str | None:
    """Advise another tokeniser when many tokens are not words.

    Parameters
    ----------
    words : sequence of str, length V
        Most frequent first; the first 50,000 are looked at.
    counts : ndarray of int, shape (V,)
        How often each occurs.

    Returns
    -------
    str or None
        One line if at least 5 % of the tokens are runs of five or more Chinese characters, or
        end in punctuation that is glued to a word; None otherwise.
    """
    for hit, fault, tokenizer in (
        (_is_long_han, "are runs of 5 or more Chinese characters", "zh"),
        (_ends_in_punctuation, "end in punctuation", "words"),
    ):
        total = int(counts[:_LEADING].sum())
        places = _places(hit, words[:_LEADING])
        share = _sum(counts, places) / max(total, 1)
        if share >= _SHARE:
            return (
                f"{share:.0%} of the tokens {fault}, for example {_examples(words, places)}: "
                f"try --tokenizer {tokenizer}"
            )
    return None


def space_advice(words: Sequence[str], counts: NDArray[np.integer]) -> str | None:
    """Say how many tokens hold a Unicode space, as they may with ``whitespace="ascii"``.

    Parameters
    ----------
    words : sequence of str, length V
        The vocabulary.
    counts : ndarray of int, shape (V,)
        How often each word occurs.

    Returns
    -------
    str or None
        One line, or None if there are none.
    """
    places = _places(_holds_space, words)
    if not places:
        return None
    return (
        f"{_sum(counts, places):,} tokens ({len(places):,} distinct) hold Unicode spaces, "
        f"for example {_examples(words, places)}: --whitespace unicode splits there"
    )


def bad_bytes_advice(words: Sequence[str], counts: NDArray[np.integer]) -> str | None:
    """Say how many tokens hold bytes that are not UTF-8 (lone surrogates in `words`).

    Parameters
    ----------
    words : sequence of str, length V
        The vocabulary.
    counts : ndarray of int, shape (V,)
        How often each word occurs.

    Returns
    -------
    str or None
        One line, or None if there are none.
    """
    places = _places(_holds_bad_byte, words)
    if not places:
        return None
    return (
        f"{_sum(counts, places):,} tokens ({len(places):,} distinct) hold bytes that are not "
        "UTF-8; kept as they are"
    )


def _is_long_han(word: str) -> bool:
    """Tell a Chinese phrase; Japanese, which has kana between, is not jieba's."""
    return bool(len(word) >= 5 and _LONG_HAN.search(word) and not _KANA.search(word))


def _ends_in_punctuation(word: str) -> bool:
    """Tell a word with punctuation at its end from punctuation alone."""
    return word[-1:] in _PUNCTUATION and any(map(str.isalnum, word))


def _holds_space(word: str) -> bool:
    """Tell whether a token holds white space."""
    return _SPACE.search(word) is not None


def _holds_bad_byte(word: str) -> bool:
    """Tell whether a token holds a byte that is not UTF-8."""
    return not word.isascii() and _BAD_BYTE.search(word) is not None


def _places(hit: Callable[[str], bool], words: Sequence[str]) -> list[int]:
    """Return where in the vocabulary the hits are."""
    return [place for place, word in enumerate(words) if hit(word)]


def _sum(counts: NDArray[np.integer], places: list[int]) -> int:
    """Return how many tokens the words at these places make."""
    return int(counts[places].sum())


def _examples(words: Sequence[str], places: list[int]) -> str:
    """Return the two commonest hits, quoted."""
    return " and ".join(repr(words[place][:40]) for place in islice(places, 2))
