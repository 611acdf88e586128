import numpy as np
import pytest

from fastvec.errors import ParameterError, UnknownWordError
from fastvec.vectors.word_vectors import WordVectors

GROUPS = (["w1", "w2", "w3"], ["w9", "w2"])


@pytest.fixture(scope="module")
def vectors():
    matrix = np.random.default_rng(5).standard_normal((800, 16)).astype(np.float32) * 3
    return WordVectors([f"w{row}" for row in range(800)], matrix)


@pytest.fixture(scope="module")
def keyed(vectors):
    models = pytest.importorskip("gensim.models", reason="gensim is not installed")
    found = models.KeyedVectors(vectors.dim)
    found.add_vectors(vectors.words, vectors.matrix)
    return found


@pytest.fixture
def few():
    rows = np.array([[1, 0], [0.9, 0.1], [0, 2], [0, 0]], dtype=np.float32)
    return WordVectors(["a", "b", "<unk>", "zero"], rows)


def test_rank_and_closer_than_equal_gensim(vectors, keyed):
    for b in ("w2", "w300", "w799"):
        assert vectors.closer_than("w1", b) == keyed.closer_than("w1", b)
        assert vectors.rank("w1", b) == keyed.rank("w1", b)
    nearest = vectors.most_similar("w1", topn=3)
    assert [vectors.rank("w1", word) for word, _ in nearest] == [1, 2, 3]


def test_groups_equal_gensim(vectors, keyed):
    ours, theirs = vectors.n_similarity(*GROUPS), keyed.n_similarity(*GROUPS)
    assert ours == pytest.approx(float(theirs), abs=1e-6)
    for normalize in (True, False):
        np.testing.assert_allclose(
            vectors.mean_vector(GROUPS[0], normalize=normalize),
            keyed.get_mean_vector(GROUPS[0], pre_normalize=normalize),
            atol=1e-6,
        )


def test_gensims_names_answer_as_gensim_does(vectors, keyed):
    words = ["w4", "w5", "w6", "w7"]
    assert vectors.distance("w1", "w2") == pytest.approx(keyed.distance("w1", "w2"), abs=1e-6)
    assert vectors.most_similar_to_given("w1", words) == keyed.most_similar_to_given("w1", words)
    ours, theirs = vectors.rank_by_centrality(words), keyed.rank_by_centrality(words)
    assert [word for _, word in ours] == [word for _, word in theirs]
    np.testing.assert_allclose([c for c, _ in ours], [c for c, _ in theirs], atol=1e-6)
    pairs = [
        (vectors.similar_by_word("w1", 5, 100), keyed.similar_by_word("w1", 5, 100)),
        (vectors.similar_by_vector(vectors["w1"], 5), keyed.similar_by_vector(keyed["w1"], 5)),
    ]
    for mine, its in pairs:
        assert [word for word, _ in mine] == [word for word, _ in its]


def test_rank_is_the_same_for_equal_directions():
    rows = np.array([[1, 0], [3, 1], [6, 2], [1.5, 0.5]], dtype=np.float32)
    vectors = WordVectors(["a", "b", "c", "d"], rows)
    assert [vectors.rank("a", word) for word in "bcd"] == [1, 1, 1]


def test_unknown_words_follow_the_policy_everywhere(few):
    """Q8."""
    assert few.mean_vector(["a", "nope"], oov="skip").tolist() == [1, 0]
    assert few.mean_vector(["a", "nope"], oov="zero").tolist() == [0.5, 0]
    assert few.mean_vector(["a", "nope"], oov="unk").tolist() == [0.5, 0.5]
    assert few.mean_vector(["a", "nope"], normalize=False, oov="unk").tolist() == [0.5, 1]
    assert few.n_similarity(["a"], ["nope"], oov="skip") == 0
    assert few.n_similarity(["nope"], ["<unk>"], oov="unk") == 1
    assert few.closer_than("a", "nope", oov="zero") == ["b"]
    assert few.closer_than("a", "nope", oov="unk") == ["b"]
    assert few.rank("nope", "zero", oov="zero") == 1
    for ask in (few.n_similarity, few.movers_distance):
        with pytest.raises(UnknownWordError, match="nope"):
            ask(["a"], ["nope"])
    with pytest.raises(ParameterError, match="skip"):
        few.rank("a", "nope", oov="skip")


def test_the_words_without_a_vector_can_be_counted(few):
    """Q8."""
    assert few.unknown(["a", "nope", "b", "nix"]) == ["nope", "nix"]


def test_a_text_in_place_of_a_list_is_refused(few):
    with pytest.raises(ParameterError, match="a list of words is needed, not the one text 'a b'"):
        few.mean_vector("a b")


def test_the_first_of_equally_odd_words_is_named():
    rows = np.array([[1, 0], [0, 1], [1, 0], [0, 1]], dtype=np.float32)
    assert WordVectors(list("abcd"), rows).odd_one_out(list("abcd")) == "a"


def test_restrict_makes_later_words_unknown_everywhere(few):
    """Q3."""
    for ask in (few.odd_one_out, few.mean_vector):
        with pytest.raises(UnknownWordError, match="'b' is not among the first 1 words"):
            ask(["a", "b"], restrict=1)
    for ask in (few.n_similarity, few.movers_distance):
        with pytest.raises(UnknownWordError, match="'b' is not among the first 1 words"):
            ask(["a"], ["b"], restrict=1)
    with pytest.raises(UnknownWordError, match="first 1 words"):
        few.similarity("a", "b", restrict=1)
    with pytest.raises(UnknownWordError, match="first 1 words"):
        few.distances("a", ["b"], restrict=1)
    assert few.similarity("a", "b", restrict=1, oov="zero") == 0
    assert few.mean_vector(["a", "b"], restrict=1, oov="skip").tolist() == [1, 0]
    assert few.mean_vector(["a", "b"], restrict=2, oov="unk").tolist() != [1, 0]
    assert few.odd_one_out(["a", "b"], restrict=1, oov="skip") == "a"
    assert few.n_similarity(["a"], ["b"], restrict=1, oov="skip") == 0
    assert few.movers_distance(["b"], ["nope"], restrict=1, oov="unk") == 0
    assert few.distances("b", ["a"], restrict=1).shape == (1,)
    assert few.unknown(["a", "b", "nope"], restrict=1) == ["b", "nope"]


def test_unk_is_known_however_few_words_are(few):
    """Q3, Q8."""
    assert few.n_similarity(["b"], ["nope"], restrict=1, oov="unk") == 1
