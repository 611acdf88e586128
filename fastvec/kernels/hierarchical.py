"""Hierarchical softmax: a window's targets are the inner nodes above its centre."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fastvec.kernels.jit import Array, kernel
from fastvec.kernels.skipgram import AHEAD, Weights, train_window
from fastvec.kernels.tiles import TARGETS, prefetch_row
from fastvec.kernels.windows import Windows


class Tree(NamedTuple):
    """Paths from the root to each word, padded to whole tiles; see `samplers.huffman`."""

    offsets: Array  # (V + 1,) int64
    points: Array  # int32
    signs: Array  # float


@kernel
def spread_signs(tree: Tree, word: int, contexts: int, signs: Array) -> int:
    """Repeat a path's signs for every context, a row a block; return the blocks.

    ``signs`` has shape (most blocks, TARGETS * most contexts).
    """
    first = tree.offsets[word]
    blocks = (tree.offsets[word + 1] - first) // TARGETS
    for block in range(blocks):
        for context in range(contexts):
            for t in range(TARGETS):
                signs[block, TARGETS * context + t] = tree.signs[first + TARGETS * block + t]
    return blocks


@kernel
def train_windows_hierarchical(
    weights: Weights,
    windows: Windows,
    count: int,
    tree: Tree,
    signs: Array,
    rate: np.float32,
    scores: Array,
    loss: Array,
) -> None:
    """Train skip-gram windows, each context against the path to the centre.

    As `skipgram.train_windows`, with a tree in place of targets; ``signs`` is
    scratch for `spread_signs`. Padding costs log 2 a context and entry.
    """
    for w in range(count):
        if w + AHEAD < count:
            last = windows.offsets[w + AHEAD + 1] - 1
            prefetch_row(weights.input, windows.contexts[last])
        centre = windows.centres[w]
        contexts = windows.contexts[windows.offsets[w] : windows.offsets[w + 1]]
        blocks = spread_signs(tree, centre, len(contexts), signs)
        targets = tree.points[tree.offsets[centre] : tree.offsets[centre + 1]]
        train_window(weights, contexts, targets, signs[:blocks], rate, scores, loss)
