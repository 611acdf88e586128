"""Skip-gram and CBOW in NumPy, straight from their definitions.

Targets come with signs: 1 for the observed word and -1 for noise words, or the
turns of a path in hierarchical softmax.
"""

from __future__ import annotations

import numpy as np

CONTEXTS_A_TILE = 2
TARGETS_A_TILE = 6


def noise_signs(targets: int) -> np.ndarray:
    """1 for the observed word, which comes first, and -1 for noise words."""
    return np.array([1.0] + [-1.0] * (targets - 1))


def path_of(tree, word) -> tuple[list[int], np.ndarray]:
    """Return the inner nodes above a word and the turns taken there, without padding."""
    start = tree.offsets[word]
    entries = slice(start, start + tree.lengths[word])
    return tree.points[entries].tolist(), tree.signs[entries].astype(np.float64)


def hidden_loss(rows, outputs, targets, signs) -> float:
    """-log sigmoid(sign * score), summed over rows and targets, in float64."""
    scores = np.asarray(rows, np.float64) @ outputs[targets].astype(np.float64).T
    return float(np.logaddexp(0.0, -signs * scores).sum())


def loss(inputs, outputs, contexts, targets, signs) -> float:
    """Loss of a window whose contexts act one by one."""
    return hidden_loss(inputs[contexts], outputs, targets, signs)


def mixed(inputs, contexts, mixing) -> np.ndarray:
    """The sum of the contexts' rows, or their mean."""
    total = inputs[contexts].astype(np.float64).sum(axis=0)
    return total / len(contexts) if mixing.forward else total


def mixed_loss(inputs, outputs, contexts, targets, signs, mixing) -> float:
    """Loss of a window whose contexts act together."""
    return hidden_loss(mixed(inputs, contexts, mixing), outputs, targets, signs)


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


def train_window(inputs, outputs, contexts, targets, signs, rate: float) -> float:
    """Take all scores, then move tile after tile; return the loss before."""
    before = loss(inputs, outputs, contexts, targets, signs)
    moves = steps(inputs[contexts] @ outputs[targets].T, signs, rate)
    for t in range(0, len(targets), TARGETS_A_TILE):
        for c in range(0, len(contexts), CONTEXTS_A_TILE):
            rows, columns = slice(c, c + CONTEXTS_A_TILE), slice(t, t + TARGETS_A_TILE)
            tile_update(inputs, outputs, contexts[rows], targets[columns], moves[rows, columns])
    return before


def train_windows(inputs, outputs, windows, rate: float) -> float:
    """Train windows, contexts, targets and signs of each, one by one; return their loss."""
    return sum(train_window(inputs, outputs, *window, rate) for window in windows)


def mixed_steps(inputs, outputs, contexts, targets, signs, rate: float, mixing):
    """Return a window's hidden row, its steps and its loss."""
    hidden = mixed(inputs, contexts, mixing)
    moves = steps(outputs[targets] @ hidden, signs, rate)
    return hidden, moves, hidden_loss(hidden, outputs, targets, signs)


def move_mixed(inputs, outputs, contexts, targets, hidden, moves, mixing) -> None:
    """Move one target after another, then every context."""
    move = np.zeros_like(hidden)
    for target, step in zip(targets, moves, strict=True):
        move += step * outputs[target]
        outputs[target] += step * hidden
    for context in contexts:
        inputs[context] += move / len(contexts) if mixing.backward else move


def train_mixed_windows(inputs, outputs, windows, rate: float, mixing) -> float:
    """Train windows, contexts, targets and signs of each; return their loss.

    A window's steps are found before the window before it moves its rows.
    """
    lost, waiting = 0.0, []
    for contexts, targets, signs in windows:
        hidden, moves, own = mixed_steps(inputs, outputs, contexts, targets, signs, rate, mixing)
        lost += own
        waiting.append((contexts, targets, hidden, moves))
        if len(waiting) > 1:
            move_mixed(inputs, outputs, *waiting.pop(0), mixing)
    for window in waiting:
        move_mixed(inputs, outputs, *window, mixing)
    return lost
