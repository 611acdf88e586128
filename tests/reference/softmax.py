"""Full softmax with cross-entropy in NumPy, straight from its definition, in float64."""

from __future__ import annotations

import numpy as np


def log_probabilities(outputs, row) -> np.ndarray:
    """log softmax of a hidden row over all words."""
    logits = outputs.astype(np.float64) @ row.astype(np.float64)
    return logits - np.logaddexp.reduce(logits)


def loss(outputs, hidden, windows) -> float:
    """Sum of -log p of every word of every hidden row's window."""
    return -sum(
        log_probabilities(outputs, row)[word]
        for row, window in zip(hidden, windows, strict=True)
        for word in window
    )


def gradients(outputs, hidden, windows) -> tuple[np.ndarray, np.ndarray]:
    """Derivatives of the loss by outputs and by hidden, one pair after another."""
    by_outputs = np.zeros(outputs.shape)
    by_hidden = np.zeros(hidden.shape)
    for b, window in enumerate(windows):
        probabilities = np.exp(log_probabilities(outputs, hidden[b]))
        for word in window:
            by_logits = probabilities - (np.arange(len(outputs)) == word)
            by_outputs += np.outer(by_logits, hidden[b])
            by_hidden[b] += by_logits @ outputs
    return by_outputs, by_hidden
