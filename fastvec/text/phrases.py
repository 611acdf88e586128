"""Phrases: words that stand side by side too often for chance, found and joined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress, repeat
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import CorpusError, FastvecError, ParameterError
from fastvec.text.corpus import Corpus, Source
from fastvec.text.stretches import Stretch, Stretches, stretches

Ids = NDArray[np.int64]
Scores = NDArray[np.float64]

OVERLAPS = ("best", "left")
_LOW = (1 << 32) - 1


def _word2phrase(pairs: Ids, firsts: Ids, seconds: Ids, words: int, least: int) -> Scores:
    return (pairs - least) / firsts.astype(np.float64) / seconds * words


def _npmi(pairs: Ids, firsts: Ids, seconds: Ids, words: int, least: int) -> Scores:
    together = np.log(pairs / words)
    return (np.log(firsts / words) + np.log(seconds / words) - together) / together


# From the counts of pairs and of their words, the words of the text, and the least count.
SCORINGS = {"word2phrase": _word2phrase, "npmi": _npmi}
THRESHOLDS = {"word2phrase": 100.0, "npmi": 0.5}


class Phrase(NamedTuple):
    """Two words that form a phrase, how often they do, and their score."""

    words: tuple[str, str]
    frequency: int
    score: float


class _Pairs(NamedTuple):
    """What one pass found: ids of words, and pairs by rising key (first id << 32 | second id)."""

    ids: dict[str, int]
    keys: Ids
    counts: Ids
    scores: Scores


class Phrases:
    """Finds pairs of words that belong together, and joins them.

    Two neighbours in a sentence are a phrase if their score is above the threshold. Of pairs that
    share a word one is joined: that of the best score, at equal scores the left one
    (``overlap="best"``); or always the left one, as in word2phrase and gensim (``overlap="left"``).
    Each further pass counts the joined text anew: phrases grow to up to ``2 ** passes`` words.

    A pass reads the text twice, for words and for pairs of words that are not rare. When either
    table outgrows `max_entries`, its rarest entries go until half of that is left, as in
    word2phrase; `undercount` tells what that may cost.

    Parameters
    ----------
    scoring : {"word2phrase", "npmi"}, default "word2phrase"
        With n the counts and N the words of the text, ``(n_ab - min_count) * N / (n_a * n_b)``
        [1]_; or normalised pointwise mutual information, -1 to 1 [2]_.
    threshold : float, optional
        By default 100 for word2phrase, 0.5 for npmi.
    min_count : int, default 5
        Leave out words and pairs seen less often.
    passes : int, default 1
    overlap : {"best", "left"}, default "best"
    delimiter : str, default "_"
        Between joined words; without white space.
    max_entries : int, default 10,000,000
        Of a table; each takes about 150 bytes.

    Attributes
    ----------
    undercount : int
        Counts may be too low by up to this; 0 if they are exact.

    Raises
    ------
    ParameterError
        If a setting is outside its range.

    References
    ----------
    .. [1] word2phrase.c; without the factor N, Mikolov et al., NIPS 2013, equation 6.
    .. [2] Bouma, "Normalized (Pointwise) Mutual Information in Collocation Extraction", GSCL 2009.

    Examples
    --------
    >>> text = [["in", "new", "york"], ["new", "york", "in", "may"]] * 9
    >>> phrases = Phrases(threshold=1).fit(text)
    >>> phrases.transform(["to", "new", "york"])
    ['to', 'new_york']
    """

    def __init__(
        self,
        *,
        scoring: str = "word2phrase",
        threshold: float | None = None,
        min_count: int = 5,
        passes: int = 1,
        overlap: str = "best",
        delimiter: str = "_",
        max_entries: int = 10_000_000,
    ) -> None:
        if scoring not in SCORINGS:
            raise ParameterError(f"scoring must be {' or '.join(SCORINGS)}, but is {scoring!r}")
        if overlap not in OVERLAPS:
            raise ParameterError(f"overlap must be {' or '.join(OVERLAPS)}, but is {overlap!r}")
        if min(min_count, passes, max_entries) < 1:
            raise ParameterError("min_count, passes and max_entries must be at least 1")
        if delimiter.split() != [delimiter]:
            raise ParameterError(f"delimiter must be text without spaces, but is {delimiter!r}")
        self.scoring = scoring
        self.threshold = THRESHOLDS[scoring] if threshold is None else threshold
        if scoring == "npmi" and not -1 <= self.threshold < 1:
            raise ParameterError(f"threshold must be from -1 to below 1, but is {threshold}")
        self.min_count, self.passes, self.overlap = min_count, passes, overlap
        self.delimiter, self.max_entries, self.undercount = delimiter, max_entries, 0
        self._found: list[_Pairs] = []

    def fit(self, corpus: Corpus | Source) -> Phrases:
        """Find the phrases of a text.

        Parameters
        ----------
        corpus : Corpus, path, or list of token lists
            Read twice a pass.

        Returns
        -------
        Phrases
            Itself.

        Raises
        ------
        CorpusError
            If the text holds no words, or cannot be read, or not so often.
        """
        text = corpus if isinstance(corpus, Corpus) else Corpus(corpus)
        self._found, self.undercount = [], 0
        for _ in range(self.passes):
            joined = self._join_all(stretches(text), self._found)
            counts, total = self._tally([w for w in stretch if w is not None] for stretch in joined)
            if not total:
                raise CorpusError(f"{text}: holds no words")
            known = {word: n for word, n in counts.items() if n >= self.min_count}
            ids = {word: number for number, word in enumerate(known)}
            joined = self._join_all(stretches(text), self._found)
            found, _ = self._tally(_pair_keys(joined, ids))
            words = np.array([*known.values()], np.int64)
            self._found.append(_Pairs(ids, *self._select(words, found, total)))
        return self

    def transform(self, sentence: Sequence[str]) -> list[str]:
        """Join the phrases in the tokens of one sentence."""
        joined = self._join_all([[*sentence]], self._fitted())
        return [word for stretch in joined for word in stretch if word]

    def join(self, corpus: Corpus) -> Stretches:
        """Read a text and join its phrases; yields what `stretches` yields."""
        return self._join_all(stretches(corpus), self._fitted())

    def top(self, topn: int | None = None) -> list[Phrase]:
        """Return all phrases, or the first `topn`: by score, then frequency, then words."""
        phrases: list[Phrase] = []
        for ids, *columns in self._fitted():
            words = {number: word for word, number in ids.items()}
            for key, *rest in np.rec.fromarrays(columns).tolist():
                phrases.append(Phrase((words[key >> 32], words[key & _LOW]), *rest))
        return sorted(phrases, key=lambda each: (-each.score, -each.frequency, each.words))[:topn]

    def _fitted(self) -> list[_Pairs]:
        if not self._found:
            raise FastvecError("these Phrases have not seen a text: call fit first")
        return self._found

    def _tally(self, batches: Iterable[Sequence[Any]]) -> tuple[Counter[Any], int]:
        """Count entries within bounds, and all of them together."""
        counts: Counter[Any] = Counter()
        total = lost = 0
        for batch in batches:
            counts.update(batch)
            total += len(batch)
            if len(counts) > self.max_entries:
                surplus = len(counts) - self.max_entries // 2
                highest = sorted(counts.values())[surplus - 1]
                counts = Counter({entry: n for entry, n in counts.items() if n > highest})
                lost += highest
        self.undercount = max(self.undercount, lost)
        return counts, total

    def _select(self, words: Ids, found: Counter[int], total: int) -> tuple[Ids, Ids, Scores]:
        """Keep the pairs that are phrases."""
        often = sorted((key, n) for key, n in found.items() if n >= self.min_count)
        keys, counts = np.array(often, np.int64).reshape(-1, 2).T
        firsts, seconds = words[keys >> 32], words[keys & _LOW]
        scores = SCORINGS[self.scoring](counts, firsts, seconds, total, self.min_count)
        high = scores > self.threshold
        return keys[high], counts[high], scores[high]

    def _join_all(self, text: Iterable[Stretch], passes: list[_Pairs]) -> Stretches:
        """Join what each pass found, one after the other."""
        for found in passes:
            text = self._join_found(text, found)
        return iter(text)

    def _join_found(self, text: Iterable[Stretch], found: _Pairs) -> Stretches:
        """Join what one pass found; what may go on in the next stretch waits for it."""
        held: Stretch = []
        for stretch in text:
            held += stretch
            scores = _scores(held, found)
            borders = np.flatnonzero(scores == -np.inf)
            end = int(borders[-1]) + 1 if len(borders) else 0
            yield self._joined(held[:end], scores[:end])
            held = held[end:]
        yield self._joined(held, _scores(held, found))

    def _joined(self, stretch: Stretch, scores: Scores) -> Stretch:
        """Join pairs of neighbours, none of which share a word."""
        places = np.flatnonzero(scores > -np.inf)
        if self.overlap == "best":
            places = places[np.argsort(-scores[places], kind="stable")]
        free, kept = bytearray(b"\1" * len(stretch)), bytearray(b"\1" * len(stretch))
        for place in places.tolist():
            if free[place] and free[place + 1]:
                free[place] = free[place + 1] = kept[place + 1] = 0
                stretch[place] = f"{stretch[place]}{self.delimiter}{stretch[place + 1]}"
        return list(compress(stretch, kept))


def _pair_keys(text: Iterable[Stretch], ids: Mapping[str, int]) -> Iterator[list[int]]:
    """Yield the keys of all neighbours that have ids."""
    last: Stretch = []
    for stretch in text:
        keys = _keys(last + stretch, ids)
        yield keys[keys >= 0].tolist()
        last = (last + stretch)[-1:]


def _keys(stretch: Stretch, ids: Mapping[str, int]) -> Ids:
    """Return the key of each token and the next; -1 where one has no id."""
    numbers = map(ids.get, stretch, repeat(-1))  # type: ignore[arg-type]  # None has none.
    found = np.fromiter(numbers, np.int64, len(stretch))
    return np.where((found[:-1] < 0) | (found[1:] < 0), -1, found[:-1] << 32 | found[1:])


def _scores(stretch: Stretch, found: _Pairs) -> Scores:
    """Return the score of each token and the next; -inf where they are no phrase."""
    keys = _keys(stretch, found.ids)
    if not len(found.keys):
        return np.full(len(keys), -np.inf)
    rows = np.minimum(np.searchsorted(found.keys, keys), len(found.keys) - 1)
    return np.where(found.keys[rows] == keys, found.scores[rows], -np.inf)
