import numpy as np
import pytest

from fastvec.errors import CorpusError, FormatError, ParameterError
from fastvec.evaluation import solving
from fastvec.evaluation.analogies import evaluate_analogies
from fastvec.vectors.methods import METHODS
from fastvec.vectors.word_vectors import WordVectors

SQUARE = ": royal\nman woman king queen\nman king woman queen\nking queen man woman\n"


def score(vectors, questions, **options):
    return evaluate_analogies(vectors.words, vectors.matrix, questions, **options)


@pytest.mark.parametrize("protocol", ["gensim", "word2vec-c", "glove", "fasttext"])
def test_a_square_of_four_words_comes_out_whole(square, write, protocol):
    """V4."""
    found = score(square, write(SQUARE), protocol=protocol)
    assert (found.total.right, found.total.counted, found.total.accuracy) == (3, 3, 1.0)
    assert found.total.interval == (1, 1)
    assert [section.name for section in found.sections] == ["royal"]
    assert (found.groups, found.skipped, found.known) == ([], [], 3)


def test_a_bad_line_is_named_and_the_vectors_stay_as_they_are(square, write):
    """V1: a peer's words stay in capitals after an exception."""
    before = square.matrix.copy()
    found = score(square, write(SQUARE + "man woman king\n\n# a note\n"))
    assert found.skipped == [5, 7]
    assert found.total.counted == 3
    with pytest.raises(FormatError):
        score(square, write("man\n"))
    assert square["man"].tolist() == [1, 0, 0]
    assert square.words == ["man", "woman", "king", "queen"]
    np.testing.assert_array_equal(square.matrix, before)


def test_sections_and_groups_add_up(square, write):
    text = "".join(f": s{place}\nman woman king {'queen' if place % 2 else 'man'}\n"
                   for place in range(7))  # fmt: skip
    found = score(square, write(text))
    assert [(s.name, s.right, s.total) for s in found.sections] == [
        (f"s{place}", place % 2, 1) for place in range(7)
    ]
    assert [(g.name, g.right, g.counted) for g in found.groups] == [
        ("semantic", 2, 5), ("grammatical", 1, 2),
    ]  # fmt: skip
    assert found.outcomes.tolist() == [0, 1, 0, 1, 0, 1, 0]


def test_questions_of_unknown_words_are_left_out_or_count_as_wrong(square, write):
    path = write(SQUARE + "man woman prince princess\n")
    left_out, wrong = score(square, path), score(square, path, oov="zero")
    assert (left_out.total.counted, left_out.total.total, left_out.known) == (3, 4, 3)
    assert (wrong.total.right, wrong.total.counted) == (3, 4)
    assert score(square, path, restrict=3).known == 0
    none = score(square, write("a b c d\n"))
    assert np.isnan(none.total.accuracy)
    assert np.isnan(none.total.interval).all()


@pytest.mark.parametrize("method", [*METHODS, "3cosavg"])
def test_eight_words_are_scored_by_six_methods(write, method):
    """V6."""
    corners = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)])
    cube = WordVectors(list("abcdefgh"), (corners * [1, 1.1, 1.2] + [3, 2, 2]).astype(np.float32))
    lines = [": last", "a b c d", "e f g h", "a b g h"]
    found = score(cube, write("\n".join(lines)), method=method)
    assert found.method == method
    assert (found.total.right == 3) == (not method.startswith("similar"))


def test_a_mean_offset_leaves_out_the_pair_that_is_asked(write):
    """V6, 3CosAvg: x is nearest by the other pair alone, f by both pairs."""
    rows = {"a": [1, 0, 0, 0], "b": [1, 1, 0, 0], "e": [0, 0, 1, 0], "f": [0, 0, 1, 3],
            "x": [0.5, 0.3, 1, 0]}  # fmt: skip
    vectors = WordVectors(list(rows), np.array(list(rows.values()), dtype=np.float32))
    path = write("a b e f\na b e x\ne f a b\n")
    assert score(vectors, path, method="3cosavg").outcomes.tolist()[:2] == [0, 0]


def test_answers_do_not_depend_on_how_questions_are_cut(square, write, monkeypatch):
    rng = np.random.default_rng(2)
    vectors = WordVectors([f"w{row}" for row in range(60)], rng.standard_normal((60, 5)))
    lines = "\n".join(" ".join(f"w{row}" for row in rng.choice(60, 4)) for _ in range(80))
    whole = score(vectors, write(lines))
    monkeypatch.setattr(solving, "_TABLE", 60 * 7)
    np.testing.assert_array_equal(score(vectors, write(lines)).outcomes, whole.outcomes)


def test_the_interval_is_repeatable_and_surrounds_the_score(square, write):
    path = write(SQUARE + "man woman king man\n" * 3)
    first, again = score(square, path), score(square, path)
    assert first.total.interval == again.total.interval
    assert first.total.interval[0] < 0.5 < first.total.interval[1]


def test_packed_questions_are_read(square, tmp_path):
    import gzip

    (tmp_path / "q.gz").write_bytes(gzip.compress(SQUARE.replace("\n", "\r\n").encode()))
    assert score(square, tmp_path / "q.gz").total.right == 3


def test_what_cannot_be_scored_is_refused(square, write):
    path = write(SQUARE)
    for wrong, message in [
        ({"protocol": "c"}, "protocol must be one of gensim"),
        ({"method": "best"}, "method must be one of 3cosadd"),
        ({"oov": "error"}, "oov must be skip or zero"),
        ({"restrict": 0}, "restrict must be at least 1"),
    ]:
        with pytest.raises(ParameterError, match=message):
            score(square, path, **wrong)
    with pytest.raises(CorpusError, match="no such file"):
        score(square, "none.txt")
    with pytest.raises(FormatError, match="holds no question"):
        score(square, write(": only a section\n"))
