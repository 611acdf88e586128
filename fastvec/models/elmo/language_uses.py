"""What a language model says of text: words for gaps, probabilities of sentences, new text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError
from fastvec.models.elmo.language_model import LanguageModel
from fastvec.models.gaps import sides_of_gap
from fastvec.vocabulary.words import BOS, EOS, UNK, Vocabulary
from fastvec.workers import single_threaded_blas

DIRECTIONS = ("both", "forward", "backward")

Scores = NDArray[np.float64]
Answers = list[tuple[str, float]]


class LanguageUses:
    """Uses of a bidirectional language model; every sentence is read by itself.

    Parameters
    ----------
    model : LanguageModel
    vocabulary : Vocabulary
        Of the model; words outside of it count as ``<unk>``, unless the model reads
        characters: then it reads them, but cannot tell them.
    source : mapping, optional
        How the model's text was read; text with a gap is read in the same way.
    """

    def __init__(
        self, model: LanguageModel, vocabulary: Vocabulary, source: Mapping[str, Any] | None = None
    ) -> None:
        self._model, self._vocabulary, self._source = model, vocabulary, source or {}
        counts = np.maximum(vocabulary.counts, 1)
        self._prior: Scores = np.log(counts / counts.sum())
        self._index = vocabulary.index

    def unknown(self, sentence: str | Sequence[str]) -> list[str]:
        """Return the words beside a gap that the vocabulary lacks."""
        sides = sides_of_gap(sentence, self._source)
        return [word for side in sides for word in side if word not in self._index]

    def fill(self, sentence: str | Sequence[str], topn: int = 10) -> Answers:
        """Return the likeliest words for a gap and their probabilities.

        Parameters
        ----------
        sentence : str or sequence of str
            Text with one gap ``__``, or tokens with one.
        topn : int, default 10

        Returns
        -------
        list of (str, float)
            Best first, ties by lower row; special words are no answers.

        Raises
        ------
        ParameterError
            If there is not one gap, or `topn` is below 1.
        """
        return self._best(self.gap_log_probabilities(sentence), topn)

    def gap_log_probabilities(self, sentence: str | Sequence[str]) -> Scores:
        """Return log p of every word of the vocabulary for a gap, (V,).

        Both sides are taken as independent given the word, so that

            log p(w) = log p(w | left) + log p(w | right) - log p(w) + constant
        """
        sides = sides_of_gap(sentence, self._source)
        if len(sides) != 2:
            raise ParameterError(f"{' '.join(sides[0])!r} has no gap; write __ for a word")
        left, right = sides
        forward, _ = self._hidden(left)
        _, backward = self._hidden(right)
        told = self._log_p(np.stack([forward[len(left)], backward[1]]))
        scores = told[0] + told[1] - self._prior
        # Neither is a word that a text could have there.
        scores[[self._index[BOS], self._index[EOS], self._index[UNK]]] = -np.inf
        return scores - _log_total(scores)

    def log_probability(
        self, sentence: Sequence[str], direction: Literal["both", "forward", "backward"] = "both"
    ) -> float:
        """Return log p of a sentence and its end, in nats; "both" is the mean of the directions.

        Raises
        ------
        ParameterError
            If there is no such direction.
        """
        if direction not in DIRECTIONS:
            raise ParameterError(
                f"direction must be one of {', '.join(DIRECTIONS)}, but is {direction!r}"
            )
        unknown = self._index[UNK]
        rows = np.array([self._index.get(word, unknown) for word in sentence], np.int64)
        forward, backward = self._hidden(sentence)
        ends = {
            "forward": (forward[:-1], np.append(rows, self._index[EOS])),
            "backward": (backward[1:], np.insert(rows, 0, self._index[BOS])),
        }
        asked = ends if direction == "both" else {direction: ends[direction]}
        loss = sum(self._model.softmax.loss(*pair) for pair in asked.values())
        return -loss / len(asked)

    def next_words(self, beginning: Sequence[str], topn: int = 10) -> Answers:
        """Return the likeliest words after the beginning of a sentence; ``</s>`` is its end."""
        forward, _ = self._hidden(beginning)
        scores = self._log_p(forward[len(beginning)][None])[0]
        scores[[self._index[BOS], self._index[UNK]]] = -np.inf
        return self._best(scores - _log_total(scores), topn)

    def sample(
        self, beginning: Sequence[str] = (), *, longest: int = 50, temperature: float = 1.0,
        topn: int | None = None, seed: int = 1,
    ) -> list[str]:  # fmt: skip
        """Go on with a sentence, word by word, forward.

        Parameters
        ----------
        beginning : sequence of str
        longest : int, default 50
            Most words to add; the sentence may end before.
        temperature : float, default 1.0
            Below 1 likely words are drawn even more often, above 1 less.
        topn : int, optional
            Draw among so many likeliest words only.
        seed : int, default 1

        Returns
        -------
        list of str
            The beginning and what follows.

        Raises
        ------
        ParameterError
            If a setting is out of range.
        """
        if not temperature > 0 or longest < 0 or (topn is not None and topn < 1):
            raise ParameterError(
                f"temperature must be above 0, longest at least 0 and topn at least 1, but are "
                f"{temperature}, {longest} and {topn}"
            )
        words = list(beginning)
        for drawn in self._drawn(words, temperature, topn, np.random.default_rng(seed)):
            if drawn == EOS or len(words) - len(beginning) >= longest:
                break
            words.append(drawn)
        return words

    def _drawn(
        self, beginning: Sequence[str], temperature: float, topn: int | None,
        rng: np.random.Generator,
    ) -> Iterator[str]:  # fmt: skip
        """Yield one word after another."""
        network, stack = self._model.network, self._model.network.encoder.forward_stack
        words, state = [BOS, *beginning], None
        while True:
            table = network.tokens.table(words)
            ids = np.arange(len(words), dtype=np.int32)[:, None]
            if words[0] == BOS:
                ids[0] = len(words)  # The mark itself, not a word of its spelling.
            with single_threaded_blas():
                outputs, state = stack.run(network.tokens.run(ids, table), state)
            scores = self._log_p(outputs[-1][-1])[0] / temperature
            scores[[self._index[BOS], self._index[UNK]]] = -np.inf
            if topn is not None and topn < len(scores):
                scores[np.argsort(-scores, kind="stable")[topn:]] = -np.inf
            chances = np.exp(scores - _log_total(scores))
            place = np.searchsorted(np.cumsum(chances), rng.random(), side="right")
            words = [self._vocabulary.words[min(int(place), len(scores) - 1)]]
            yield words[0]

    def _hidden(self, sentence: Sequence[str]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return both top layers at ``<s>``, every word and ``</s>``, (n + 2, P)."""
        network = self._model.network
        ids = np.arange(-1, len(sentence) + 1, dtype=np.int32)[:, None]
        ids[0], ids[-1] = len(sentence), len(sentence) + 1
        with single_threaded_blas():
            tokens = network.tokens.run(ids, network.tokens.table(sentence))
            forward, backward, _ = network.encoder.run(tokens)
        return forward[-1][:, 0], backward[-1][:, 0]

    def _log_p(self, hidden: NDArray[Any]) -> Scores:
        """Return log p of all words after each row of hidden numbers."""
        return self._model.softmax.log_probabilities(hidden).astype(np.float64)

    def _best(self, scores: Scores, topn: int) -> Answers:
        if topn < 1:
            raise ParameterError(f"topn must be at least 1, but is {topn}")
        order = np.argsort(-scores, kind="stable")[:topn]
        words = self._vocabulary.words
        return [(words[row], float(np.exp(scores[row]))) for row in order if scores[row] > -np.inf]


def _log_total(scores: Scores) -> float:
    """Return log of the sum of exp(score)."""
    most = scores.max()
    return float(most + np.log(np.exp(scores - most).sum()))
