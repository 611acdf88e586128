"""Analogies by each method, against brute force in float64 and against gensim."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.errors import ParameterError
from fastvec.vectors.methods import METHODS
from fastvec.vectors.word_vectors import WordVectors


def random_vectors(count=1500, dim=12, seed=3):
    rng = np.random.default_rng(seed)
    matrix = rng.standard_normal((count, dim)).astype(np.float32)
    # Some rows all but equal to others: the hard case for directions.
    matrix[100:200] = matrix[:100] + rng.standard_normal((100, dim)).astype(np.float32) * 1e-4
    return WordVectors([f"w{row}" for row in range(count)], matrix)


def brute_force(vectors, method, asked):
    x = vectors.matrix.astype(np.float64)
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    a, b, c = (x[vectors.index(word)] for word in asked)
    shift = lambda word: (1 + x @ word) / 2  # noqa: E731
    if method == "3cosadd":
        return x @ (b - a + c) / np.linalg.norm(b - a + c)
    if method == "3cosmul":
        return shift(b) * shift(c) / (shift(a) + 1e-6)
    if method == "pairdirection":
        way = (x - c) / np.maximum(np.linalg.norm(x - c, axis=1, keepdims=True), 1e-9)
        return way @ (b - a) / np.linalg.norm(b - a)
    if method == "similar-to-c":
        return x @ c
    return np.max([x @ a, x @ b, x @ c], axis=0)


@pytest.fixture(scope="module")
def vectors():
    return random_vectors()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("asked", ["w1 w2 w3", "w7 w107 w50", "w900 w20 w4"])
def test_each_method_equals_brute_force(vectors, method, asked):
    asked = asked.split()
    scores = brute_force(vectors, method, asked)
    scores[[vectors.index(word) for word in asked]] = -np.inf
    order = np.argsort(-scores, kind="stable")[:20]
    answer = vectors.analogy(*asked, method=method, topn=20)
    assert [word for word, _ in answer] == [vectors.words[row] for row in order]
    np.testing.assert_allclose([score for _, score in answer], scores[order], atol=1e-6)


@given(st.data())
def test_ties_and_zero_rows_are_defined_in_each_method(data):
    """Q1, for analogies."""
    count = data.draw(st.integers(4, 12))
    rows = data.draw(
        st.lists(st.sampled_from([(1, 0), (0, 1), (-1, 0), (2, 2), (0, 0)]), min_size=count,
                 max_size=count)
    )  # fmt: skip
    vectors = WordVectors([str(row) for row in range(count)], np.array(rows, dtype=np.float32))
    for method in METHODS:
        answer = vectors.analogy("0", "1", "2", method=method, topn=count)
        assert np.isfinite([score for _, score in answer]).all()
        assert sorted(answer, key=lambda pair: (-pair[1], int(pair[0]))) == answer
        assert {word for word, _ in answer} == set(vectors.words) - {"0", "1", "2"}


def test_a_method_that_there_is_not_is_refused(vectors):
    with pytest.raises(ParameterError, match="method must be one of 3cosadd, 3cosmul"):
        vectors.analogy("w1", "w2", "w3", method="3cossub")


@pytest.mark.parametrize(
    ("positive", "negative"),
    [("w1", []), (["w1", "w2"], ["w3"]), (["w1", "w2", "w5"], ["w3", "w4"]), ("w1", "w2")],
)
def test_cosmul_equals_gensim(vectors, positive, negative):
    models = pytest.importorskip("gensim.models", reason="gensim is not installed")
    keyed = models.KeyedVectors(vectors.dim)
    keyed.add_vectors(vectors.words, vectors.matrix)
    ours = vectors.most_similar_cosmul(positive, negative, topn=15)
    with pytest.warns(DeprecationWarning, match="init_sims"):
        theirs = keyed.most_similar_cosmul(positive=positive, negative=negative, topn=15)
    assert [word for word, _ in ours] == [word for word, _ in theirs]
    np.testing.assert_allclose([s for _, s in ours], [s for _, s in theirs], rtol=1e-4)


def test_cosmul_takes_weights_as_powers_and_vectors_at_length_one(vectors):
    twice = vectors.most_similar_cosmul([("w1", 2.0)], ["w3"])
    again = vectors.most_similar_cosmul(["w1", "w1"], ["w3"])
    assert dict(twice) == pytest.approx(dict(again))
    long = vectors.most_similar_cosmul([vectors["w1"] * 7], topn=1)
    assert long == [("w1", pytest.approx(1 / (1 + 1e-6)))]


@pytest.mark.parametrize("oov", ["skip", "zero"])
def test_an_analogy_with_an_unknown_word(vectors, oov):
    found = vectors.analogy("w1", "nope", "w3", oov=oov)
    assert len(found) == (0 if oov == "skip" else 1)
    assert vectors.most_similar_cosmul("nope", oov="skip") == []


def test_restrict_holds_for_every_method():
    """Q3: a peer's 3CosMul takes the option and ignores it."""
    rows = np.array([[1, 0], [0, 1], [1, 0.1]], dtype=np.float32)
    vectors = WordVectors(["a", "b", "c"], rows)
    assert [word for word, _ in vectors.most_similar_cosmul("a", restrict=2)] == ["b"]
    for ask in (vectors.most_similar, vectors.most_similar_cosmul, vectors.similar_by_word):
        assert [word for word, _ in ask("a", restrict_vocab=2)] == ["b"]
    with pytest.raises(ParameterError, match="restrict_vocab is another name of restrict"):
        vectors.most_similar("a", restrict=2, restrict_vocab=2)
    assert vectors.closer_than("a", "b", restrict=2) == []
    assert vectors.closer_than("a", "b") == ["c"]
    assert (vectors.rank("a", "b", restrict=2), vectors.rank("a", "b")) == (1, 2)
    four = WordVectors(["a", "b", "d", "x", "c"], np.eye(5, dtype=np.float32))
    for method in METHODS:
        answer = four.analogy("a", "b", "d", method=method, topn=9, restrict=4)
        assert [word for word, _ in answer] == ["x"]
