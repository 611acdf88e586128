"""Words as numbers of characters, bilm-tf's way: UTF-8 bytes between two marks.

A word's row is BOW, its bytes, EOW, then PAD. A sentence's beginning and end have a
mark of their own in place of bytes. There are 261 numbers; other programs add 1 in
prediction, so that 0 can stand for no word.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError, VocabularyError
from fastvec.vocabulary.words import as_bytes

SENTENCE_BEGIN, SENTENCE_END, WORD_BEGIN, WORD_END, PADDING = range(256, 261)
N_CHARACTERS = 261
LONGEST = 50  # Numbers a word, marks included.
MARKS = 2


def character_ids(
    words: Sequence[str], *, longest: int = LONGEST, bos: str | None = None, eos: str | None = None
) -> NDArray[np.int32]:
    """Return the characters of words.

    Parameters
    ----------
    words : sequence of str
        N of them. Bytes that were not UTF-8 are kept as they were.
    longest : int, default 50
        Numbers a word, C. Bytes beyond C - 2 are cut off, even within a letter.
    bos, eos : str, optional
        Words that stand for a sentence's beginning and end.

    Returns
    -------
    ndarray of int32, shape (N, C)
        From 0 to 260.

    Raises
    ------
    ParameterError
        If `longest` leaves no room for a byte.
    VocabularyError
        If a word holds half a surrogate pair, which is no text.
    """
    if longest <= MARKS:
        raise ParameterError(f"longest must be at least {MARKS + 1}, but is {longest}")
    coded = [_utf8(word)[: longest - MARKS] for word in words]
    lengths = np.array([len(code) for code in coded], np.int64)
    ids = np.full((len(coded), longest), PADDING, np.int32)
    ids[:, 0] = WORD_BEGIN
    within = np.arange(longest - 1) < lengths[:, None]
    ids[:, 1:][within] = np.frombuffer(b"".join(coded), np.uint8)
    ids[np.arange(len(coded)), lengths + 1] = WORD_END
    for row, word in zip(boundary_ids(longest), (bos, eos), strict=True):
        if word is not None:
            ids[[place for place, other in enumerate(words) if other == word]] = row
    return ids


def boundary_ids(longest: int = LONGEST) -> NDArray[np.int32]:
    """Return the characters of a sentence's beginning and end, int32 of shape (2, `longest`)."""
    ids = np.full((2, longest), PADDING, np.int32)
    ids[:, 0], ids[:, 1], ids[:, 2] = WORD_BEGIN, (SENTENCE_BEGIN, SENTENCE_END), WORD_END
    return ids


def prediction_ids(ids: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return what bilm-tf and AllenNLP expect in prediction: 1 more, as 0 is their mask."""
    return ids + 1


def _utf8(word: str) -> bytes:
    try:
        return as_bytes(word)
    except UnicodeEncodeError as error:
        raise VocabularyError(
            f"the word {word!r} holds half a surrogate pair, which is no text; remove it"
        ) from error
