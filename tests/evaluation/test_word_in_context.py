"""Words in context: same sense or not, nearest sense, and what a linear map reads."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec import WordVectors
from fastvec.errors import FormatError
from fastvec.evaluation.confidence import lead_interval
from fastvec.evaluation.probe import LinearProbe
from fastvec.evaluation.word_in_context import (
    SenseUse,
    Use,
    UsePair,
    best_threshold,
    cosines,
    judge_pairs,
    judge_senses,
    plain,
    read_pairs,
    read_senses,
    static_embedder,
    window_embedder,
)

VECTORS = WordVectors(
    ["bank", "river", "water", "money", "loan"],
    np.array([[1, 1], [1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9]], np.float32),
)


def use(text, word="bank"):
    tokens = text.split()
    return Use(tokens, tokens.index(word))


RIVER = [use("the river bank"), use("water near the bank"), use("river water bank")]
MONEY = [use("the bank gave money"), use("a loan from the bank"), use("money bank loan")]


def pairs():
    same = [UsePair("bank", a, b, True) for side in (RIVER, MONEY) for a in side for b in side]
    return same + [UsePair("bank", a, b, False) for a in RIVER for b in MONEY]


def test_uses_are_read_with_their_places(tmp_path):
    (tmp_path / "data").write_text(
        "carry\tV\t2-1\tYou must carry your gear .\tSound carries well\n"
        "go\tV\t0-1\tgo home\tdo go\n"
    )
    (tmp_path / "gold").write_text("F\nT\n")
    first, second = read_pairs(tmp_path / "data", tmp_path / "gold")
    assert (first.word, first.same, second.same) == ("carry", False, True)
    assert first.first.tokens[first.first.place] == "carry"
    assert first.second.tokens[first.second.place] == "carries"
    (tmp_path / "senses").write_text("apple\tfruit\t1\tan apple a day\n")
    assert read_senses(tmp_path / "senses") == [
        SenseUse("apple", "fruit", Use(["an", "apple", "a", "day"], 1))
    ]


@pytest.mark.parametrize(
    ("data", "gold", "message"),
    [
        ("a\tN\t0-0\ta\ta\n", "T\nF\n", "must have T or F for each of 1 lines"),
        ("a\tN\t0-0\ta\ta\n", "X\n", "must have T or F"),
        ("a\tN\t0\ta\ta\n", "T\n", "line 1: is not word"),
        ("a\tN\t0-0\ta\n", "T\n", "line 1: is not word"),
        ("a\tN\t0-7\ta\ta\n", "T\n", "line 1: a place is beyond"),
    ],
)
def test_bad_lines_are_named(tmp_path, data, gold, message):
    (tmp_path / "data").write_text(data)
    (tmp_path / "gold").write_text(gold)
    with pytest.raises(FormatError, match=message):
        read_pairs(tmp_path / "data", tmp_path / "gold")
    (tmp_path / "senses").write_text("a\tb\tx\ta\n")
    with pytest.raises(FormatError, match="line 1: is not word, sense, place"):
        read_senses(tmp_path / "senses")


def test_punctuation_goes_and_the_place_moves_along():
    assert plain(Use([",", "The", "``", "Bank", "!"], 3)) == Use(["the", "bank"], 1)
    assert plain(Use(["...", "a"], 0)) == Use(["...", "a"], 0)


def test_the_threshold_is_the_best_of_all():
    rng = np.random.default_rng(1)
    for _ in range(50):
        scores = rng.integers(0, 6, 12) / 5
        same = rng.random(12) < 0.5
        found = ((scores >= best_threshold(scores, same)) == same).sum()
        everywhere = [((scores >= t) == same).sum() for t in (*np.unique(scores), 2.0)]
        assert found == max(everywhere)


def test_contexts_tell_senses_apart_and_static_vectors_do_not():
    static, window = static_embedder(VECTORS), window_embedder(VECTORS, 5)
    assert judge_pairs(pairs(), pairs(), window).accuracy == 1.0
    assert judge_pairs(pairs(), pairs(), static).accuracy == pytest.approx(18 / 27)
    assert cosines(pairs(), static) == pytest.approx(1.0)
    uses = [SenseUse("bank", name, own) for name, side in (("r", RIVER), ("m", MONEY))
            for own in side]  # fmt: skip
    assert judge_senses(uses, uses, window).accuracy == 1.0
    assert judge_senses([*uses, uses[0]], uses, static).accuracy == 0.5  # The commonest sense.


def test_an_interval_and_a_count_stand_beside_the_share():
    score = judge_pairs(pairs(), pairs(), static_embedder(VECTORS))
    low, high = score.interval
    assert 0.4 < low < score.accuracy < high < 0.9
    assert score.answers == 27
    again = judge_pairs(pairs(), pairs(), static_embedder(VECTORS))
    assert again == score


def test_a_window_leaves_out_the_word_and_what_is_far():
    found = window_embedder(VECTORS, 1)([use("river bank x money"), use("x bank y")])
    assert found.tolist() == [[1, 0], [0, 0]]


def test_a_sense_that_was_never_seen_is_wrong():
    train = [SenseUse("bank", "r", RIVER[0])]
    test = [SenseUse("bank", "m", MONEY[0]), SenseUse("pen", "x", use("a pen", "pen"))]
    assert judge_senses(train, test, window_embedder(VECTORS)).accuracy == 0.0


def test_a_probe_reads_what_is_linear_and_not_more():
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(600, 8))
    linear = np.where(vectors[:, 0] + vectors[:, 1] > 0, "a", "b").tolist()
    crossed = np.where(vectors[:, 0] * vectors[:, 1] > 0, "a", "b").tolist()
    for labels, low, high in ((linear, 0.93, 1.0), (crossed, 0.35, 0.65)):
        probe = LinearProbe().fit(vectors[:400], labels[:400])
        score = probe.judge(vectors[400:], labels[400:])
        assert low < score.accuracy <= high
        assert score.interval[0] <= score.accuracy <= score.interval[1]
        assert probe.labels == ["a", "b"]


@pytest.mark.parametrize("seed", range(5))
def test_a_lead_is_judged_on_the_same_questions(seed):
    rng = np.random.default_rng(seed)
    ours, theirs = rng.random((2, 1400)) < [[0.56], [0.52]]
    theirs[:900] = ours[:900]
    lead, (low, high) = lead_interval(ours, theirs, seed=1)
    assert lead == pytest.approx(ours.mean() - theirs.mean())
    drawn = rng.integers(1400, size=(1000, 1400))
    gains = ours[drawn].mean(axis=1) - theirs[drawn].mean(axis=1)
    np.testing.assert_allclose((low, high), np.percentile(gains, (2.5, 97.5)), atol=0.004)
    apart = np.hypot(*(np.sqrt(a.mean() * (1 - a.mean()) / 1400) for a in (ours, theirs)))
    assert high - low < 0.8 * 2 * 1.96 * apart  # Narrower than if the questions differed.
    assert lead_interval(theirs, ours, seed=1)[0] == -lead


def test_no_answers_have_no_lead():
    nothing = np.empty(0, bool)
    assert np.isnan(lead_interval(nothing, nothing, 1)[1]).all()
