"""Words and their vectors, as a read-only mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError, UnknownWordError, VocabularyError
from fastvec.vectors import comparisons, gensim_names, movers, queries
from fastvec.vectors.conversion import as_float32
from fastvec.vectors.cosines import row_norms, unit
from fastvec.vectors.lookup import Lookup
from fastvec.vectors.maps import word_map
from fastvec.vectors.spelling import close_words
from fastvec.vectors.stored_words import StoredWords
from fastvec.vectors.terms import Vector
from fastvec.vocabulary.words import PAD


class WordVectors(Mapping[str, Vector]):
    """Finished vectors of V words: look-up and queries.

    Parameters
    ----------
    words : sequence of str, length V, or StoredWords
        Distinct words, most frequent first where counts are known.
    matrix : ndarray of float32, shape (V, D)
        One row a word. Kept, not copied; may be memory-mapped. Other number
        types are converted.
    counts : ndarray of int64, shape (V,), or callable that returns it, optional
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
        words: Sequence[str] | StoredWords,
        matrix: NDArray[np.float32],
        counts: NDArray[Any] | Callable[[], NDArray[Any]] | None = None,
        specials: tuple[str, ...] = (),
        *,
        report: Sequence[str] = (),
    ) -> None:
        rows = as_float32(matrix).view()
        if rows.ndim != 2:
            raise FormatError(f"vectors must form a table of two dimensions, not {rows.ndim}")
        if len(words) != len(rows):
            raise VocabularyError(f"{len(words)} words do not fit {len(rows)} vectors")
        if counts is not None and not callable(counts) and len(counts) != len(words):
            raise VocabularyError(f"{len(counts)} counts do not fit {len(words)} words")
        # Norms are kept, so the numbers below them must stay.
        rows.flags.writeable = False
        self._stored_words, self._stored_counts = words, counts
        self.matrix: NDArray[np.float32] = rows
        self.specials = tuple(specials)
        self.report: list[str] = list(report)
        if not isinstance(words, StoredWords):
            _ = self.words  # A copy, checked.

    __eq__ = object.__eq__  # Mapping's compares values, which has no meaning for arrays.
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"WordVectors({len(self):,} words, dim={self.dim})"

    def __len__(self) -> int:
        return len(self.matrix)

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

    @cached_property
    def words(self) -> list[str]:
        """Words in the order of their rows; read on first use where a file stores them."""
        stored = self._stored_words
        words = stored.read() if isinstance(stored, StoredWords) else list(stored)
        for special in self.specials:
            if special not in words:
                raise VocabularyError(f"the special {special!r} is not among the words")
        return words

    @cached_property
    def counts(self) -> NDArray[np.int64] | None:
        """How often each word occurred, shape (V,); None where that is unknown."""
        stored = self._stored_counts
        found = stored() if callable(stored) else stored
        return None if found is None else np.asarray(found, dtype=np.int64)

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
        rows = dict(zip(self.words, range(len(self)), strict=True))
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

    def unknown(self, words: Iterable[str], *, restrict: int | None = None) -> list[str]:
        """Return the words that have no vector, or none among the first `restrict`, in order."""
        return Lookup(self, "skip", restrict).unknown(words)

    def get_vector(self, word: str, *, norm: bool = False) -> Vector:
        """Return the vector of a word, shape (D,); scaled to length 1 with `norm`."""
        return unit(self[word]).astype(np.float32) if norm else self[word]

    most_similar = queries.most_similar
    most_similar_batch = queries.most_similar_batch
    most_similar_cosmul = queries.most_similar_cosmul
    analogy = queries.analogy

    similarity = comparisons.similarity
    distances = comparisons.distances
    closer_than = comparisons.closer_than
    rank = comparisons.rank
    mean_vector = comparisons.mean_vector
    n_similarity = comparisons.n_similarity
    odd_one_out = comparisons.odd_one_out
    movers_distance = movers.movers_distance

    map = word_map.map_words

    similar_by_word = gensim_names.similar_by_word
    similar_by_vector = gensim_names.similar_by_vector
    distance = gensim_names.distance
    doesnt_match = gensim_names.doesnt_match
    rank_by_centrality = gensim_names.rank_by_centrality
    most_similar_to_given = gensim_names.most_similar_to_given
    wmdistance = gensim_names.wmdistance
