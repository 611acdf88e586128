"""A conditional random field by listing every path, straight from its definition."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np


def paths(tags, length):
    """Yield every path of a sentence."""
    return product(range(tags), repeat=length)


def path_score(path, scores, between, start, end) -> float:
    """The score of a path through a sentence's scores, shape (T, K)."""
    total = start[path[0]] + end[path[-1]]
    total += sum(scores[t, tag] for t, tag in enumerate(path))
    return float(total + sum(between[a, b] for a, b in pairwise(path)))


def log_partition(scores, between, start, end) -> float:
    """log of the sum over all paths of exp(score)."""
    found = [
        path_score(p, scores, between, start, end) for p in paths(scores.shape[1], len(scores))
    ]
    return float(np.logaddexp.reduce(found))


def loss(scores, tags, lengths, between, start, end) -> float:
    """Sum over sentences of -log p; scores (T, B, K), tags (T, B)."""
    total = 0.0
    for b, length in enumerate(lengths):
        if length:
            rows = scores[:length, b].astype(np.float64)
            total += log_partition(rows, between, start, end)
            total -= path_score(tags[:length, b], rows, between, start, end)
    return total


def best_path(scores, between, start, end):
    """The path with the highest score."""
    every = list(paths(scores.shape[1], len(scores)))
    return max(every, key=lambda path: path_score(path, scores, between, start, end))
