"""One step of ELMo's training: a batch's loss and gradients, then the update.

Losses are summed, while bilm-tf's is half the mean over a batch's rows, summed over its
steps. Its gradients are ours divided by 2B; ours are left as they are, and AdaGrad's
first sum and the limit of the norm grow instead, which comes to the same updates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError
from fastvec.layers.embedding import WordEmbedding
from fastvec.layers.optimisers import AdaGrad, Adam, Optimiser, clip_global_norm
from fastvec.layers.sampled_softmax import SampledSoftmax
from fastvec.layers.sequences import LSTMState
from fastvec.models.elmo.config import ELMoConfig
from fastvec.models.elmo.language_model import LanguageModel
from fastvec.models.elmo.plan import exact
from fastvec.models.elmo.shapes import TABLE
from fastvec.models.elmo.streams import Batch

NOISE_STREAM = 14  # Keeps dropout and samples apart from all other random numbers of a seed.
Arrays = dict[str, NDArray[Any]]


class Found(NamedTuple):
    """What a batch has shown.

    Attributes
    ----------
    loss : float
        Sum over both directions, in nats.
    norm : float
        Of all gradients together, in bilm-tf's units, before the limit.
    gradients : dict of str to ndarray
        By the parameters' names, within the limit.
    rows : dict of str to ndarray
        For the parameters of which only some rows have a gradient, which ones.
    state : pair of lists of LSTMState
        Where the batch has ended.
    """

    loss: float
    norm: float
    gradients: Arrays
    rows: dict[str, NDArray[np.int64]]
    state: Any


class ELMoStep:
    """Learns from batches, and carries the LSTM layers' state from one to the next.

    Parameters
    ----------
    model : LanguageModel
        Changed in place.
    config : ELMoConfig
    table : ndarray
        Of the text, by the token layer's ``table``.
    batch : int
        Rows of a batch, B.
    """

    def __init__(
        self, model: LanguageModel, config: ELMoConfig, table: NDArray[Any], batch: int
    ) -> None:
        self._model, self._config, self._table = model, config, table
        self._parameters = model.parameters
        words = len(model.softmax.parameters["bias"])
        self._sampled: SampledSoftmax | None = None
        if not exact(config, words):
            self._sampled = SampledSoftmax(model.softmax, config.samples)
        self._scale = 2.0 * batch
        self._optimiser: Optimiser = (
            AdaGrad(1.0, initial=self._scale**2) if config.optimiser == "adagrad" else Adam(1.0)
        )
        self._state: Any = None

    @property
    def objective(self) -> str:
        """Name of the loss: "sampled", or "softmax" where it is over all words."""
        return "softmax" if self._sampled is None else "sampled"

    def compute(self, batch: Batch, epoch: int, number: int) -> Found:
        """Return a batch's loss and gradients; nothing is learned yet.

        Epoch and number of the batch stand for its random numbers.
        """
        entropy = np.random.SeedSequence((self._config.seed, NOISE_STREAM, epoch, number))
        rng = np.random.default_rng(entropy)
        model, sampled = self._model, self._sampled
        for gradient in self._dense().values():
            gradient.fill(0)

        def objective(
            hidden: NDArray[Any], targets: NDArray[np.int32]
        ) -> tuple[float, NDArray[Any]]:
            if sampled is None:
                return model.softmax.loss_and_gradient(hidden, targets)
            return sampled.loss_and_gradient(hidden, targets, rng)

        dropout = rng if self._config.dropout else None
        loss, state = model.loss_and_gradients(batch, self._table, self._state, objective, dropout)
        gradients, rows = self._gathered()
        norm = clip_global_norm(gradients, self._config.clip_norm * self._scale)
        return Found(loss, norm / self._scale, gradients, rows, state)

    def apply(self, found: Found, rate: float) -> None:
        """Learn from a batch, and go on where it has ended."""
        self._optimiser.step(self._parameters, found.gradients, rate, found.rows)
        self._state = found.state

    def forget(self) -> None:
        """Go on without a state."""
        self._state = None

    def _dense(self) -> Arrays:
        """Return the gradients that are whole arrays."""
        network = self._model.network
        parts = {"encoder": network.encoder.gradients, "tokens": network.tokens.layer.gradients}
        if self._sampled is None:
            parts["softmax"] = self._model.softmax.gradients
        return {f"{part}/{name}": a for part, own in parts.items() for name, a in own.items()}

    def _gathered(self) -> tuple[Arrays, dict[str, NDArray[np.int64]]]:
        """Return all gradients by their parameters' names, and the rows of those that have some."""
        gradients = self._dense()
        rows: dict[str, NDArray[np.int64]] = {}
        sampled, tokens = self._sampled, self._model.network.tokens.layer
        if sampled is not None:
            for name, own in sampled.row_gradients.items():
                gradients[f"softmax/{name}"], rows[f"softmax/{name}"] = own, sampled.rows
        if isinstance(tokens, WordEmbedding):
            gradients[TABLE], rows[TABLE] = tokens.row_gradients, tokens.rows
        if self._config.shared_softmax:
            _share(gradients, rows)
        return gradients, rows

    def tensors(self, largest_norm: float) -> Arrays:
        """Return what resuming needs: the optimiser's state and that of the LSTM layers."""
        kept = {f"optimiser/{name}": array for name, array in self._optimiser.state.items()}
        kept["largest_norm"] = np.array([largest_norm])
        for direction, layers in enumerate(self._state or ()):
            for layer, state in enumerate(layers):
                for name, array in state._asdict().items():
                    kept[f"state/{direction}/{layer}/{name}"] = array
        return kept

    def restore(self, tensors: Mapping[str, NDArray[Any]]) -> float:
        """Take what `tensors` has returned, or nothing; return the largest norm.

        Raises
        ------
        ParameterError, KeyError
            If it is not that of such a training.
        """
        self._optimiser.prepare(self._parameters)
        if not tensors:
            return 0.0
        for name, array in self._optimiser.state.items():
            stored = tensors[f"optimiser/{name}"]
            if stored.shape != array.shape:
                raise ParameterError(f"the optimiser's {name} does not fit the model")
            array[...] = stored
        if any(name.startswith("state/") for name in tensors):
            layers = range(self._config.layers)
            self._state = tuple(
                [
                    LSTMState(*(np.array(tensors[f"state/{direction}/{layer}/{name}"])
                                for name in LSTMState._fields))
                    for layer in layers
                ]
                for direction in range(2)
            )  # fmt: skip
        return float(tensors["largest_norm"][0])


def _share(gradients: Arrays, rows: dict[str, NDArray[np.int64]]) -> None:
    """Add up the gradients of the one table that token layer and softmax share."""
    of_softmax, own = gradients.pop("softmax/weights"), rows.pop("softmax/weights", None)
    of_tokens, read = gradients[TABLE], rows.pop(TABLE)
    if own is None:
        of_softmax[read] += of_tokens
        gradients[TABLE] = of_softmax
        return
    both = np.union1d(own, read)
    total = np.zeros((len(both), of_tokens.shape[1]), of_tokens.dtype)
    total[np.searchsorted(both, own)] += of_softmax
    total[np.searchsorted(both, read)] += of_tokens
    gradients[TABLE], rows[TABLE] = total, both
