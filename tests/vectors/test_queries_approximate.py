import numpy as np
import pytest

from fastvec.errors import ParameterError, ResourceError
from fastvec.vectors.word_vectors import WordVectors


def clustered():
    rng = np.random.default_rng(4)
    centres = rng.standard_normal((20, 10))
    matrix = centres[rng.integers(20, size=1000)] + rng.standard_normal((1000, 10)) / 2
    matrix[5] = 0
    return WordVectors([f"w{row}" for row in range(1000)], matrix.astype(np.float32))


@pytest.fixture(scope="module")
def vectors():
    return clustered()


@pytest.fixture(scope="module")
def index(vectors):
    pytest.importorskip("pynndescent", reason="pynndescent is not installed (extra ann)")
    from fastvec.vectors.approximate import ApproximateIndex

    return ApproximateIndex(vectors)


def test_it_finds_most_of_the_nearest_and_says_how_many(vectors, index):
    """Q7: approximate answers come with their recall."""
    recall = index.recall(topn=10, sample=100)
    words = [f"w{row}" for row in range(100, 200)]
    exact = vectors.most_similar_batch(words)
    found = index.most_similar_batch(words)
    hits = [len(dict(a).keys() & dict(b).keys()) for a, b in zip(exact, found, strict=True)]
    assert 0.8 < recall <= 1
    assert sum(hits) / 1000 == pytest.approx(recall, abs=0.1)


def test_its_cosines_are_those_of_exact_answers(vectors, index):
    found = index.most_similar("w1", topn=5)
    assert "w1" not in dict(found)
    assert [cosine for _, cosine in found] == sorted((c for _, c in found), reverse=True)
    for word, cosine in found:
        assert cosine == pytest.approx(vectors.similarity("w1", word), abs=1e-5)


def test_zero_rows_are_never_found_and_restrict_holds(vectors, index):
    from fastvec.vectors.approximate import ApproximateIndex

    assert index.size == 999
    few = ApproximateIndex(vectors, restrict=50)
    assert {word for word, _ in few.most_similar("w900", topn=49)} <= set(vectors.words[:50])
    with pytest.raises(ParameterError, match="two vectors"):
        ApproximateIndex(vectors, restrict=1)


def test_unknown_words_follow_the_policy(index):
    """Q8."""
    answers = index.most_similar_batch(["nope", "w1"], 3, oov="zero")
    assert [answer.unknown for answer in answers] == [["nope"], []]
    assert index.most_similar_batch(["nope", "w1"], 3, oov="skip") == [
        [], index.most_similar("w1", topn=3),
    ]  # fmt: skip


def test_a_missing_package_is_named_with_its_extra(vectors, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pynndescent", None)
    from fastvec.vectors.approximate import ApproximateIndex

    with pytest.raises(ResourceError, match=r"pip install 'fastvec\[ann\]'"):
        ApproximateIndex(vectors)
