from __future__ import annotations

import numpy as np
import pytest

from fastvec.kernels.batches import gather_batch, scatter_batch

from .training import as_windows

EXAMPLES = [[3], [0, 5], [4, 4, 1], [8, 1, 1, 0, 1, 7, 2], [3]]
DTYPES = [(np.float32, 1e-5), (np.float64, 1e-7)]  # Shares are float32.


def divisor(divided, rows) -> int:
    return len(rows) if divided else 1


@pytest.mark.parametrize(("dtype", "limit"), DTYPES)
@pytest.mark.parametrize("forward", [0.0, 1.0])
def test_a_batch_gathers_the_sum_or_mean_of_each_example(dtype, limit, forward):
    inputs = np.random.default_rng(1).normal(size=(9, 16)).astype(dtype)
    _, offsets, ids = as_windows(EXAMPLES, [])
    hidden = np.full((len(EXAMPLES), 16), 99, dtype)
    gather_batch(inputs, offsets, ids, forward, hidden)
    exact = [inputs[rows].astype(float).sum(axis=0) / divisor(forward, rows) for rows in EXAMPLES]
    np.testing.assert_allclose(hidden, exact, atol=limit)


@pytest.mark.parametrize(("dtype", "limit"), DTYPES)
@pytest.mark.parametrize("backward", [0.0, 1.0])
def test_each_row_gets_its_examples_moves(dtype, limit, backward):
    generator = np.random.default_rng(1)
    inputs = generator.normal(size=(9, 16)).astype(dtype)
    moves = generator.normal(size=(len(EXAMPLES), 16)).astype(dtype)
    exact = inputs.astype(float)
    for rows, move in zip(EXAMPLES, moves.astype(float), strict=True):
        for row in rows:
            exact[row] += move / divisor(backward, rows)
    _, offsets, ids = as_windows(EXAMPLES, [])
    scatter_batch(inputs, offsets, ids, backward, moves)
    np.testing.assert_allclose(inputs, exact, atol=limit)


def test_an_empty_batch_changes_nothing():
    inputs, none = np.ones((3, 16), np.float32), np.empty((0, 16), np.float32)
    _, offsets, ids = as_windows([], [])
    gather_batch(inputs, offsets, ids, 1.0, none)
    scatter_batch(inputs, offsets, ids, 1.0, none)
    assert (inputs == 1).all()
