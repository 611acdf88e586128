"""The rules by which other programs score vectors.

Each row states what a program does, read from its source: word2vec's
``compute-accuracy.c``, gensim's ``KeyedVectors.evaluate_word_analogies`` and
``evaluate_word_pairs``, GloVe's ``eval/python/evaluate.py``, and fastText's
``compute_accuracy.py`` and ``eval.py``. word2vec and GloVe score no word pairs; for
these their rules of case and vocabulary are used. Where a program divides by the
length of a zero vector, we do not follow: a zero vector is similar to nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from fastvec.errors import ParameterError

Unknown: TypeAlias = Literal["skip", "zero"]

_ASCII_UPPER = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}


def ascii_upper(word: str) -> str:
    """Return a word with a to z in capitals, as C's ``toupper`` makes them."""
    return word.translate(_ASCII_UPPER)


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """What counts as known, as an answer and as right.

    Attributes
    ----------
    name : str
    about : str
        One line for people.
    fold_word, fold_question : callable
        Forms in which a word of the vectors and one of a file are compared. Of several
        words with one form, the first is taken.
    restrict : int or None
        Only so many leading words are known and answer; None for all.
    depth : int
        So many best words are gone through for one whose form was not asked; the last
        stands if there is none.
    floor : float
        An answer must score more.
    ignored : tuple of str
        Words of the vectors that do not exist for this program.
    ignore_zeros : bool
        Whether pairs with a zero vector count as unknown.
    precision : {"float32", "float64"}
        Numbers in which the cosines of pairs are taken.
    """

    name: str
    about: str
    fold_word: Callable[[str], str] = str
    fold_question: Callable[[str], str] = str
    restrict: int | None = None
    depth: int = 1
    floor: float = -math.inf
    ignored: tuple[str, ...] = ()
    ignore_zeros: bool = False
    precision: str = "float64"

    def known(self, words: Sequence[str]) -> dict[str, int]:
        """Return the row of each form among `words`; the first of equal forms."""
        rows = {self.fold_word(words[row]): row for row in range(len(words) - 1, -1, -1)}
        return {form: row for form, row in rows.items() if form not in self.ignored}


PROTOCOLS = {
    protocol.name: protocol
    for protocol in (
        Protocol(
            name="gensim",
            about="Unicode upper case, first 300,000 words; case variants of a question's words "
            "do not answer",
            fold_word=str.upper,
            fold_question=str.upper,
            restrict=300_000,
            depth=5,
            precision="float32",
        ),
        Protocol(
            name="word2vec-c",
            about="ASCII upper case, all words (the tool is mostly run with --restrict 30000); "
            "the answer must have a positive score",
            fold_word=ascii_upper,
            fold_question=ascii_upper,
            floor=0.0,
        ),
        Protocol(
            name="glove",
            about="case as it stands, all words without <unk>",
            ignored=("<unk>",),
        ),
        Protocol(
            name="fasttext",
            about="questions in lower case, words as they stand, all words",
            fold_question=str.lower,
            ignore_zeros=True,
        ),
    )
}


def find_protocol(name: str) -> Protocol:
    """Return a protocol by its name.

    Raises
    ------
    ParameterError
        If there is none of this name.
    """
    if name not in PROTOCOLS:
        raise ParameterError(f"protocol must be one of {', '.join(PROTOCOLS)}, but is {name!r}")
    return PROTOCOLS[name]


def check_unknown(oov: str) -> None:
    """Refuse a rule for unknown words that there is not."""
    if oov not in ("skip", "zero"):
        raise ParameterError(f"oov must be skip or zero, but is {oov!r}")


def visible(words: Sequence[str], protocol: Protocol, restrict: int | None) -> int:
    """Return how many leading words a protocol sees; `restrict` overrides its own limit."""
    if restrict is not None and restrict < 1:
        raise ParameterError(f"restrict must be at least 1, but is {restrict}")
    limit = restrict if restrict is not None else protocol.restrict
    return len(words) if limit is None else min(limit, len(words))
