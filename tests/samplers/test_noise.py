from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chisquare

from fastvec.kernels.noise import Noise, draw_fresh, draw_pooled
from fastvec.samplers.unigram import noise_table

from ..reference.sampling import Stream, fresh_targets, pooled_targets

COUNTS = np.array([1000, 300, 300, 50, 20, 5])
SHARES = COUNTS**0.75


def fresh(counts, centres, negative, stream, columns=None):
    targets = np.full((len(centres), columns or 1 + negative), -1, np.int32)
    centres = np.array(centres, np.int32)
    draw_fresh(Noise(*noise_table(counts)), centres, len(centres), negative, stream, targets)
    return targets


def pooled(counts, centres, negative, stream, columns=None, pool=256):
    targets = np.full((len(centres), columns or 1 + negative), -1, np.int32)
    centres = np.array(centres, np.int32)
    draw_pooled(
        Noise(*noise_table(counts)), centres, len(centres), negative, stream, targets,
        np.empty(pool, np.int32),
    )  # fmt: skip
    return targets


def expected(centre: int) -> np.ndarray:
    """The noise distribution without the centre."""
    shares = np.delete(SHARES, centre)
    return shares / shares.sum()


@pytest.mark.parametrize("counts", [COUNTS, np.array([10**9, 1]), np.array([7])])
@pytest.mark.parametrize("negative", [1, 5, 15])
def test_the_same_words_are_drawn_as_by_the_definition(counts, negative):
    centres = np.arange(300) % len(counts)
    state = [5, 6, 7, 8]
    table = noise_table(counts)
    assert fresh(counts, centres, negative, np.array(state)).tolist() == fresh_targets(
        *table, centres, negative, Stream(state)
    )
    assert pooled(counts, centres, negative, np.array(state), pool=64).tolist() == pooled_targets(
        *table, centres, negative, Stream(state), 64
    )


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
    targets = fresh(COUNTS, [centre] * 2000, 5, np.array([1, 2, 3, 4]))
    drawn = np.delete(np.bincount(targets[:, 1:].ravel(), minlength=len(COUNTS)), centre)
    assert chisquare(drawn, drawn.sum() * expected(centre)).pvalue > 1e-3


@pytest.mark.parametrize("windows", [1, 20])
def test_pooled_words_of_many_runs_follow_the_noise_distribution(windows):
    # One word a run, so that the words are independent.
    centre, runs = 1, 1500
    states = np.random.default_rng(3).integers(0, 2**32, (runs, 4))
    drawn = [pooled(COUNTS, [centre] * windows, 1, state, pool=16)[-1, 1] for state in states]
    counted = np.delete(np.bincount(drawn, minlength=len(COUNTS)), centre)
    # A pool is a sample: without the centre its words weigh slightly differently.
    assert chisquare(counted, runs * expected(centre)).pvalue > 1e-3


def test_the_pool_is_renewed_all_the_time():
    counts = np.arange(4000, 0, -1)
    targets = pooled(counts, [0] * 4000, 5, np.array([1, 2, 3, 4]), pool=64)
    early, late = set(targets[:500, 1:].ravel()), set(targets[-500:, 1:].ravel())
    assert len(early) > 300
    assert len(early & late) < 150
    # A word that enters is used for about as many windows as the pool has places.
    assert len(set(targets[:, 1:].ravel())) > 2000
