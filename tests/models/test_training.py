"""How a corpus is cut into runs, how the rate falls over them, and the loop over epochs."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.errors import DivergenceError, ParameterError
from fastvec.models import training
from fastvec.models.configs import SkipGramConfig
from fastvec.models.schedule import (
    BLOCKS,
    FEWEST_PARTS,
    ROUND_LENGTH,
    RUN_LENGTH,
    SHORTEST_BLOCK,
    Run,
    Schedule,
    Tally,
    most_tokens,
    round_blocks,
    run_edges,
)
from fastvec.models.training import EpochRecord, Standing, check_finite, train_epochs
from fastvec.progress import silent

LENGTHS = st.lists(st.integers(1, 60), min_size=1, max_size=40)


def offsets(lengths):
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


# Runs


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
    assert schedule.size == words
    for run in runs:
        share = ((run.epoch - 1) * words + run.start) / (words * epochs)
        assert run.rate == pytest.approx(0.5 * max(1 - share, 0.1))
        assert run.done == (run.epoch - 1) * words + run.start
    assert sum(run.stop - run.start for run in runs) == words * epochs


def test_run_is_a_stretch_of_the_corpus():
    (run,) = Schedule(np.array([0, 7]), 2, 1.0, 0.0).runs(2)
    assert run == Run(epoch=2, number=0, start=0, stop=7, rate=0.5, done=7)


@given(st.integers(0, 10**12))
def test_a_round_is_a_small_part_of_an_epoch_in_up_to_16_blocks(words):
    blocks, length = (
        round_blocks(words),
        most_tokens(SkipGramConfig(window=1, updates="ordered"), words),
    )
    assert 1 <= blocks <= BLOCKS == 16
    if blocks > 1:
        assert length >= SHORTEST_BLOCK
        assert length * blocks <= min(ROUND_LENGTH, words / FEWEST_PARTS)


def test_more_text_never_has_fewer_blocks_and_much_of_it_has_all():
    blocks = [round_blocks(words) for words in range(0, 10**8, 10**5)]
    assert blocks == sorted(blocks)
    assert (blocks[0], blocks[-1]) == (1, BLOCKS)


@pytest.mark.parametrize("settings", [{"updates": "hogwild"}, {"loss": "softmax"}], ids=str)
def test_runs_without_rounds_are_short_enough_for_ctrl_c(settings):
    assert most_tokens(SkipGramConfig(**settings), 10**9) == RUN_LENGTH
    assert most_tokens(SkipGramConfig(**settings), 10**6) == 10**6 // FEWEST_PARTS


@pytest.mark.parametrize(("window", "least"), [(1, 100), (5, 100), (1000, 20_000)])
def test_a_run_of_a_tiny_corpus_is_long_against_its_window(window, least):
    for updates in ("ordered", "hogwild"):
        assert most_tokens(SkipGramConfig(window=window, updates=updates), 50) == least


# The loop


class Watcher:
    """A supervisor that remembers when it was asked, and can stop or interrupt."""

    def __init__(self, held_out=(), last_epoch=99, interrupt_at=None):
        self.pauses, self._losses, self._last = [], list(held_out), last_epoch
        self._interrupt_at = interrupt_at

    def held_out(self):
        return self._losses.pop(0) if self._losses else None

    def pause(self, standing):
        self.pauses.append((standing.epoch, standing.run))
        if self.pauses[-1] == self._interrupt_at:
            raise KeyboardInterrupt

    def enough(self, history):
        return len(history) >= self._last


def loop(tallies, epochs=1, *, standing=None, watcher=None, trained=None):
    """Run the loop over as many runs as tallies; return how things stand after."""
    standing = Standing() if standing is None else standing

    def train(runs):
        for run in runs:
            if trained is not None:
                trained.append((run.epoch, run.number))
            tally = tallies[run.number]
            if isinstance(tally, BaseException):
                raise tally
            yield tally

    train_epochs(
        train, Schedule(np.arange(len(tallies) + 1) * 10, epochs, 0.5, 0.0), standing,
        objective="ns", untrained_loss=1.0, callback=silent, supervisor=watcher or Watcher(),
    )  # fmt: skip
    return standing


def test_loss_is_the_mean_over_the_pairs_of_one_epoch():
    """D4."""
    history = loop([Tally(30.0, 10), Tally(2.0, 30), Tally(0.0, 0)], epochs=3).history
    assert [record.loss for record in history] == [0.8] * 3
    large = [Tally(2.0**40, 2**40), Tally(1.0, 1)]
    assert loop(large).history[0].loss == 1.0
    assert math.isnan(loop([Tally(0.0, 0)]).history[0].loss)


@pytest.mark.parametrize("loss", [np.nan, np.inf, -np.inf, 1e9])
def test_bad_loss_names_epoch_place_and_rate(loss):
    good, bad = Tally(1.0, 1), Tally(loss, 1)
    with pytest.raises(DivergenceError, match=r"epoch 1, 50% of the way.*learning rate 0\.375"):
        loop([good, bad, good, good])
    with pytest.raises(DivergenceError, match="untrained vectors have 1"):
        loop([good, bad])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_matrices_that_the_last_step_spoilt_are_refused(bad):
    matrix = np.ones((3, 4), np.float32)
    check_finite([matrix], 0.1)
    matrix[1, 2] = bad
    with pytest.raises(DivergenceError, match=r"end of the last epoch.*0\.1"):
        check_finite([np.ones((2, 2), np.float32), matrix], 0.1)


def test_the_supervisor_is_asked_between_stretches_and_after_each_epoch(monkeypatch):
    monkeypatch.setattr(training, "STRETCH", 2)
    watcher, trained = Watcher(held_out=[3.0, 2.0]), []
    standing = loop([Tally(1.0, 1)] * 5, epochs=2, watcher=watcher, trained=trained)
    assert watcher.pauses == [(1, 2), (1, 4), (2, 0), (2, 2), (2, 4), (3, 0)]
    assert trained == [(epoch, run) for epoch in (1, 2) for run in range(5)]
    assert [record.validation_loss for record in standing.history] == [3.0, 2.0]


def test_training_ends_when_the_supervisor_has_enough():
    standing = loop([Tally(1.0, 1)], epochs=9, watcher=Watcher(last_epoch=3))
    assert [record.epoch for record in standing.history] == [1, 2, 3]
    assert (standing.epoch, standing.run) == (4, 0)


@pytest.mark.parametrize("interrupt_at", [(1, 2), (1, 4), (2, 0), (2, 4)])
def test_an_interrupted_training_goes_on_to_the_same_history(monkeypatch, interrupt_at):
    monkeypatch.setattr(training, "STRETCH", 2)
    tallies = [Tally(float(loss), loss + 1) for loss in range(5)]
    whole = loop(tallies, epochs=2)
    standing, trained, watcher = Standing(), [], Watcher(interrupt_at=interrupt_at)
    with pytest.raises(KeyboardInterrupt):
        loop(tallies, 2, standing=standing, watcher=watcher, trained=trained)
    assert (standing.epoch, standing.run) == interrupt_at
    again = Standing.from_dict(json.loads(json.dumps(standing.as_dict())))
    loop(tallies, 2, standing=again, trained=trained)
    assert trained == [(epoch, run) for epoch in (1, 2) for run in range(5)]
    for name in ("epoch", "loss", "learning_rate"):
        assert [getattr(r, name) for r in again.history] == [
            getattr(r, name) for r in whole.history
        ]


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), MemoryError()], ids=repr)
def test_a_stretch_that_was_stopped_counts_for_nothing(monkeypatch, stop):
    monkeypatch.setattr(training, "STRETCH", 2)
    standing = Standing()
    with pytest.raises(type(stop)):
        loop([*[Tally(1.0, 2)] * 3, stop], standing=standing)
    assert (standing.epoch, standing.run) == (1, 2)
    assert (standing.loss, standing.pairs) == (2.0, 4)
    assert standing.mean() == 0.5


def test_a_standing_survives_being_written_down():
    record = EpochRecord(
        epoch=1, loss=2.5, learning_rate=0.1, words_per_second=1e6, seconds=3.0,
        validation_loss=2.0,
    )  # fmt: skip
    standing = Standing(2, 7, 1.25, 3, 0.5, [record])
    assert Standing.from_dict(json.loads(json.dumps(standing.as_dict()))) == standing
    assert math.isnan(Standing().mean())


@pytest.mark.parametrize(
    "wrong",
    [{"epoch": 0}, {"epoch": 1.5}, {"run": -1}, {"run": True}, {"pairs": "3"}, {"loss": None},
     {"seconds": "1"}],
    ids=str,
)  # fmt: skip
def test_what_is_no_place_in_a_training_is_refused(wrong):
    with pytest.raises(ParameterError, match="no place in a training"):
        Standing.from_dict(Standing().as_dict() | wrong)
