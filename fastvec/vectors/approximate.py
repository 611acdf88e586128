"""Neighbours by an index that looks at a part of the rows (pynndescent, extra ``ann``)."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fastvec.errors import ParameterError, ResourceError
from fastvec.vectors.lookup import Lookup
from fastvec.vectors.queries import most_similar_batch
from fastvec.vectors.terms import (
    Answer,
    Oov,
    Vector,
    at_least_one,
    limit_of,
    named,
    rows_asked,
)

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors


class ApproximateIndex:
    """Finds most of the nearest words in a part of the time, once it is built.

    Building takes as long as very many exact answers in batches do, so an index pays
    only where it is asked for long. `recall` measures what it misses.

    Parameters
    ----------
    vectors : WordVectors
        Where to look. Kept, not copied; the index itself copies the rows.
    restrict : int, optional
        Index only the first so many words.
    seed : int, default 1
        Where its search trees start.

    Raises
    ------
    ResourceError
        If pynndescent is not installed.
    ParameterError
        If fewer than two rows have a direction.
    """

    def __init__(self, vectors: WordVectors, *, restrict: int | None = None, seed: int = 1) -> None:
        try:
            from pynndescent import NNDescent
        except ImportError as error:
            raise ResourceError(
                f"an approximate index needs pynndescent ({error}); pip install 'fastvec[ann]'"
            ) from error
        self.vectors = vectors
        self.restrict = limit_of(vectors, restrict)
        # A row without direction is near nothing, so it is not looked for.
        self._rows = np.flatnonzero(vectors.norms[: self.restrict])
        if len(self._rows) < 2:
            raise ParameterError("restrict must leave two vectors that are not zero")
        units = vectors.matrix[self._rows] / vectors.norms[self._rows, None]
        with warnings.catch_warnings():  # About its own arrays, and few rows.
            warnings.simplefilter("ignore")
            self._index: Any = NNDescent(units, metric="dot", random_state=seed)
            self._index.prepare()

    @property
    def size(self) -> int:
        """Number of words that it may answer with."""
        return len(self._rows)

    def most_similar(self, word: str | Vector, *, topn: int = 10, oov: Oov = "error") -> Answer:
        """Return the nearest words that the index finds; see `queries.most_similar`."""
        return self.most_similar_batch([word], topn, oov=oov)[0]

    def most_similar_batch(
        self, words: Sequence[str | Vector], topn: int = 10, *, oov: Oov = "error"
    ) -> list[Answer]:
        """Return for each of many words what `most_similar` returns."""
        at_least_one("topn", topn)
        answers, known = Lookup(self.vectors, oov).questions(words)
        if not known:
            return answers
        queries = np.array([query for _, query in known], dtype=np.float32)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            places, gaps = self._index.query(queries, k=min(topn + 1, len(self._rows)))
        for (place, _), near, gap in zip(known, places, gaps, strict=True):
            hidden = rows_asked(self.vectors, [words[place]])
            rows = self._rows[near[near >= 0]].tolist()
            pairs = zip(rows, (1 - gap[near >= 0]).tolist(), strict=True)
            best = sorted((-cosine, row) for row, cosine in pairs if row not in hidden)
            ranking = [(row, -less) for less, row in best[:topn]]
            answers[place] = named(self.vectors, ranking, answers[place].unknown)
        return answers

    def recall(self, *, topn: int = 10, sample: int = 200, seed: int = 1) -> float:
        """Return the share of true nearest words that the index finds, on words drawn at random.

        Parameters
        ----------
        topn : int, default 10
            Neighbours of each word.
        sample : int, default 200
            Number of words asked; all if there are fewer.
        seed : int, default 1
            Which words.

        Returns
        -------
        float
            0 to 1.
        """
        count = min(at_least_one("sample", sample), len(self._rows))
        rows = np.random.default_rng(seed).choice(self._rows, count, replace=False)
        words = [self.vectors.words[row] for row in rows]
        exact = most_similar_batch(self.vectors, words, topn, restrict=self.restrict)
        found = self.most_similar_batch(words, topn)
        hits = sum(len(dict(a).keys() & dict(b).keys()) for a, b in zip(exact, found, strict=True))
        return hits / max(1, sum(map(len, exact)))
