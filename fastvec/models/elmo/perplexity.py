"""How well a language model tells the words of a text: perplexity over its whole vocabulary."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fastvec.encoding.workspace import Workspace
from fastvec.errors import CorpusError
from fastvec.models.elmo.streams import TokenStream, text_rows
from fastvec.vocabulary.words import UNK, Vocabulary
from fastvec.workers import single_threaded_blas

if TYPE_CHECKING:
    from fastvec.models.elmo.language_model import LanguageModel

ROWS, STEPS, CARRY = 32, 20, 16  # As in training by default, whatever the model's settings.


class Perplexity(NamedTuple):
    """Perplexities of a text, each word and sentence end told once by each direction.

    They depend on the vocabulary: the more words are ``<unk>``, the easier is the rest. So
    its size and the share of unknown words stand beside them.

    Attributes
    ----------
    forward, backward : float
        exp(mean of -log p) over words and ends of sentences.
    predictions : int
        Words and ends of sentences.
    vocabulary : int
        Words that the softmax knows, V.
    oov_rate : float
        Share of the words that are not among them.
    """

    forward: float
    backward: float
    predictions: int
    vocabulary: int
    oov_rate: float

    @property
    def mean(self) -> float:
        """Mean of both directions."""
        return (self.forward + self.backward) / 2

    @property
    def loss(self) -> float:
        """Mean of -log p over both directions, in nats."""
        return (math.log(self.forward) + math.log(self.backward)) / 2


class HeldOutText:
    """A held-out text, ready to judge a language model.

    Parameters
    ----------
    text : Workspace
    vocabulary : Vocabulary
        The model's.

    Raises
    ------
    CorpusError
        If the text holds no words.
    """

    def __init__(self, text: Workspace, vocabulary: Vocabulary) -> None:
        if text.words == 0:
            raise CorpusError("the held-out text holds no words")
        self._words = text.vocabulary.words
        rows = text_rows(self._words, vocabulary)
        self._stream = TokenStream(
            text.tokens, text.sentences, rows, batch=ROWS, unroll=STEPS, carry=CARRY, seed=None
        )
        unknown = rows[:-2] == vocabulary.index[UNK]
        unknown &= np.array([word != UNK for word in self._words])
        self._oov_rate = float(text.vocabulary.counts[unknown].sum()) / text.words
        self._size = len(vocabulary)

    def judge(self, model: LanguageModel) -> Perplexity:
        """Return the perplexities of a model; a state goes on for some sentences."""
        table = model.network.tokens.table(self._words)
        state: Any = None
        forward = backward = 0.0
        with single_threaded_blas():
            for batch in self._stream.epoch(0):
                hidden, state = model.hidden(batch, table, state)
                forward += model.softmax.loss(hidden.forward, hidden.forward_targets)
                backward += model.softmax.loss(hidden.backward, hidden.backward_targets)
        number = self._stream.predictions
        return Perplexity(
            _perplexity(forward / number), _perplexity(backward / number), number, self._size,
            self._oov_rate,
        )  # fmt: skip


def _perplexity(loss: float) -> float:
    """Return exp(loss), infinite where that is beyond numbers."""
    return math.exp(loss) if loss < 700 else math.inf
