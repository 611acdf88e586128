from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from fastvec.kernels.random import next_random, random_below

from ..reference.sampling import Stream

words = st.integers(0, 2**32 - 1)


def test_the_published_sequence_comes_out():
    stream = np.array([1, 2, 3, 4])
    drawn = [next_random(stream) for _ in range(5)]
    assert drawn == [11520, 0, 5927040, 70819200, 2031721883]


@given(st.tuples(words, words, words, words))
def test_every_stream_follows_the_definition(state):
    stream, twin = np.array(state), Stream(state)
    assert [next_random(stream) for _ in range(20)] == [twin.next() for _ in range(20)]
    assert stream.tolist() == twin.words


@given(st.tuples(words, words, words, words), st.integers(1, 2**31))
def test_integers_stay_below_their_limit(state, limit):
    drawn = random_below(np.array(state), limit)
    assert drawn == Stream(state).below(limit)
    assert 0 <= drawn < limit


@pytest.mark.parametrize("limit", [2, 7, 100])
def test_integers_are_uniform(limit):
    stream = np.array([1, 2, 3, 4])
    drawn = [random_below(stream, limit) for _ in range(20_000)]
    assert chisquare(np.bincount(drawn, minlength=limit)).pvalue > 1e-3
