"""Skip-gram: every context of a window against the same targets."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fastvec.kernels.jit import Array, kernel
from fastvec.kernels.logistic import logistic_steps
from fastvec.kernels.rows import prefetch_row
from fastvec.kernels.tiles import (
    ROWS,
    TARGETS,
    TILE,
    row_scores,
    row_update,
    tile_scores,
    tile_update,
)
from fastvec.kernels.windows import Windows, contexts_of

AHEAD = 8  # Windows between asking for a row and using it, measured.


class Weights(NamedTuple):
    """The two matrices, rows padded with zeros to whole vectors."""

    input: Array  # (V, D)
    output: Array  # (V, D)


@kernel
def train_window(
    weights: Weights,
    contexts: Array,
    targets: Array,
    signs: Array,
    rate: np.float32,
    scores: Array,
    loss: Array,
) -> None:
    """Move the contexts' input rows and the targets' output rows of one window.

    All scores are taken before the first row moves; then the tiles move their
    rows one after another. An odd last context has a tile of its own.
    """
    count = len(contexts)
    pairs, alone = count // ROWS, count % ROWS
    tiles = pairs + alone
    blocks = len(targets) // TARGETS
    inputs, outputs = weights.input, weights.output
    for block in range(blocks):
        first = block * tiles
        for pair in range(pairs):
            a, b = contexts[ROWS * pair], contexts[ROWS * pair + 1]
            tile_scores(inputs, a, b, outputs, targets, block, scores, first + pair)
        if alone:
            row_scores(inputs, contexts[count - 1], outputs, targets, block, scores, first + pairs)
        logistic_steps(scores, first * TILE, count * TARGETS, signs, block * TARGETS, rate, loss)
    for block in range(blocks):
        first = block * tiles
        for pair in range(pairs):
            a, b = contexts[ROWS * pair], contexts[ROWS * pair + 1]
            tile_update(inputs, a, b, outputs, targets, block, scores, first + pair)
        if alone:
            row_update(inputs, contexts[count - 1], outputs, targets, block, scores, first + pairs)


@kernel
def train_windows(
    weights: Weights,
    windows: Windows,
    count: int,
    targets: Array,
    signs: Array,
    rate: np.float32,
    scores: Array,
    loss: Array,
) -> None:
    """Train on windows one after another.

    Parameters
    ----------
    windows : Windows
        The first ``count`` are used.
    targets : ndarray of int32, shape (at least count, blocks * 6)
        The centre, its noise words, then padding.
    signs : ndarray of int8, shape (blocks * 6 + 2,)
        1 at centres, -1 at noise words, 0 at padding; see `logistic_steps`.
    scores : ndarray
        Scratch with room for `window_scores`.
    loss : ndarray of float64, shape (2,)
        See `logistic_steps`.

    References
    ----------
    Mikolov et al., "Distributed Representations of Words and Phrases and their
    Compositionality", NIPS 2013, equation 4. Input rows are the contexts' and
    output rows the centre's, as in word2vec.c.
    """
    for w in range(count):
        if w + AHEAD < count:
            for t in range(targets.shape[1]):
                prefetch_row(weights.output, targets[w + AHEAD, t])
            last = windows.offsets[w + AHEAD + 1] - 1  # The newcomer of a sliding window.
            prefetch_row(weights.input, windows.contexts[last])
        contexts = contexts_of(windows, w)
        train_window(weights, contexts, targets[w], signs, rate, scores, loss)
