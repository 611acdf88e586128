"""What makes a good answer to "a is to b as c is to ?": a score made of cosines.

Each objective scores every row from its cosines to the words of the question. Rough
cosines give bounds, which leave a few rows to score again from exact ones.

References
----------
Levy and Goldberg, "Linguistic Regularities in Sparse and Explicit Word
Representations", CoNLL 2014 (3CosAdd, 3CosMul, PairDirection). Drozd, Gladkova and
Matsuoka, "Word Embeddings, Analogies, and Machine Learning", COLING 2016 (the others).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError
from fastvec.vectors.cosines import ROUNDING, candidates, exact_cosines, ranked

Numbers: TypeAlias = NDArray[Any]
Cosines: TypeAlias = Sequence[Numbers] | Numbers

_EPSILON = 1e-6  # Keeps a product of zeros from dividing, as in the paper.
_SMALLEST_GAP = 1e-6  # Below it, the distance of two unit vectors is rounding.


class Objective(NamedTuple):
    """Scores of V rows from their cosines to T words, T arrays of shape (V,)."""

    score: Callable[[Cosines], Numbers]
    bounds: Callable[[Cosines], tuple[Numbers, Numbers, float]]
    """Of rough cosines: the least score and, less a slack, the greatest that is possible."""


def cos_add(weights: Numbers) -> Objective:
    """Score by the weighted sum of cosines; weights of shape (T,)."""
    slack = 2 * ROUNDING * float(np.abs(weights).sum())

    def score(cosines: Cosines) -> Numbers:
        total = cosines[0] * weights[0]
        for weight, row in zip(weights[1:], cosines[1:], strict=True):
            total += row if weight == 1 else row * weight
        return total

    return Objective(score, partial(_sure, score, slack))


def cos_mul(weights: Numbers) -> Objective:
    """Score by products of (1 + cosine) / 2 to the power of the weights, shape (T,)."""

    def score(cosines: Cosines) -> Numbers:
        above, below = np.ones((2, len(cosines[0])), cosines[0].dtype)
        for weight, row in zip(weights, cosines, strict=True):
            shifted = np.maximum((1 + row) / 2, 0)
            product = above if weight > 0 else below
            product *= shifted if abs(weight) == 1 else shifted ** abs(weight)
        return above / (below + above.dtype.type(_EPSILON))

    return Objective(score, partial(_corners, score, [np.sign(weights).tolist()]))


def pair_direction(units: NDArray[np.float64]) -> Objective:
    """Score a row x by the cosine of x - c to b - a; units of a, b and c, shape (3, D)."""
    a, b, c = units
    length, offset = float(np.linalg.norm(b - a)), float(c @ (b - a))

    def score(cosines: Cosines) -> Numbers:
        if not length:
            return np.zeros_like(cosines[0])
        gap = np.sqrt(np.maximum(2 - 2 * cosines[2], _SMALLEST_GAP**2))
        return ((cosines[1] - cosines[0] - offset) / (gap * length)).clip(-1, 1)

    # Nearness to c makes a score greater or smaller, as its sign may be.
    return Objective(score, partial(_corners, score, [(-1, 1, 1), (-1, 1, -1)]))


def class_cos(strength: float, bias: float) -> Objective:
    """Score by the cosine to c times the probability of a class of words.

    The second cosine is that to the direction of the class; its probability is the logistic
    function of `strength` times this cosine, plus `bias`.
    """

    def score(cosines: Cosines) -> Numbers:
        steep, flat = (cosines[1].dtype.type(number) for number in (strength, bias))
        logits = steep * cosines[1] + flat
        small = np.exp(-np.abs(logits))
        return cosines[0] * np.where(logits < 0, small, 1) / (1 + small)

    # More of the class makes a score greater or smaller, as the cosine's sign may be.
    return Objective(score, partial(_corners, score, [(1, 1), (1, -1)]))


def _similar(score: Callable[[Cosines], Numbers]) -> Objective:
    """Score by cosines alone: what an analogy must beat."""
    return Objective(score, partial(_sure, score, 2 * ROUNDING))


def analogy_objective(method: str, units: NDArray[np.float64]) -> Objective:
    """Return what an answer to "a is to b as c is to ?" should maximise.

    Parameters
    ----------
    method : {"3cosadd", "3cosmul", "pairdirection", "similar-to-c", "similar-to-any"}
    units : ndarray of float64, shape (3, D)
        Unit vectors of a, b and c.

    Raises
    ------
    ParameterError
        If there is no such method.
    """
    signs = np.array([-1.0, 1.0, 1.0], dtype=np.float32)
    objectives: dict[str, Callable[[], Objective]] = {
        "3cosadd": partial(cos_add, signs),
        "3cosmul": partial(cos_mul, signs),
        "pairdirection": partial(pair_direction, units),
        "similar-to-c": partial(_similar, lambda cosines: cosines[-1].copy()),
        "similar-to-any": partial(_similar, lambda cosines: np.maximum.reduce(cosines)),
    }
    if method not in objectives:
        raise ParameterError(f"method must be one of {', '.join(objectives)}, but is {method!r}")
    return objectives[method]()


def best_by(
    objective: Objective,
    matrix: NDArray[np.float32],
    units: NDArray[np.float64],
    rough: Cosines,
    hidden: Iterable[int],
    topn: int,
) -> list[tuple[int, float]]:
    """Return the rows with the largest scores, ties by lower row.

    Parameters
    ----------
    objective : Objective
        Gives the scores.
    matrix : ndarray of float32, shape (V, D)
        Rows.
    units : ndarray of float64, shape (T, D)
        Unit vectors of the question.
    rough : T arrays of float32, shape (at most V,)
        Cosines of the leading rows to them, by `rough_cosines`.
    hidden : iterable of int
        Rows that may not answer.
    topn : int
        Number of rows, at least 1.

    Returns
    -------
    list of (int, float)
        Row and score, best first.
    """
    lower, upper, slack = objective.bounds(rough)
    rows, count = candidates(lower, upper, hidden, topn, slack)
    return ranked(rows, objective.score(exact_cosines(matrix, rows, units)), count)


def _sure(
    score: Callable[[Cosines], Numbers], slack: float, rough: Cosines
) -> tuple[Numbers, Numbers, float]:
    """Bound a score that is off by no more than half of a slack."""
    scores = score(rough)
    return scores, scores, slack


def _corners(
    score: Callable[[Cosines], Numbers], corners: Iterable[Sequence[float]], rough: Cosines
) -> tuple[Numbers, Numbers, float]:
    """Bound a score that rises where a corner is positive, and falls where it is negative."""
    table = np.asarray(rough)
    steps = [np.array(corner, table.dtype)[:, None] * table.dtype.type(ROUNDING)
             for corner in corners]  # fmt: skip
    lower = np.minimum.reduce([score(table - step) for step in steps])
    return lower, np.maximum.reduce([score(table + step) for step in steps]), 0.0
