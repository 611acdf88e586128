from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from fastvec.errors import ParameterError
from fastvec.kernels.noise import Noise, draw_noise
from fastvec.samplers.unigram import keep_probabilities, keep_thresholds, noise_table

from ..reference.sampling import Stream, alias_distribution
from ..reference.sampling import draw_noise as twin_draw

COUNTS = np.array([5000, 900, 90, 9, 1])
some_counts = st.lists(st.integers(0, 10**9), min_size=1, max_size=60).filter(any)


def test_word2vec_keeps_by_the_sum():
    shares = COUNTS / COUNTS.sum()
    exact = np.minimum(np.sqrt(1e-3 / shares) + 1e-3 / shares, 1)
    np.testing.assert_allclose(keep_probabilities(COUNTS, 1e-3), exact)
    assert keep_probabilities(COUNTS, 1e-3)[0] == pytest.approx(0.0358410)


def test_the_paper_keeps_by_the_square_root():
    shares = COUNTS / COUNTS.sum()
    exact = np.minimum(np.sqrt(1e-3 / shares), 1)
    np.testing.assert_allclose(keep_probabilities(COUNTS, 1e-3, "paper"), exact)


@given(some_counts, st.floats(0, 1), st.sampled_from(["word2vec", "paper"]))
def test_a_chance_is_a_chance_and_rare_words_have_the_better_one(counts, sample, rule):
    chances = keep_probabilities(np.sort(counts)[::-1], sample, rule)
    assert ((chances >= 0) & (chances <= 1)).all()
    assert (np.diff(chances) >= 0).all()


def test_a_threshold_of_0_keeps_everything():
    assert keep_probabilities(COUNTS, 0.0).tolist() == [1] * 5


def test_an_unknown_rule_is_refused():
    with pytest.raises(ParameterError, match=r"'word2vec' or 'paper', but is 'zipf'"):
        keep_probabilities(COUNTS, 1e-3, "zipf")


def test_a_certain_word_passes_every_random_number():
    limits = keep_thresholds(np.array([0.0, 0.25, 1.0]))
    assert limits.tolist() == [0, 2**30, 2**32]


@given(some_counts, st.sampled_from([-1, -0.5, 0, 0.5, 0.75, 1, 2]))
def test_the_alias_table_adds_up_to_the_noise_distribution(counts, exponent):
    counts = np.array(counts)
    exact = np.zeros(len(counts))
    exact[counts > 0] = counts[counts > 0] ** float(exponent)
    chances = alias_distribution(*noise_table(counts, exponent))
    np.testing.assert_allclose(chances, exact / exact.sum(), atol=1e-9)
    assert not chances[counts == 0].any()


def test_the_exponent_is_three_quarters_by_default():
    chances = alias_distribution(*noise_table(np.array([16, 1])))
    np.testing.assert_allclose(chances, [8 / 9, 1 / 9], atol=1e-9)


@pytest.mark.parametrize("exponent", [0.75, 0.0, 1.0])
def test_draws_follow_the_noise_distribution(exponent):
    noise, stream = Noise(*noise_table(COUNTS, exponent)), np.array([1, 2, 3, 4])
    drawn = np.bincount([draw_noise(noise, stream) for _ in range(30_000)], minlength=5)
    expected = COUNTS**exponent
    assert chisquare(drawn, 30_000 * expected / expected.sum()).pvalue > 1e-3


@given(some_counts, st.integers(1, 2**31))
def test_a_draw_follows_the_table(counts, seed):
    noise = Noise(*noise_table(np.array(counts)))
    stream, twin = np.array([seed, 2, 3, 4]), Stream([seed, 2, 3, 4])
    assert [draw_noise(noise, stream) for _ in range(20)] == [
        twin_draw(*noise, twin) for _ in range(20)
    ]
