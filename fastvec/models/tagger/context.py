"""What a tagger takes from a language model: vectors of a whole text, and the model itself."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ResourceError
from fastvec.models.folder import StoredModel
from fastvec.models.tagger.features import Lookup
from fastvec.vocabulary.files import split_columns, vocabulary_text
from fastvec.vocabulary.words import Vocabulary

if TYPE_CHECKING:
    from fastvec.models.elmo.estimator import ELMo

IN_MEMORY = 1 << 28  # Bytes of vectors; more of them go to a temporary file.
PREFIX, WORDS = "elmo/", "elmo/words"


def context_layers(elmo: ELMo, sentences: Sequence[Sequence[str]]) -> NDArray[np.float32]:
    """Return the layers of all tokens of all sentences, (layers, tokens, 2P).

    Those of a large text lie in a temporary file, which goes with the array.

    Raises
    ------
    ResourceError
        If the temporary folder has no room.
    """
    tokens = sum(map(len, sentences))
    shape = elmo.config.layers + 1, tokens, 2 * elmo.config.dim
    table = _table(shape)
    spell = Speller(elmo.vocabulary)
    place = 0
    for layers in elmo.embed_each([[spell(word) for word in sentence] for sentence in sentences]):
        table[:, place : place + layers.shape[1]] = layers
        place += layers.shape[1]
    return table


def _table(shape: tuple[int, int, int]) -> NDArray[np.float32]:
    """Return an array in memory or in a file without a name."""
    size = 4 * int(np.prod(shape))
    if size <= IN_MEMORY:
        return np.empty(shape, np.float32)
    try:
        with tempfile.TemporaryFile(prefix="fastvec-") as file:
            file.truncate(size)
            return np.memmap(file, np.float32, "r+", shape=shape)
    except OSError as error:
        raise ResourceError(
            f"the vectors of ELMo need {size:,} bytes in the temporary folder ({error.strerror}); "
            "set TMPDIR to a folder with room"
        ) from error


class Speller:
    """Spells words as a language model knows them.

    A word that is not in its vocabulary takes the spelling that is, by lower case or digits
    as zeros; a model without capitals in its vocabulary gets none.

    Parameters
    ----------
    vocabulary : Vocabulary
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._words = vocabulary.words
        self._lookup = Lookup(vocabulary.index, -1, chain=True)
        ordinary = [word for word in vocabulary.words if word not in vocabulary.specials]
        self._lower = not any(word != word.lower() for word in ordinary)

    def __call__(self, word: str) -> str:
        """Return a word's spelling."""
        row, _ = self._lookup.find(word)
        if row >= 0:
            return self._words[row]
        return word.lower() if self._lower else word


def packed(elmo: ELMo) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return settings and arrays that hold an ELMo within another model's folder.

    The softmax is left out: only training needs it.
    """
    vocabulary = elmo.vocabulary
    settings = {"settings": elmo.config.as_dict(), "specials": list(vocabulary.specials)}
    tensors = {
        PREFIX + name: array
        for name, array in elmo.tensors.items()
        if not name.startswith("softmax/")
    }
    tensors[WORDS] = np.frombuffer(vocabulary_text(vocabulary), np.uint8)
    return settings, tensors


def unpacked(settings: dict[str, Any], tensors: Mapping[str, NDArray[Any]]) -> ELMo:
    """Undo `packed`.

    Raises
    ------
    ParameterError, KeyError, TypeError, FormatError
        If the parts are not those of an ELMo.
    """
    from fastvec.models.elmo.estimator import ELMo

    words, counts = split_columns(tensors[WORDS].tobytes())
    vocabulary = Vocabulary(
        words.decode("utf-8", "surrogateescape").split("\n")[:-1],
        [int(count) for count in counts.split(b"\t")[1:]],
        settings["specials"],
    )
    own = {
        name.removeprefix(PREFIX): array
        for name, array in tensors.items()
        if name.startswith(PREFIX) and name != WORDS
    }
    stored = StoredModel(
        kind=ELMo.kind, vocabulary=vocabulary, tensors=own, settings=settings["settings"]
    )
    return ELMo.from_folder(stored)
