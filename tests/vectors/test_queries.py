import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.errors import ParameterError, UnknownWordError
from fastvec.vectors import queries
from fastvec.vectors.word_vectors import WordVectors


def random_vectors(count=1000, dim=20, seed=1):
    matrix = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    return WordVectors([f"w{row}" for row in range(count)], matrix)


def brute_force(vectors, word, topn):
    units = vectors.matrix.astype(np.float64)
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    cosines = units @ units[vectors.index(word)]
    order = [row for row in np.argsort(-cosines, kind="stable") if vectors.words[row] != word]
    return [vectors.words[row] for row in order[:topn]], cosines[order[:topn]]


@pytest.fixture(scope="module")
def vectors():
    return random_vectors()


@pytest.fixture(scope="module")
def gensim_vectors(vectors):
    models = pytest.importorskip("gensim.models", reason="gensim is not installed")
    keyed = models.KeyedVectors(vectors.dim)
    keyed.add_vectors(vectors.words, vectors.matrix)
    return keyed


@pytest.mark.parametrize("topn", [1, 10, 2000])
def test_most_similar_equals_brute_force(vectors, topn):
    words, cosines = brute_force(vectors, "w7", topn)
    answer = vectors.most_similar("w7", topn=topn)
    assert [word for word, _ in answer] == words
    np.testing.assert_allclose([cosine for _, cosine in answer], cosines, atol=1e-12)


@pytest.mark.parametrize(
    ("positive", "negative"),
    [
        ("w1", []),
        (["w1", "w2"], ["w3"]),
        ([("w1", 2.0), ("w2", -0.5)], ["w3"]),
        ([np.arange(20, dtype=np.float32), "w5"], []),
    ],
)
def test_most_similar_equals_gensim(vectors, gensim_vectors, positive, negative):
    ours = vectors.most_similar(positive, negative, topn=15)
    theirs = gensim_vectors.most_similar(positive=positive, negative=negative, topn=15)
    assert [word for word, _ in ours] == [word for word, _ in theirs]
    np.testing.assert_allclose([c for _, c in ours], [c for _, c in theirs], atol=1e-5)


def test_other_questions_equal_gensim(vectors, gensim_vectors):
    words = ["w1", "w2", "w3", "w4"]
    assert vectors.doesnt_match(words) == gensim_vectors.doesnt_match(words)
    assert vectors.similarity("w1", "w2") == pytest.approx(
        gensim_vectors.similarity("w1", "w2"), abs=1e-6
    )
    for others in (None, words):
        theirs = gensim_vectors.distances("w9", others or ())
        np.testing.assert_allclose(vectors.distances("w9", others), theirs, atol=1e-5)


def test_batch_equals_single_questions_across_blocks(vectors, monkeypatch):
    monkeypatch.setattr(queries, "_BATCH", 3000)
    words = [f"w{row}" for row in range(0, 40)]
    assert vectors.most_similar_batch(words, 5) == [
        vectors.most_similar(word, topn=5) for word in words
    ]


def test_analogy_is_b_minus_a_plus_c_without_the_three():
    rows = [[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1], [0, 0, 1]]
    words = ["man", "woman", "king", "queen", "crown"]
    vectors = WordVectors(words, np.array(rows, dtype=np.float32))
    assert vectors.analogy("man", "woman", "king")[0][0] == "queen"
    assert len(vectors.analogy("man", "woman", "king", topn=5)) == 2


def test_zero_and_broken_rows_have_similarity_zero():
    rows = np.array([[1, 0], [0, 0], [np.nan, 0], [-1, 0], [np.inf, 1]], dtype=np.float32)
    vectors = WordVectors(["a", "zero", "nan", "minus", "inf"], rows)
    expected = [("zero", 0.0), ("nan", 0.0), ("inf", 0.0), ("minus", -1.0)]
    assert vectors.most_similar("a") == expected
    assert vectors.most_similar_batch(["a"]) == [expected]
    assert vectors.similarity("a", "zero") == vectors.similarity("zero", "nan") == 0
    assert vectors.distances("a").tolist() == [0, 1, 1, 2, 1]


def test_restrict_holds_for_every_search():
    rows = np.array([[1, 0], [0, 1], [1, 0.1]], dtype=np.float32)
    vectors = WordVectors(["a", "b", "c"], rows)
    assert [word for word, _ in vectors.most_similar("a", restrict=2)] == ["b"]
    assert [word for word, _ in vectors.most_similar_batch(["c"], restrict=2)[0]] == ["a", "b"]
    assert vectors.analogy("a", "b", "c", restrict=2) == []
    assert len(vectors.distances("a", restrict=2)) == 2


@given(st.integers(2, 40), st.integers(1, 10))
def test_ties_go_to_the_lower_row(count, topn):
    matrix = np.full((count, 3), 0.3, dtype=np.float32) * np.arange(1, count + 1)[:, None]
    vectors = WordVectors([str(row) for row in range(count)], matrix)
    answer = [word for word, _ in vectors.most_similar("0", topn=topn)]
    assert answer == [str(row) for row in range(1, count)][:topn]


def test_unknown_words_follow_the_policy():
    rows = np.array([[1, 0], [0.9, 0.1], [0, 1]], dtype=np.float32)
    vectors = WordVectors(["a", "b", "<unk>"], rows)
    with pytest.raises(UnknownWordError, match="nope"):
        vectors.most_similar(["a", "nope"])
    alone = vectors.most_similar("a")
    assert vectors.most_similar(["a", "nope"], oov="skip") == alone
    assert vectors.most_similar(["a", "nope"], oov="zero") == alone
    assert vectors.most_similar(["a", "nope"], oov="unk") != alone
    assert vectors.most_similar("nope", oov="skip") == []
    assert vectors.most_similar_batch(["nope", "a"], oov="skip") == [[], alone]
    assert vectors.similarity("a", "nope", oov="unk") == 0
    assert vectors.odd_one_out(["a", "nope", "b"], oov="skip") in {"a", "b"}


def test_policies_without_an_answer_are_refused(vectors):
    with pytest.raises(UnknownWordError, match="no row <unk>"):
        vectors.most_similar("nope", oov="unk")
    with pytest.raises(ParameterError, match="skip"):
        vectors.similarity("w1", "nope", oov="skip")
    with pytest.raises(ParameterError, match="oov must be one of"):
        vectors.most_similar("w1", oov="guess")
    with pytest.raises(UnknownWordError, match="none of the 1 words"):
        vectors.doesnt_match(["nope"])


def test_signalling_nan_passes_without_a_warning():
    rows = np.array([[0x3F800000], [0x7F800001]], dtype=np.uint32).view(np.float32)
    assert WordVectors(["a", "nan"], rows).most_similar("a") == [("nan", 0.0)]


@pytest.mark.parametrize("wrong", [{"topn": 0}, {"restrict": 0}])
def test_settings_below_one_are_refused(vectors, wrong):
    with pytest.raises(ParameterError, match="at least 1, but is 0"):
        vectors.most_similar("w1", **wrong)


def test_empty_and_misshapen_questions_are_refused(vectors):
    with pytest.raises(ParameterError, match="empty"):
        vectors.most_similar()
    with pytest.raises(ParameterError, match="20 numbers"):
        vectors.most_similar(np.ones(3))
