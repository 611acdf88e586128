"""Two stacks that read a text in both directions, at the same time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fastvec.layers.layer import prefixed
from fastvec.layers.sequences import reverse_within
from fastvec.layers.stack import Outputs, Stack, States
from fastvec.workers import Team, resolve_threads, single_threaded_blas

Inputs = NDArray[Any] | tuple[NDArray[Any], NDArray[Any]]
Result = tuple[Outputs, Outputs, tuple[States, States]]
Done = tuple[Outputs, States]


class Bidirectional:
    """A stack that reads forward and a stack that reads backward, sharing nothing.

    Whatever goes in or comes out is in reading order, the arrays of the backward
    stack, too. Each direction is one thread's work, so results are the same bytes at
    any number of threads.

    A caller of many steps holds `fastvec.workers.single_threaded_blas` around them:
    it saves looking for the BLAS libraries in each.

    Parameters
    ----------
    inputs, cells : int
        Widths I and H.
    projection : int or None
        Width P of each direction's outputs; None: the cells' H.
    layers : int
    rng : Generator
        Draws the initial weights, first those of the forward stack.
    threads : int or None, default None
        More than two are of no use. None: all usable cores.
    **settings
        As for `fastvec.layers.stack.Stack`.

    Attributes
    ----------
    forward_stack, backward_stack : Stack
    parameters, gradients : dict of ndarray
        Keyed ``forward/0/kernel``, ..., ``backward/0/kernel``, ...
    """

    def __init__(
        self,
        inputs: int,
        cells: int,
        projection: int | None,
        layers: int,
        rng: np.random.Generator,
        *,
        threads: int | None = None,
        **settings: Any,
    ) -> None:
        self.forward_stack, self.backward_stack = (
            Stack(inputs, cells, projection, layers, rng, **settings) for _ in range(2)
        )
        self._team = Team([[0], [1]] if resolve_threads(threads) > 1 else [[0, 1]])
        self._lengths: ArrayLike | None = None
        self._shared = True

    @property
    def parameters(self) -> dict[str, NDArray[Any]]:
        """Both stacks' parameters."""
        return prefixed(self._named(), "parameters")

    @property
    def gradients(self) -> dict[str, NDArray[Any]]:
        """Both stacks' gradients."""
        return prefixed(self._named(), "gradients")

    def _named(self) -> dict[str, Stack]:
        return {"forward": self.forward_stack, "backward": self.backward_stack}

    def forward(
        self,
        inputs: Inputs,
        state: tuple[States, States] | None = None,
        lengths: ArrayLike | None = None,
        dropout: np.random.Generator | None = None,
    ) -> Result:
        """Run both stacks, and keep what `backward` needs.

        Parameters
        ----------
        inputs : ndarray, shape (T, B, I), or two of them
            One for both directions, or one for each. They must stay as they are until
            `backward`.
        state : pair of lists of LSTMState, optional
            One a layer, for each direction (zeros).
        lengths : array of int, shape (B,), optional
            Steps of each row (all T).
        dropout : Generator, optional
            Draws the masks; without it nothing is dropped.

        Returns
        -------
        forward_outputs, backward_outputs : list of ndarray, shape (T, B, P)
            Of every layer. Those of the forward stack are its own arrays: the next
            call of `forward` overwrites them.
        state : pair of lists of LSTMState

        Raises
        ------
        ParameterError
            If the arrays do not fit the layers or each other.
        """
        self._lengths, self._shared = lengths, not isinstance(inputs, tuple)
        # A seed for each direction, since they draw at the same time.
        seeds = None if dropout is None else dropout.integers(1 << 63, size=2)

        def run(stack: Stack, own: NDArray[Any], before: States | None, direction: int) -> Done:
            rng = None if seeds is None else np.random.default_rng(seeds[direction])
            return stack.forward(own, before, lengths, rng)

        return self._run(inputs, state, lengths, run)

    def run(
        self,
        inputs: Inputs,
        state: tuple[States, States] | None = None,
        lengths: ArrayLike | None = None,
    ) -> Result:
        """Return what `forward` returns, in arrays of the caller's own, and keep nothing."""

        def run(stack: Stack, own: NDArray[Any], before: States | None, _: int) -> Done:
            return stack.run(own, before, lengths)

        return self._run(inputs, state, lengths, run)

    def backward(
        self,
        forward_gradients: Sequence[NDArray[Any] | None],
        backward_gradients: Sequence[NDArray[Any] | None],
    ) -> Inputs:
        """Add to the gradients, and return the gradient by the inputs.

        Parameters
        ----------
        forward_gradients, backward_gradients : list of ndarray, shape (T, B, P)
            What flows into the output of every layer; None: nothing.

        Returns
        -------
        input_gradient : ndarray, shape (T, B, I), or two of them
            As many as `forward` was given. The layer's own arrays: the next call of
            `backward` may overwrite them.

        Raises
        ------
        ParameterError
            If a direction has no gradient at all, or not one for each layer.
        """
        lengths = self._lengths

        def work(direction: int) -> NDArray[Any]:
            if direction == 0:
                return self.forward_stack.backward(forward_gradients)
            turned = [
                None if gradient is None else reverse_within(gradient, lengths)
                for gradient in backward_gradients
            ]
            return reverse_within(self.backward_stack.backward(turned), lengths)

        by_forward, by_backward = self._both(work)
        return np.add(by_forward, by_backward) if self._shared else (by_forward, by_backward)

    def _run(
        self,
        inputs: Inputs,
        state: tuple[States, States] | None,
        lengths: ArrayLike | None,
        run: Callable[[Stack, NDArray[Any], States | None, int], Done],
    ) -> Result:
        """Have both stacks run, the backward stack over the reversed text."""
        own = inputs if isinstance(inputs, tuple) else (inputs, inputs)
        before = (None, None) if state is None else state

        def work(direction: int) -> Done:
            if direction == 0:
                return run(self.forward_stack, own[0], before[0], 0)
            turned = reverse_within(own[1], lengths)
            outputs, after = run(self.backward_stack, turned, before[1], 1)
            return [reverse_within(output, lengths) for output in outputs], after

        (forward, forward_state), (backward, backward_state) = self._both(work)
        return forward, backward, (forward_state, backward_state)

    def _both(self, work: Callable[[int], Any]) -> list[Any]:
        """Return ``work(0)`` and ``work(1)``, done at once where there are threads for it."""
        done: list[Any] = [None, None]

        def take(directions: list[int]) -> None:
            # The loss tells of numbers without bound; NumPy would warn in every thread.
            with np.errstate(invalid="ignore", over="ignore"):
                for direction in directions:
                    done[direction] = work(direction)

        with single_threaded_blas():
            self._team.each(take)
        return done
