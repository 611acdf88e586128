import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fastvec.errors import FormatError, ParameterError
from fastvec.evaluation.files import Pairs, read_pairs
from fastvec.evaluation.pairs import evaluate_pairs, judge_pairs
from fastvec.vectors.word_vectors import WordVectors
from tests.evaluation.planting import planted

FILES = (
    "mc30", "men", "mturk287", "mturk771", "rg65", "rw", "semeval17", "simlex999", "simverb3500",
    "verb143", "ws353-rel", "ws353-sim", "ws353", "yp130", "zh-240", "zh-297", "zh-cos960",
)  # fmt: skip


@pytest.mark.data
@pytest.mark.parametrize("name", FILES)
def test_gensims_correlations_are_reproduced(data, name):
    models = pytest.importorskip("gensim.models", reason="gensim is not installed")
    path = data / "wordsim" / f"{name}.tsv"
    vectors = planted(read_pairs(path).words)
    keyed = models.KeyedVectors(vectors.dim)
    keyed.add_vectors(vectors.words, vectors.matrix)
    for options, theirs in [
        ({}, {}),
        ({"restrict": 40}, {"restrict_vocab": 40}),
        ({"oov": "zero"}, {"dummy4unknown": True}),
    ]:
        ours = evaluate_pairs(vectors.words, vectors.matrix, path, **options)
        if not ours.counted:
            continue
        if ours.counted < 2:
            assert math.isnan(ours.spearman)
            continue
        pearson, spearman, unknown = keyed.evaluate_word_pairs(str(path), **theirs)
        assert ours.spearman == pytest.approx(spearman.statistic, abs=1e-12)
        assert ours.pearson == pytest.approx(pearson.statistic, abs=1e-6)
        missing = ours.total - ours.known
        assert missing / ours.total * 100 == pytest.approx(unknown)
        assert ours.interval[0] <= ours.spearman <= ours.interval[1]


@pytest.fixture
def few():
    rows = np.array([[1, 0], [0.8, 0.2], [0, 1], [0, 0], [1, 1]], dtype=np.float32)
    return WordVectors(["sun", "Light", "night", "zero", "day"], rows)


@pytest.mark.parametrize(
    ("protocol", "known"), [("gensim", 4), ("word2vec-c", 4), ("glove", 3), ("fasttext", 2)]
)
def test_case_and_zero_vectors_by_hand(few, write, protocol, known):
    path = write("sun\tlight\t9\nsun\tnight\t1\nsun\tzero\t2\nsun\tday\t5\n")
    found = evaluate_pairs(few.words, few.matrix, path, protocol=protocol)
    assert (found.known, found.counted, found.total) == (known, known, 4)
    assert found.protocol == protocol


def test_scores_that_do_not_vary_have_no_correlation(few, write):
    found = evaluate_pairs(few.words, few.matrix, write("sun\tnight\t1\nsun\tday\t1\n"))
    assert math.isnan(found.spearman)
    assert math.isnan(found.pearson)
    assert all(map(math.isnan, found.interval))


def test_any_function_of_two_words_can_be_judged():
    pairs = Pairs("p", [("a", "bb"), ("a", "ccc"), ("a", "?"), ("a", "dddd")], [1, 2, 9, 3], [])
    found = judge_pairs(lambda _, b: None if b == "?" else len(b) ** 2, pairs)
    assert (found.spearman, found.known, found.total) == (pytest.approx(1), 3, 4)
    with pytest.raises(ParameterError, match="oov must be skip or zero"):
        judge_pairs(lambda *_: 1.0, pairs, oov="unk")


def test_headers_and_notes_are_passed_over_and_spaces_belong_to_words(write):
    path = write("word1\tword2\tscore\n# note\n\nNew York\tcity\t3.5\na b 2\na\tb\tnan\n")
    found = read_pairs(path)
    assert found.words == [("New York", "city"), ("a", "b")]
    assert (found.scores, found.skipped) == ([3.5, 2.0], [1, 6])
    with pytest.raises(FormatError, match="holds no pair; write word TAB word TAB score"):
        read_pairs(write("one two\n"))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=30))
def test_correlations_are_scipys(points):
    judged, ours = zip(*points, strict=True)
    words = [(str(place), "x") for place in range(len(points))]
    scores = dict(zip((word for word, _ in words), ours, strict=True))
    found = judge_pairs(lambda a, _: scores[a], Pairs("p", words, list(judged), []))
    if len(set(judged)) > 1 and len(set(ours)) > 1:
        assert found.spearman == pytest.approx(stats.spearmanr(judged, ours).statistic)
        assert found.pearson == pytest.approx(stats.pearsonr(judged, ours).statistic)
    else:
        assert math.isnan(found.spearman)
