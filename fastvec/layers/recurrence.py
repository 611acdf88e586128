"""One pass of an LSTM layer over a stretch of text, and back: the calls of its kernels."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels import lstm as kernels
from fastvec.kernels.panels import multiply, pack, panel_shape, result_shape
from fastvec.layers.layer import Buffers
from fastvec.layers.sequences import LSTMState


class Weights(NamedTuple):
    """What a layer multiplies by, and its limits.

    Attributes
    ----------
    by_inputs, by_outputs : ndarray, shape (I, 4H) and (P, 4H)
        For the inputs, and for the outputs of the step before.
    bias : ndarray, shape (4H,)
        With the forget bias in it.
    projection : ndarray, shape (H, P), or None
    cell_limit, output_limit : float of the same type
    """

    by_inputs: NDArray[Any]
    by_outputs: NDArray[Any]
    bias: NDArray[Any]
    projection: NDArray[Any] | None
    cell_limit: np.floating[Any]
    output_limit: np.floating[Any]


class Panels(NamedTuple):
    """A layer's matrices, packed for passes forward."""

    by_inputs: NDArray[Any]
    by_outputs: NDArray[Any]
    projection: NDArray[Any] | None


class Pass(NamedTuple):
    """The arrays of one pass over T steps; step 0 of cells and outputs is the state before."""

    inputs: NDArray[Any]  # (T, B, I)
    lengths: NDArray[np.int64]  # (B,)
    gates: NDArray[Any]  # (T, B, 4H or more)
    cells: NDArray[Any]  # (T + 1, B, H)
    memory: NDArray[Any]  # (T, B, H), what is projected; the outputs without a projection
    outputs: NDArray[Any]  # (T + 1, B, P)

    def state(self) -> LSTMState:
        """Return a copy of each row's state at its end."""
        rows = np.arange(len(self.lengths))
        return LSTMState(self.cells[self.lengths, rows], self.outputs[self.lengths, rows])


def flat(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array's steps and rows as the rows of one matrix."""
    return array.reshape(-1, array.shape[-1])


def packed(weights: Weights, buffers: Buffers) -> Panels:
    """Pack a layer's matrices, which serves as many passes as they stay the same."""
    projection = weights.projection
    return Panels(
        _packed("inputs", weights.by_inputs, buffers),
        _packed("recurrent", weights.by_outputs, buffers),
        None if projection is None else _packed("projection", projection, buffers),
    )


def advance(
    weights: Weights,
    panels: Panels,
    inputs: NDArray[Any],
    state: LSTMState,
    lengths: NDArray[np.int64],
    buffers: Buffers,
) -> Pass:
    """Run over all steps, and leave everything in the buffers."""
    steps, rows, _ = inputs.shape
    width, cells_number = len(weights.by_outputs), len(weights.bias) // 4
    sums = buffers.take("gates", *result_shape(steps * rows, len(weights.bias)))
    multiply(flat(inputs), panels.by_inputs, sums)
    gates = sums[: steps * rows].reshape(steps, rows, sums.shape[1])
    cells = buffers.take("cells", steps + 1, rows, cells_number)
    outputs = buffers.take("outputs", steps + 1, rows, width)
    cells[0], outputs[0] = state
    addend = buffers.take("addend", *result_shape(rows, len(weights.bias)))
    if panels.projection is None:
        memory = outputs[1:]
        kernels.forward(
            gates, panels.by_outputs, weights.bias, lengths, weights.cell_limit, cells, outputs,
            addend,
        )  # fmt: skip
    else:
        memory = buffers.take("memory", steps, rows, cells_number)
        kernels.forward_projected(
            gates, panels.by_outputs, weights.bias, panels.projection, lengths,
            weights.cell_limit, weights.output_limit, cells, memory, outputs, addend,
            buffers.take("projected", *result_shape(rows, width)),
        )  # fmt: skip
    return Pass(inputs, lengths, gates, cells, memory, outputs)


def carry_back(
    weights: Weights, kept: Pass, output_gradient: NDArray[Any], buffers: Buffers
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Carry the outputs' gradient back through a pass, whose gates are overwritten.

    Returns
    -------
    gate_gradient : ndarray, shape (T * B, 4H)
        Of the gates' sums.
    projected_gradient : ndarray, shape (T * B, P)
        Of the outputs before the limit; meaningless without a projection.
    """
    rows, width = len(kept.lengths), len(weights.by_outputs)
    cells_number = kept.cells.shape[-1]
    recurrent = _packed("recurrent_back", weights.by_outputs.T, buffers)
    later = buffers.take("later", *result_shape(rows, width))
    cell_gradient = buffers.zeros("cell_gradient", rows, cells_number)
    projected_gradient = output_gradient
    if weights.projection is None:
        kernels.backward(
            kept.gates, recurrent, kept.lengths, weights.cell_limit, kept.cells, kept.outputs,
            output_gradient, later, buffers.take("memory_gradient", rows, width), cell_gradient,
        )  # fmt: skip
    else:
        projected_gradient = buffers.take("projected_gradient", *output_gradient.shape)
        memory_gradient = buffers.take("memory_gradient", *result_shape(rows, cells_number))
        kernels.backward_projected(
            kept.gates, recurrent, _packed("projection_back", weights.projection.T, buffers),
            kept.lengths, weights.cell_limit, weights.output_limit, kept.cells, kept.outputs,
            output_gradient, projected_gradient, later, memory_gradient, cell_gradient,
        )  # fmt: skip
    return flat(kept.gates)[:, : len(weights.bias)], flat(projected_gradient)


def _packed(name: str, matrix: NDArray[Any], buffers: Buffers) -> NDArray[Any]:
    panels = buffers.take(f"{name}_panels", *panel_shape(*matrix.shape))
    pack(matrix, panels)
    return panels
