"""What users of the peers ran into when they asked vectors; each test names its entry."""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import fastvec
from fastvec.vectors.word_vectors import WordVectors


def random_vectors(count=1000, dim=50, seed=7):
    matrix = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    return WordVectors([f"w{row}" for row in range(count)], matrix)


def test_an_answer_of_a_thousand_vectors_takes_milliseconds():
    """E6."""
    vectors = random_vectors()
    vectors.most_similar("w1")
    seconds = []
    for word in vectors.words[:20]:
        start = time.perf_counter()
        vectors.most_similar(word)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.05


def test_a_zero_row_is_no_nan():
    """Q1."""
    vectors = WordVectors(["a", "z"], np.array([[1, 0], [0, 0]], dtype=np.float32))
    assert vectors.most_similar("a") == [("z", 0.0)]
    assert vectors.most_similar_cosmul("a") == [("z", pytest.approx(0.5, abs=1e-6))]
    assert vectors.most_similar("z") == [("a", 0.0)]


def test_a_file_with_fewer_rows_than_its_header_says_can_be_asked(tmp_path):
    """Q4: words without a vector were found only when they were asked for."""
    (tmp_path / "v.txt").write_text("4 3\nx 1 2 3\ny 4 5 6\nz 7 8 9\n")
    vectors = fastvec.load(tmp_path / "v.txt")
    assert [word for word, _ in vectors.most_similar("x", topn=9)] == ["y", "z"]


@pytest.mark.parametrize("name", ["v.txt", "v.bin"])
def test_a_long_word_is_not_its_prefix(tmp_path, name):
    """Q5: a peer cuts words at 49 letters."""
    words = ["x" * 49, "x" * 50, "x" * 51, "y"]
    fastvec.save(WordVectors(words, np.eye(4, dtype=np.float32)), tmp_path / name)
    vectors = fastvec.load(tmp_path / name)
    assert vectors.words == words
    assert vectors.similarity(words[0], words[1]) == 0
    assert {word for word, _ in vectors.most_similar(words[1], topn=9)} == {*words} - {words[1]}


def test_no_word_is_nearer_than_the_ones_returned():
    """Q7."""
    vectors = random_vectors()
    units = vectors.matrix / np.linalg.norm(vectors.matrix, axis=1, keepdims=True)
    for row, answer in enumerate(vectors.most_similar_batch(vectors.words[:200], 5)):
        cosines = np.delete(units @ units[row], row)
        np.testing.assert_allclose([c for _, c in answer], np.sort(cosines)[:-6:-1], atol=1e-5)


@pytest.mark.parametrize(("oov", "found"), [("skip", 1.0), ("zero", 1.0), ("unk", 0.5**0.5)])
def test_one_unknown_word_is_handled_as_told_and_counted(oov, found):
    """Q8."""
    rows = np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)
    vectors = WordVectors(["a", "b", "<unk>"], rows)
    assert dict(vectors.most_similar(["a", "nope"], oov=oov))["b"] == pytest.approx(found)
    assert vectors.unknown(["a", "nope"]) == ["nope"]
    assert vectors.most_similar(["a", "nope"], oov=oov).unknown == ["nope"]
    assert vectors.most_similar_cosmul(["a", "nope"], oov=oov).unknown == ["nope"]
    assert vectors.analogy("a", "nope", "b", oov=oov).unknown == ["nope"]
    batch = vectors.most_similar_batch(["a", "nope"], oov=oov)
    assert [answer.unknown for answer in batch] == [[], ["nope"]]
    with pytest.raises(fastvec.errors.UnknownWordError, match="nope"):
        vectors.most_similar(["a", "nope"])


def test_many_threads_get_the_answers_of_one():
    words = [f"w{row}" for row in range(64)]
    expected = [random_vectors().most_similar(word) for word in words]
    vectors = random_vectors()  # Its norms and index are not built yet.
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(vectors.most_similar, words)) == expected
