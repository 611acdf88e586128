"""Which words a map shows, where they lie, and what it says of itself."""

from __future__ import annotations

import numpy as np
import pytest

import fastvec
from fastvec.errors import FormatError, ParameterError, UnknownWordError, VocabularyError
from fastvec.vectors.maps.clusters import cluster, usual_clusters
from fastvec.vectors.maps.group_files import read_groups
from fastvec.vectors.maps.plane import lay_out, usual_perplexity


def bunches(count, each, dim=12, spread=0.1, seed=0):
    """Rows about so many directions, and the number of each row's direction."""
    random = np.random.default_rng(seed)
    centres = np.linalg.qr(random.normal(size=(dim, count)))[0].T
    truth = np.repeat(np.arange(count), each)
    rows = centres[truth] + spread * random.normal(size=(len(truth), dim)) / dim**0.5
    return (rows * random.uniform(0.5, 9, (len(rows), 1))).astype(np.float32), truth


@pytest.fixture
def vectors():
    matrix, truth = bunches(4, 15)
    words = [f"{'abcd'[bunch]}{row}" for row, bunch in enumerate(truth)]
    counts = np.arange(len(words), 0, -1)
    return fastvec.WordVectors(words, matrix, counts)


def nearest_share(positions, truth):
    """Share of points whose nearest point is of the same bunch."""
    gaps = np.linalg.norm(positions[:, None] - positions[None], axis=2)
    np.fill_diagonal(gaps, np.inf)
    return (truth[gaps.argmin(axis=1)] == truth).mean()


@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_words_that_belong_together_lie_together(vectors, method):
    pytest.importorskip("sklearn")
    truth = np.array([word[0] for word in vectors.words])
    # Two axes cannot part four directions at right angles, but most of them.
    assert nearest_share(vectors.map(method=method).positions, truth) > (
        0.95 if method == "tsne" else 0.5
    )


def test_principal_components_keep_most_of_the_variance():
    random = np.random.default_rng(1)
    rows = random.normal(size=(50, 3)).astype(np.float32) + np.float32(20)
    plane = lay_out(rows, "pca", None, 1)
    units = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    centred = (units - units.mean(axis=0)).astype(np.float64)
    values = np.linalg.eigvalsh(centred.T @ centred)[::-1]
    np.testing.assert_allclose((plane.positions**2).sum(axis=0), values[:2], rtol=1e-4)
    assert (
        plane.how == f"principal components, {values[:2].sum() / values.sum():.0%} of the variance"
    )


def test_the_same_seed_gives_the_same_map(vectors):
    pytest.importorskip("sklearn")
    first, again, other = (vectors.map(seed=seed).positions for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert first.shape == (60, 2)
    assert vectors.map(seed=4).caption.endswith("t-SNE, perplexity 19.7, seed 4")
    assert other.shape == (60, 2)


def test_the_map_does_not_depend_on_the_number_of_threads(vectors):
    pytest.importorskip("sklearn")
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        one = vectors.map().positions
    with threadpool_limits(2):
        np.testing.assert_array_equal(one, vectors.map().positions)


@pytest.mark.parametrize(("points", "perplexity"), [(5, 4 / 3), (31, 10), (91, 30), (5000, 30)])
def test_the_usual_perplexity_fits_the_number_of_words(points, perplexity):
    """O4: a fixed perplexity of 30 is an error for few words."""
    assert usual_perplexity(points) == pytest.approx(perplexity)


@pytest.mark.parametrize("count", [4, 5, 10, 60])
def test_few_words_can_be_drawn(vectors, count):
    pytest.importorskip("sklearn")
    found = vectors.map(top=count)
    assert found.method == "tsne"
    assert found.perplexity == pytest.approx((count - 1) / 3)
    assert np.isfinite(found.positions).all()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_fewer_than_four_words_are_drawn_by_principal_components(vectors, count):
    found = vectors.map(top=count)
    assert (found.method, found.perplexity) == ("pca", None)
    assert found.notes == [f"t-SNE needs 4 words or more; {count} drawn by principal components"]
    assert np.isfinite(found.positions).all()


@pytest.mark.parametrize("perplexity", [0, 0.5, -3, 21, 60, float("nan")])
def test_a_perplexity_that_misleads_is_refused(vectors, perplexity):
    with pytest.raises(ParameterError, match=r"perplexity must be 1 to 19\.67 for 60 words"):
        vectors.map(perplexity=perplexity)


def test_a_low_perplexity_is_said_to_invent_clusters(vectors):
    pytest.importorskip("sklearn")
    assert "may show clusters where there are none" in vectors.map(perplexity=2).notes[0]
    assert vectors.map(perplexity=8).notes == []


def test_wrong_settings_are_named(vectors):
    for settings, reason in [
        ({"method": "umap"}, "method must be one of tsne, pca, but is 'umap'"),
        ({"method": "pca", "perplexity": 5}, "perplexity must be left out with method 'pca'"),
        ({"top": 0}, "top must be at least 1"),
        ({"oov": "zero"}, "oov must be one of error, skip"),
    ]:
        with pytest.raises(ParameterError, match=reason):
            vectors.map(**settings)


def test_the_commonest_words_are_shown_without_specials():
    matrix = np.random.default_rng(0).normal(size=(8, 4)).astype(np.float32)
    words = ["<unk>", "b", "c", "</s>", "e", "f", "g", "h"]
    vectors = fastvec.WordVectors(words, matrix, specials=("<unk>", "</s>"))
    found = vectors.map(top=4, method="pca")
    assert found.words == ["b", "c", "e", "f"]
    assert found.caption.startswith("4 words (commonest words) · principal components, ")
    assert found.ranks.tolist() == [1, 2, 4, 5]


def test_neighbors_take_the_name_of_their_word(vectors):
    found = vectors.map(neighbors_of=["a0", "c30"], top=5, method="pca")
    assert found.words[:2] == ["a0", "c30"]
    assert len(found.words) == 12
    for word, group in zip(found.words, found.groups, strict=True):
        assert group == {"a": "a0", "c": "c30"}[word[0]]
    assert found.importance[0] < found.importance[2]
    assert "neighbors of a0, c30" in found.caption
    assert vectors.map(neighbors_of="a0", top=5, method="pca").words == [
        "a0", *(word for word, _ in vectors.most_similar("a0", topn=5))]  # fmt: skip


def test_groups_and_words_are_shown_together_each_word_once(vectors):
    found = vectors.map(["a1", "d50"], groups={"x": ["a1", "b20"], "y": ["c40"]}, method="pca")
    assert list(zip(found.words, found.groups, strict=True)) == [
        ("a1", "x"), ("b20", "x"), ("c40", "y"), ("d50", "chosen")]  # fmt: skip
    assert "(2 groups and chosen words)" in found.caption


def test_unknown_words_are_refused_or_left_out(vectors):
    with pytest.raises(UnknownWordError, match="'a99' is not among the 60 words"):
        vectors.map(["a1", "a99"])
    found = vectors.map(["a1", "a99", "b20"], oov="skip", method="pca")
    assert found.words == ["a1", "b20"]
    assert found.notes == ["1 word without a vector left out: a99"]
    with pytest.raises(VocabularyError, match="no word is left to draw"):
        vectors.map(["nothing"], oov="skip")


def test_a_zero_vector_has_no_place():
    matrix = np.eye(5, 4, dtype=np.float32)
    found = fastvec.WordVectors(list("abcde"), matrix).map(method="pca")
    assert found.words == list("abcd")
    assert found.notes == ["1 word left out: a zero vector has no place"]


def test_equal_vectors_can_be_drawn():
    vectors = fastvec.WordVectors(list("abcdef"), np.ones((6, 3), np.float32))
    assert np.abs(vectors.map(method="pca").positions).max() < 1e-6


def test_clusters_are_the_directions_that_were_planted():
    matrix, truth = bunches(5, 20)
    order = np.random.default_rng(2).permutation(len(truth))
    found = cluster(matrix[order], 5)
    for bunch in range(5):
        assert len(set(found[truth[order] == bunch])) == 1
    assert len(set(found)) == 5
    np.testing.assert_array_equal(found, cluster(matrix[order], 5))


def test_the_largest_cluster_comes_first():
    small, _ = bunches(1, 5)
    large, _ = bunches(1, 30, seed=7)
    found = cluster(np.concatenate([small, large]), 2)
    assert np.bincount(found).tolist() == [30, 5]


@pytest.mark.parametrize(("points", "clusters"), [(1, 1), (2, 1), (60, 4), (300, 9), (9000, 12)])
def test_there_are_as_many_clusters_as_colours_can_tell(points, clusters):
    assert usual_clusters(points) == clusters


def test_equal_rows_make_clusters_without_an_error():
    assert set(cluster(np.ones((6, 3), np.float32), 3).tolist()) <= {0, 1, 2}


def test_a_file_of_groups(tmp_path):
    path = tmp_path / "groups.txt"
    path.write_text(": fruits\napple pear\n\n 苹果\n: royals and others \nking\n: none\n", "utf-8")
    assert read_groups(path) == {
        "fruits": ["apple", "pear", "苹果"], "royals and others": ["king"], "none": []
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "reason"),
    [("apple\n: fruits\n", "line 1: words before the first group"), (": a\n", "holds no words"),
     ("", "holds no words")],
)  # fmt: skip
def test_a_file_without_groups_says_how_they_are_written(tmp_path, text, reason):
    (tmp_path / "g.txt").write_text(text or "\n")
    with pytest.raises(FormatError, match=reason):
        read_groups(tmp_path / "g.txt")
