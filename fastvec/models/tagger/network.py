"""The tagger: inputs, LSTMs in both directions, a linear layer, and a CRF or softmax."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.layers.bidirectional import Bidirectional
from fastvec.layers.crf import CRF
from fastvec.layers.layer import Layer, prefixed, zero_gradients
from fastvec.layers.linear import Linear
from fastvec.layers.tag_softmax import TagSoftmax
from fastvec.models.tagger.config import TaggerConfig
from fastvec.models.tagger.corpus import TagSet
from fastvec.models.tagger.inputs import ContextPart, Features, InputPart

Floats = NDArray[Any]
START_STREAM = 21  # Keeps the start's random numbers apart from all others of a seed.


class TaggerNetwork:
    """Tags sentences, and learns to.

    Parameters
    ----------
    config : TaggerConfig
    parts : mapping of str to InputPart
        By the names that their parameters shall have.
    tags : TagSet
    dtype : dtype, default float32

    Attributes
    ----------
    parameters, gradients, rows : dict of str to ndarray
        Keyed ``PART/...``, ``encoder/...``, ``linear/...``, ``output/...``.
    parts : mapping of str to InputPart
    tags : int
        K.
    """

    def __init__(
        self, config: TaggerConfig, parts: Mapping[str, InputPart], tags: TagSet,
        dtype: Any = np.float32,
    ) -> None:  # fmt: skip
        rng = np.random.default_rng(np.random.SeedSequence((config.seed, START_STREAM)))
        self.parts, self.tags = parts, len(tags.names)
        self._bounds = np.cumsum([0, *(part.width for part in parts.values())]).tolist()
        self._encoder = Bidirectional(
            self._bounds[-1], config.cells, None, config.layers, rng, skip_connections=False,
            dropout=config.dropout, cell_clip=None, proj_clip=None, dtype=dtype,
            threads=config.threads,
        )  # fmt: skip
        self._linear = Linear(2 * config.cells, self.tags, rng, dtype=dtype)
        allowed = tags.transitions
        self._output: CRF | TagSoftmax = (
            CRF(self.tags, rng, allowed=allowed, dtype=dtype)
            if config.decoder == "crf"
            else TagSoftmax(self.tags, allowed=allowed)
        )
        self._cells, self._layers, self._dtype = config.cells, config.layers, dtype
        self._trained: dict[str, Layer] = {
            **parts, "encoder": self._encoder, "linear": self._linear, "output": self._output,
        }  # fmt: skip

    @property
    def parameters(self) -> dict[str, Floats]:
        """All trainable arrays by name."""
        return prefixed(self._trained, "parameters")

    @property
    def gradients(self) -> dict[str, Floats]:
        """Gradients by the parameters' names."""
        return prefixed(self._trained, "gradients")

    @property
    def rows(self) -> dict[str, NDArray[np.int64]]:
        """Of parameters with gradients for some rows only: which ones."""
        return {
            f"{prefix}/{name}": rows
            for prefix, part in self.parts.items()
            for name, rows in part.rows.items()
        }

    @property
    def context(self) -> ContextPart | None:
        """The mix of a language model's layers, if there is one."""
        part = self.parts.get("context")
        return part if isinstance(part, ContextPart) else None

    def loss_and_gradients(
        self, features: Features, tags: NDArray[np.int32], rng: np.random.Generator | None
    ) -> float:
        """Return the summed loss; set all gradients, those of the mean loss of a sentence.

        Parameters
        ----------
        features : Features
        tags : ndarray of int32, shape (T, B)
        rng : Generator or None
            Of dropout; None leaves nothing out.
        """
        for layer in self._trained.values():
            zero_gradients(layer)
        inputs = np.concatenate(
            [part.forward(features, rng) for part in self.parts.values()], axis=2, dtype=self._dtype
        )
        forward, backward, _ = self._encoder.forward(inputs, None, features.lengths, rng)
        hidden = np.concatenate([forward[-1], backward[-1]], axis=2)
        loss, by_scores = self._output.loss_and_gradient(
            self._linear.forward(hidden), tags, features.lengths
        )
        self._scale(by_scores, len(features.lengths))
        by_hidden = self._linear.backward(by_scores)
        lower: list[Floats | None] = [None] * (self._layers - 1)
        by_inputs: Any = self._encoder.backward(
            [*lower, np.ascontiguousarray(by_hidden[:, :, : self._cells])],
            [*lower, np.ascontiguousarray(by_hidden[:, :, self._cells :])],
        )
        for part, low, high in zip(
            self.parts.values(), self._bounds, self._bounds[1:], strict=False
        ):
            part.backward(by_inputs[:, :, low:high])
        return loss

    def _scale(self, by_scores: Floats, sentences: int) -> None:
        """Turn derivatives of a sum over sentences into those of a mean."""
        share = self._dtype(1 / sentences)
        by_scores *= share
        for gradient in self._output.gradients.values():
            gradient *= share

    def loss(self, features: Features, tags: NDArray[np.int32]) -> float:
        """Return the summed loss, in nats, and change nothing."""
        return self._output.loss(self._scores(features), tags, features.lengths)

    def predict(self, features: Features) -> NDArray[np.int32]:
        """Return the best tags, (T, B); zeros on padding."""
        return self._output.decode(self._scores(features), features.lengths)

    def _scores(self, features: Features) -> Floats:
        """Return what each tag scores for each token, (T, B, K)."""
        inputs = np.concatenate(
            [part.run(features) for part in self.parts.values()], axis=2, dtype=self._dtype
        )
        forward, backward, _ = self._encoder.run(inputs, None, features.lengths)
        return self._linear.run(np.concatenate([forward[-1], backward[-1]], axis=2))
