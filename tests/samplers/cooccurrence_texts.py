"""Make encoded texts, count them, and read matrices, for the tests of co-occurrences."""

from __future__ import annotations

from itertools import accumulate

import numpy as np

from fastvec.kernels.windows import WordRows
from fastvec.progress import silent
from fastvec.samplers.context_window import ContextWindow
from fastvec.samplers.cooccurrence import Room, Text, obtain_cooccurrences

SOURCE = {"sha256": "of the text"}


def as_text(sentences, size, known=None) -> Text:
    """Encode sentences of ids; those from ``size`` on are out of vocabulary."""
    known = size if known is None else known
    rows = WordRows(np.ones(size, np.int64), known, -1, -1, -1)
    tokens = np.array([word for sentence in sentences for word in sentence], np.int32)
    ends = np.array([0, *accumulate(map(len, sentences))], np.int64)
    return Text(tokens, ends, rows, size)


def as_window(window=3, side="both", weighting="harmonic", across=False) -> ContextWindow:
    return ContextWindow(window=window, side=side, weighting=weighting, across_sentences=across)


def counted(text, window, folder, *, memory=10**9, threads=1, tmp_dir=None, callback=silent,
            source=None):  # fmt: skip
    """Count into a folder of that folder, or open what is there."""
    room = Room(memory, tmp_dir, threads)
    source = SOURCE if source is None else source
    return obtain_cooccurrences(text, window, folder / "cooccurrence", source, room, callback)


def as_dict(matrix):
    """Return entries by their words."""
    rows = np.repeat(np.arange(len(matrix)), np.diff(matrix.starts))
    pairs = zip(rows.tolist(), matrix.columns.tolist(), strict=True)
    return dict(zip(pairs, matrix.values.tolist(), strict=True))


def as_bytes(matrix):
    return matrix.starts.tobytes(), matrix.columns.tobytes(), matrix.values.tobytes()


def zipf_text(words=3000, size=200, seed=1):
    """Return sentences of ten words, distributed as words are."""
    ids = np.random.default_rng(seed).zipf(1.3, words) - 1
    return np.minimum(ids, size + 5).reshape(-1, 10).tolist()
