"""An ELMo model as named arrays, and back: what folders and checkpoints hold.

``vectors`` are the words' vectors without a context, (V, P): the token layer's table, or
what it makes of their characters. All other names are those of the parameters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError
from fastvec.models.elmo.config import ELMoConfig
from fastvec.models.elmo.network import ELMoNetwork
from fastvec.models.elmo.shapes import TABLE, VECTORS
from fastvec.vocabulary.words import Vocabulary

AT_ONCE = 4096  # Words.

Arrays = Mapping[str, NDArray[Any]]


def stored_tensors(
    network: ELMoNetwork, parameters: Arrays, words: Sequence[str]
) -> dict[str, NDArray[Any]]:
    """Return all arrays of a model; they are its own."""
    others = {name: array for name, array in parameters.items() if name != TABLE}
    return {VECTORS: static_vectors(network, words), **others}


def static_vectors(network: ELMoNetwork, words: Sequence[str]) -> NDArray[Any]:
    """Return the token layer's vectors of a vocabulary's words, (V, P)."""
    if TABLE in network.parameters:
        return network.parameters[TABLE]
    vectors = np.empty((len(words), network.dim), np.float32)
    for start in range(0, len(words), AT_ONCE):
        part = words[start : start + AT_ONCE]
        ids = np.arange(len(part), dtype=np.int32)[:, None]
        vectors[start : start + AT_ONCE] = network.tokens.run(ids, network.tokens.table(part))[:, 0]
    return vectors


def restore(parameters: Arrays, tensors: Arrays) -> None:
    """Fill a model's parameters, in place, with stored ones.

    Raises
    ------
    ParameterError
        If one is missing, or of another shape.
    """
    for name, array in parameters.items():
        source = tensors.get(VECTORS if name == TABLE else name)
        if source is None or source.shape != array.shape:
            shape = None if source is None else source.shape
            raise ParameterError(f"{name} must have shape {array.shape}, but has {shape}")
        array[...] = source


def restored_network(config: ELMoConfig, vocabulary: Vocabulary, tensors: Arrays) -> ELMoNetwork:
    """Return a network with stored parameters."""
    network = ELMoNetwork(config, vocabulary)
    restore(network.parameters, tensors)
    return network
