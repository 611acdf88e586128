"""Skip-gram with negative sampling in NumPy, straight from its definition."""

from __future__ import annotations

import numpy as np

CONTEXTS_A_TILE = 2
TARGETS_A_TILE = 6


def signs(targets: int) -> np.ndarray:
    """1 for the observed word, which comes first, and -1 for noise words."""
    return np.array([1.0] + [-1.0] * (targets - 1))


def loss(inputs, outputs, contexts, targets) -> float:
    """-log sigmoid(sign * score), summed over contexts and targets, in float64."""
    scores = inputs[contexts].astype(np.float64) @ outputs[targets].astype(np.float64).T
    return float(np.logaddexp(0.0, -signs(len(targets)) * scores).sum())


def steps(scores, signs, rate: float) -> np.ndarray:
    """The rate times minus the derivative of the loss by the scores."""
    with np.errstate(over="ignore"):
        return rate * signs / (1 + np.exp(signs * scores))


def tile_update(inputs, outputs, contexts, targets, steps) -> None:
    """Move some input rows and some output rows, one output row after another."""
    before = inputs[contexts].copy()
    moves = np.zeros_like(before)
    for column, target in enumerate(targets):
        output = outputs[target].copy()
        for row in range(len(contexts)):
            moves[row] += steps[row, column] * output
            outputs[target] += steps[row, column] * before[row]
    for row, context in enumerate(contexts):
        inputs[context] += moves[row]


def train_window(inputs, outputs, contexts, targets, rate: float) -> float:
    """Take all scores, then move tile after tile; return the loss before."""
    before = loss(inputs, outputs, contexts, targets)
    scores = inputs[contexts] @ outputs[targets].T
    moves = steps(scores, signs(len(targets)), rate)
    for t in range(0, len(targets), TARGETS_A_TILE):
        for c in range(0, len(contexts), CONTEXTS_A_TILE):
            rows, columns = slice(c, c + CONTEXTS_A_TILE), slice(t, t + TARGETS_A_TILE)
            tile_update(inputs, outputs, contexts[rows], targets[columns], moves[rows, columns])
    return before
