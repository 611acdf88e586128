"""Hierarchical softmax: a window's targets are the inner nodes above its centre."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fastvec.kernels.hot import COLD, Hot
from fastvec.kernels.jit import Array, kernel
from fastvec.kernels.rows import prefetch_row
from fastvec.kernels.skipgram import AHEAD, Weights, train_window
from fastvec.kernels.windows import Windows


class Tree(NamedTuple):
    """Paths from the root to each word, padded to whole tiles; see `samplers.huffman`."""

    offsets: Array  # (V + 1,) int64
    points: Array  # int32
    signs: Array  # float; two more than points


class Descent(NamedTuple):
    """The way down to the centres, on which a thread's copies stand for hot nodes."""

    tree: Tree
    hot: Hot
    path: Array  # (2, P) int32: scratch for two paths


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
    different, end = 0, 0
    for w in range(count):
        word = centres[w]
        path = seen[word]
        if path < 0:
            path = different
            words[path], seen[word], times[path], own.offsets[path] = word, path, 0, end
            first, last = tree.offsets[word], tree.offsets[word + 1]
            for entry in range(last - first):  # Slices would be copied three times as slowly.
                own.points[end + entry] = tree.points[first + entry]
                own.signs[end + entry] = tree.signs[first + entry]
            end += last - first
            different += 1
        times[path] += 1
        centres[w] = path
    for path in range(different):
        seen[words[path]] = -1
    own.offsets[different] = end
    return different


@kernel
def path_of(descent: Descent, word: int, place: int) -> Array:
    """Return where the nodes above a word are, padding included."""
    offsets = descent.tree.offsets
    return descent.path[place, : offsets[word + 1] - offsets[word]]


@kernel
def descend(descent: Descent, word: int, place: int) -> Array:
    """Write the nodes above a word, and return them."""
    tree, hot, path = descent.tree, descent.hot, path_of(descent, word, place)
    first, copies = tree.offsets[word], len(hot.shared)
    for i in range(len(path)):
        node = tree.points[first + i]
        row = node - hot.first
        is_hot = (row >= 0) & (row < copies)
        path[i] = node + (hot.place - hot.first) * is_hot
        hot.uses[row if is_hot else copies + (i & (COLD - 1))] += tree.signs[first + i] != 0
    return path


@kernel
def train_windows_hierarchical(
    weights: Weights,
    windows: Windows,
    count: int,
    descent: Descent,
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
        nodes = descend(descent, centre, 0)
        signs = descent.tree.signs[descent.tree.offsets[centre] :]
        train_window(weights, contexts, nodes, signs, rate, scores, loss)
