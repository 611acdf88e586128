"""Methods that learn from a section's other pairs, against plain loops and scikit-learn."""

import numpy as np
import pytest

from fastvec.evaluation import sections
from fastvec.evaluation.analogies import evaluate_analogies
from fastvec.evaluation.classes import fit_class, fit_logistic
from fastvec.evaluation.files import Questions
from fastvec.evaluation.sections import solve_section
from fastvec.vectors.word_vectors import WordVectors

PAIRS = [(0, 1), (2, 3), (4, 5), (6, 7)]


@pytest.fixture(scope="module")
def matrix():
    """Right-hand words of the four pairs share a direction."""
    rows = np.random.default_rng(8).standard_normal((200, 12)).astype(np.float32)
    for left, right in PAIRS:
        rows[right] = rows[left] + 4 * np.eye(12)[0]
    rows[30] = 0
    return rows


def section():
    """Return all questions of two different pairs, and their right answers."""
    asked = [(*first, *second) for first in PAIRS for second in PAIRS if first != second]
    return np.array(asked)[:, :3], np.array(asked)[:, 3]


def units_of(matrix):
    lengths = np.linalg.norm(matrix.astype(np.float64), axis=1, keepdims=True)
    return matrix / np.where(lengths > 0, lengths, 1)


def mean_offset(units, others, c):
    offset = np.mean([units[right] - units[left] for left, right in others], axis=0)
    query = units[c] + offset
    return units @ query / np.linalg.norm(query)


def likeness(units, others, c, drawn=()):
    rights, lefts = ([pair[side] for pair in others] for side in (1, 0))
    rows = rights + lefts * 4 + list(drawn)
    inputs = np.hstack([units[rows], np.ones((len(rows), 1))])
    signs = np.array([1.0] * len(rights) + [-1.0] * (len(rows) - len(rights)))
    share = np.where(signs > 0, len(rights), len(rows) - len(rights))
    w = fit_logistic(inputs, signs, len(rows) / 2 / share)
    return units @ units[c] / (1 + np.exp(-(units @ w[:-1] + w[-1])))


@pytest.mark.parametrize(("method", "scores_of"), [("3cosavg", mean_offset), ("lrcos", likeness)])
def test_answers_are_those_of_a_loop_over_questions(matrix, method, scores_of, monkeypatch):
    """V6."""

    def without_draws(matrix, pairs, drawn):
        assert len(drawn) == len(PAIRS)
        assert not {*drawn} & {row for pair in PAIRS for row in pair}
        return fit_class(matrix, pairs, drawn[:0])

    monkeypatch.setattr(sections, "fit_class", without_draws)
    questions, truths = section()
    options = {"method": method, "hidden": [9], "topn": 5, "seed": 1}
    found = solve_section(matrix, questions, truths, **options)
    for (a, b, c), truth, ranking in zip(questions.tolist(), truths, found, strict=True):
        others = [pair for pair in PAIRS if pair != (c, truth)]
        scores = scores_of(units_of(matrix), others, c)
        scores[[9, a, b, c]] = -np.inf
        order = np.argsort(-scores, kind="stable")[:5]
        assert [row for row, _ in ranking] == order.tolist()
        np.testing.assert_allclose([score for _, score in ranking], scores[order], atol=1e-6)


def test_the_class_of_answers_helps_where_offsets_differ():
    """LRCos: b - a differs from pair to pair, but each b is of one kind."""
    rng = np.random.default_rng(1)
    lefts = rng.standard_normal((20, 30))
    rights = lefts + 0.5 * rng.standard_normal((20, 30)) + 4 * np.eye(30)[0]
    rows = np.concatenate([lefts, rights, lefts + 0.5 * rng.standard_normal((20, 30))])
    names = [f"{kind}{row}" for kind in ("a", "b", "near") for row in range(20)]
    vectors = WordVectors(names, rows.astype(np.float32))
    lines = [(f"a{x}", f"b{x}", f"a{y}", f"b{y}") for x in range(20) for y in range(20) if x != y]
    asked = Questions("kinds", lines, [0] * len(lines), ["kinds"], [])
    scores = {
        method: evaluate_analogies(vectors.words, vectors.matrix, asked, method=method).total
        for method in ("similar-to-c", "lrcos")
    }
    assert scores["similar-to-c"].accuracy == 0
    assert scores["lrcos"].accuracy > 0.5


def test_a_section_of_one_pair_has_nothing_to_learn_from(matrix):
    one = np.array([[0, 1, 0]])
    for method in ("3cosavg", "lrcos"):
        ((best, *_),) = solve_section(
            matrix, one, np.array([1]), method=method, hidden=[], topn=2, seed=1
        )
        cosines = units_of(matrix) @ units_of(matrix)[0]
        cosines[[0, 1]] = -np.inf
        assert best[0] == cosines.argmax()


def test_the_seed_says_which_words_are_drawn(matrix):
    questions, truths = section()
    scores = [
        solve_section(matrix, questions, truths, method="lrcos", hidden=[], topn=1, seed=seed)
        for seed in (1, 1, 2)
    ]
    assert scores[0] == scores[1] != scores[2]


def test_logistic_regression_is_scikit_learns():
    linear = pytest.importorskip("sklearn.linear_model", reason="scikit-learn is not installed")
    rng = np.random.default_rng(3)
    inputs, weights = rng.standard_normal((50, 7)), rng.uniform(0.2, 3, 50)
    signs = np.where(inputs[:, 0] + rng.standard_normal(50) > 0.5, 1.0, -1.0)
    theirs = linear.LogisticRegression(fit_intercept=False, tol=1e-10, max_iter=1000)
    theirs.fit(inputs, signs, sample_weight=weights)
    np.testing.assert_allclose(fit_logistic(inputs, signs, weights), theirs.coef_[0], atol=1e-5)
