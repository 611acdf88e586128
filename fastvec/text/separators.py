"""Which bytes of a block end a token, and which end a sentence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WORD_BYTE = 0
SEPARATOR = 1
SENTENCE_END = 2
SPACE_LEAD = 3

WHITESPACE = ("unicode", "ascii")

# These two bytes never occur in UTF-8, so a token of a list may hold any character.
TOKEN_GAP = b"\xff"
TOKEN_SENTENCE_END = b"\xfe"


def text_separators(whitespace: str) -> NDArray[np.uint8]:
    """Return the class of each byte of a text.

    Parameters
    ----------
    whitespace : {"unicode", "ascii"}
        With "unicode", the bytes that may begin a multi-byte space (U+0085, U+00A0, U+1680,
        U+2000 and on, U+3000) have class 3: whoever splits must look at what follows.

    Returns
    -------
    ndarray of uint8, shape (256,)
        0 word byte, 1 separator, 2 sentence end, 3 lead byte of a possible Unicode space.
    """
    table = np.full(256, WORD_BYTE, dtype=np.uint8)
    table[list(b" \t\v\f\r")] = SEPARATOR
    table[ord("\n")] = SENTENCE_END
    if whitespace == "unicode":
        table[0x1C:0x20] = SEPARATOR
        table[[0xC2, 0xE1, 0xE2, 0xE3]] = SPACE_LEAD
    return table


def token_separators() -> NDArray[np.uint8]:
    """Return the class of each byte in the blocks of token lists: uint8, shape (256,)."""
    table = np.full(256, WORD_BYTE, dtype=np.uint8)
    table[TOKEN_GAP[0]] = SEPARATOR
    table[TOKEN_SENTENCE_END[0]] = SENTENCE_END
    return table
