"""Huffman's tree over word counts, as flat arrays of parents and of paths."""

from __future__ import annotations

from fastvec.kernels.jit import Array, kernel


@kernel
def merge_nodes(counts: Array, weights: Array, parents: Array, right: Array) -> None:
    """Join the two lightest nodes until one is left.

    With falling counts the lightest leaf is always the last one not yet joined,
    and inner nodes are made in order of weight, so two pointers find each pair.
    At a tie the inner node is taken, as in word2vec.c.

    Parameters
    ----------
    counts : ndarray of int64, shape (V,), falling
    weights : ndarray of int64, shape (2V - 1,)
        Leaves in the order of `counts`, then inner nodes in the order made; written.
    parents : ndarray of int32, shape (2V - 1,)
        The inner node above each node, from 0, the root last; written.
    right : ndarray of int8, shape (2V - 1,)
        1 for the node that was joined second; written.
    """
    leaves = len(counts)
    weights[:leaves] = counts
    leaf = leaves - 1
    inner = leaves
    for made in range(leaves, 2 * leaves - 1):
        weight = 0
        for side in range(2):
            if leaf >= 0 and (inner >= made or weights[leaf] < weights[inner]):
                node = leaf
                leaf -= 1
            else:
                node = inner
                inner += 1
            weight += weights[node]
            parents[node] = made - leaves
            right[node] = side
        weights[made] = weight


@kernel
def path_lengths(parents: Array, lengths: Array) -> None:
    """Write the number of inner nodes above each leaf; ``lengths`` is int64 of shape (V,)."""
    leaves = len(lengths)
    root = leaves - 2
    for leaf in range(leaves):
        length = 1
        node = parents[leaf]
        while node != root:
            node = parents[leaves + node]
            length += 1
        lengths[leaf] = length


@kernel
def write_paths(
    parents: Array, right: Array, lengths: Array, offsets: Array, points: Array, signs: Array
) -> None:
    """Write each leaf's inner nodes from the root down, and the turns taken at them.

    ``points`` and ``signs`` get room for ``offsets[i + 1] - offsets[i]`` entries a
    leaf; those beyond its length repeat the root with a sign of 0. The sign is 1
    for a left turn, whose probability is sigmoid(score), and -1 for a right one.
    """
    leaves = len(lengths)
    for leaf in range(leaves):
        place = offsets[leaf] + lengths[leaf] - 1
        for padding in range(place + 1, offsets[leaf + 1]):
            points[padding] = leaves - 2
            signs[padding] = 0
        node = leaf
        while place >= offsets[leaf]:
            points[place] = parents[node]
            signs[place] = 1 - 2 * right[node]
            node = leaves + parents[node]
            place -= 1
