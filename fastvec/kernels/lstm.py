"""The time loop of an LSTM layer, forward and backward, with or without a projection.

The gates of all steps come in as the inputs' part of their sums, one matrix product
made by the caller. A step then takes one small product by the recurrent weights, one
pass over the cells, and one small product by the projection; the matrices come packed
as panels (`fastvec.kernels.panels`), which pads results. With gates i, j, f, o:

    c' = f * c + i * j, limited      i, f, o = sigmoid of their sums
    m = o * tanh(c')                 j       = tanh of its sum
    h = m . projection, limited      (h = m without a projection)

Backward, where a limit was reached nothing flows. Rows that have ended (``lengths``)
hold zeros in all that is written and take no part; when rows come sorted by falling
length, the products shrink with the rows that are left.

Letters: T steps, B rows, H cells, P outputs (P = H without a projection), W = 4H in
the gates, or the width that panels pad it to.
"""

from __future__ import annotations

import numpy as np

from fastvec.kernels.activations import limited, sigmoid, tanh
from fastvec.kernels.jit import Array, kernel
from fastvec.kernels.panels import multiply


@kernel
def _rows_left(lengths: Array, t: int) -> int:
    """Return the number of rows up to the last that has a step t."""
    rows = len(lengths)
    while rows > 0 and lengths[rows - 1] <= t:
        rows -= 1
    return rows


@kernel
def _sum_gates(gates: Array, addend: Array, bias: Array) -> None:
    for k in range(len(bias)):
        gates[k] += addend[k] + bias[k]


@kernel
def _sigmoids(row: Array) -> None:
    for k in range(len(row)):
        row[k] = sigmoid(row[k])


@kernel
def _tanhs(row: Array) -> None:
    for k in range(len(row)):
        row[k] = tanh(row[k])


@kernel
def _cells_forward(
    gates: Array, before: Array, after: Array, memory: Array, limit: np.float32
) -> None:
    """Compute one row's cells and their outputs from its gates."""
    cells = len(after)
    for k in range(cells):
        kept = gates[2 * cells + k] * before[k]
        cell = limited(kept + gates[k] * gates[cells + k], limit)
        after[k] = cell
        memory[k] = gates[3 * cells + k] * tanh(cell)


@kernel
def _step_forward(
    gates: Array, addend: Array, bias: Array, lengths: Array, t: int, limit: np.float32,
    cells: Array, memory: Array,
) -> None:  # fmt: skip
    """Take step t of all rows, from ``cells[t]`` to ``cells[t + 1]``."""
    number = cells.shape[2]
    for b in range(len(lengths)):
        if t < lengths[b]:
            row = gates[t, b]
            _sum_gates(row, addend[b], bias)
            _sigmoids(row[:number])
            _tanhs(row[number : 2 * number])
            _sigmoids(row[2 * number : 4 * number])
            _cells_forward(row, cells[t, b], cells[t + 1, b], memory[b], limit)
        else:
            gates[t, b] = 0
            cells[t + 1, b] = 0
            memory[b] = 0


@kernel
def _limit_rows(
    projected: Array, lengths: Array, t: int, limit: np.float32, outputs: Array
) -> None:
    """Limit the rows that have a step t, and put zeros into the others."""
    for b in range(len(lengths)):
        source, row = projected[b], outputs[b]
        if t < lengths[b]:
            for k in range(len(row)):
                row[k] = limited(source[k], limit)
        else:
            row[:] = 0


@kernel
def forward(
    gates: Array, recurrent: Array, bias: Array, lengths: Array, cell_limit: np.float32,
    cells: Array, outputs: Array, addend: Array,
) -> None:  # fmt: skip
    """Run a layer without a projection over all steps.

    Parameters
    ----------
    gates : ndarray of float, shape (T, B, W), changed in place
        The inputs' part of the gates' sums; afterwards the gates.
    recurrent : ndarray
        Panels of a matrix of shape (H, 4H).
    bias : ndarray, shape (4H,)
        With the forget bias in it.
    lengths : ndarray of int64, shape (B,)
        Steps of each row, at most T.
    cell_limit : float
        Cells are cut to this and its negative; infinity leaves them alone.
    cells, outputs : ndarray, shape (T + 1, B, H), changed in place from step 1 on
        Step 0 holds the state at the start.
    addend : ndarray of the product's padded shape, (B, 4H)
        Scratch.
    """
    for t in range(len(gates)):
        left = _rows_left(lengths, t)
        multiply(outputs[t, :left], recurrent, addend)
        _step_forward(gates, addend, bias, lengths, t, cell_limit, cells, outputs[t + 1])


@kernel
def forward_projected(
    gates: Array, recurrent: Array, bias: Array, projection: Array, lengths: Array,
    cell_limit: np.float32, output_limit: np.float32, cells: Array, memory: Array,
    outputs: Array, addend: Array, projected: Array,
) -> None:  # fmt: skip
    """Run a layer with a projection over all steps: see `forward` for the rest.

    Parameters
    ----------
    recurrent, projection : ndarray
        Panels of matrices of shapes (P, 4H) and (H, P).
    output_limit : float
        Outputs are cut to this and its negative; infinity leaves them alone.
    memory : ndarray, shape (T, B, H), changed in place
        What is projected.
    outputs : ndarray, shape (T + 1, B, P), changed in place from step 1 on
    projected : ndarray of the product's padded shape, (B, P)
        Scratch.
    """
    for t in range(len(gates)):
        left = _rows_left(lengths, t)
        multiply(outputs[t, :left], recurrent, addend)
        _step_forward(gates, addend, bias, lengths, t, cell_limit, cells, memory[t])
        multiply(memory[t, :left], projection, projected)
        _limit_rows(projected, lengths, t, output_limit, outputs[t + 1])


@kernel
def _cells_backward(
    gates: Array, before: Array, after: Array, memory_gradient: Array, cell_gradient: Array,
    limit: np.float32,
) -> None:  # fmt: skip
    """Turn one row's gates into the gradients of their sums."""
    cells = len(after)
    one = type(limit)(1.0)
    none = type(limit)(0.0)
    for k in range(cells):
        i, j, f, o = k, cells + k, 2 * cells + k, 3 * cells + k
        gate_i = gates[i]
        gate_j = gates[j]
        gate_f = gates[f]
        gate_o = gates[o]
        squashed = tanh(after[k])
        outer = memory_gradient[k]
        inner = outer * gate_o * (one - squashed * squashed) + cell_gradient[k]
        inner = none if abs(after[k]) >= limit else inner
        gates[i] = inner * gate_j * gate_i * (one - gate_i)
        gates[j] = inner * gate_i * (one - gate_j * gate_j)
        gates[f] = inner * before[k] * gate_f * (one - gate_f)
        gates[o] = outer * squashed * gate_o * (one - gate_o)
        cell_gradient[k] = inner * gate_f


@kernel
def _step_backward(
    gates: Array, cells: Array, memory_gradient: Array, cell_gradient: Array, lengths: Array,
    t: int, limit: np.float32,
) -> None:  # fmt: skip
    """Take step t of all rows back."""
    for b in range(len(lengths)):
        if t < lengths[b]:
            _cells_backward(
                gates[t, b], cells[t, b], cells[t + 1, b], memory_gradient[b], cell_gradient[b],
                limit,
            )  # fmt: skip


@kernel
def _gather(
    output_gradient: Array, later: Array, known: int, outputs: Array, lengths: Array, t: int,
    limit: np.float32, total: Array,
) -> None:  # fmt: skip
    """Add what flows into the outputs of step t from above and from the step after it.

    Rows from ``known`` on have no step after it.
    """
    none = type(limit)(0.0)
    for b in range(len(lengths)):
        above, after, output, row = output_gradient[b], later[b], outputs[b], total[b]
        width = len(output)
        if t >= lengths[b]:
            row[:] = 0
            continue
        for k in range(width):
            row[k] = above[k]
        if b < known:
            for k in range(width):
                row[k] += after[k]
        for k in range(width):
            row[k] = none if abs(output[k]) >= limit else row[k]


@kernel
def backward(
    gates: Array, recurrent: Array, lengths: Array, cell_limit: np.float32, cells: Array,
    outputs: Array, output_gradient: Array, later: Array, memory_gradient: Array,
    cell_gradient: Array,
) -> None:  # fmt: skip
    """Carry gradients back through `forward`.

    Parameters
    ----------
    gates : ndarray of float, shape (T, B, W), changed in place
        The gates; afterwards the gradients of their sums.
    recurrent : ndarray
        Panels of the transposed matrix, of shape (4H, H).
    lengths, cell_limit, cells, outputs
        As they were in `forward`, and as it left them.
    output_gradient : ndarray, shape (T, B, H)
    later : ndarray of the product's padded shape, (B, H)
    memory_gradient, cell_gradient : ndarray, shape (B, H)
        Scratch; ``cell_gradient`` holds zeros, the gradient after the last step.
    """
    nowhere = type(cell_limit)(np.inf)
    known = 0
    for t in range(len(gates) - 1, -1, -1):
        _gather(
            output_gradient[t], later, known, outputs[t + 1], lengths, t, nowhere, memory_gradient
        )
        _step_backward(gates, cells, memory_gradient, cell_gradient, lengths, t, cell_limit)
        known = _rows_left(lengths, t)
        multiply(gates[t, :known], recurrent, later)


@kernel
def backward_projected(
    gates: Array, recurrent: Array, projection: Array, lengths: Array, cell_limit: np.float32,
    output_limit: np.float32, cells: Array, outputs: Array, output_gradient: Array,
    projected_gradient: Array, later: Array, memory_gradient: Array, cell_gradient: Array,
) -> None:  # fmt: skip
    """Carry gradients back through `forward_projected`: see `backward` for the rest.

    Parameters
    ----------
    recurrent, projection : ndarray
        Panels of the transposed matrices, of shapes (4H, P) and (P, H).
    output_gradient : ndarray, shape (T, B, P)
    projected_gradient : ndarray, shape (T, B, P), changed in place
        Afterwards the gradients of the outputs before the limit.
    later, memory_gradient : ndarray of the products' padded shapes, (B, P) and (B, H)
    """
    known = 0
    for t in range(len(gates) - 1, -1, -1):
        flow = projected_gradient[t]
        _gather(output_gradient[t], later, known, outputs[t + 1], lengths, t, output_limit, flow)
        known = _rows_left(lengths, t)
        multiply(flow[:known], projection, memory_gradient)
        _step_backward(gates, cells, memory_gradient, cell_gradient, lengths, t, cell_limit)
        multiply(gates[t, :known], recurrent, later)
