"""Full softmax as an objective: every word of the vocabulary against each centre's batch."""

from __future__ import annotations

import math
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.batches import gather_batch, scatter_batch
from fastvec.kernels.hot import Hot
from fastvec.kernels.windows import Windows
from fastvec.layers.softmax import FullSoftmax
from fastvec.models.schedule import Tally
from fastvec.models.word2vec.architectures import Architecture


class SoftmaxObjective:
    """Batches of centres against all words, with one softmax a centre.

    Skip-gram's centre predicts its contexts, which share the softmax; CBOW's
    contexts predict the centre. Plain SGD on the loss summed over a batch.

    Parameters
    ----------
    architecture : Architecture
    words : int
        Rows of the model, V.
    batch : int
        Centres a step.
    threads : int
        That share the vocabulary within a step.

    References
    ----------
    Mikolov et al., "Distributed Representations of Words and Phrases and their
    Compositionality", NIPS 2013, equation 2.
    """

    def __init__(self, architecture: Architecture, words: int, batch: int, threads: int) -> None:
        self._architecture = architecture
        self._batch, self._threads = batch, threads
        self._layer: FullSoftmax | None = None
        self._turn = Lock()  # Threads that judge held-out text share the layer's scratch.
        self.untrained_loss = math.log(words)

    def scratch(self, windows: int, hot: Hot | None = None) -> Any:
        """Return nothing: the layer has its own."""
        return None

    def draw(self, windows: Windows, count: int, stream: NDArray[np.int64], own: Any) -> None:
        """Draw nothing: all words are targets."""

    def learn(
        self, weights: Any, windows: Windows, count: int, targets: Any, rate: float, own: Any
    ) -> Tally:
        """Train batch after batch; a rate of 0 only adds up the loss."""
        loss = 0.0
        with self._turn:
            if self._layer is None:
                self._layer = FullSoftmax(weights.output, self._batch, self._threads)
            for first in range(0, count, self._batch):
                last = min(first + self._batch, count)
                loss += self._step(weights.input, windows, first, last, rate)
        return Tally(loss, self._architecture.examples(windows, count))

    def _step(
        self, inputs: NDArray[np.float32], windows: Windows, first: int, last: int, rate: float
    ) -> float:
        assert self._layer is not None
        near, far, mixing = self._architecture.softmax_sides(windows, first, last)
        hidden = np.empty((last - first, inputs.shape[1]), inputs.dtype)
        gather_batch(inputs, *near, mixing.forward, hidden)
        if rate == 0:
            return self._layer.loss(hidden, *far)
        loss, gradient = self._layer.step(hidden, *far, rate)
        gradient *= -inputs.dtype.type(rate)
        scatter_batch(inputs, *near, mixing.backward, gradient)
        return loss
