"""A text as the tagger reads it: features of every token, and batches of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fastvec.models.tagger.context import context_layers
from fastvec.models.tagger.corpus import Batch, TagSet, offsets_of
from fastvec.models.tagger.features import Lookup, capitals
from fastvec.models.tagger.inputs import Features

if TYPE_CHECKING:
    from fastvec.models.elmo.estimator import ELMo
    from fastvec.models.elmo.tokens import CharacterTokens


class Reader:
    """Turns sentences into features.

    Parameters
    ----------
    lookup : Lookup
    tokens : CharacterTokens or None
        With it words have characters.
    elmo : ELMo or None
        With it they have context.
    """

    def __init__(
        self, lookup: Lookup, tokens: CharacterTokens | None = None, elmo: ELMo | None = None
    ) -> None:
        self.lookup, self._tokens, self._elmo = lookup, tokens, elmo

    def read(self, sentences: Sequence[Sequence[str]]) -> ReadText:
        """Return a text's features, one after another."""
        forms: dict[str, int] = {}
        flat = np.array(
            [forms.setdefault(word, len(forms)) for sentence in sentences for word in sentence],
            np.int32,
        )
        words = list(forms)
        rows = self.lookup.rows(words)
        kinds = np.array([capitals(word) for word in words], np.uint8)
        return ReadText(
            lengths=np.array([len(sentence) for sentence in sentences], np.int64),
            forms=flat,
            rows=rows[flat],
            capitals=kinds[flat],
            characters=None if self._tokens is None else self._tokens.table(words),
            context=None if self._elmo is None else context_layers(self._elmo, sentences),
        )


class ReadText:
    """Features of a text, a value a token; see `inputs.Features`.

    Attributes
    ----------
    lengths : ndarray of int64, shape (sentences,)
    rows : ndarray of int32, shape (tokens,)
    """

    def __init__(
        self,
        *,
        lengths: NDArray[np.int64],
        forms: NDArray[np.int32],
        rows: NDArray[np.int32],
        capitals: NDArray[np.uint8],
        characters: NDArray[np.int32] | None,
        context: NDArray[np.float32] | None,
    ) -> None:
        self.lengths, self.rows = lengths, rows
        self._offsets = offsets_of(lengths)
        self._forms, self._capitals = forms, capitals
        self._characters, self._context = characters, context

    def features(self, batch: Batch) -> Features:
        """Return the features of a batch."""

        def spread(values: NDArray[Any]) -> NDArray[Any]:
            return batch.spread(self._offsets, values)

        return Features(
            lengths=batch.lengths,
            rows=spread(self.rows),
            capitals=spread(self._capitals),
            forms=spread(self._forms),
            characters=self._characters,
            context=[] if self._context is None else [spread(layer) for layer in self._context],
        )


class TaggedTokens:
    """The tags of a text, to learn from.

    Parameters
    ----------
    sentences : iterable of sequence of str
        Tags as they are written.
    tags : TagSet
    """

    def __init__(self, sentences: Iterable[Sequence[str]], tags: TagSet) -> None:
        numbers = [tags.encode(sentence) for sentence in sentences]
        self._offsets = offsets_of(map(len, numbers))
        self._numbers = np.concatenate(numbers)

    def of(self, batch: Batch) -> NDArray[np.int32]:
        """Return the tags of a batch, (T, B)."""
        return batch.spread(self._offsets, self._numbers)
