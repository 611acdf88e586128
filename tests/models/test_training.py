"""How a corpus is cut into runs, and how the rate falls over them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.errors import DivergenceError
from fastvec.models.training import Run, Schedule, Tally, run_edges, train_epochs
from fastvec.progress import silent

LENGTHS = st.lists(st.integers(1, 60), min_size=1, max_size=40)


def offsets(lengths):
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


@given(LENGTHS, st.integers(1, 50))
def test_runs_lose_no_token_and_cut_only_long_sentences(lengths, length):
    sentences = offsets(lengths)
    edges = run_edges(sentences, length)
    assert edges[0] == 0
    assert edges[-1] == sum(lengths)
    sizes = np.diff(edges)
    assert (sizes > 0).all()
    assert sizes.max() <= 2 * length
    for edge in edges[1:-1].tolist():
        if edge not in sentences:
            after = np.searchsorted(sentences, edge)
            assert sentences[after] - edge > length  # No sentence end was near.


def test_runs_are_about_as_long_as_asked():
    assert run_edges(offsets([10] * 10), 30).tolist() == [0, 30, 60, 90, 100]
    assert run_edges(offsets([10] * 10), 25).tolist() == [0, 30, 60, 90, 100]
    assert run_edges(offsets([100]), 30).tolist() == [0, 30, 60, 100]


@given(LENGTHS, st.integers(1, 50), st.integers(1, 4))
def test_rate_falls_with_the_words_done_to_its_floor(lengths, length, epochs):
    edges = run_edges(offsets(lengths), length)
    schedule = Schedule(edges, epochs, 0.5, 0.1)
    runs = [run for epoch in range(1, epochs + 1) for run in schedule.runs(epoch)]
    words = sum(lengths)
    for run in runs:
        share = ((run.epoch - 1) * words + run.start) / (words * epochs)
        assert run.rate == pytest.approx(0.5 * max(1 - share, 0.1))
    assert sum(run.stop - run.start for run in runs) == words * epochs


def train(tallies, epochs=1):
    """Run the loop over as many runs as tallies; return its history."""
    history = []
    schedule = Schedule(np.arange(len(tallies) + 1) * 10, epochs, 0.5, 0.0)
    train_epochs(
        lambda run, _: tallies[run.number], schedule, [None], objective="ns", untrained_loss=1.0,
        callback=silent, history=history,
    )  # fmt: skip
    return history


def test_loss_is_the_mean_over_the_pairs_of_one_epoch():
    """D4."""
    history = train([Tally(30.0, 10), Tally(2.0, 30), Tally(0.0, 0)], epochs=3)
    assert [record.loss for record in history] == [0.8] * 3
    large = [Tally(2.0**40, 2**40), Tally(1.0, 1)]
    assert train(large)[0].loss == 1.0


@pytest.mark.parametrize("loss", [np.nan, np.inf, -np.inf, 1e9])
def test_bad_loss_names_epoch_place_and_rate(loss):
    with pytest.raises(DivergenceError, match=r"epoch 1, 50% of the way.*learning rate 0\.375"):
        train([Tally(1.0, 1), Tally(loss, 1), Tally(1.0, 1), Tally(1.0, 1)][:2] * 2)
    with pytest.raises(DivergenceError, match="untrained vectors have 1"):
        train([Tally(1.0, 1), Tally(loss, 1)])


def test_run_is_a_stretch_of_the_corpus():
    (run,) = Schedule(np.array([0, 7]), 2, 1.0, 0.0).runs(2)
    assert run == Run(epoch=2, number=0, start=0, stop=7, rate=0.5)
