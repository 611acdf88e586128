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


class Paths(NamedTuple):
    """The paths of some windows' different centres."""

    seen: Array  # (V,) int32: the number of each centre's path, or -1; all -1 between uses
    words: Array  # (W,) int32: the centres
    times: Array  # (W,) int32: how many windows each has
    tree: Tree  # Their paths alone


@kernel
def gather_paths(centres: Array, count: int, tree: Tree, paths: Paths) -> int:
    """Replace the first ``count`` centres by numbers of ``paths``, and return how many differ."""
    words, seen, times, own = paths.words, paths.seen, paths.times, paths.tree
    different = 0
    for w in range(count):
        path = seen[centres[w]]
        if path < 0:
            path = different
            seen[centres[w]] = path
            words[path] = centres[w]
            times[path] = 0
            different += 1
        times[path] += 1
        centres[w] = path
    end = 0
    for path in range(different):
        word = words[path]
        seen[word] = -1
        own.offsets[path] = end
        first, last = tree.offsets[word], tree.offsets[word + 1]
        own.points[end : end + last - first] = tree.points[first:last]
        own.signs[end : end + last - first] = tree.signs[first:last]
        end += last - first
    own.offsets[different] = end
    return different


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
