"""The vocabulary: words ordered and counted, one-hot rows, special words as a stated policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError, UnknownWordError, VocabularyError

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

UNK, BOS, EOS, PAD = "<unk>", "<s>", "</s>", "<pad>"
MAX_SIZE = 2**31 - 1


class Vocabulary:
    """Words with counts; the position of a word is its id.

    Built by fastvec it is ordered by falling count, ties by the words' UTF-8
    bytes. Special words (``<unk>``, ``<s>``, ``</s>``, ``<pad>``) are rows like
    any other, and `specials` says which rows they are: a text that holds the
    word "<unk>" is ordinary text unless the special is asked for.

    Parameters
    ----------
    words : sequence of str
        Different from each other, V of them.
    counts : sequence of int
        How often each occurs.
    specials : sequence of str, default ()
        Those of `words` that stand for something else than themselves.

    Raises
    ------
    VocabularyError
        If lengths differ, a special is missing or, at the first look-up, a word occurs twice.

    Examples
    --------
    >>> vocabulary = Vocabulary.from_sentences([["a", "b", "a"]])
    >>> vocabulary.words, vocabulary.counts.tolist()
    (['a', 'b'], [2, 1])
    >>> vocabulary.one_hot("b").tolist()
    [0.0, 1.0]
    """

    def __init__(
        self, words: Sequence[str], counts: Iterable[int], specials: Sequence[str] = ()
    ) -> None:
        self.words = list(words)
        self.counts = np.asarray(
            counts if isinstance(counts, np.ndarray) else list(counts), dtype=np.int64
        )
        self.specials = tuple(dict.fromkeys(specials))
        if len(self.words) != len(self.counts):
            raise VocabularyError(f"{len(self.words)} words have {len(self.counts)} counts")
        missing = [word for word in self.specials if word not in self.index]
        if missing:
            raise VocabularyError(f"the special word {missing[0]!r} is not among the words")

    @classmethod
    def from_sentences(cls, sentences: Iterable[Iterable[str]]) -> Vocabulary:
        """Count the words of token lists.

        Large texts are counted much faster by `fastvec.build_vocab`.
        """
        counts = Counter(word for sentence in sentences for word in sentence)
        return cls.from_counts(counts)

    @classmethod
    def from_counts(cls, counts: dict[str, int]) -> Vocabulary:
        """Order words by falling count, ties by their UTF-8 bytes."""
        words = sorted(counts, key=lambda word: (-counts[word], as_bytes(word)))
        return cls(words, [counts[word] for word in words])

    @cached_property
    def index(self) -> dict[str, int]:
        """The id of each word."""
        index = {word: i for i, word in enumerate(self.words)}
        if len(index) != len(self.words):
            twice = next(word for i, word in enumerate(self.words) if index[word] != i)
            raise VocabularyError(f"the word {twice!r} occurs twice in the vocabulary")
        return index

    @property
    def total(self) -> int:
        """Occurrences of all words together."""
        return int(self.counts.sum())

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.index

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Vocabulary):
            return NotImplemented
        same = self.words == other.words and self.specials == other.specials
        return same and np.array_equal(self.counts, other.counts)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Vocabulary({len(self)} words, {self.total} counted)"

    def leading(self, min_count: int = 1, max_size: int | None = None) -> int:
        """Return how many leading words have the least count and fit the size.

        Only meaningful when counts fall, as they do in a workspace.
        """
        enough = int(np.searchsorted(-self.counts, -min_count, side="right"))
        return enough if max_size is None else min(enough, max_size)

    def cut(self, min_count: int = 1, max_size: int | None = None) -> Vocabulary:
        """Keep the commonest words.

        Parameters
        ----------
        min_count : int, default 1
            Words seen less often go. Specials stay whatever their count.
        max_size : int or None, default None
            The largest size, specials included.

        Returns
        -------
        Vocabulary
            Ordered by falling count, ties by bytes; specials keep their order
            and come last.

        Raises
        ------
        ParameterError
            If `min_count` is below 1, or `max_size` below 1 or the number of specials.
        """
        check_cut(min_count, max_size)
        special = set(self.specials)
        counts = {
            word: int(count)
            for word, count in zip(self.words, self.counts, strict=True)
            if count >= min_count and word not in special
        }
        ordinary = Vocabulary.from_counts(counts)
        if max_size is not None and max_size < len(special):
            raise ParameterError(
                f"max_size must leave room for {len(special)} special words, but is {max_size}"
            )
        room = len(ordinary) if max_size is None else max_size - len(special)
        words = ordinary.words[:room] + list(self.specials)
        known = self.index
        return Vocabulary(words, [int(self.counts[known[word]]) for word in words], self.specials)

    def with_specials(self, counts: dict[str, int]) -> Vocabulary:
        """Make words special: one that is already there is marked, others are appended."""
        added = [word for word in counts if word not in self.index]
        words = self.words + added
        total = np.concatenate([self.counts, np.zeros(len(added), np.int64)])
        place = {**self.index, **{word: len(self) + i for i, word in enumerate(added)}}
        for word, count in counts.items():
            total[place[word]] += count
        return Vocabulary(words, total, (*self.specials, *counts))

    def grow(self, other: Vocabulary) -> Vocabulary:
        """Add another vocabulary's counts; old ids stay, new words are appended in its order."""
        added = [word for word in other.words if word not in self.index]
        grown = Vocabulary(
            self.words + added,
            np.concatenate([self.counts, np.zeros(len(added), np.int64)]),
            self.specials,
        )
        for word, count in zip(other.words, other.counts, strict=True):
            grown.counts[grown.index[word]] += count
        return grown

    def encode(self, tokens: Iterable[str]) -> NDArray[np.int32]:
        """Return ids; unknown words get the id of a special ``<unk>``, or are skipped."""
        fallback = self.index[UNK] if UNK in self.specials else -1
        ids = [self.index.get(token, fallback) for token in tokens]
        return np.array([i for i in ids if i >= 0], dtype=np.int32)

    def one_hot(self, words: str | Sequence[str], oov: str = "error") -> csr_matrix | NDArray[Any]:
        """Return the one-hot rows of words.

        Parameters
        ----------
        words : str or sequence of str
            A word gives a dense row, several give a sparse matrix.
        oov : {"error", "zero", "unk"}, default "error"
            Unknown words are refused, become rows of zeros, or the row of ``<unk>``.

        Returns
        -------
        ndarray of float32, shape (V,), or csr_matrix of float32, shape (number of words, V)

        Raises
        ------
        UnknownWordError
            If a word is unknown and `oov` is "error".
        """
        if isinstance(words, str):
            row = np.zeros(len(self), np.float32)
            column = self._column(words, oov)
            if column >= 0:
                row[column] = 1.0
            return row
        from scipy.sparse import csr_matrix

        columns = np.array([self._column(word, oov) for word in words], dtype=np.int64)
        offsets = np.concatenate([[0], np.cumsum(columns >= 0)])
        known = columns[columns >= 0]
        shape = (len(columns), len(self))
        return csr_matrix((np.ones(len(known), np.float32), known, offsets), shape=shape)

    def _column(self, word: str, oov: str) -> int:
        """Return the id of a word, or what the policy makes of an unknown one."""
        if oov not in ("error", "zero", "unk"):
            raise ParameterError(f"oov must be 'error', 'zero' or 'unk', but is {oov!r}")
        column = self.index.get(word, -1)
        if column < 0 and oov == "unk" and UNK in self.specials:
            column = self.index[UNK]
        if column < 0 and oov != "zero":
            raise UnknownWordError(f"the word {word!r} is not among the {len(self)} words")
        return column

    def decode(self, rows: csr_matrix | NDArray[Any]) -> str | list[str | None] | None:
        """Return the words of one-hot rows, or of ids; a row of zeros gives None.

        Parameters
        ----------
        rows : ndarray or csr_matrix
            Ids, int of shape (n,), or one-hot rows, float of shape (V,) or (n, V).

        Raises
        ------
        VocabularyError
            If an id is not that of a word.
        """
        if isinstance(rows, np.ndarray) and rows.ndim == 1 and rows.dtype.kind in "iu":
            if rows.size and not 0 <= rows.min() <= rows.max() < len(self):
                raise VocabularyError(f"ids must be those of {len(self)} words, 0 and up")
            return [self.words[i] for i in rows]
        if isinstance(rows, np.ndarray) and rows.ndim == 1:
            return self.words[int(rows.argmax())] if rows.any() else None
        columns = np.asarray(rows.argmax(axis=1)).ravel()
        filled = np.asarray(rows.sum(axis=1)).ravel() > 0
        pairs = zip(columns, filled, strict=True)
        return [self.words[int(column)] if full else None for column, full in pairs]

    def save(self, path: str | PathLike[str]) -> None:
        """Write ``word TAB count`` lines, in order; see `vocabulary.files`."""
        from fastvec.vocabulary.files import write_vocabulary

        write_vocabulary(self, path)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Vocabulary:
        """Read what `save` wrote, or a word2vec.c or GloVe vocabulary (``word SPACE count``)."""
        from fastvec.vocabulary.files import read_vocabulary

        return read_vocabulary(path)

    read = load


def as_bytes(word: str) -> bytes:
    """Return a word's bytes, those that were not UTF-8 included."""
    return word.encode("utf-8", "surrogateescape")


def check_cut(min_count: int, max_size: int | None) -> None:
    """Refuse limits that no vocabulary can have."""
    if min_count < 1:
        raise ParameterError(f"min_count must be at least 1, but is {min_count}")
    if max_size is not None and not 1 <= max_size <= MAX_SIZE:
        raise ParameterError(f"max_size must be between 1 and {MAX_SIZE}, but is {max_size}")
