"""A long short-term memory layer with projection and limits, as in bilm-tf.

Hochreiter & Schmidhuber (1997); projection: Sak, Senior & Beaufays (2014).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.errors import ParameterError
from fastvec.layers.layer import Buffers
from fastvec.layers.recurrence import Pass, Weights, advance, carry_back, flat, packed
from fastvec.layers.sequences import LSTMState as LSTMState
from fastvec.layers.sequences import checked_lengths
from fastvec.layers.sequences import reverse_within as reverse_within

RUN_ROWS = 256  # Rows that inference takes at once: their gates stay in the caches.


class LSTM:
    """One layer in one direction.

    Parameters
    ----------
    inputs, cells : int
        Widths I and H.
    projection : int or None
        Width P of the outputs; None: the H cell outputs themselves.
    rng : Generator
        Draws the initial weights.
    cell_clip, proj_clip : float or None
        Limits of the cells and of the projected outputs, whose derivative is 0 where
        they are reached; None: no limit.
    forget_bias : float
        Added to the forget gates' sums; not part of ``bias``.
    dtype : dtype, default float32

    Attributes
    ----------
    parameters : dict of ndarray
        ``kernel`` (I + P, 4H), the gates in the order i, j, f, o, and ``projection``
        (H, P), both uniform in +-sqrt(6 / (rows + columns)) at first; ``bias`` (4H,), zero.
    gradients : dict of ndarray
    """

    def __init__(
        self,
        inputs: int,
        cells: int,
        projection: int | None,
        rng: np.random.Generator,
        *,
        cell_clip: float | None = 3.0,
        proj_clip: float | None = 3.0,
        forget_bias: float = 1.0,
        dtype: Any = np.float32,
    ) -> None:
        if min(inputs, cells, cells if projection is None else projection) < 1:
            raise ParameterError("inputs, cells and projection must be at least 1")
        self.inputs, self.cells = inputs, cells
        self.outputs = cells if projection is None else projection
        self.dtype = np.dtype(dtype)
        self._cell_limit, self._output_limit = (
            self.dtype.type(np.inf if clip is None else clip) for clip in (cell_clip, proj_clip)
        )
        self._forget_bias = forget_bias
        self.parameters = {
            "kernel": self._uniform(rng, inputs + self.outputs, 4 * cells),
            "bias": np.zeros(4 * cells, self.dtype),
        }
        if projection is not None:
            self.parameters["projection"] = self._uniform(rng, cells, projection)
        self._gradients: dict[str, NDArray[Any]] = {}
        self._buffers = Buffers(self.dtype)
        self._spare: list[Buffers] = []  # Of `run`, which must not touch what is kept.
        self._kept: Pass | None = None

    def _uniform(self, rng: np.random.Generator, rows: int, columns: int) -> NDArray[Any]:
        limit = np.sqrt(6 / (rows + columns))
        return rng.uniform(-limit, limit, (rows, columns)).astype(self.dtype)

    @property
    def gradients(self) -> dict[str, NDArray[Any]]:
        """Gradients by the parameters' names, zero at first."""
        if not self._gradients:
            self._gradients = {n: np.zeros_like(array) for n, array in self.parameters.items()}
        return self._gradients

    def forward(
        self,
        inputs: NDArray[Any],
        state: LSTMState | None = None,
        lengths: ArrayLike | None = None,
    ) -> tuple[NDArray[Any], LSTMState]:
        """Run over all steps, and keep what `backward` needs.

        Parameters
        ----------
        inputs : ndarray, shape (T, B, I)
            Must stay as it is until `backward`.
        state : LSTMState, optional
            State before the first step (zeros).
        lengths : array of int, shape (B,), optional
            Steps of each row (all T). A row's outputs after its end are zeros.

        Returns
        -------
        outputs : ndarray, shape (T, B, P)
            The layer's own array: the next call of `forward` overwrites it.
        state : LSTMState
            Copy of each row's state at its end.

        Raises
        ------
        ParameterError
            If the arrays do not fit the layer or each other.
        """
        ends = self._checked(inputs, state, lengths)
        before = self._first_state(len(ends)) if state is None else state
        inputs = np.ascontiguousarray(inputs, self.dtype)
        weights, buffers = self._weights(), self._buffers
        panels = packed(weights, buffers)
        self._kept = advance(weights, panels, inputs, before, ends, buffers)
        return self._kept.outputs[1:], self._kept.state()

    def run(
        self,
        inputs: NDArray[Any],
        state: LSTMState | None = None,
        lengths: ArrayLike | None = None,
    ) -> tuple[NDArray[Any], LSTMState]:
        """Return what `forward` returns, in arrays of the caller's own, and keep nothing.

        A row's results do not depend on the other rows, not even in rounding. Rows
        sorted by falling length cost least. Several threads may call it at once.
        """
        ends = self._checked(inputs, state, lengths)
        steps, rows, _ = inputs.shape
        outputs = np.zeros((steps, rows, self.outputs), self.dtype)
        end = LSTMState(*(part.astype(self.dtype) for part in state or self._first_state(rows)))
        # Two threads may be here at once: each takes buffers that no other has.
        buffers = self._spare.pop() if self._spare else Buffers(self.dtype)
        weights = self._weights()
        panels, stride = packed(weights, buffers), max(1, RUN_ROWS // max(1, rows))
        for start in range(0, steps, stride):
            left = np.clip(ends - start, 0, stride)
            if not left.any():
                break
            live = int(np.flatnonzero(left)[-1]) + 1
            before = LSTMState(end.cell[:live], end.output[:live])
            part = np.ascontiguousarray(inputs[start : start + stride, :live], self.dtype)
            done = advance(weights, panels, part, before, left[:live], buffers)
            outputs[start : start + stride, :live] = done.outputs[1:]
            end.cell[:live], end.output[:live] = done.state()
        self._spare.append(buffers)
        return outputs, end

    def backward(self, output_gradient: NDArray[Any]) -> NDArray[Any]:
        """Add to the gradients, and return the gradient by the inputs.

        Nothing flows into the state before the first step.

        Parameters
        ----------
        output_gradient : ndarray, shape (T, B, P)
            What stands after a row's end is ignored.

        Returns
        -------
        input_gradient : ndarray, shape (T, B, I)
            Zero after a row's end. The layer's own array: the next call of
            `backward` overwrites it.

        Raises
        ------
        ParameterError
            If no `forward` of this shape came before.
        """
        kept, self._kept = self._kept, None  # The gates are about to be overwritten.
        if kept is None or output_gradient.shape != kept.outputs[1:].shape:
            raise ParameterError("backward needs one forward before it, with outputs of its shape")
        weights, gradients = self._weights(), self.gradients
        output_gradient = np.ascontiguousarray(output_gradient, self.dtype)
        by_sums, by_projected = carry_back(weights, kept, output_gradient, self._buffers)
        if weights.projection is not None:
            self._add_product(kept.memory, by_projected, gradients["projection"])
        self._add_product(kept.inputs, by_sums, gradients["kernel"][: self.inputs])
        self._add_product(kept.outputs[:-1], by_sums, gradients["kernel"][self.inputs :])
        ones = np.ones(len(by_sums), self.dtype)  # A product is faster than a sum.
        gradients["bias"] += ones @ by_sums
        input_gradient = self._buffers.take("input_gradient", *kept.inputs.shape)
        np.matmul(by_sums, weights.by_inputs.T, out=flat(input_gradient))
        return input_gradient

    def _weights(self) -> Weights:
        """Return the parameters as the kernels want them."""
        kernel, bias = self.parameters["kernel"], self.parameters["bias"].copy()
        bias[2 * self.cells : 3 * self.cells] += self._forget_bias
        return Weights(
            kernel[: self.inputs], kernel[self.inputs :], bias, self.parameters.get("projection"),
            self._cell_limit, self._output_limit,
        )  # fmt: skip

    def _add_product(self, left: NDArray[Any], right: NDArray[Any], total: NDArray[Any]) -> None:
        """Add the product of all steps and rows to a gradient."""
        product = self._buffers.take("product", *total.shape)
        np.matmul(flat(left).T, right, out=product)
        total += product

    def _checked(
        self, inputs: NDArray[Any], state: LSTMState | None, lengths: ArrayLike | None
    ) -> NDArray[np.int64]:
        """Return the lengths, or say why the arrays do not fit: kernels do not look."""
        if inputs.ndim != 3 or inputs.shape[2] != self.inputs:
            raise ParameterError(
                f"inputs must have shape (T, B, {self.inputs}), but have {inputs.shape}"
            )
        steps, rows, _ = inputs.shape
        if state is not None:
            shapes = (state.cell.shape, state.output.shape)
            if shapes != ((rows, self.cells), (rows, self.outputs)):
                raise ParameterError(
                    f"a state of {rows} rows, {self.cells} cells and {self.outputs} outputs is"
                    f" needed, but its arrays have shapes {shapes[0]} and {shapes[1]}"
                )
        return checked_lengths(lengths, steps, rows)

    def _first_state(self, rows: int) -> LSTMState:
        """Return the state before any text."""
        cell, output = (np.zeros((rows, n), self.dtype) for n in (self.cells, self.outputs))
        return LSTMState(cell, output)
