"""Gaps in sentences: how likely each word is there, by skip-gram and CBOW."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError, UnknownWordError
from fastvec.models.configs import CBOWConfig
from fastvec.models.gaps import sides_of_gap
from fastvec.vocabulary.words import BOS, EOS, UNK

if TYPE_CHECKING:
    from fastvec.models.word2vec.model import WordModel

_BLOCK = 1 << 22  # Scores at once: 16 MB.

Rows = NDArray[np.intp]
Floats = NDArray[np.float32]
Scores = NDArray[np.float64]


class Context(NamedTuple):
    """The words around a gap: rows of the model, and words that it has not."""

    rows: Rows
    unknown: list[str]


class _Paths(NamedTuple):
    """Ways from the root to each word: 1 for a left turn, the nodes, where each word starts."""

    left: NDArray[np.intp]
    points: NDArray[np.int32]
    starts: NDArray[np.int64]


class GapFiller:
    """Fills gaps by a trained skip-gram or CBOW model; keeps what every gap needs.

    Parameters
    ----------
    model : WordModel
        Trained.

    Raises
    ------
    FastvecError
        If the model is untrained.

    Notes
    -----
    Probabilities are of the text as training saw it, frequent words thinned out
    by ``sample``, and sum to 1 over the vocabulary.

    hs and softmax give P(word | hidden row) itself. With negative sampling the
    score estimates log P(word | hidden row) - log(k Pn(word)) [1]_, so the noise's
    ``noise_exponent * log(count)`` is added before the softmax; without it rare
    words crowd out likely ones.

    CBOW has one hidden row. Skip-gram has one for each of the n contexts, and
    every P(word | context) holds the word's own frequency P(word); hence

        log P(word) + sum over contexts of log(P(word | context) / P(word)) / sqrt(n)

    The root stands between naive Bayes (1), which takes the contexts as
    independent and grows too sure, and a mere mean (n); right words got more
    probability than from either, and than from the product of P(word | context).

    References
    ----------
    .. [1] Gutmann and Hyvärinen, "Noise-contrastive estimation", AISTATS 2010;
       Levy and Goldberg, "Neural Word Embedding as Implicit Matrix
       Factorization", NIPS 2014.
    """

    def __init__(self, model: WordModel) -> None:
        from fastvec.samplers.unigram import keep_probabilities

        config, counts = model.config, model.vocabulary.counts
        self._model, self._config, self._index = model, config, model.vocabulary.index
        self._given, self._asked = model.vectors.matrix, model.context_vectors
        keep = keep_probabilities(counts, config.sample, config.sample_rule)
        self._repeatable = keep < 0.5
        seen = np.maximum(counts, 1) * keep
        self._prior: Scores = np.log(seen / seen.sum())
        self._one_row = isinstance(config, CBOWConfig)
        self._mean = isinstance(config, CBOWConfig) and config.cbow_combine == "mean"
        self._paths: _Paths | None = None
        self._offset: Scores | float = 0.0
        if config.loss == "hs":
            self._paths = _paths(counts)
        elif config.loss == "ns":
            self._offset = config.noise_exponent * np.log(np.maximum(counts, 1))
        elif not self._one_row:  # Full softmax predicts the contexts from the word: Bayes' rule.
            self._offset = self._prior - _log_totals(self._given, self._asked)
            self._given, self._asked = self._asked, self._given

    def context(self, sentence: str | Sequence[str], window: int | None = None) -> Context:
        """Find the known words around the gap.

        Parameters
        ----------
        sentence : str or sequence of str
            Text with one gap ``__``, split as the model's corpus was; or tokens
            with one; or tokens without, which are then all contexts.
        window : int, optional
            Most words on each side; by default the model's.

        Returns
        -------
        Context
            Unknown words count for nothing, as in training.

        Raises
        ------
        ParameterError
            If there is not one gap, nothing is around it, or `window` is below 1.
        UnknownWordError
            If no word around it is known.
        """
        window = _positive("window", self._config.window if window is None else window)
        sides = self._sides(sentence)
        words = [word for side in sides for word in side]
        if not words:
            raise ParameterError("there is nothing around the gap; give it some words")
        stand_in = self._index[UNK] if self._config.unk == "trained" else None
        found = [[self._index.get(word, stand_in) for word in side] for side in sides]
        known = [[row for row in side if row is not None] for side in found]
        if not any(known):
            raise UnknownWordError(
                f"none of the words around the gap ({', '.join(map(repr, words[:5]))}) is among "
                f"the model's {len(self._index):,}; use words of its corpus, spelt as there"
            )
        if len(known) == 2:
            known = [known[0][-window:], known[1][:window]]
        unknown = [word for word in words if stand_in is None and word not in self._index]
        return Context(np.array([row for side in known for row in side], np.intp), unknown)

    def _sides(self, sentence: str | Sequence[str]) -> list[list[str]]:
        """Return the words before and after the gap, or all where there is none."""
        sides = sides_of_gap(sentence, self._model.source.get("source", {}))
        if len(sides) == 2 and self._config.sentence_marks and any(sides):
            sides = [[BOS, *sides[0]], [*sides[1], EOS]]
        return sides

    def log_probabilities(self, rows: Rows) -> Scores:
        """Return log P(word | contexts) of every word.

        Parameters
        ----------
        rows : ndarray of int, shape (n,)
            The contexts, at least one.

        Returns
        -------
        ndarray of float64, shape (V,)
            −inf for a word that was never seen.
        """
        hidden = self._given[rows]
        if self._one_row:
            hidden = hidden.sum(axis=0, keepdims=True)
            hidden /= len(rows) if self._mean else 1
        if self._paths is not None:
            sums = _tree_scores(self._asked[:-1], hidden, self._paths)
        else:
            sums = (self._asked @ hidden.sum(axis=0)) + len(hidden) * self._offset
        scores = self._prior + (sums - len(hidden) * self._prior) / np.sqrt(len(hidden))
        scores[self._model.vocabulary.counts == 0] = -np.inf
        scores -= scores.max()
        return scores - np.log(np.exp(scores).sum())

    def best(self, rows: Rows, topn: int = 10) -> list[tuple[str, float]]:
        """Return the likeliest words and their probabilities, ties by lower row.

        The contexts themselves are no answers, except words so common that training
        left out most of them: "the" may come twice, but bags of words expect
        every word to. On all texts tried this put right words higher.
        """
        _positive("topn", topn)
        scores = self.log_probabilities(rows)
        chances = np.exp(scores)
        scores[rows[~self._repeatable[rows]]] = -np.inf
        order = np.argsort(-scores, kind="stable")[: min(topn, int((scores > -np.inf).sum()))]
        words = self._model.vocabulary.words
        return [(words[row], float(chances[row])) for row in order]


def _paths(counts: NDArray[np.int64]) -> _Paths:
    """Return the paths of the tree that training built."""
    from fastvec.samplers.huffman import huffman_tree

    tree = huffman_tree(counts)
    return _Paths((tree.signs > 0).astype(np.intp), tree.points, tree.offsets[:-1])


def _tree_scores(nodes: Floats, hidden: Floats, paths: _Paths) -> Scores:
    """Return the sums of log sigmoid(± score) along each word's path."""
    scores = (nodes @ hidden.T).astype(np.float64)
    right, left = (np.logaddexp(0, sign * scores).sum(axis=1) for sign in (1, -1))
    costs: Scores = np.stack([right, left])[paths.left, paths.points]
    return -np.add.reduceat(costs, paths.starts)


def _log_totals(inputs: Floats, outputs: Floats) -> Scores:
    """Return log of the sum over outputs of exp(score), for every input row, block by block."""
    totals = np.empty(len(inputs))
    step = max(1, _BLOCK // len(outputs))
    for start in range(0, len(inputs), step):
        scores = inputs[start : start + step] @ outputs.T
        most = scores.max(axis=1)
        sums = np.exp(scores - most[:, None]).sum(axis=1, dtype=np.float64)
        totals[start : start + step] = most + np.log(sums)
    return totals


def _positive(name: str, value: int) -> int:
    """Refuse what is below 1."""
    if value < 1:
        raise ParameterError(f"{name} must be at least 1, but is {value}")
    return value
