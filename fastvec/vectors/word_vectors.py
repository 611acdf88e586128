"""Words and their vectors, as a read-only mapping."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError, UnknownWordError, VocabularyError
from fastvec.vectors import queries
from fastvec.vectors.cosines import row_norms, unit
from fastvec.vectors.queries import Answer, Oov, Query, Vector
from fastvec.vectors.spelling import close_words
from fastvec.vocabulary.words import PAD


class WordVectors(Mapping[str, Vector]):
    """Finished vectors of V words: look-up and queries.

    Parameters
    ----------
    words : sequence of str, length V
        Distinct words, most frequent first where counts are known.
    matrix : ndarray of float32, shape (V, D)
        One row a word. Kept, not copied; may be memory-mapped. Other number
        types are converted.
    counts : ndarray of int64, shape (V,), optional
        How often each word occurred.
    specials : tuple of str, default ()
        Words that stand for something else, such as ``<unk>``.
    report : sequence of str, default ()
        What the reader of a file repaired or noticed.

    Raises
    ------
    FormatError
        If `matrix` is not two-dimensional.
    VocabularyError
        If the lengths differ or a special is not among the words.

    Examples
    --------
    >>> import numpy as np
    >>> vectors = WordVectors(["up", "down"], np.array([[1, 0], [-1, 0]], dtype=np.float32))
    >>> vectors.most_similar("up")
    [('down', -1.0)]
    """

    def __init__(
        self,
        words: Sequence[str],
        matrix: NDArray[np.float32],
        counts: NDArray[Any] | None = None,
        specials: tuple[str, ...] = (),
        *,
        report: Sequence[str] = (),
    ) -> None:
        rows = np.asanyarray(matrix, dtype=np.float32).view()
        if rows.ndim != 2:
            raise FormatError(f"vectors must form a table of two dimensions, not {rows.ndim}")
        if len(words) != len(rows):
            raise VocabularyError(f"{len(words)} words do not fit {len(rows)} vectors")
        if counts is not None and len(counts) != len(words):
            raise VocabularyError(f"{len(counts)} counts do not fit {len(words)} words")
        # Norms are kept, so the numbers below them must stay.
        rows.flags.writeable = False
        self.words: list[str] = list(words)
        self.matrix: NDArray[np.float32] = rows
        self.counts = None if counts is None else np.asarray(counts, dtype=np.int64)
        self.specials = tuple(specials)
        self.report: list[str] = list(report)
        for special in self.specials:
            if special not in self.words:
                raise VocabularyError(f"the special {special!r} is not among the words")

    __eq__ = object.__eq__  # Mapping's compares values, which has no meaning for arrays.
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"WordVectors({len(self):,} words, dim={self.dim})"

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.key_to_index

    def __getitem__(self, word: str | Sequence[str]) -> Vector:
        rows: Any = (
            self.index(word)
            if isinstance(word, str)
            else np.array([self.index(each) for each in word], dtype=np.intp)
        )
        found: Vector = self.matrix[rows]
        return found

    def get(self, word: str, default: Any = None) -> Any:
        """Return the vector of `word`, or `default` without the search for close spellings."""
        row = self.key_to_index.get(word)
        return default if row is None else self.matrix[row]

    @property
    def dim(self) -> int:
        """Numbers in a vector, D."""
        return int(self.matrix.shape[1])

    @property
    def vector_size(self) -> int:
        """Gensim's name of `dim`."""
        return self.dim

    def export_matrix(self, *, pad: bool = False) -> tuple[list[str], NDArray[np.float32]]:
        """Return words and matrix for another program, with a row for padding if asked.

        Parameters
        ----------
        pad : bool, default False
            Put ``<pad>``, a row of zeros, before all others, as frameworks expect.

        Returns
        -------
        (list of str, ndarray of float32, shape (V or V + 1, D))
            Without padding the matrix itself, not a copy.

        Raises
        ------
        VocabularyError
            If padding is asked for and ``<pad>`` is a word already.
        """
        if not pad:
            return list(self.words), self.matrix
        if PAD in self:
            raise VocabularyError(f"{PAD!r} is a word of these vectors already; export without pad")
        zeros = np.zeros((1, self.dim), np.float32)
        return [PAD, *self.words], np.concatenate([zeros, self.matrix])

    @property
    def index_to_key(self) -> list[str]:
        """Gensim's name of `words`."""
        return self.words

    @cached_property
    def key_to_index(self) -> dict[str, int]:
        """Row of each word; built on first look-up."""
        rows = {word: row for row, word in enumerate(self.words)}
        if len(rows) < len(self.words):
            twice = next(word for row, word in enumerate(self.words) if rows[word] != row)
            raise VocabularyError(f"the word {twice!r} has two vectors; words must be distinct")
        return rows

    @cached_property
    def norms(self) -> NDArray[np.float32]:
        """Length of each vector, float32, shape (V,); 0 for one that is not finite."""
        return row_norms(self.matrix)

    def index(self, word: str) -> int:
        """Return the row of a word.

        Raises
        ------
        UnknownWordError
            If the word has no vector; names close spellings.
        """
        row = self.key_to_index.get(word)
        if row is None:
            close = close_words(word, self.words, self.key_to_index)
            hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
            raise UnknownWordError(f"{word!r} is not among the {len(self):,} words{hint}")
        return row

    def get_vector(self, word: str, *, norm: bool = False) -> Vector:
        """Return the vector of a word, shape (D,); scaled to length 1 with `norm`."""
        return unit(self[word]).astype(np.float32) if norm else self[word]

    def most_similar(
        self,
        positive: Query = (),
        negative: Query = (),
        *,
        topn: int = 10,
        restrict: int | None = None,
        oov: Oov = "error",
    ) -> Answer:
        """Return the nearest words; see `fastvec.vectors.queries.most_similar`."""
        return queries.most_similar(self, positive, negative, topn=topn, restrict=restrict, oov=oov)

    def most_similar_batch(
        self,
        words: Sequence[str],
        topn: int = 10,
        *,
        restrict: int | None = None,
        oov: Oov = "error",
    ) -> list[Answer]:
        """Return the nearest words of each; see `fastvec.vectors.queries.most_similar_batch`."""
        return queries.most_similar_batch(self, words, topn, restrict=restrict, oov=oov)

    def analogy(
        self,
        a: str,
        b: str,
        c: str,
        *,
        topn: int = 1,
        restrict: int | None = None,
        oov: Oov = "error",
    ) -> Answer:
        """Return what is to `c` as `b` is to `a`: nearest to b − a + c, without the three.

        `a` : `b` :: `c` : ?, on unit vectors (3CosAdd). Options as in `most_similar`.
        """
        return self.most_similar([b, c], [a], topn=topn, restrict=restrict, oov=oov)

    def similarity(self, a: str, b: str, *, oov: Oov = "error") -> float:
        """Return the cosine of two words, −1 to 1; see `fastvec.vectors.queries.similarity`."""
        return queries.similarity(self, a, b, oov=oov)

    def distances(
        self,
        word: str | Vector,
        others: Iterable[str] | None = None,
        *,
        restrict: int | None = None,
        oov: Oov = "error",
    ) -> NDArray[np.float32]:
        """Return 1 − cosine to `others` or to all; see `fastvec.vectors.queries.distances`."""
        return queries.distances(self, word, others, restrict=restrict, oov=oov)

    def odd_one_out(self, words: Sequence[str], *, oov: Oov = "error") -> str:
        """Return the word that fits least; see `fastvec.vectors.queries.odd_one_out`."""
        return queries.odd_one_out(self, words, oov=oov)

    def doesnt_match(self, words: Sequence[str]) -> str:
        """Gensim's name of `odd_one_out`; unknown words are left out, as there."""
        return self.odd_one_out(words, oov="skip")
