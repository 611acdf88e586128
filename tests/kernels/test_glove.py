"""GloVe's kernels: records one after another, against their definition in float64."""

from __future__ import annotations

import json

import numpy as np
import pytest

from fastvec.kernels.glove import adagrad_step, pull_rows
from fastvec.kernels.jit import JIT_DISABLED, kernel

from ..reference.glove import Settings, State, adagrad_pass, cost, start, step
from .glove_rows import as_records, as_rows, as_state, train

SIZE, DIM = 6, 11  # Rows are padded to 16 numbers.


def ones(dim=DIM, size=SIZE):
    return State(np.ones((size, dim)), np.ones((size, dim)), np.ones(size), np.ones(size))


def counts_of(generator, share=0.6, high=300.0):
    """Return a matrix of which some entries are 0, and some above x_max."""
    return generator.uniform(0.05, high, (SIZE, SIZE)) * (generator.random((SIZE, SIZE)) < share)


def one_record(i, j, value):
    counts = np.zeros((SIZE, SIZE))
    counts[i, j] = value
    return counts


def check(rows, state, sums, tolerance=1e-12):
    """Compare rows with parameters and sums; padding must be as it was."""
    for found, expected in zip(as_state(rows), (state, sums), strict=True):
        for ours, twin in zip(found, expected, strict=True):
            np.testing.assert_allclose(ours, twin, rtol=tolerance, atol=tolerance)
    for matrix in (rows.words, rows.contexts):
        assert not matrix[:, DIM : rows.length].any()
        assert (matrix[:, rows.length + DIM : 2 * rows.length] == 1).all()


@pytest.mark.parametrize("dim", [1, 8, 11, 100])
@pytest.mark.parametrize("bias_rate", [0.05, 1.0], ids=["paper", "head"])
@pytest.mark.parametrize("value", [0.1, 1.0, 10.0, 100.0, 1e4])
def test_a_record_moves_its_two_rows_only(dim, bias_rate, value):
    state, sums = start(np.random.default_rng(1), SIZE, dim), ones(dim)
    sums.words[:] = np.random.default_rng(2).uniform(1, 3, (SIZE, dim))
    rows, settings = as_rows(state, sums), Settings(bias_rate=bias_rate)
    found = train(rows, as_records(one_record(4, 2, value)), settings)
    before, counts = state.copy(), one_record(4, 2, value)
    assert found == pytest.approx(cost(before, counts, settings), rel=1e-12)
    assert step(state, sums, (4, 2), value, settings) == pytest.approx(found, rel=1e-12)
    for ours, twin in zip(as_state(rows)[0], state, strict=True):
        np.testing.assert_allclose(ours, twin, rtol=1e-12, atol=1e-14)
    moved = (as_state(rows)[0].words != before.words).any(axis=1)
    assert moved.tolist() == [row == 4 and value != 0 for row in range(SIZE)]


@pytest.mark.parametrize(("bias_rate", "steps"), [(0.05, 0.05), (1.0, 1.0)])
def test_a_bias_steps_by_its_rate_times_the_error(bias_rate, steps):
    """D14: one record (i, j, X = e): the step is eta f, or f as in today's GloVe."""
    zeros = State(*(np.zeros_like(part) for part in ones()))
    rows = as_rows(zeros, ones())
    settings = Settings(x_max=100.0, alpha=0.75, rate=0.05, bias_rate=bias_rate)
    train(rows, as_records(one_record(0, 1, np.e)), settings)
    found, sums = as_state(rows)
    f = (np.e / 100) ** 0.75  # The difference is -log e = -1.
    assert found.word_biases[0] == pytest.approx(steps * f, rel=1e-12)
    assert found.context_biases[1] == pytest.approx(steps * f, rel=1e-12)
    assert sums.word_biases[0] == pytest.approx(1 + (steps * f) ** 2, rel=1e-12)
    assert not found.words.any()


@pytest.mark.parametrize("clip", [1e-3, 0.1, 1e4])
def test_gradients_of_vectors_are_clipped_and_those_of_biases_are_not(clip):
    state, sums = start(np.random.default_rng(3), SIZE, DIM, scale=5.0), ones()
    rows, settings = as_rows(state, sums), Settings(clip=clip)
    train(rows, as_records(one_record(1, 1, 500.0)), settings)
    before = state.copy()
    step(state, sums, (1, 1), 500.0, settings)
    check(rows, state, sums)
    most = np.abs(as_state(rows)[0].words - before.words).max()
    assert most <= 0.05 * clip * (1 + 1e-9)
    assert (most == pytest.approx(0.05 * clip)) == (clip < 1)
    assert abs(as_state(rows)[0].word_biases - before.word_biases)[1] > 0.05


@pytest.mark.parametrize("edges", [[0, 6], [0, 1, 4, 6], [0, 0, 3, 6, 6]], ids=str)
@pytest.mark.parametrize("order", [range(6), [5, 0, 3], [2]], ids=str)
def test_blocks_train_their_rows_in_order_within_their_columns(edges, order):
    generator = np.random.default_rng(4)
    state, sums, counts = start(generator, SIZE, DIM), ones(), counts_of(generator)
    rows, records = as_rows(state, sums), as_records(counts, edges)
    settings = Settings(x_max=80.0, bias_rate=1.0)
    for group in (*range(1, len(edges) - 1), 0):
        inside = range(edges[group], edges[group + 1])
        expected = [(i, j) for i in order for j in inside if counts[i, j]]
        found = train(rows, records, settings, order, group)
        twin = adagrad_pass(state, sums, expected, counts, settings)
        assert found == pytest.approx(twin, rel=1e-12)
    check(rows, state, sums, tolerance=1e-11)


def test_a_held_row_keeps_its_vectors_but_not_its_biases():
    generator = np.random.default_rng(5)
    state, sums, counts = start(generator, SIZE, DIM), ones(), counts_of(generator)
    free = np.array([1.0, 0, 1, 0, 1, 1])
    rows, before = as_rows(state, sums), state.copy()
    train(rows, as_records(counts), Settings(), free=free)
    order = [(i, j) for i in range(SIZE) for j in range(SIZE) if counts[i, j]]
    adagrad_pass(state, sums, order, counts, Settings(), free)
    check(rows, state, sums)
    found = as_state(rows)[0]
    assert (found.words[free == 0] == before.words[free == 0]).all()
    assert (found.contexts[free == 0] == before.contexts[free == 0]).all()
    assert (found.word_biases != before.word_biases).all()


def test_rates_of_0_judge_without_a_move():
    generator = np.random.default_rng(6)
    state, counts = start(generator, SIZE, DIM), counts_of(generator)
    rows = as_rows(state, ones())
    before = rows.words.tobytes(), rows.contexts.tobytes()
    found = train(rows, as_records(counts), Settings(rate=0.0, bias_rate=0.0))
    assert found == pytest.approx(cost(state, counts, Settings()), rel=1e-12)
    assert (rows.words.tobytes(), rows.contexts.tobytes()) == before


def test_single_precision_comes_close_and_its_cost_closer():
    """Promise 3: equal to a float64 recomputation at the same parameters to 1e-4."""
    generator = np.random.default_rng(7)
    state, sums = start(generator, SIZE, DIM), ones()
    counts, settings = counts_of(generator, share=1.0), Settings(bias_rate=1.0)
    rows = as_rows(state, sums, np.float32)
    held = Settings(rate=0.0, bias_rate=0.0)
    assert train(rows, as_records(counts), held) == pytest.approx(
        cost(state, counts, held), rel=1e-6
    )
    train(rows, as_records(counts), settings)
    order = [(i, j) for i in range(SIZE) for j in range(SIZE)]
    adagrad_pass(state, sums, order, counts, settings)
    check(rows, state, sums, tolerance=1e-4)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_none_makes_the_cost_none(bad):
    """A10, D1: the guard must see it."""
    rows = as_rows(start(np.random.default_rng(8), SIZE, DIM), ones())
    rows.words[3, 2] = bad
    with np.errstate(all="ignore"):  # Plain Python would warn.
        found = train(rows, as_records(one_record(3, 0, 2.0)), Settings())
    assert not np.isfinite(found)


def test_rows_are_pulled_to_where_they_should_be():
    generator = np.random.default_rng(9)
    state, sums = start(generator, SIZE, DIM), ones()
    given = generator.normal(size=(SIZE, DIM))
    given[[1, 4]] = np.nan
    rows = as_rows(state, sums)
    pull_rows(rows.words, rows.contexts, rows.length, given, 0.3, 0.05)
    moves = np.nan_to_num(0.05 * 0.3 * (state.words + state.contexts - given))
    for side in ("words", "contexts"):
        getattr(state, side)[:] -= moves  # All sums are 1.
        getattr(sums, side)[:] += moves**2
    check(rows, state, sums)
    assert np.abs(moves).max() > 0.01


@pytest.mark.skipif(JIT_DISABLED, reason="nothing is compiled")
def test_the_compiled_step_is_the_plain_one():
    from fastvec.kernels.glove import _step_plain, product

    @kernel
    def both(words, contexts, length):
        adagrad_step(words, 2, contexts, 3, length, 0.7, 0.2, 0.05, 0.0)
        return product(words, 2, contexts, 3, length)

    state = start(np.random.default_rng(10), SIZE, DIM)
    ours, plain = as_rows(state, ones()), as_rows(state, ones())
    found = both(ours.words, ours.contexts, ours.length)
    _step_plain(plain.words, 2, plain.contexts, 3, plain.length, 0.7, 0.2, 0.05, 0.0)
    np.testing.assert_allclose(ours.words, plain.words, rtol=1e-13)
    np.testing.assert_allclose(ours.contexts, plain.contexts, rtol=1e-13)
    assert found == pytest.approx(plain.words[2, :DIM] @ plain.contexts[3, :DIM], rel=1e-12)


FIT = """
import json, sys
import numpy as np
from fastvec import GloVe, WordVectors
generator = np.random.default_rng(1)
words = [f"w{i}" for i in range(12)]
corpus = [[words[i] for i in generator.integers(0, 12, 8)] for _ in range(30)]
given = WordVectors(words[:5], generator.normal(size=(5, 10)).astype(np.float32))
for init, settings in ((None, {}), (given, {"retrofit": 0.1, "bias_eta": "head"})):
    model = GloVe(dim=10, min_count=1, epochs=2, window=3, threads=2, **settings)
    model.fit(corpus, init=init)
    loss = model.history[-1].loss
    json.dump({"vectors": model.vectors.matrix.tolist(), "loss": loss}, sys.stdout)
    print()
"""


@pytest.mark.slow
@pytest.mark.skipif(JIT_DISABLED, reason="nothing is compiled")
def test_plain_python_learns_what_compiled_code_learns(run_process):
    made = []
    for environment in ({}, {"NUMBA_DISABLE_JIT": "1"}):
        status, output, errors = run_process(code=FIT, **environment)
        assert status == 0, errors
        made.append([json.loads(line) for line in output.splitlines()])
    for compiled, plain in zip(*made, strict=True):
        assert compiled["loss"] == pytest.approx(plain["loss"], rel=1e-5)
        np.testing.assert_allclose(compiled["vectors"], plain["vectors"], atol=1e-5)
