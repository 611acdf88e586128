"""Lay GloVe's parameters out as its kernels take them, and back."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from fastvec.kernels.glove import Records, Weighting, cut_rows, train_block
from fastvec.models.matrices import padded_dim

from ..reference.glove import State


def as_rows(state, sums, dtype=np.float64):
    """Return the rows of words and of contexts: vector, sums, bias and its sum, padded."""
    size, dim = state.words.shape
    length = padded_dim(dim)
    both = []
    for vectors, totals, biases, bias_sums in (
        (state.words, sums.words, state.word_biases, sums.word_biases),
        (state.contexts, sums.contexts, state.context_biases, sums.context_biases),
    ):
        rows = np.zeros((size, 2 * length + 8), dtype)
        rows[:, :dim] = vectors
        rows[:, length : 2 * length] = 1
        rows[:, length : length + dim] = totals
        rows[:, 2 * length] = biases
        rows[:, 2 * length + 1] = bias_sums
        both.append(rows)
    return SimpleNamespace(words=both[0], contexts=both[1], length=length, dim=dim)


def as_state(rows):
    """Return parameters and sums."""
    at, length = slice(rows.dim), rows.length
    sums_at = slice(length, length + rows.dim)
    words, contexts = rows.words, rows.contexts
    return (
        State(words[:, at], contexts[:, at], words[:, 2 * length], contexts[:, 2 * length]),
        State(
            words[:, sums_at], contexts[:, sums_at], words[:, 2 * length + 1],
            contexts[:, 2 * length + 1],
        ),
    )  # fmt: skip


def as_records(counts, edges=None):
    """Return a dense matrix's entries, cut at the edges of groups of columns."""
    size = len(counts)
    edges = np.array([0, size] if edges is None else edges, np.int64)
    rows, columns = np.nonzero(counts)
    starts = np.searchsorted(rows, np.arange(size + 1))
    cuts = np.empty((size, len(edges)), np.int32)
    records = Records(starts, cuts, columns.astype(np.int32), counts[rows, columns])
    cut_rows(records, edges)
    return records


def train(rows, records, settings, order=None, group=0, free=None):
    """Train some rows in one group of columns; return the summed cost."""
    size = len(rows.words)
    order = np.arange(size, dtype=np.int32) if order is None else np.array(order, np.int32)
    free = np.ones(size, rows.words.dtype) if free is None else free.astype(rows.words.dtype)
    return train_block(
        rows.words, rows.contexts, rows.length, order, group, records, Weighting(*settings), free
    )
