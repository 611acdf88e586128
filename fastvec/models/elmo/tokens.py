"""The lowest layer of ELMo: a vector for each word, from a table or from its characters.

Texts come as ids in a list of words, with a table of what the layer reads for each of
them, and for ``<s>`` and ``</s>`` after the last. So training numbers a text's words
once, and embedding those of a batch, whichever layer it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.scatter import add_rows
from fastvec.layers.characters import CharacterCNN
from fastvec.layers.embedding import WordEmbedding
from fastvec.models.elmo.config import ELMoConfig
from fastvec.models.elmo.streams import text_rows
from fastvec.vocabulary.characters import boundary_ids, character_ids
from fastvec.vocabulary.words import BOS, EOS, Vocabulary

Ids = NDArray[np.int32]
AT_ONCE = 2048  # Words whose characters are convolved together.


class WordTokens:
    """A row for each word of a vocabulary; all others have that of ``<unk>``.

    Parameters
    ----------
    vocabulary : Vocabulary
        With the special words ``<unk>``, ``<s>`` and ``</s>``.
    layer : WordEmbedding
    """

    def __init__(self, vocabulary: Vocabulary, layer: WordEmbedding) -> None:
        self._vocabulary, self.layer = vocabulary, layer

    @property
    def parameters(self) -> dict[str, NDArray[Any]]:
        """``embedding``, (V, P)."""
        return self.layer.parameters

    def table(self, words: Sequence[str]) -> Ids:
        """Return the row of each word, and those of the two marks after them, (n + 2,)."""
        return text_rows(words, self._vocabulary)

    def forward(self, ids: Ids, table: Ids) -> NDArray[Any]:
        """Return the vectors (T, B, P) of ids (T, B), and keep what `backward` needs."""
        return self.layer.forward(table[ids])

    def backward(self, gradient: NDArray[Any]) -> None:
        """Take the gradient by what `forward` returned."""
        self.layer.backward(gradient)

    def run(self, ids: Ids, table: Ids) -> NDArray[Any]:
        """Return what `forward` returns, and keep nothing."""
        return self.layer.run(table[ids])


class CharacterTokens:
    """A convolution over the characters of a word, so that no word is unknown.

    Parameters
    ----------
    layer : CharacterCNN
    longest : int
        Characters of a word, its marks included.
    """

    def __init__(self, layer: CharacterCNN, longest: int) -> None:
        self.layer, self._longest = layer, longest
        self._places: NDArray[Any] = np.empty(0, np.intp)
        self._distinct = 0

    @property
    def parameters(self) -> dict[str, NDArray[Any]]:
        """Those of the convolution."""
        return self.layer.parameters

    def table(self, words: Sequence[str]) -> Ids:
        """Return the characters of each word, and of the two marks after them, (n + 2, C)."""
        characters = character_ids(words, longest=self._longest, bos=BOS, eos=EOS)
        return np.concatenate([characters, boundary_ids(self._longest)])

    def forward(self, ids: Ids, table: Ids) -> NDArray[Any]:
        """Convolve each word of a batch once."""
        distinct, places = np.unique(ids, return_inverse=True)
        self._places, self._distinct = places.reshape(ids.shape), len(distinct)
        vectors: NDArray[Any] = self.layer.forward(table[distinct])[self._places]
        return vectors

    def backward(self, gradient: NDArray[Any]) -> None:
        """Sum up the gradients of each word, and take them through the convolution."""
        width = gradient.shape[-1]
        sums = np.zeros((self._distinct, width), gradient.dtype)
        rows = np.ascontiguousarray(gradient).reshape(-1, width)
        add_rows(sums, self._places.ravel(), np.ones(len(rows), rows.dtype), rows)
        self.layer.backward(sums)

    def run(self, ids: Ids, table: Ids) -> NDArray[Any]:
        """Convolve each word of a batch once, some of them at a time."""
        distinct, places = np.unique(ids, return_inverse=True)
        parts = [
            self.layer.run(table[distinct[start : start + AT_ONCE]])
            for start in range(0, len(distinct), AT_ONCE)
        ]
        vectors: NDArray[Any] = np.concatenate(parts)[places.reshape(ids.shape)]
        return vectors


TokenLayer = WordTokens | CharacterTokens


def make_tokens(
    config: ELMoConfig, vocabulary: Vocabulary, rng: np.random.Generator, dtype: Any = np.float32
) -> TokenLayer:
    """Make the token layer that the settings ask for, at its random start."""
    if config.input == "words":
        return WordTokens(vocabulary, WordEmbedding(len(vocabulary), config.dim, rng, dtype=dtype))
    layer = CharacterCNN(
        dim=config.char_dim, filters=config.filter_sizes, n_highway=config.highway,
        projection=config.dim, activation=config.activation, rng=rng, threads=config.threads,
        dtype=dtype,
    )  # fmt: skip
    return CharacterTokens(layer, config.max_characters)
