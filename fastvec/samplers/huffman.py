"""Hierarchical softmax's tree: a path of inner nodes for every word."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError


class HuffmanTree(NamedTuple):
    """Paths from the root to each word, one after another, padded for the kernels.

    Attributes
    ----------
    offsets : ndarray of int64, shape (V + 1,)
        Word i has entries offsets[i] to offsets[i + 1].
    points : ndarray of int32
        Inner nodes, rows 0 to V - 2 of the output matrix; the root is V - 2.
    signs : ndarray of int8
        1 for a left turn, -1 for a right turn, 0 for padding.
    lengths : ndarray of int64, shape (V,)
        Real entries of each path.
    """

    offsets: NDArray[np.int64]
    points: NDArray[np.int32]
    signs: NDArray[np.int8]
    lengths: NDArray[np.int64]


def huffman_tree(counts: NDArray[np.int64], multiple: int = 1) -> HuffmanTree:
    """Build the tree that gives frequent words short paths.

    Parameters
    ----------
    counts : ndarray of int64, shape (V,)
        Of any order; at least two words.
    multiple : int, default 1
        Paths are padded to a multiple of this.

    Returns
    -------
    HuffmanTree

    Raises
    ------
    ParameterError
        If there are fewer than two words.

    References
    ----------
    Huffman, "A Method for the Construction of Minimum-Redundancy Codes", 1952;
    Morin and Bengio, "Hierarchical Probabilistic Neural Network Language Model", 2005.
    """
    from fastvec.kernels.huffman import merge_nodes, path_lengths, write_paths

    words = len(counts)
    if words < 2:
        raise ParameterError(f"loss 'hs' needs at least 2 words, but there are {words}")
    order = np.argsort(-counts, kind="stable")
    nodes = 2 * words - 1
    weights, parents = np.empty(nodes, np.int64), np.zeros(nodes, np.int32)
    right = np.zeros(nodes, np.int8)
    merge_nodes(counts[order], weights, parents, right)
    # Leaves back in the order of the words.
    parents[order], right[order] = parents[:words].copy(), right[:words].copy()
    lengths = np.empty(words, np.int64)
    path_lengths(parents, lengths)
    room = -(-lengths // multiple) * multiple
    offsets = np.concatenate([[0], np.cumsum(room)])
    points = np.empty(offsets[-1], np.int32)
    signs = np.empty(offsets[-1], np.int8)
    write_paths(parents, right, lengths, offsets, points, signs)
    return HuffmanTree(offsets, points, signs, lengths)
