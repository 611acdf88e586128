"""Hierarchical softmax: a window's targets are the inner nodes above its centre."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fastvec.kernels.jit import Array, kernel
from fastvec.kernels.rows import prefetch_at, prefetch_row
from fastvec.kernels.skipgram import AHEAD, Weights, train_window
from fastvec.kernels.windows import Windows, contexts_of

LINE = 16  # Numbers of a path in a cache line


class Tree(NamedTuple):
    """Paths from the root to each word, padded to whole tiles; see `samplers.huffman`."""

    offsets: Array  # (V + 1,) int64
    points: Array  # int32
    signs: Array  # int8, 0 for padding; two more than points
    lengths: Array  # (V,) int8, to stay in the caches: of each path, without padding


class Crown(NamedTuple):
    """How words hang from the top of the tree, of whose nodes a thread has copies."""

    under: Array  # (V,) int32: the last such node on each word's path, the first node being 0
    above: Array  # (K,) int32: the node above each; the root has itself


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
            own.lengths[path] = tree.lengths[word]
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
def count_uses(centres: Array, count: int, crown: Crown, uses: Array) -> None:
    """Add to ``uses``, int32 of shape (K,), how often the first ``count`` windows move each node.

    Nodes are numbered as they were joined, so each comes before the one above it.
    """
    under, above = crown
    fresh = np.zeros(len(above), np.int32)
    for w in range(count):
        fresh[under[centres[w]]] += 1
    for node in range(len(above)):
        uses[node] += fresh[node]
        if above[node] > node:
            fresh[above[node]] += fresh[node]


@kernel
def path_of(tree: Tree, word: int) -> Array:
    """Return the nodes above a word, padding included."""
    return tree.points[tree.offsets[word] : tree.offsets[word + 1]]


@kernel
def prefetch_window(weights: Weights, centre: int, later: int, tree: Tree) -> None:
    """Ask for a window's path, and for its centre's row, which is a context before that.

    ``later`` is the centre of a window that comes later still: where its path begins is
    asked for, too.
    """
    prefetch_at(tree.offsets, later)
    first = tree.offsets[centre]
    prefetch_at(tree.points, first)
    prefetch_at(tree.points, first + LINE - 1)  # Most paths are no longer.
    prefetch_at(tree.signs, first)
    prefetch_row(weights.input, centre)


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
            later = windows.centres[min(w + 2 * AHEAD, count - 1)]
            prefetch_window(weights, windows.centres[w + AHEAD], later, tree)
        centre = windows.centres[w]
        contexts = contexts_of(windows, w)
        nodes = path_of(tree, centre)
        signs = tree.signs[tree.offsets[centre] :]
        train_window(weights, contexts, nodes, signs, rate, scores, loss)
