"""GloVe in dense NumPy, straight from its definitions, in float64.

Matrices of words and of contexts have a row each for every word; ``counts[i, j]`` is how
often context j stands by word i, and 0 where it never does.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np

PARTS = ("words", "contexts", "word_biases", "context_biases")


def known_words(sentences, size, across) -> list[list[int]]:
    """Leave out words from ``size`` on, before any distance is measured."""
    kept = [[word for word in sentence if word < size] for sentence in sentences]
    return [[word for sentence in kept for word in sentence]] if across else kept


def cooccurrence(sentences, size, window, side, weighting, across) -> dict:
    """Return how often each pair stands together, by weight, as exact fractions."""
    found: dict[tuple[int, int], Fraction] = {}
    for sentence in known_words(sentences, size, across):
        for place, word in enumerate(sentence):
            for other, context in enumerate(sentence):
                distance = abs(place - other)
                before = other < place
                counts = side == "both" or before == (side == "left")
                if 0 < distance <= window and counts:
                    weight = Fraction(1, distance) if weighting == "harmonic" else Fraction(1)
                    found[word, context] = found.get((word, context), Fraction(0)) + weight
    return found


class State(NamedTuple):
    """Parameters, or gradients of the cost, or AdaGrad's sums."""

    words: np.ndarray  # (V, D)
    contexts: np.ndarray  # (V, D)
    word_biases: np.ndarray  # (V,)
    context_biases: np.ndarray  # (V,)

    def copy(self) -> State:
        return State(*(part.copy() for part in self))


class Settings(NamedTuple):
    """Those of GloVe that its arithmetic depends on."""

    x_max: float = 100.0
    alpha: float = 0.75
    rate: float = 0.05
    bias_rate: float = 0.05
    clip: float = 100.0


def start(generator, size, dim, scale=0.5) -> State:
    """Draw parameters."""
    shapes = (size, dim), (size, dim), size, size
    return State(*(generator.normal(scale=scale, size=shape) for shape in shapes))


def differences(state, counts) -> np.ndarray:
    """Return w . c + b + b' - log X, and 0 where X is 0."""
    scores = state.words @ state.contexts.T
    scores += state.word_biases[:, None] + state.context_biases
    return np.where(counts > 0, scores - np.log(np.where(counts > 0, counts, 1)), 0)


def weights(counts, settings) -> np.ndarray:
    """Return f(X)."""
    return np.minimum(counts / settings.x_max, 1) ** settings.alpha


def cost(state, counts, settings) -> float:
    """Return the sum of f(X) * difference**2 / 2."""
    return float((weights(counts, settings) * differences(state, counts) ** 2).sum() / 2)


def gradients(state, counts, settings) -> State:
    """Return the derivatives of `cost`."""
    errors = weights(counts, settings) * differences(state, counts)
    return State(
        errors @ state.contexts, errors.T @ state.words, errors.sum(axis=1), errors.sum(axis=0)
    )


def pull_cost(state, given, strength) -> float:
    """Return strength / 2 times the squared distance of w + c from what is given, where it is."""
    known = ~np.isnan(given[:, 0])
    return float(strength / 2 * ((state.words + state.contexts - given)[known] ** 2).sum())


def step(state, sums, record, value, settings, free=None) -> float:
    """Take one step of AdaGrad down the gradient of one record's cost; return the cost before."""
    i, j = record
    free = np.ones(len(state.words)) if free is None else free
    w, c = state.words[i].copy(), state.contexts[j].copy()
    difference = w @ c + state.word_biases[i] + state.context_biases[j] - np.log(value)
    error = min(value / settings.x_max, 1.0) ** settings.alpha * difference
    moves = (
        ("words", i, free[i] * settings.rate * np.clip(error * c, -settings.clip, settings.clip)),
        (
            "contexts",
            j,
            free[j] * settings.rate * np.clip(error * w, -settings.clip, settings.clip),
        ),
        ("word_biases", i, settings.bias_rate * error),
        ("context_biases", j, settings.bias_rate * error),
    )
    for part, row, move in moves:
        total = getattr(sums, part)
        getattr(state, part)[row] -= move / np.sqrt(total[row])
        total[row] += move**2
    return float(error * difference / 2)


def order_of(rounds, records) -> list[tuple[int, int]]:
    """Return the words of every record in the order in which an epoch's blocks train them."""
    order = []
    for group, rows in ((block.columns, block.rows) for blocks in rounds for block in blocks):
        for row in rows.tolist():
            first, last = records.starts[row] + records.cuts[row, group : group + 2]
            order += [(row, column) for column in records.columns[first:last].tolist()]
    return order


def adagrad_pass(state, sums, order, counts, settings, free=None) -> float:
    """Train every record once, in this order; return the summed cost."""
    return sum(step(state, sums, record, counts[record], settings, free) for record in order)
