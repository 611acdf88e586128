"""Several LSTM layers on top of each other, with skip connections and dropout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.errors import ParameterError
from fastvec.layers.dropout import Dropout
from fastvec.layers.layer import Buffers, prefixed
from fastvec.layers.lstm import LSTM, LSTMState

Outputs = list[NDArray[Any]]
States = list[LSTMState]


class Stack:
    """LSTM layers of one direction.

    With skip connections a layer from the second on gives LSTM(x) + x; the state that
    it carries does not hold x. Dropout falls on the input of every layer, before the
    skip connection branches off, and on the output of the last.

    Parameters
    ----------
    inputs, cells : int
        Widths I and H.
    projection : int or None
        Width P of the outputs; None: the cells' H.
    layers : int
    rng : Generator
        Draws the initial weights.
    skip_connections : bool, default True
    dropout : float, default 0
        Share of numbers set to zero in training.
    **settings
        ``cell_clip``, ``proj_clip``, ``forget_bias`` and ``dtype`` as for
        `fastvec.layers.lstm.LSTM`.

    Attributes
    ----------
    layers : list of LSTM
    parameters, gradients : dict of ndarray
        Keyed ``0/kernel``, ``0/bias``, ``0/projection``, ``1/kernel``, ...
    """

    def __init__(
        self,
        inputs: int,
        cells: int,
        projection: int | None,
        layers: int,
        rng: np.random.Generator,
        *,
        skip_connections: bool = True,
        dropout: float = 0.0,
        **settings: Any,
    ) -> None:
        if layers < 1:
            raise ParameterError(f"layers must be at least 1, but is {layers}")
        width = cells if projection is None else projection
        self.layers = [
            LSTM(inputs if number == 0 else width, cells, projection, rng, **settings)
            for number in range(layers)
        ]
        dtype = self.layers[0].dtype
        self._skips = [skip_connections and number > 0 for number in range(layers)]
        self._dropouts = [Dropout(dropout, dtype) for _ in range(layers + 1)]
        self._buffers = Buffers(dtype)

    @property
    def parameters(self) -> dict[str, NDArray[Any]]:
        """The layers' parameters."""
        return prefixed(self._named(), "parameters")

    @property
    def gradients(self) -> dict[str, NDArray[Any]]:
        """The layers' gradients."""
        return prefixed(self._named(), "gradients")

    def _named(self) -> dict[str, LSTM]:
        return {str(number): layer for number, layer in enumerate(self.layers)}

    def forward(
        self,
        inputs: NDArray[Any],
        state: States | None = None,
        lengths: ArrayLike | None = None,
        dropout: np.random.Generator | None = None,
    ) -> tuple[Outputs, States]:
        """Run all layers, and keep what `backward` needs.

        Parameters
        ----------
        inputs : ndarray, shape (T, B, I)
            Must stay as it is until `backward`.
        state : list of LSTMState, optional
            One a layer (zeros).
        lengths : array of int, shape (B,), optional
            Steps of each row (all T).
        dropout : Generator, optional
            Draws the masks; without it nothing is dropped.

        Returns
        -------
        outputs : list of ndarray, shape (T, B, P)
            Of every layer; the last with dropout. The stack's own arrays: the next
            call of `forward` overwrites them.
        state : list of LSTMState

        Raises
        ------
        ParameterError
            If the arrays do not fit the layers or each other.
        """
        outputs, states = [], []
        for number, before in enumerate(self._states(state)):
            inputs = self._dropouts[number].forward(inputs, dropout)
            output, after = self.layers[number].forward(inputs, before, lengths)
            if self._skips[number]:
                total = self._buffers.take(f"output {number}", *output.shape)
                output = np.add(output, inputs, out=total)
            outputs.append(output)
            states.append(after)
            inputs = output
        outputs[-1] = self._dropouts[-1].forward(outputs[-1], dropout)
        return outputs, states

    def run(
        self,
        inputs: NDArray[Any],
        state: States | None = None,
        lengths: ArrayLike | None = None,
    ) -> tuple[Outputs, States]:
        """Return what `forward` returns, in arrays of the caller's own, and keep nothing."""
        outputs, states = [], []
        for layer, skip, before in zip(self.layers, self._skips, self._states(state), strict=True):
            output, after = layer.run(inputs, before, lengths)
            inputs = np.add(output, inputs, out=output) if skip else output
            outputs.append(inputs)
            states.append(after)
        return outputs, states

    def backward(self, gradients: Sequence[NDArray[Any] | None]) -> NDArray[Any]:
        """Add to the gradients, and return the gradient by the inputs.

        Parameters
        ----------
        gradients : list of ndarray, shape (T, B, P)
            What flows into the output of every layer; None: nothing.

        Returns
        -------
        input_gradient : ndarray, shape (T, B, I)
            The stack's own array: the next call of `backward` overwrites it.

        Raises
        ------
        ParameterError
            If there is no gradient at all, or not one for each layer.
        """
        if len(gradients) != len(self.layers) or all(g is None for g in gradients):
            raise ParameterError(
                "backward needs a gradient or None for each layer, and not only None"
            )
        flow = None
        for number in reversed(range(len(self.layers))):
            total = self._inflow(number, gradients[number], flow)
            if total is None:
                continue
            flow = self.layers[number].backward(total)
            if self._skips[number]:
                flow += total
            flow = self._dropouts[number].backward(flow)
        assert flow is not None
        return flow

    def _inflow(
        self, number: int, gradient: NDArray[Any] | None, flow: NDArray[Any] | None
    ) -> NDArray[Any] | None:
        """Return what flows into a layer's output, from outside and from the layer above."""
        if gradient is None:
            return flow
        total = self._buffers.take("inflow", *gradient.shape)
        if flow is not None:
            return np.add(gradient, flow, out=total)
        np.copyto(total, gradient)
        return self._dropouts[-1].backward(total) if number == len(self.layers) - 1 else total

    def _states(self, state: States | None) -> Sequence[LSTMState | None]:
        """Return a state or None for each layer."""
        if state is None:
            return [None] * len(self.layers)
        if len(state) != len(self.layers):
            raise ParameterError(
                f"{len(self.layers)} layers need as many states, but there are {len(state)}"
            )
        return state
