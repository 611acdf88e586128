"""Linear-chain conditional random field: all paths of tags through a sentence, and the best one.

Sums over paths are kept as logarithms in float64. A step is a product with the
exponentials of the transitions, on numbers scaled by the largest, so it takes K
exponentials and not K * K. Letters: T time, B batch, K tags.

References
----------
Lafferty, McCallum and Pereira, "Conditional Random Fields", ICML 2001.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fastvec.kernels.jit import Array, kernel


class Links(NamedTuple):
    """What ties tags to their neighbours, scores or gradients.

    Attributes
    ----------
    between : ndarray of float64, shape (K, K)
        From tag i to tag j.
    start, end : ndarray of float64, shape (K,)
        From the start of a sentence to a tag, and from a tag to its end.
    """

    between: Array
    start: Array
    end: Array


class Scratch(NamedTuple):
    """Arrays of float64 to work in: three of shape (T, K) and two of shape (K,)."""

    before: Array
    after: Array
    moved: Array
    left: Array
    right: Array


@kernel
def _largest(row: Array) -> float:
    best = row[0]
    for k in range(1, len(row)):
        best = max(best, row[k])
    return best


@kernel
def _log_sum(row: Array) -> float:
    """Return log(sum(exp(row)))."""
    best = _largest(row)
    total = 0.0
    for k in range(len(row)):
        total += np.exp(row[k] - best)
    return best + np.log(total)


@kernel
def _step(logs: Array, weights: Array, result: Array) -> None:
    """Set ``result`` to log(exp(logs) @ weights)."""
    best = _largest(logs)
    result[:] = 0.0
    for i in range(len(logs)):
        e = np.exp(logs[i] - best)
        row = weights[i]
        for j in range(len(result)):
            result[j] += e * row[j]
    for j in range(len(result)):
        result[j] = best + np.log(result[j])


@kernel
def _forward(
    scores: Array, b: int, length: int, links: Links, weights: Array, own: Scratch
) -> float:
    """Fill ``before``: the log sum of all paths up to a tag, its score included; return all's."""
    before = own.before
    for k in range(len(links.start)):
        before[0, k] = links.start[k] + scores[0, b, k]
    for t in range(1, length):
        _step(before[t - 1], weights, before[t])
        for k in range(len(links.start)):
            before[t, k] += scores[t, b, k]
    for k in range(len(links.end)):
        own.left[k] = before[length - 1, k] + links.end[k]
    return _log_sum(own.left)


@kernel
def _backward(
    scores: Array, b: int, length: int, links: Links, weights: Array, own: Scratch
) -> None:
    """Fill ``after``, the log sum of all paths after a tag, and ``moved``, with its score."""
    after, moved = own.after, own.moved
    after[length - 1] = links.end
    for t in range(length - 1, -1, -1):
        if t < length - 1:
            _step(moved[t + 1], weights, after[t])
        for k in range(len(links.end)):
            moved[t, k] = after[t, k] + scores[t, b, k]


@kernel
def _pairs(t: int, total: float, weights: Array, own: Scratch, gradient: Array) -> None:
    """Add the probability of each pair of tags at t - 1 and t."""
    before, moved = own.before[t - 1], own.moved[t]
    high, low = _largest(before), _largest(moved)
    for k in range(len(before)):
        own.left[k] = np.exp(before[k] - high)
        own.right[k] = np.exp(moved[k] - low)
    scale = np.exp(high + low - total)
    for i in range(len(before)):
        row, out = weights[i], gradient[i]
        e = scale * own.left[i]
        for j in range(len(before)):
            out[j] += e * row[j] * own.right[j]


@kernel
def _path_score(scores: Array, tags: Array, b: int, length: int, links: Links) -> float:
    """Return the score of the given path."""
    total = links.start[tags[0, b]] + links.end[tags[length - 1, b]]
    for t in range(length):
        total += scores[t, b, tags[t, b]]
        if t > 0:
            total += links.between[tags[t - 1, b], tags[t, b]]
    return total


@kernel
def crf_loss(
    scores: Array, tags: Array, lengths: Array, links: Links, weights: Array, own: Scratch
) -> float:
    """Return the sum over sentences of -log p of their tags.

    Parameters
    ----------
    scores : ndarray of float, shape (T, B, K)
    tags : ndarray of int32, shape (T, B)
    lengths : ndarray of int64, shape (B,)
        Sentences of length 0 cost nothing.
    links : Links
        ``between`` small enough for its exponentials.
    weights : ndarray of float64, shape (K, K)
        ``exp(links.between)``.
    own : Scratch
    """
    loss = 0.0
    for b in range(len(lengths)):
        if lengths[b] > 0:
            loss += _forward(scores, b, lengths[b], links, weights, own)
            loss -= _path_score(scores, tags, b, lengths[b], links)
    return loss


@kernel
def crf_gradient(
    scores: Array,
    tags: Array,
    lengths: Array,
    links: Links,
    weights: Array,
    transposed: Array,
    own: Scratch,
    by_scores: Array,
    by_links: Links,
) -> float:
    """Return the loss, and its derivatives by scores and links.

    Parameters
    ----------
    scores, tags, lengths, links, weights, own
        As in `crf_loss`.
    transposed : ndarray of float64, shape (K, K)
        ``weights.T``, contiguous.
    by_scores : ndarray of float, shape (T, B, K), overwritten
        Zeros beyond the end of a sentence.
    by_links : Links, added to
    """
    loss = 0.0
    by_scores[:] = 0
    for b in range(len(lengths)):
        length = lengths[b]
        if length == 0:
            continue
        total = _forward(scores, b, length, links, weights, own)
        _backward(scores, b, length, links, transposed, own)
        loss += total - _path_score(scores, tags, b, length, links)
        for t in range(length):
            row = by_scores[t, b]
            for k in range(len(row)):
                row[k] = np.exp(own.before[t, k] + own.after[t, k] - total)
            if t > 0:
                _pairs(t, total, weights, own, by_links.between)
                by_links.between[tags[t - 1, b], tags[t, b]] -= 1.0
            if t == 0:
                for k in range(len(row)):
                    by_links.start[k] += row[k]
            if t == length - 1:
                for k in range(len(row)):
                    by_links.end[k] += row[k]
            row[tags[t, b]] -= 1
        by_links.start[tags[0, b]] -= 1.0
        by_links.end[tags[length - 1, b]] -= 1.0
    return loss


@kernel
def _best_step(previous: Array, between: Array, current: Array, back: Array) -> None:
    """Set each tag's best value, its own score not yet included, and the tag it comes from."""
    for j in range(len(current)):
        best, place = previous[0] + between[0, j], 0
        for i in range(1, len(previous)):
            value = previous[i] + between[i, j]
            if value > best:
                best, place = value, i
        current[j] = best
        back[j] = place


@kernel
def _best_last(last: Array, end: Array) -> int:
    """Return the tag that a sentence ends with."""
    place = 0
    for k in range(1, len(last)):
        if last[k] + end[k] > last[place] + end[place]:
            place = k
    return place


@kernel
def best_paths(
    scores: Array, lengths: Array, links: Links, values: Array, back: Array, paths: Array
) -> None:
    """Find each sentence's path with the highest score (Viterbi); ties go to the lower tag.

    Parameters
    ----------
    scores : ndarray of float, shape (T, B, K)
    lengths : ndarray of int64, shape (B,)
    links : Links
        -inf where a tag may not follow another.
    values : ndarray of float64, shape (2, K), overwritten
    back : ndarray of int32, shape (T, K), overwritten
    paths : ndarray of int32, shape (T, B), overwritten
        Zeros beyond the end of a sentence.
    """
    paths[:] = 0
    for b in range(len(lengths)):
        length = lengths[b]
        if length == 0:
            continue
        for t in range(length):
            current = values[t % 2]
            if t == 0:
                current[:] = links.start
            else:
                _best_step(values[(t - 1) % 2], links.between, current, back[t])
            for k in range(len(current)):
                current[k] += scores[t, b, k]
        paths[length - 1, b] = _best_last(values[(length - 1) % 2], links.end)
        for t in range(length - 1, 0, -1):
            paths[t - 1, b] = back[t, paths[t, b]]
