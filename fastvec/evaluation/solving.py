"""Answer many analogy questions over the same rows, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError
from fastvec.vectors.cosines import best_rows, rough_cosines, row_norms, unit
from fastvec.vectors.methods import SECTION_METHODS
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


def solve_section(
    matrix: NDArray[np.float32],
    questions: NDArray[np.intp],
    truths: NDArray[np.intp],
    *,
    hidden: Sequence[int],
    topn: int,
) -> Iterator[Ranking]:
    """Yield answers by 3CosAvg: c plus the mean offset of the section's other pairs.

    Parameters
    ----------
    matrix, questions, hidden, topn
        As in `solve`, of one section.
    truths : ndarray of intp, shape (Q,)
        Right answers: the pair of a question itself is left out of its mean.

    Yields
    ------
    list of (int, float)
        Row and score, best first, ties by lower row.
    """
    norms = row_norms(matrix)
    pairs = {(a, b): _offset(matrix, a, b) for a, b, _ in questions.tolist()}
    total = np.sum(list(pairs.values()), axis=0)
    for asked, truth in zip(questions.tolist(), truths.tolist(), strict=True):
        own = pairs.get((asked[2], truth))
        others = len(pairs) - (own is not None)
        mean = (total - (0 if own is None else own)) / max(1, others)
        query = unit(unit(matrix[asked[2]]) + mean)
        rough = rough_cosines(matrix, norms, query)
        yield best_rows(matrix, query, rough, [*hidden, *asked], topn)


def check_method(method: str) -> None:
    """Refuse a method that there is not."""
    if method not in SECTION_METHODS:
        raise ParameterError(
            f"method must be one of {', '.join(SECTION_METHODS)}, but is {method!r}"
        )


def _offset(matrix: NDArray[np.float32], a: int, b: int) -> NDArray[np.float64]:
    """Return the way from one word's unit vector to another's."""
    return unit(matrix[b]) - unit(matrix[a])


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
