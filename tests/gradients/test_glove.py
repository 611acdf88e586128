"""GloVe: moves of records, and of the retrofit term, against central differences."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.kernels.glove import pull_rows

from ..kernels.glove_rows import as_records, as_rows, as_state, train
from ..kernels.gradients import RATE, differences
from ..reference.glove import Settings, State, cost, gradients, pull_cost, start

SIZE, DIM = 5, 9
SETTINGS = {
    "some above x_max": Settings(x_max=20.0, alpha=0.75),
    "linear": Settings(x_max=200.0, alpha=1.0),
    "all alike": Settings(alpha=0.0),
}
STILL = State(*(np.ones(shape) for shape in ((SIZE, DIM), (SIZE, DIM), SIZE, SIZE)))


@pytest.fixture
def counts():
    generator = np.random.default_rng(1)
    return generator.uniform(0.2, 100, (SIZE, SIZE)) * (generator.random((SIZE, SIZE)) < 0.7)


@pytest.fixture
def state():
    return start(np.random.default_rng(2), SIZE, DIM)


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_the_twins_gradient_is_that_of_its_cost(state, counts, settings):
    numerical = differences(state, lambda *parts: cost(State(*parts), counts, settings))
    for ours, theirs in zip(gradients(state, counts, settings), numerical, strict=True):
        assert np.abs(theirs).max() > 0.01
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_an_epoch_moves_all_parameters_down_the_gradient(state, counts, settings):
    """At a tiny rate, where the order of the records does not matter."""
    numerical = differences(state, lambda *parts: cost(State(*parts), counts, settings))
    rows = as_rows(state, STILL)
    found = train(rows, as_records(counts), settings._replace(rate=RATE, bias_rate=RATE))
    assert found == pytest.approx(cost(state, counts, settings), rel=1e-5)
    for after, before, gradient in zip(as_state(rows)[0], state, numerical, strict=True):
        np.testing.assert_allclose((after - before) / RATE, -gradient, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("strength", [0.1, 2.0])
def test_retrofit_moves_both_vectors_down_its_gradient(state, strength):
    given = np.random.default_rng(3).normal(size=(SIZE, DIM))
    given[2] = np.nan
    numerical = differences(state, lambda *parts: pull_cost(State(*parts), given, strength))
    rows = as_rows(state, STILL)
    pull_rows(rows.words, rows.contexts, rows.length, given, strength, RATE)
    for after, before, gradient in zip(as_state(rows)[0], state, numerical, strict=True):
        np.testing.assert_allclose((after - before) / RATE, -gradient, atol=1e-6)
    assert np.abs(numerical[0]).max() > 0.1
    assert not numerical[0][2].any()
