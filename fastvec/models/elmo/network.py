"""The part of ELMo that turns sentences into vectors: a token layer and two stacks of LSTMs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.layers.bidirectional import Bidirectional
from fastvec.models.elmo.config import ELMoConfig
from fastvec.models.elmo.tokens import TokenLayer, make_tokens
from fastvec.vocabulary.words import Vocabulary

START_STREAM = 12  # Keeps the start's random numbers apart from all others of a seed.


class ELMoNetwork:
    """A token layer, and LSTM layers of both directions above it.

    Parameters
    ----------
    config : ELMoConfig
    vocabulary : Vocabulary
    dtype : dtype, default float32
        Of the parameters.

    Attributes
    ----------
    tokens : TokenLayer
    encoder : Bidirectional
    dim, cells, layers : int
        Width of a direction, cells of a layer, and layers above the tokens.
    """

    def __init__(self, config: ELMoConfig, vocabulary: Vocabulary, dtype: Any = np.float32) -> None:
        entropy = np.random.SeedSequence((config.seed, START_STREAM))
        rng = np.random.default_rng(entropy)
        self.dim, self.cells, self.layers = config.dim, config.cells, config.layers
        self.tokens: TokenLayer = make_tokens(config, vocabulary, rng, dtype)
        self.encoder = Bidirectional(
            config.dim, config.cells, config.projection, config.layers, rng,
            skip_connections=config.skip_connections, dropout=config.dropout,
            cell_clip=config.cell_clip, proj_clip=config.proj_clip, dtype=dtype,
            threads=config.threads,
        )  # fmt: skip

    @property
    def parameters(self) -> dict[str, NDArray[Any]]:
        """All arrays by name, ``tokens/...`` and ``encoder/...``."""
        parts = {"tokens": self.tokens.parameters, "encoder": self.encoder.parameters}
        return {
            f"{part}/{name}": array for part, own in parts.items() for name, array in own.items()
        }
