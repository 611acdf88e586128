"""ELMo's training objective: each direction tells the next word from those it has read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FastvecError
from fastvec.layers.layer import Buffers
from fastvec.layers.word_softmax import WordSoftmax
from fastvec.models.elmo.config import ELMoConfig
from fastvec.models.elmo.network import ELMoNetwork
from fastvec.models.elmo.shapes import has_softmax
from fastvec.models.elmo.streams import Batch
from fastvec.models.elmo.tensors import restore
from fastvec.vocabulary.words import Vocabulary

SOFTMAX_STREAM = 13  # Keeps the softmax's start apart from all other random numbers of a seed.

Floats = NDArray[Any]
Objective = Callable[[Floats, NDArray[np.int32]], tuple[float, Floats]]


class Hidden(NamedTuple):
    """What both directions say of the words to come; arrays of (N, P) and (N,).

    Attributes
    ----------
    forward, backward : ndarray
        Outputs of the top layers.
    forward_targets, backward_targets : ndarray of int32
        The words that did come.
    """

    forward: Floats
    backward: Floats
    forward_targets: NDArray[np.int32]
    backward_targets: NDArray[np.int32]


class LanguageModel:
    """A network, and a softmax that both of its directions share.

    Parameters
    ----------
    config : ELMoConfig
    vocabulary : Vocabulary
    dtype : dtype, default float32

    Attributes
    ----------
    network : ELMoNetwork
    softmax : WordSoftmax
    """

    def __init__(self, config: ELMoConfig, vocabulary: Vocabulary, dtype: Any = np.float32) -> None:
        entropy = np.random.SeedSequence((config.seed, SOFTMAX_STREAM))
        self.network = ELMoNetwork(config, vocabulary, dtype)
        self.softmax = WordSoftmax(
            len(vocabulary), config.dim, np.random.default_rng(entropy), threads=config.threads,
            dtype=dtype,
        )  # fmt: skip
        if config.shared_softmax:
            self.softmax.parameters["weights"] = self.network.tokens.parameters["embedding"]
        self._shared = config.shared_softmax
        self._buffers = Buffers(dtype)

    @property
    def parameters(self) -> dict[str, Floats]:
        """All arrays by name, each of them once."""
        softmax = {
            f"softmax/{name}": array
            for name, array in self.softmax.parameters.items()
            if not (self._shared and name == "weights")
        }
        return {**self.network.parameters, **softmax}

    def hidden(self, batch: Batch, table: Floats, state: Any) -> tuple[Hidden, Any]:
        """Read a batch, and keep nothing; return what it says, and the state after it."""
        tokens = self.network.tokens.run(_both(batch), table)
        steps = len(batch.forward_inputs)
        forward, backward, state = self.network.encoder.run(
            (tokens[:steps], tokens[steps:]), _begun(state, batch), batch.lengths
        )
        real = batch.real
        found = Hidden(
            forward[-1][real], backward[-1][real], batch.forward_targets[real],
            batch.backward_targets[real],
        )  # fmt: skip
        return found, state

    def loss_and_gradients(
        self, batch: Batch, table: Floats, state: Any, objective: Objective,
        dropout: np.random.Generator | None,
    ) -> tuple[float, Any]:  # fmt: skip
        """Read a batch, and add the derivatives of its loss to all gradients.

        Parameters
        ----------
        batch : Batch
        table : ndarray
            Of the text, by the token layer's ``table``.
        state : pair of lists of LSTMState, or None
            Where the batch before has ended; no gradient goes back into it.
        objective : callable
            Takes the hidden rows of both directions (2N, P) and what came (2N,); returns
            the summed loss and its derivative by the rows, and adds to the softmax's
            gradients.
        dropout : Generator or None

        Returns
        -------
        loss : float
            Sum over both directions, in nats.
        state : pair of lists of LSTMState
        """
        network, steps = self.network, len(batch.forward_inputs)
        tokens = network.tokens.forward(_both(batch), table)
        forward, backward, state = network.encoder.forward(
            (tokens[:steps], tokens[steps:]), _begun(state, batch), batch.lengths, dropout
        )
        real, number = batch.real, batch.steps
        hidden = self._buffers.take("hidden", 2 * number, network.dim)
        hidden[:number], hidden[number:] = forward[-1][real], backward[-1][real]
        targets = np.concatenate([batch.forward_targets[real], batch.backward_targets[real]])
        loss, by_hidden = objective(hidden, targets)
        by_top = self._buffers.zeros("by_top", 2, *real.shape, network.dim)
        by_top[0][real], by_top[1][real] = by_hidden[:number], by_hidden[number:]
        lower: list[Floats | None] = [None] * (network.layers - 1)
        by_tokens = self._buffers.take("by_tokens", *tokens.shape)
        by_tokens[:steps], by_tokens[steps:] = network.encoder.backward(
            [*lower, by_top[0]], [*lower, by_top[1]]
        )
        network.tokens.backward(by_tokens)
        return loss, state


def restored_model(
    config: ELMoConfig, vocabulary: Vocabulary, tensors: Mapping[str, Floats]
) -> LanguageModel:
    """Return a language model with stored parameters.

    Raises
    ------
    FastvecError
        If a softmax is not among them.
    """
    if not has_softmax(tensors):
        raise FastvecError(
            "this model has no softmax, since bilm-tf's files hold none: it embeds, but cannot "
            "tell words; train it further to give it one (init)"
        )
    model = LanguageModel(config, vocabulary)
    restore(model.parameters, tensors)
    return model


def _both(batch: Batch) -> NDArray[np.int32]:
    """Return what both directions read, one after the other, (2T, B)."""
    return np.concatenate([batch.forward_inputs, batch.backward_inputs])


def _begun(state: Any, batch: Batch) -> Any:
    """Return the state that a batch begins with: none where its rows begin anew."""
    if state is None or batch.fresh.all():
        return None
    for layers in state:
        for cell, output in layers:
            cell[batch.fresh] = 0
            output[batch.fresh] = 0
    return state
