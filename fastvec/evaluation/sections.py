"""Answer analogy questions by what the other pairs of their section have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec.evaluation.classes import fit_class
from fastvec.evaluation.solving import Ranking
from fastvec.vectors.cosines import best_rows, rough_cosines, row_norms, unit
from fastvec.vectors.objectives import best_by, class_cos

Pairs: TypeAlias = NDArray[np.intp]
_Ranker: TypeAlias = Callable[[int, Pairs, Sequence[int], int], Ranking]


def solve_section(
    matrix: NDArray[np.float32],
    questions: NDArray[np.intp],
    truths: NDArray[np.intp],
    *,
    method: str,
    hidden: Sequence[int],
    topn: int,
    seed: int,
) -> list[Ranking]:
    """Return for each question of a section its best rows and their scores.

    What is learned leaves out the pair that is asked, c and its right answer. So it is
    the same for all questions that ask for this pair, and is learned once for them.

    Parameters
    ----------
    matrix : ndarray of float32, shape (V, D)
        Rows that may answer.
    questions : ndarray of intp, shape (Q, 3)
        Rows of a, b and c.
    truths : ndarray of intp, shape (Q,)
        Right answers.
    method : {"3cosavg", "lrcos"}
    hidden : sequence of int
        Rows that never answer; nor do a question's own.
    topn : int
        Number of rows for each question, at least 1.
    seed : int
        Of the words that LRCos draws.

    Returns
    -------
    list of list of (int, float)
        Row and score, best first, ties by lower row.

    References
    ----------
    Drozd, Gladkova and Matsuoka, "Word Embeddings, Analogies, and Machine Learning",
    COLING 2016.
    """
    pairs = np.unique(questions[:, :2], axis=0)
    rank = _by_mean_offset(matrix, pairs) if method == "3cosavg" else _by_class(matrix, pairs, seed)
    ranked: dict[tuple[int, int], Ranking] = {}
    answers = []
    for (a, b, c), truth in zip(questions.tolist(), truths.tolist(), strict=True):
        if (c, truth) not in ranked:
            others = pairs[(pairs != (c, truth)).any(axis=1)]
            ranked[c, truth] = rank(c, others, [*hidden, c], topn + 2)
        answers.append([pair for pair in ranked[c, truth] if pair[0] not in (a, b)][:topn])
    return answers


def _by_mean_offset(matrix: NDArray[np.float32], pairs: Pairs) -> _Ranker:
    """Score by the cosine to c plus the mean offset b - a of other pairs (3CosAvg)."""
    norms = row_norms(matrix)
    units = {row: unit(matrix[row]) for row in np.unique(pairs).tolist()}

    def rank(c: int, others: Pairs, hidden: Sequence[int], topn: int) -> Ranking:
        offsets = [units[b] - units[a] for a, b in others.tolist()]
        query = unit(unit(matrix[c]) + np.sum(offsets, axis=0) / max(1, len(offsets)))
        return best_rows(matrix, query, rough_cosines(matrix, norms, query), hidden, topn)

    return rank


def _by_class(matrix: NDArray[np.float32], pairs: Pairs, seed: int) -> _Ranker:
    """Score by the cosine to c times the probability of being like other pairs' b (LRCos)."""
    norms = row_norms(matrix)
    outside = np.setdiff1d(np.arange(len(matrix)), pairs)
    drawn = np.random.default_rng(seed).permutation(outside)[: len(pairs)]

    def rank(c: int, others: Pairs, hidden: Sequence[int], topn: int) -> Ranking:
        direction, strength, bias = fit_class(matrix, others, drawn)
        units = np.array([unit(matrix[c]), direction])
        rough = rough_cosines(matrix, norms, units)
        return best_by(class_cos(strength, bias), matrix, units, rough, hidden, topn)

    return rank
