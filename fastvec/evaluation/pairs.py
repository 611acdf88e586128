"""Correlation of cosines with people's judgements of word pairs, under a named protocol."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec.evaluation.confidence import Interval, pearson, spearman, spearman_interval
from fastvec.evaluation.files import Pairs, read_pairs
from fastvec.evaluation.protocols import Protocol, Unknown, check_unknown, find_protocol, visible
from fastvec.vectors.cosines import unit

Similarity: TypeAlias = Callable[[str, str], "float | None"]


@dataclass(frozen=True, kw_only=True)
class PairScores:
    """What `evaluate_pairs` found.

    Attributes
    ----------
    name, protocol : str
    spearman, pearson : float
        Correlations; NaN with fewer than two pairs, or equal scores alone.
    interval : (float, float)
        95 % bootstrap interval of Spearman's.
    counted, known, total : int
        Pairs that count; pairs of known words; all.
    skipped : list of int
        Lines of the file that are no pair.
    """

    name: str
    protocol: str
    spearman: float
    pearson: float
    interval: Interval
    counted: int
    known: int
    total: int
    skipped: list[int]


def evaluate_pairs(
    words: Sequence[str],
    matrix: NDArray[np.float32],
    pairs: str | PathLike[str] | Pairs,
    *,
    protocol: str = "gensim",
    restrict: int | None = None,
    oov: Unknown = "skip",
    seed: int = 1,
) -> PairScores:
    """Score vectors on word pairs with human judgements.

    Parameters
    ----------
    words : sequence of str, length V
        Distinct words, most frequent first. Not changed.
    matrix : ndarray of float32, shape (V, D)
        Their vectors. Not changed.
    pairs : path or Pairs
        ``word TAB word TAB score`` a line; see `files.read_pairs`.
    protocol, restrict, seed
        As in `analogies.evaluate_analogies`.
    oov : {"skip", "zero"}, default "skip"
        Pairs of unknown words: do not count, or count with similarity 0.

    Returns
    -------
    PairScores

    Raises
    ------
    CorpusError, FormatError
        If the file cannot be read or holds no pair.
    ParameterError
        If there is no such protocol or rule.
    """
    rules = find_protocol(protocol)
    limit = visible(words, rules, restrict)
    similarity = _similarity(words[:limit], matrix, rules)
    return judge_pairs(similarity, pairs, protocol=protocol, oov=oov, seed=seed)


def judge_pairs(
    similarity: Similarity,
    pairs: str | PathLike[str] | Pairs,
    *,
    protocol: str = "",
    oov: Unknown = "skip",
    seed: int = 1,
) -> PairScores:
    """Score any similarity of two words against human judgements.

    Parameters
    ----------
    similarity : callable
        Of two words as they stand in the file; None if one is unknown.
    pairs, oov, seed
        As in `evaluate_pairs`.
    protocol : str, default ""
        A name for the rules that `similarity` keeps.

    Returns
    -------
    PairScores
    """
    check_unknown(oov)
    asked = pairs if isinstance(pairs, Pairs) else read_pairs(pairs)
    found = [similarity(first, second) for first, second in asked.words]
    known = np.array([score is not None for score in found])
    scores = np.array([0.0 if score is None else score for score in found])
    counted = known if oov == "skip" else np.ones_like(known)
    ours, theirs = scores[counted], np.array(asked.scores)[counted]
    return PairScores(
        name=asked.name,
        protocol=protocol,
        spearman=float(spearman(ours, theirs)),
        pearson=float(pearson(ours, theirs)),
        interval=spearman_interval(ours, theirs, seed),
        counted=int(counted.sum()),
        known=int(known.sum()),
        total=len(known),
        skipped=asked.skipped,
    )


def _similarity(words: Sequence[str], matrix: NDArray[np.float32], rules: Protocol) -> Similarity:
    """Return the cosine of two words as a protocol takes it."""
    known = rules.known(words)

    def find(word: str) -> NDArray[np.floating] | None:
        row = known.get(rules.fold_question(word))
        vector = None if row is None else unit(matrix[row])
        if vector is None or (rules.ignore_zeros and not vector.any()):
            return None
        return vector.astype(rules.precision)

    def similarity(first: str, second: str) -> float | None:
        left, right = find(first), find(second)
        return None if left is None or right is None else float(left @ right)

    return similarity
