"""Vectors of words in their sentences, batch by batch under a cap of memory."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError
from fastvec.layers.scalar_mix import mix
from fastvec.workers import single_threaded_blas

if TYPE_CHECKING:
    from fastvec.models.elmo.network import ELMoNetwork

Layers = Literal["all", "mix"] | int
Floats = NDArray[np.float32]
Sentence = Sequence[str]

MOST_TOKENS = 4096  # Of a batch: matrix products are no faster with more.
GATE_BYTES = 1 << 27  # Of a batch's gates.
HELD_BYTES = 1 << 27  # Of vectors that wait for their turn.


class LayerChoice:
    """What is given of a word's layers: all of them, one, or a mix.

    Parameters
    ----------
    count : int
        How many there are: the token layer and those above it.
    layers : {"all", "mix"} or int
        A layer by its number, from 0, or from the top with -1.
    weights : sequence of float, optional
        s_j of a mix; by default 1 / count each.
    gamma : float, default 1.0
        Scale of a mix.

    Raises
    ------
    ParameterError
    """

    def __init__(
        self, count: int, layers: Layers, weights: Sequence[float] | None, gamma: float
    ) -> None:
        if layers not in ("all", "mix") and not (
            isinstance(layers, int) and not isinstance(layers, bool) and -count <= layers < count
        ):
            raise ParameterError(
                f"layers must be 'all', 'mix' or a number from 0 to {count - 1}, but is {layers!r}"
            )
        if layers != "mix" and (weights is not None or gamma != 1.0):
            raise ParameterError(f"layers must be 'mix' with weights or gamma, but is {layers!r}")
        given = [1.0 / count] * count if weights is None else [float(w) for w in weights]
        if len(given) != count or not all(map(math.isfinite, (*given, gamma))):
            raise ParameterError(
                f"weights must be {count} finite numbers, one a layer, but are {given} with gamma "
                f"{gamma}"
            )
        self._layers = layers
        self._weights, self._gamma = given, float(gamma)

    def of(self, vectors: Floats) -> Floats:
        """Choose from vectors of all layers, (layers, words, 2P)."""
        if self._layers == "all":
            return vectors
        if self._layers == "mix":
            return mix(list(vectors), self._weights, self._gamma)
        return np.ascontiguousarray(vectors[int(self._layers)])


class Embedder:
    """Embeds sentences by a network.

    Parameters
    ----------
    network : ELMoNetwork
    """

    def __init__(self, network: ELMoNetwork) -> None:
        self._network = network
        self._layers, width = network.layers + 1, 2 * network.dim
        self._most = max(1, min(MOST_TOKENS, GATE_BYTES // (2 * 16 * network.cells)))
        self._held = max(self._most, HELD_BYTES // (4 * self._layers * width))

    def stateless(self, sentences: Iterable[Sentence]) -> Iterator[Floats]:
        """Yield the vectors of each sentence by itself, (layers, words, 2P), in the given order."""
        for group in self.groups(sentences):
            yield from self.embed_group(group)

    def in_order(
        self, sentences: Iterable[Sentence], state: Any = None
    ) -> Iterator[tuple[Floats, Any]]:
        """Yield vectors and the state after it, each sentence beginning with the last's state."""
        for sentence in sentences:
            with single_threaded_blas():
                (vectors,), state = self._batch([sentence], state)
            yield vectors, state

    def groups(self, sentences: Iterable[Sentence]) -> Iterator[list[Sentence]]:
        """Cut a text into groups whose vectors fit the memory."""
        group, tokens = [], 0
        for sentence in sentences:
            group.append(sentence)
            tokens += len(sentence) + 2
            if tokens >= self._held:
                yield group
                group, tokens = [], 0
        if group:
            yield group

    def embed_group(self, sentences: Sequence[Sentence]) -> list[Floats]:
        """Embed sentences, each by itself, by batches of about the same length."""
        found: list[Any] = [None] * len(sentences)
        order = iter(sorted(range(len(sentences)), key=lambda i: -len(sentences[i])))
        with single_threaded_blas():
            for first in order:
                rows = max(1, self._most // (len(sentences[first]) + 2))
                batch = [first, *islice(order, rows - 1)]
                vectors, _ = self._batch([sentences[i] for i in batch])
                for place, own in zip(batch, vectors, strict=True):
                    found[place] = own
        return found

    def _batch(self, sentences: list[Sentence], state: Any = None) -> tuple[list[Floats], Any]:
        """Embed sentences side by side."""
        network = self._network
        names = {word: i for i, word in enumerate(dict.fromkeys(w for s in sentences for w in s))}
        begin, end = len(names), len(names) + 1
        lengths = np.array([len(sentence) + 2 for sentence in sentences])
        ids = np.full((int(lengths.max()), len(sentences)), end, np.int32)
        ids[0] = begin
        for row, sentence in enumerate(sentences):
            ids[1 : len(sentence) + 1, row] = [names[word] for word in sentence]
        tokens = network.tokens.run(ids, network.tokens.table(list(names)))
        alike = None if lengths.min() == lengths.max() else lengths
        forward, backward, state = network.encoder.run(tokens, state, alike)
        pairs = [(tokens, tokens), *zip(forward, backward, strict=True)]
        vectors = []
        for row, sentence in enumerate(sentences):
            own = np.empty((len(pairs), len(sentence), 2 * network.dim), np.float32)
            inside = slice(1, len(sentence) + 1)
            for layer, (left, right) in zip(own, pairs, strict=True):
                layer[:, : network.dim] = left[inside, row]
                layer[:, network.dim :] = right[inside, row]
            vectors.append(own)
        return vectors, state
