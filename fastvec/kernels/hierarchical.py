"""Hierarchical softmax: a window's targets are the inner nodes above its centre."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fastvec.kernels.jit import Array, kernel
from fastvec.kernels.rows import prefetch_row
from fastvec.kernels.skipgram import AHEAD, Weights, train_window
from fastvec.kernels.windows import Windows


class Tree(NamedTuple):
    """Paths from the root to each word, padded to whole tiles; see `samplers.huffman`."""

    offsets: Array  # (V + 1,) int64
    points: Array  # int32
    signs: Array  # float; two more than points


@kernel
def train_windows_hierarchical(
    weights: Weights,
    windows: Windows,
    count: int,
    tree: Tree,
    rate: np.float32,
    scores: Array,
    loss: Array,
) -> None:
    """Train skip-gram windows, each context against the path to the centre.

    As `skipgram.train_windows`, with a tree in place of targets and signs.
    """
    for w in range(count):
        if w + AHEAD < count:
            last = windows.offsets[w + AHEAD + 1] - 1
            prefetch_row(weights.input, windows.contexts[last])
        centre = windows.centres[w]
        contexts = windows.contexts[windows.offsets[w] : windows.offsets[w + 1]]
        first, last = tree.offsets[centre], tree.offsets[centre + 1]
        train_window(
            weights, contexts, tree.points[first:last], tree.signs[first:], rate, scores, loss
        )
