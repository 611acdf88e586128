"""An LSTM in NumPy, straight from its definition: one row, one step at a time, in float64."""

from __future__ import annotations

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def cell_step(x, cell, output, weights, cell_clip, proj_clip):
    """Return the cell and the output after one step of one row."""
    kernel, bias, projection = weights
    sums = np.concatenate([x, output]) @ kernel + bias
    i, j, f, o = np.split(sums, 4)
    cell = sigmoid(f + 1) * cell + sigmoid(i) * np.tanh(j)
    cell = np.clip(cell, -cell_clip, cell_clip)
    output = sigmoid(o) * np.tanh(cell)
    if projection is not None:
        output = np.clip(output @ projection, -proj_clip, proj_clip)
    return cell, output


def lstm(inputs, cell, output, lengths, weights, cell_clip=np.inf, proj_clip=np.inf):
    """Return outputs, zero after a row's end, and the cells and outputs at that end."""
    outputs = np.zeros((*inputs.shape[:2], output.shape[1]))
    cell, output = cell.astype(float), output.astype(float)
    for b, length in enumerate(lengths):
        for t in range(length):
            cell[b], output[b] = cell_step(
                inputs[t, b], cell[b], output[b], weights, cell_clip, proj_clip
            )
            outputs[t, b] = output[b]
    return outputs, cell, output


def weights_of(layer):
    """Return a layer's kernel, bias and projection."""
    return (*(layer.parameters[name] for name in ("kernel", "bias")),
            layer.parameters.get("projection"))  # fmt: skip
