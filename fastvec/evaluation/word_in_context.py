"""Words in context: whether two uses of a word mean the same, and which sense a use has.

What is judged is any callable that gives a vector for one word of each sentence, so
contextual vectors, static ones and means of neighbours are compared on the same words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from os import PathLike
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError
from fastvec.evaluation.confidence import Interval, share_interval
from fastvec.evaluation.files import lines_of
from fastvec.vectors.word_vectors import WordVectors

Vectors = NDArray[np.float32]
_WORD = re.compile(r"\w", re.UNICODE)


class Use(NamedTuple):
    """A word in a sentence.

    Attributes
    ----------
    tokens : list of str
    place : int
        Of the word among them, from 0.
    """

    tokens: list[str]
    place: int


Embed = Callable[[Sequence[Use]], Vectors]  # A vector for the word of each use, (n, D).


class UsePair(NamedTuple):
    """Two uses of a word, and whether they have the same sense."""

    word: str
    first: Use
    second: Use
    same: bool


class SenseUse(NamedTuple):
    """A use of a word with its sense."""

    word: str
    sense: str
    use: Use


class Score(NamedTuple):
    """A share of right answers.

    Attributes
    ----------
    accuracy : float
    interval : (float, float)
        95 %, by the bootstrap.
    answers : int
        All of them.
    threshold : float or None
        The least cosine that counts as the same sense, where one was chosen.
    """

    accuracy: float
    interval: Interval
    answers: int
    threshold: float | None = None

    @classmethod
    def of(cls, right: NDArray[np.bool_], seed: int, threshold: float | None = None) -> Score:
        """Judge answers by which of them are right."""
        count = int(right.sum())
        interval = share_interval(count, len(right), seed)
        return cls(count / len(right), interval, len(right), threshold)


def read_pairs(data: str | PathLike[str], gold: str | PathLike[str]) -> list[UsePair]:
    """Read WiC: ``word TAB N|V TAB i-j TAB sentence TAB sentence`` lines, and T or F for each.

    Raises
    ------
    FormatError
        Naming the line that is something else.
    """
    answers = [line.strip() for _, line in lines_of(gold) if line]
    lines = [(number, line) for number, line in lines_of(data) if line]
    if len(answers) != len(lines) or not set(answers) <= {"T", "F"}:
        raise FormatError(f"{gold}: must have T or F for each of {len(lines)} lines of {data}")
    pairs = []
    for (number, line), answer in zip(lines, answers, strict=True):
        fields = line.split("\t")
        places = fields[2].split("-") if len(fields) == 5 else []
        if len(places) != 2 or not all(place.isdigit() for place in places):
            raise FormatError(f"{data}, line {number}: is not word, N or V, i-j and two sentences")
        first, second = (Use(fields[3 + i].split(), int(places[i])) for i in range(2))
        if any(use.place >= len(use.tokens) for use in (first, second)):
            raise FormatError(f"{data}, line {number}: a place is beyond the sentence")
        pairs.append(UsePair(fields[0], first, second, answer == "T"))
    return pairs


def read_senses(path: str | PathLike[str]) -> list[SenseUse]:
    """Read ``word TAB sense TAB place TAB sentence`` lines, as of CoarseWSD-20.

    Raises
    ------
    FormatError
        Naming the line that is something else.
    """
    uses = []
    for number, line in lines_of(path):
        fields = line.split("\t")
        if not line:
            continue
        if len(fields) != 4 or not fields[2].isdigit():
            raise FormatError(f"{path}, line {number}: is not word, sense, place and sentence")
        use = Use(fields[3].split(), int(fields[2]))
        if use.place >= len(use.tokens):
            raise FormatError(f"{path}, line {number}: the place is beyond the sentence")
        uses.append(SenseUse(fields[0], fields[1], use))
    return uses


def plain(use: Use) -> Use:
    """Fold to lower case and drop punctuation, all but the word itself; the place moves along."""
    kept = [i for i, token in enumerate(use.tokens) if i == use.place or _WORD.search(token)]
    return Use([use.tokens[i].lower() for i in kept], kept.index(use.place))


def cosines(pairs: Sequence[UsePair], embed: Embed) -> NDArray[np.float64]:
    """Return the cosine of each pair's words, 0 where one has no vector."""
    first, second = (
        _unit(embed([getattr(pair, side) for pair in pairs])) for side in ("first", "second")
    )
    return np.einsum("ij,ij->i", first, second)


def best_threshold(scores: NDArray[np.float64], same: NDArray[np.bool_]) -> float:
    """Return the least cosine that should count as the same sense, for most right answers.

    It lies halfway between two cosines; the lowest of equally good ones is taken.
    """
    order = np.argsort(scores, kind="stable")
    ranked, truth = scores[order], same[order]
    # Right answers where the first i pairs count as different, for each i.
    right = np.concatenate([[0], np.cumsum(~truth)]) + np.concatenate(
        [np.cumsum(truth[::-1])[::-1], [0]]
    )
    borders = np.concatenate([[-np.inf], ranked, [np.inf]])
    apart = np.concatenate([[True], ranked[1:] > ranked[:-1], [True]])
    best = int(np.where(apart, right, -1).argmax())
    low, high = borders[best], borders[best + 1]
    if np.isinf(low):
        return float(np.nextafter(high, -np.inf))
    return float(np.nextafter(low, np.inf)) if np.isinf(high) else float((low + high) / 2)


def right_pairs(
    train: Sequence[UsePair], test: Sequence[UsePair], embed: Embed
) -> tuple[NDArray[np.bool_], float]:
    """Return which pairs of ``test`` are told right, and the threshold that decides.

    It is the one that suits ``train`` best.
    """
    known, asked = (np.array([pair.same for pair in part]) for part in (train, test))
    threshold = best_threshold(cosines(train, embed), known)
    return (cosines(test, embed) >= threshold) == asked, threshold


def judge_pairs(
    train: Sequence[UsePair], test: Sequence[UsePair], embed: Embed, seed: int = 1
) -> Score:
    """Tell same from different senses by cosine, with the threshold that suits ``train`` best."""
    right, threshold = right_pairs(train, test, embed)
    return Score.of(right, seed, threshold)


def judge_senses(
    train: Sequence[SenseUse], test: Sequence[SenseUse], embed: Embed, seed: int = 1
) -> Score:
    """Give each use the sense of its word whose mean vector in ``train`` is nearest.

    Ties, such as of vectors that know no context, go to the sense that ``train`` has
    most often, so a static vector scores as the commonest sense does.
    """
    known, asked = (_unit(embed([own.use for own in uses])) for uses in (train, test))
    means: dict[str, dict[str, NDArray[np.float64]]] = {}
    senses = _by_sense(train)
    for word, own in senses.items():
        ordered = sorted(own, key=lambda sense: (-len(own[sense]), sense))
        means[word] = {sense: known[own[sense]].mean(axis=0) for sense in ordered}
    right = np.zeros(len(test), np.bool_)
    for number, use in enumerate(test):
        options = means.get(use.word)
        if options:
            scores = _unit(np.stack(list(options.values()))) @ asked[number]
            # Rounding must not decide between means of equal vectors.
            near = scores >= scores.max() - 1e-6
            right[number] = list(options)[int(near.argmax())] == use.sense
    return Score.of(right, seed)


def _by_sense(uses: Sequence[SenseUse]) -> dict[str, dict[str, list[int]]]:
    found: dict[str, dict[str, list[int]]] = {}
    for number, own in enumerate(uses):
        found.setdefault(own.word, {}).setdefault(own.sense, []).append(number)
    return found


def static_embedder(vectors: WordVectors) -> Embed:
    """Return an embedder that knows no context: the word's own vector, or zeros."""
    return window_embedder(vectors, 0)


def window_embedder(vectors: WordVectors, window: int = 5) -> Embed:
    """Return an embedder by the mean vector of the words within a window on each side.

    The word itself is left out, unless the window is 0; words without a vector are too.
    """

    def embed(uses: Sequence[Use]) -> Vectors:
        index, matrix = vectors.key_to_index, vectors.matrix
        found = np.zeros((len(uses), vectors.dim), np.float32)
        for row, (tokens, place) in enumerate(uses):
            near = tokens[max(0, place - window) : place] + tokens[place + 1 : place + 1 + window]
            rows = [index[w] for w in (near if window else [tokens[place]]) if w in index]
            if rows:
                found[row] = matrix[rows].mean(axis=0)
        return found

    return embed


def _unit(vectors: NDArray[np.floating]) -> NDArray[np.float64]:
    """Scale rows to length 1, those of zeros apart."""
    rows = np.asarray(vectors, np.float64)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1.0)
