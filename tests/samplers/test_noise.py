from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chisquare

from fastvec.kernels.noise import POOL, Noise, deal_fresh, deal_pooled, draw_words, pool_words
from fastvec.samplers.unigram import noise_table

from ..reference import sampling
from ..reference.sampling import Stream

COUNTS = np.array([1000, 300, 300, 50, 20, 5])
SHARES = COUNTS**0.75


def drawn(counts, number, stream):
    words = np.full(number, -1, np.int32)
    draw_words(Noise(*noise_table(counts)), stream, words)
    return words


def arrays(centres, negative, columns):
    return np.array(centres, np.int32), np.full(
        (len(centres), columns or 1 + negative), -1, np.int32
    )


def fresh(counts, centres, negative, stream, columns=None):
    words = drawn(counts, len(centres) * (negative + 1), stream)
    centres, targets = arrays(centres, negative, columns)
    deal_fresh(centres, len(centres), negative, words, len(counts), targets)
    return targets


def pooled(counts, centres, negative, stream, columns=None):
    words, pool = drawn(counts, pool_words(len(centres)), stream), np.empty(POOL, np.int32)
    centres, targets = arrays(centres, negative, columns)
    deal_pooled(centres, len(centres), negative, words, len(counts), stream, targets, pool)
    return targets


def expected(centre: int) -> np.ndarray:
    """The noise distribution without the centre."""
    shares = np.delete(SHARES, centre)
    return shares / shares.sum()


@pytest.mark.parametrize("counts", [COUNTS, np.array([10**9, 1]), np.array([7])], ids=len)
@pytest.mark.parametrize("negative", [1, 5, 15])
def test_the_same_words_are_drawn_and_dealt_as_by_the_definition(counts, negative):
    centres = (np.arange(300) % len(counts)).tolist()
    state, table = [5, 6, 7, 8], noise_table(counts)
    words = sampling.draw_words(*table, 300 * (negative + 1), Stream(state))
    exact = sampling.fresh_targets(centres, negative, words, len(counts))
    assert fresh(counts, centres, negative, np.array(state)).tolist() == exact
    stream = Stream(state)
    words = sampling.draw_words(*table, pool_words(300), stream)
    exact = sampling.pooled_targets(centres, negative, words, len(counts), stream)
    assert pooled(counts, centres, negative, np.array(state)).tolist() == exact


@pytest.mark.parametrize(
    ("words", "dealt"),
    [
        ([4, 5, 6, 7], [4, 5, 6]),
        ([4, 3, 6, 7], [4, 7, 6]),  # The spare word.
        ([3, 3, 6, 7], [7, 2, 6]),  # There is one alone.
        ([4, 3, 3, 3], [4, 2, 2]),
    ],
)
def test_one_spare_word_stands_in_for_the_centre_and_then_its_neighbour(words, dealt):
    centres, targets = arrays([3], 3, 6)
    deal_fresh(centres, 1, 3, np.array(words, np.int32), 9, targets)
    assert targets.tolist() == [[3, *dealt, 3, 3]]


def test_only_the_windows_that_count_are_dealt_to():
    centres, targets = arrays([1, 2, 5], 2, None)
    words = np.zeros(POOL + 3, np.int32)
    deal_fresh(centres, 2, 2, words, 9, targets)
    assert targets.tolist() == [[1, 0, 0], [2, 0, 0], [-1, -1, -1]]
    targets[:] = -1
    stream = np.array([1, 2, 3, 4])
    deal_pooled(centres, 2, 2, words, 9, stream, targets, np.empty(POOL, np.int32))
    assert targets.tolist() == [[1, 0, 0], [2, 0, 0], [-1, -1, -1]]


@pytest.mark.parametrize("draw", [fresh, pooled])
def test_the_centre_comes_first_and_fills_the_padding(draw):
    targets = draw(COUNTS, [3, 0, 5] * 50, 4, np.array([1, 2, 3, 4]), columns=6)
    assert targets[:, [0, 5]].tolist() == [[3, 3], [0, 0], [5, 5]] * 50
    assert targets.min() >= 0


@pytest.mark.parametrize("draw", [fresh, pooled])
@pytest.mark.parametrize("counts", [[1, 1], [10**9, 1], [10**9, 1, 1], [1, 10**9], COUNTS])
def test_noise_is_never_the_centre_while_there_is_another_word(draw, counts):
    centres = np.arange(600) % len(counts)
    targets = draw(np.array(counts), centres, 5, np.array([1, 2, 3, 4]))
    assert not (targets[:, 1:] == targets[:, :1]).any()


@pytest.mark.parametrize("draw", [fresh, pooled])
def test_one_word_alone_is_its_own_noise(draw):
    assert not draw(np.array([9]), [0] * 10, 5, np.array([1, 2, 3, 4])).any()


@pytest.mark.parametrize("centre", range(len(COUNTS)))
def test_fresh_words_follow_the_noise_distribution(centre):
    # But for the neighbour, which comes where the centre is drawn twice.
    shares = SHARES / SHARES.sum()
    chances = shares * (1 + shares[centre])
    chances[centre - 1 if centre else 1] += shares[centre] ** 2
    targets = fresh(COUNTS, [centre] * 5000, 1, np.array([1, 2, 3, 4]))
    counted = np.bincount(targets[:, 1], minlength=len(COUNTS))
    assert counted[centre] == 0
    counted, chances = np.delete(counted, centre), np.delete(chances, centre)
    assert chisquare(counted, 5000 * chances).pvalue > 1e-3


@pytest.mark.parametrize("windows", [1, 20])
def test_pooled_words_of_many_runs_follow_the_noise_distribution(windows):
    # One word a run, so that the words are independent.
    centre, runs = 1, 1500
    states = np.random.default_rng(3).integers(0, 2**32, (runs, 4))
    drawn = [pooled(COUNTS, [centre] * windows, 1, state)[-1, 1] for state in states]
    counted = np.delete(np.bincount(drawn, minlength=len(COUNTS)), centre)
    # A pool is a sample: without the centre its words weigh slightly differently.
    assert chisquare(counted, runs * expected(centre)).pvalue > 1e-3


def test_the_pool_is_renewed_all_the_time():
    counts = np.arange(16_000, 0, -1)
    targets = pooled(counts, [0] * 8000, 5, np.array([1, 2, 3, 4]))
    early, late = set(targets[:1000, 1:].ravel()), set(targets[-1000:, 1:].ravel())
    assert len(early) > 600  # 256 at the start, and one every second window.
    assert len(early & late) < 300
    # A word that enters is used for about as many windows as the pool has places.
    assert len(set(targets[:, 1:].ravel())) > 3000
