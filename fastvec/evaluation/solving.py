"""Answer many analogy questions over the same rows, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from fastvec.vectors.cosines import rough_cosines, row_norms, unit
from fastvec.vectors.objectives import analogy_objective, best_by

_TABLE = 1 << 25  # numbers: 128 MB as float32

Ranking = list[tuple[int, float]]


def solve(
    matrix: NDArray[np.float32],
    questions: NDArray[np.intp],
    *,
    method: str,
    hidden: Sequence[int],
    topn: int,
) -> Iterator[Ranking]:
    """Yield for each question its best rows and their scores.

    Cosines of every row to the words of the questions are taken once for as many
    questions as memory allows: a section asks thousands of questions with some hundred
    words.

    Parameters
    ----------
    matrix : ndarray of float32, shape (V, D)
        Rows that may answer.
    questions : ndarray of intp, shape (Q, 3)
        Rows of a, b and c.
    method : str
        One of `fastvec.vectors.methods.METHODS`.
    hidden : sequence of int
        Rows that never answer; nor do a question's own.
    topn : int
        Number of rows for each question, at least 1.

    Yields
    ------
    list of (int, float)
        Row and score, best first, ties by lower row.
    """
    norms = row_norms(matrix)
    for part in _runs(questions, max(3, _TABLE // max(1, len(matrix)))):
        rows, places = np.unique(questions[part], return_inverse=True)
        units = np.array([unit(matrix[row]) for row in rows])
        table = rough_cosines(matrix, norms, units)
        for asked, chosen in zip(questions[part], places.reshape(-1, 3), strict=True):
            objective = analogy_objective(method, units[chosen])
            rough = [table[place] for place in chosen]
            yield best_by(objective, matrix, units[chosen], rough, [*hidden, *asked], topn)


def _runs(questions: NDArray[np.intp], words: int) -> Iterator[slice]:
    """Cut questions into runs that use at most so many words."""
    start, used = 0, set[int]()
    for place, asked in enumerate(questions.tolist()):
        if len(used) + len(set(asked) - used) > words:
            yield slice(start, place)
            start, used = place, set()
        used.update(asked)
    if start < len(questions):
        yield slice(start, len(questions))
