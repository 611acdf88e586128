"""A tagger put together: its inputs, network and words, ready to tag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fastvec.layers.characters import CharacterCNN
from fastvec.layers.scalar_mix import ScalarMix
from fastvec.models.elmo.tokens import CharacterTokens
from fastvec.models.tagger.config import TaggerConfig
from fastvec.models.tagger.corpus import TagSet, prediction_batches
from fastvec.models.tagger.features import Lookup
from fastvec.models.tagger.history import Arrays
from fastvec.models.tagger.inputs import (
    NOTHING_TRAINED,
    CapitalsPart,
    CharacterPart,
    ContextPart,
    InputPart,
    TrainedRows,
    WordPart,
)
from fastvec.models.tagger.network import TaggerNetwork
from fastvec.models.tagger.text import Reader, ReadText
from fastvec.models.tagger.vectors import WordSource
from fastvec.workers import single_threaded_blas

if TYPE_CHECKING:
    from fastvec.models.elmo.estimator import ELMo

CHARACTERS_STREAM = 25  # Keeps these random numbers apart from all others of a seed.
FILTERS = ((1, 16), (2, 16), (3, 32), (4, 32))
LONGEST = 30  # Bytes of a word that are read, marks included.
AT_ONCE = 4096  # Tokens of a batch.
TABLE = "words/table"


class TaggerModel:
    """Tags sentences.

    Parameters
    ----------
    config : TaggerConfig
    source : WordSource
    tags : TagSet
    elmo : ELMo or None
    lookup : Lookup
        Of the source's words; see `word_lookup`.
    trained : TrainedRows
        Vectors to train.

    Attributes
    ----------
    network : TaggerNetwork
    reader : Reader
    source, tags
        As given.
    """

    def __init__(
        self,
        config: TaggerConfig,
        source: WordSource,
        tags: TagSet,
        elmo: ELMo | None,
        lookup: Lookup,
        trained: TrainedRows = NOTHING_TRAINED,
    ) -> None:
        self.source, self.tags = source, tags
        self._words = WordPart(source.matrix, source.unknown, source.start, trained)
        parts: dict[str, InputPart] = {"words": self._words}
        if config.capitals == "yes":
            parts["capitals"] = CapitalsPart()
        tokens = _character_tokens(config) if config.characters else None
        if tokens is not None:
            parts["characters"] = CharacterPart(tokens, config.characters)
        if elmo is not None:
            mix = ScalarMix(elmo.config.layers + 1, l2=config.mix_penalty)
            parts["context"] = ContextPart(mix, 2 * elmo.config.dim)
        self.network = TaggerNetwork(config, parts, tags)
        self.reader = Reader(lookup, tokens, elmo)

    def tag(self, sentences: Sequence[Sequence[str]]) -> list[list[str]]:
        """Return the tags of each sentence, as they are written."""
        filled = [sentence for sentence in sentences if len(sentence)]
        if not filled:
            return [[] for _ in sentences]
        found = iter(self.tag_read(self.reader.read(filled)))
        return [next(found) if len(sentence) else [] for sentence in sentences]

    def tag_read(self, text: ReadText) -> list[list[str]]:
        """Return the tags of each sentence of a text, none of them empty."""
        found: list[list[str]] = [[]] * len(text.lengths)
        with single_threaded_blas():
            for batch in prediction_batches(text.lengths, AT_ONCE):
                paths = self.network.predict(text.features(batch))
                for row, (sentence, length) in enumerate(
                    zip(batch.sentences, batch.lengths, strict=True)
                ):
                    found[sentence] = self.tags.decode(paths[:length, row])
        return found

    def tensors(self, parameters: Arrays) -> dict[str, NDArray[Any]]:
        """Return what a model folder should hold, with parameters of this network."""
        others = {name: array for name, array in parameters.items() if name != TABLE}
        return {"vectors": self._words.merged(parameters[TABLE]), **others}


def word_lookup(config: TaggerConfig, source: WordSource) -> Lookup:
    """Return what finds the rows of a source's words."""
    return Lookup(source.rows, source.unknown, chain=config.lookup == "chain")


def _character_tokens(config: TaggerConfig) -> CharacterTokens:
    """Make the convolution over characters, at its random start."""
    rng = np.random.default_rng(np.random.SeedSequence((config.seed, CHARACTERS_STREAM)))
    layer = CharacterCNN(
        filters=FILTERS, n_highway=1, projection=config.characters, rng=rng, threads=config.threads
    )
    return CharacterTokens(layer, LONGEST)
