"""Accuracy on analogy questions, section by section, under a named protocol."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from os import PathLike

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError
from fastvec.evaluation.confidence import Interval, share_interval
from fastvec.evaluation.files import Questions, read_questions
from fastvec.evaluation.protocols import Protocol, Unknown, check_unknown, find_protocol, visible
from fastvec.evaluation.sections import solve_section
from fastvec.evaluation.solving import Ranking, solve
from fastvec.vectors.methods import ALL_METHODS, SECTION_METHODS

SEMANTIC_SECTIONS = 5  # The first five, as word2vec, GloVe and fastText have it.


@dataclass(frozen=True, kw_only=True)
class Score:
    """Right answers among questions.

    Attributes
    ----------
    name : str
    right, counted, total : int
        Right answers; questions that count; all, with those of unknown words.
    interval : (float, float)
        95 % bootstrap interval of the accuracy.
    """

    name: str
    right: int
    counted: int
    total: int
    interval: Interval

    @property
    def accuracy(self) -> float:
        """Share of right answers, 0 to 1; NaN without questions."""
        return self.right / self.counted if self.counted else float("nan")


@dataclass(frozen=True, kw_only=True)
class AnalogyScores:
    """What `evaluate_analogies` found.

    Attributes
    ----------
    name, protocol, method : str
    sections : list of Score
        In the order of the file.
    groups : list of Score
        The first five sections ("semantic") and the others ("grammatical"), if there are
        more than five.
    total : Score
    known : int
        Questions of known words.
    skipped : list of int
        Lines of the file that are no question.
    outcomes : ndarray of int8, shape (Q,)
        1 for a right answer, 0 for a wrong one, −1 for a question of unknown words.
    """

    name: str
    protocol: str
    method: str
    sections: list[Score]
    groups: list[Score]
    total: Score
    known: int
    skipped: list[int]
    outcomes: NDArray[np.int8]


def evaluate_analogies(
    words: Sequence[str],
    matrix: NDArray[np.float32],
    questions: str | PathLike[str] | Questions,
    *,
    protocol: str = "gensim",
    method: str = "3cosadd",
    restrict: int | None = None,
    oov: Unknown = "skip",
    seed: int = 1,
) -> AnalogyScores:
    """Score vectors on analogy questions.

    Parameters
    ----------
    words : sequence of str, length V
        Distinct words, most frequent first. Not changed.
    matrix : ndarray of float32, shape (V, D)
        Their vectors. Not changed.
    questions : path or Questions
        ``: section`` lines and four words a line; see `files.read_questions`.
    protocol : {"gensim", "word2vec-c", "glove", "fasttext"}, default "gensim"
        Whose rules hold; see `protocols.PROTOCOLS`.
    method : str, default "3cosadd"
        What an answer maximises: ``3cosadd`` as the programs do, ``3cosmul``,
        ``pairdirection``, ``similar-to-c``, ``similar-to-any``, or, by what the section's
        other pairs have in common, ``3cosavg`` and ``lrcos``.
    restrict : int, optional
        Know only so many leading words, in place of the protocol's own number.
    oov : {"skip", "zero"}, default "skip"
        Questions of unknown words: do not count, or count as wrong.
    seed : int, default 1
        Of the bootstrap, and of the words that LRCos draws.

    Returns
    -------
    AnalogyScores

    Raises
    ------
    CorpusError, FormatError
        If the file cannot be read or holds no question.
    ParameterError
        If there is no such protocol, method or rule.
    """
    rules = find_protocol(protocol)
    if method not in ALL_METHODS:
        raise ParameterError(f"method must be one of {', '.join(ALL_METHODS)}, but is {method!r}")
    check_unknown(oov)
    asked = questions if isinstance(questions, Questions) else read_questions(questions)
    limit = visible(words, rules, restrict)
    outcomes = _outcomes(words[:limit], matrix[:limit], asked, rules, method, seed)
    places = np.array(asked.section_of)

    def score(name: str, chosen: NDArray[np.bool_]) -> Score:
        known, right = outcomes[chosen] >= 0, int((outcomes[chosen] == 1).sum())
        counted = len(known) if oov == "zero" else int(known.sum())
        return Score(name=name, right=right, counted=counted, total=len(known),
                     interval=share_interval(right, counted, seed))  # fmt: skip

    sections = [score(name, places == place) for place, name in enumerate(asked.sections)]
    groups = []
    if len(sections) > SEMANTIC_SECTIONS:
        groups = [score("semantic", places < SEMANTIC_SECTIONS),
                  score("grammatical", places >= SEMANTIC_SECTIONS)]  # fmt: skip
    return AnalogyScores(
        name=asked.name, protocol=protocol, method=method, sections=sections, groups=groups,
        total=score("total", places >= 0), known=int((outcomes >= 0).sum()),
        skipped=asked.skipped, outcomes=outcomes,
    )  # fmt: skip


def _outcomes(
    words: Sequence[str],
    matrix: NDArray[np.float32],
    asked: Questions,
    rules: Protocol,
    method: str,
    seed: int,
) -> NDArray[np.int8]:
    """Answer each question and tell whether the answer is right."""
    known = rules.known(words)
    forms = [tuple(map(rules.fold_question, question)) for question in asked.words]
    rows = np.array([[known.get(form, -1) for form in question] for question in forms])
    seen = np.flatnonzero((rows >= 0).all(axis=1))
    hidden = [row for row, word in enumerate(words) if word in rules.ignored]
    outcomes = np.full(len(forms), -1, dtype=np.int8)
    answers: Iterable[Ranking]
    if method in SECTION_METHODS:
        answers = chain.from_iterable(
            solve_section(matrix, own[:, :3], own[:, 3], method=method, hidden=hidden,
                          topn=rules.depth, seed=seed)
            for own in _by_section(rows[seen], np.array(asked.section_of)[seen])
        )  # fmt: skip
    else:
        answers = solve(matrix, rows[seen, :3], method=method, hidden=hidden, topn=rules.depth)
    for place, ranking in zip(seen, answers, strict=True):
        *given, truth = forms[place]
        outcomes[place] = _answer(words, ranking, set(given), rules) == truth
    return outcomes


def _by_section(rows: NDArray[np.intp], section_of: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    """Give the questions of each section; sections stand one after another."""
    return (rows[section_of == section] for section in np.unique(section_of))


def _answer(words: Sequence[str], ranking: Ranking, given: set[str], rules: Protocol) -> str | None:
    """Return the form of the best word that a protocol takes for an answer."""
    forms = [rules.fold_word(words[row]) for row, score in ranking if score > rules.floor]
    return next((form for form in forms if form not in given), forms[-1] if forms else None)
