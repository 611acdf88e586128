"""Plain text as tokens for tagging: words, numbers and punctuation marks, with their places.

`text.tokenizers` drop punctuation, which word vectors can do without; taggers are
trained on text that has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from fastvec.errors import ParameterError
from fastvec.text.tokenizers import tokenize

SPLITTERS = ("marks", "whitespace", "zh")

_PARTS = (
    r"https?://\S+|\S+@\S+\.\w+",  # addresses
    r"(?:[A-Za-z]\.){2,}",  # U.S.
    r"\d+(?:[.,:/-]\d+)*",  # 1,000.50 and 1996-08-22
    r"n['’]t\b|['’](?:s|re|ve|ll|d|m)\b",
    r"\w+?(?=n['’]t\b)",  # do in don't
    r"\w+(?:-\w+)*",
    r"\.\.\.|--|``|''",
    r"\S",
)
_TOKEN = re.compile("|".join(_PARTS), re.IGNORECASE)
_WORD = re.compile(r"\S+")


class Token(NamedTuple):
    """A token of a text, and where it stands: from ``start`` to before ``stop``."""

    text: str
    start: int
    stop: int


def split_sentences(text: str, splitter: str = "marks") -> list[list[Token]]:
    """Split a text into sentences, one a line, of tokens.

    Parameters
    ----------
    text : str
    splitter : {"marks", "whitespace", "zh"}, default "marks"
        Words and marks, as in English treebanks (``do n't``, ``Paris 's``); what stands
        between white space; or Chinese words, by jieba, and marks.

    Returns
    -------
    list of list of Token
        Lines without tokens are left out.

    Raises
    ------
    ParameterError
        If there is no such splitter.
    ResourceError
        If jieba is needed and not installed.

    Examples
    --------
    >>> [token.text for token in split_sentences("Paris isn't big.")[0]]
    ['Paris', 'is', "n't", 'big', '.']
    """
    if splitter not in SPLITTERS:
        raise ParameterError(f"splitter must be one of {', '.join(SPLITTERS)}, not {splitter!r}")
    found = []
    start = 0
    for line in text.split("\n"):
        tokens = list(_tokens(line, start, splitter))
        if tokens:
            found.append(tokens)
        start += len(line) + 1
    return found


def _tokens(line: str, start: int, splitter: str) -> Iterator[Token]:
    """Yield the tokens of a line that begins at a place of the text."""
    if splitter == "zh":
        yield from _chinese(line, start)
        return
    pattern = _TOKEN if splitter == "marks" else _WORD
    for match in pattern.finditer(line):
        yield Token(match[0], start + match.start(), start + match.end())


def _chinese(line: str, start: int) -> Iterator[Token]:
    """Yield Chinese words, and the marks between them."""
    place = 0
    words = [word for sentence in tokenize(line, "zh") for word in sentence]
    for word in words:
        at = line.find(word, place)
        if at < 0:
            continue
        yield from _tokens(line[place:at], start + place, "marks")
        yield Token(word, start + at, start + at + len(word))
        place = at + len(word)
    yield from _tokens(line[place:], start + place, "marks")
