"""Vectors of sentences that were embedded before, found again by their content."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ResourceError
from fastvec.models.elmo.embedding import Embedder, LayerChoice

if TYPE_CHECKING:
    from fastvec.models.elmo.estimator import ELMo

Floats = NDArray[np.float32]
Sentence = Sequence[str]


class CachedEmbedder:
    """Embeds sentences, each by itself, and keeps all layers of each in a folder.

    A sentence's file is named by a digest of the model and the sentence, so one folder
    serves many models and texts. A file that is damaged is made anew.

    Parameters
    ----------
    elmo : ELMo
    folder : path
        Made if it is missing.
    layers, weights, gamma
        As in `ELMo.embed`.

    Attributes
    ----------
    asked, found : int
        How many sentences were asked for, and how many were in the folder.
    """

    def __init__(
        self, elmo: ELMo, folder: str | PathLike[str], layers: Any = "all",
        weights: Sequence[float] | None = None, gamma: float = 1.0,
    ) -> None:  # fmt: skip
        count = elmo.config.layers + 1
        self._choice = LayerChoice(count, layers, weights, gamma)
        self._embedder = Embedder(elmo.network)
        self._folder, self._model = Path(folder), _digest(elmo)
        self._shape = count, 2 * elmo.config.dim
        self.asked = self.found = 0

    def embed_each(self, sentences: Iterable[Sentence]) -> Iterator[Floats]:
        """Yield the vectors of each sentence, in the given order."""
        for group in self._embedder.groups(sentences):
            kept = [self._get(sentence) for sentence in group]
            lacking = [own for own, old in zip(group, kept, strict=True) if old is None]
            made = iter(self._embedder.embed_group(lacking))
            self.asked, self.found = self.asked + len(group), self.found + len(group) - len(lacking)
            for sentence, old in zip(group, kept, strict=True):
                vectors = next(made) if old is None else old
                if old is None:
                    self._put(sentence, vectors)
                yield self._choice.of(vectors)

    def _path(self, sentence: Sentence) -> Path:
        # Lengths before the words: no two sentences have the same text.
        text = "".join(f"{len(word)} {word}" for word in sentence)
        digest = hashlib.sha256(self._model + text.encode("utf-8", "surrogateescape")).hexdigest()
        return self._folder / digest[:2] / f"{digest[2:]}.npy"

    def _get(self, sentence: Sentence) -> Floats | None:
        """Return the vectors that are kept of a sentence; a damaged file is none."""
        try:
            vectors = np.load(self._path(sentence), allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        layers, width = self._shape
        fits = vectors.shape == (layers, len(sentence), width) and vectors.dtype == np.float32
        return vectors if fits else None

    def _put(self, sentence: Sentence, vectors: Floats) -> None:
        """Keep a sentence's vectors."""
        path = self._path(sentence)
        temporary = path.with_name(f".{secrets.token_hex(4)}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as file:
                np.save(file, vectors, allow_pickle=False)
            # Not flushed to the disk: what a crash spoils is made anew.
            os.replace(temporary, path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise ResourceError(
                f"{self._folder}: cannot be written: {error.strerror}; choose another cache"
            ) from error


def _digest(elmo: ELMo) -> bytes:
    """Return a digest of all that a sentence's vectors depend on."""
    digest = hashlib.sha256(repr(elmo.config.encoder_settings).encode())
    if elmo.config.input == "words":
        digest.update("\n".join(elmo.vocabulary.words).encode("utf-8", "surrogateescape"))
    for name, array in sorted(elmo.network.parameters.items()):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.digest()
