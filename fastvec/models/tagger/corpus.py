"""Tagged sentences as arrays: the tags that there are, and batches of about equal lengths."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import CorpusError, ParameterError
from fastvec.evaluation.tag_schemes import (
    OUTSIDE,
    PLAIN,
    SCHEMES,
    Transitions,
    convert,
    recognise,
    spans,
    valid_transitions,
)
from fastvec.text.columns import TaggedSentence, TaggedText, read_columns

BATCHES_OF_A_POOL = 50  # Sentences are sorted by length within so many batches.


@dataclass(frozen=True)
class TagSet:
    """The tags of a tagger.

    Attributes
    ----------
    names : list of str
        In the scheme that is learned, sorted.
    scheme : str
        That is learned, or "plain".
    written : str
        Of the training text, in which tags are written.
    """

    names: list[str]
    scheme: str
    written: str

    def __post_init__(self) -> None:
        alike = (self.scheme == PLAIN) == (self.written == PLAIN)
        texts = all(isinstance(name, str) for name in self.names)
        if not (texts and alike and {self.scheme, self.written} <= set(SCHEMES)):
            raise ParameterError(
                f"tags must be texts with schemes of {', '.join(SCHEMES)}, both plain or neither, "
                f"but the schemes are {self.scheme!r} and {self.written!r}"
            )
        if not self.names or len(set(self.names)) < len(self.names):
            raise ParameterError("tags must be different from each other, and there must be one")

    @classmethod
    def of(cls, tags: Iterable[Sequence[str]], learned: str) -> TagSet:
        """Take the tags of a text, and learn them in a scheme unless they are plain labels."""
        tags = list(tags)
        written = recognise(tags)
        scheme = PLAIN if written == PLAIN else learned
        names = {tag for sentence in tags for tag in convert(sentence, scheme)}
        if scheme != PLAIN:
            # An entity type may not have been seen with all lengths.
            types = {span.type for sentence in tags for span in spans(sentence)}
            letters = "BIES" if scheme == "BIOES" else "BI"
            names |= {
                f"{letter}-{kind}" if kind else letter for letter in letters for kind in types
            }
            names.add(OUTSIDE)
        return cls(sorted(names), scheme, written)

    @property
    def entities(self) -> bool:
        """Whether tags mark entities, not words."""
        return self.scheme != PLAIN

    @property
    def transitions(self) -> Transitions:
        """Which tag may follow which."""
        return valid_transitions(self.names, self.scheme)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    def encode(self, tags: Sequence[str]) -> NDArray[np.int32]:
        """Return the numbers of a sentence's tags; -1 for tags that are not there."""
        return np.array([self._places.get(tag, -1) for tag in convert(tags, self.scheme)], np.int32)

    def decode(self, numbers: NDArray[np.int32]) -> list[str]:
        """Return the tags of a sentence as they are written."""
        return convert([self.names[number] for number in numbers], self.written)


def tagged_text(source: Any, *, word: Any = None, tag: Any = -1) -> TaggedText:
    """Return tagged sentences: a text, a file, or a list of (words, tags).

    Raises
    ------
    CorpusError
        If there is no sentence, or one has not as many tags as words.
    """
    if isinstance(source, TaggedText):
        return source
    if isinstance(source, (str, PathLike)):
        return read_columns(source, word=word, tag=tag)
    sentences = []
    for number, entry in enumerate(source, start=1):
        words, tags = _pair(entry, number)
        sentences.append(TaggedSentence(words, tags, 0, number))
    if not sentences:
        raise CorpusError("the tagged text is empty; give some sentences")
    return TaggedText("the list", sentences, 2)


def _pair(entry: Any, number: int) -> tuple[list[str], list[str]]:
    """Take a sentence of words and tags."""
    try:
        words, tags = entry[:2]
        fits = not isinstance(words, str) and len(words) == len(tags) > 0
        fits &= all(isinstance(part, str) for part in (*words, *tags))
    except (TypeError, ValueError):
        fits = False
    if not fits:
        raise CorpusError(
            f"sentence {number}: expected words and as many tags, "
            'such as (["Sally", "sings"], ["B-PER", "O"])'
        )
    return list(words), list(tags)


def lowercased(text: TaggedText) -> TaggedText:
    """Return a text with all words in lower case."""
    low = [s._replace(words=[word.lower() for word in s.words]) for s in text.sentences]
    return TaggedText(f"{text.name}, lower case", low, text.columns)


def identity(text: TaggedText) -> dict[str, Any]:
    """Return what tells a text from others."""
    digest = hashlib.sha256()
    for sentence in text.sentences:
        line = "\n".join(["\t".join(sentence.words), "\t".join(sentence.tags), ""])
        digest.update(line.encode("utf-8", "surrogateescape"))
    return {
        "name": Path(text.name).name,
        "sentences": len(text.sentences),
        "words": text.tokens,
        "sha256": digest.hexdigest(),
    }


class Batch(NamedTuple):
    """Sentences side by side; T steps, B sentences.

    Attributes
    ----------
    sentences : ndarray of int64, shape (B,)
        Which they are.
    lengths : ndarray of int64, shape (B,)
    """

    sentences: NDArray[np.int64]
    lengths: NDArray[np.int64]

    def spread(self, offsets: NDArray[np.int64], values: NDArray[Any]) -> NDArray[Any]:
        """Lay out a value a token, (tokens, ...), as (T, B, ...), zeros as padding."""
        steps = int(self.lengths.max(initial=0))
        table = np.zeros((steps, len(self.lengths), *values.shape[1:]), values.dtype)
        for row, (sentence, length) in enumerate(zip(self.sentences, self.lengths, strict=True)):
            start = offsets[sentence]
            table[:length, row] = values[start : start + length]
        return table


def training_batches(
    lengths: NDArray[np.int64], size: int, rng: np.random.Generator
) -> list[Batch]:
    """Return all sentences in batches of about equal lengths, in random order.

    Parameters
    ----------
    lengths : ndarray of int64
        Of each sentence.
    size : int
        Sentences of a batch.
    rng : Generator
        The same state gives the same batches.
    """
    order = rng.permutation(len(lengths))
    pool = size * BATCHES_OF_A_POOL
    batches = []
    for start in range(0, len(order), pool):
        part = order[start : start + pool]
        part = part[np.argsort(lengths[part], kind="stable")]
        batches += [part[first : first + size] for first in range(0, len(part), size)]
    return [
        Batch(batches[place], lengths[batches[place]]) for place in rng.permutation(len(batches))
    ]


def prediction_batches(lengths: NDArray[np.int64], tokens: int) -> Iterator[Batch]:
    """Yield all sentences in batches by falling length, of so many tokens with padding at most."""
    order = np.argsort(-lengths, kind="stable")
    first = 0
    while first < len(order):
        rows = max(1, tokens // max(int(lengths[order[first]]), 1))
        part = order[first : first + rows]
        yield Batch(part, lengths[part])
        first += rows


def offsets_of(lengths: Iterable[int]) -> NDArray[np.int64]:
    """Return where each sentence begins in a list of all tokens, and its end."""
    return np.cumsum([0, *lengths], dtype=np.int64)
