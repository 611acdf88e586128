"""Call the training kernels with plain lists."""

from __future__ import annotations

from itertools import accumulate

import numpy as np

from fastvec.kernels.skipgram import Weights, train_windows
from fastvec.kernels.tiles import TARGETS
from fastvec.kernels.windows import Windows
from fastvec.models.objectives import target_signs


def as_windows(contexts, centres) -> Windows:
    """Lay windows out as the kernels take them."""
    return Windows(
        np.array(centres, np.int32),
        np.array([0, *accumulate(map(len, contexts))], np.int64),
        np.array([word for window in contexts for word in window], np.int32),
    )


def train(inputs, outputs, contexts, targets, rate) -> float:
    """Train windows in place; return their loss, of padding freed."""
    negative = len(targets[0]) - 1
    most = max(map(len, contexts))
    signs = target_signs(negative, most).astype(inputs.dtype)
    padded = np.empty((len(targets), len(signs) * TARGETS), np.int32)
    for row, words in zip(padded, targets, strict=True):
        row[:] = words[0]
        row[: 1 + negative] = words
    windows = as_windows(contexts, padded[:, 0])
    loss = np.array([0.0, 1.0])
    train_windows(
        Weights(inputs, outputs), windows, len(contexts), padded, signs,
        inputs.dtype.type(rate), np.empty(signs.size, inputs.dtype), loss,
    )  # fmt: skip
    padding = (padded.shape[1] - 1 - negative) * len(windows.contexts)
    return loss[0] + np.log(loss[1]) - padding * np.log(2)


def random_weights(generator, words, dim, dtype=np.float64, scale=1.0):
    """Return two matrices whose products are about as large as ``scale``."""
    spread = np.sqrt(scale) / dim**0.25
    return tuple(generator.normal(0, spread, (words, dim)).astype(dtype) for _ in range(2))
