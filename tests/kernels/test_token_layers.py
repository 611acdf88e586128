"""Kernels of the token layers and softmaxes against their plain twins."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.kernels.convolution import add_at_maxima, character_maxima
from fastvec.kernels.highway import close_gates, open_gates
from fastvec.kernels.scatter import add_rows
from fastvec.kernels.softmax import log_softmax, sampled_softmax

from ..reference.token_layers import convolved, highway, sigmoid

TYPES = {np.float32: 1e-5, np.float64: 1e-12}


@pytest.fixture(params=TYPES)
def dtype(request):
    return request.param


def normal(*shape, dtype=np.float64, seed=0):
    return np.random.default_rng(seed).normal(0, 1, shape).astype(dtype)


@pytest.mark.parametrize("width", [1, 3, 8])
def test_maxima_are_those_of_a_convolution(dtype, width):
    embedding, weights = normal(9, 4), normal(width, 4, 21, seed=1)
    words = np.random.default_rng(2).integers(0, 9, (12, 8)).astype(np.int32)
    words[3:, 5:], words[5:, 1:], words[7] = 8, 8, 8
    table = np.matmul(embedding, weights).astype(dtype)
    maxima, places = np.full((12, 23), 7, dtype), np.full((12, 23), 7, np.int32)
    character_maxima(words, table, 2, maxima, places, np.empty(21, dtype))
    sums = np.array([convolved(embedding[word], weights) for word in words])
    np.testing.assert_allclose(maxima[:, 2:], sums.max(1), rtol=TYPES[dtype], atol=TYPES[dtype])
    chosen = np.take_along_axis(sums, places[:, None, 2:], 1)[:, 0]
    np.testing.assert_allclose(chosen, sums.max(1), rtol=TYPES[dtype], atol=TYPES[dtype])
    assert (maxima[:, :2] == 7).all()
    assert (places[7] == [7, 7] + [0] * 21).all()  # The first of equals.


def test_derivatives_go_to_the_rows_of_the_maxima(dtype):
    words = np.array([[1, 2, 3, 3], [2, 2, 3, 3]], np.int32)
    gradient = np.array([[9, 1, 2, 4], [9, 8, 16, 32]], dtype)
    places = np.array([[0, 0, 1, 2], [0, 2, 0, 0]], np.int32)
    totals = np.zeros((2, 4, 3), dtype)
    add_at_maxima(gradient, words, places, 1, np.array([0, 2]), totals)
    wanted = np.zeros((2, 4, 3))
    wanted[0, 1, 0] += 1
    wanted[1, 2, 0] += 1
    wanted[0, 3, 2] += 4
    wanted[1, 3, 2] += 4
    wanted[0, 3, 0] += 8
    wanted[1, 3, 0] += 8
    wanted[0, 2, 2] += 32
    wanted[1, 2, 2] += 32
    np.testing.assert_array_equal(totals, wanted)


def test_rows_are_added_up_by_place(dtype):
    rows, scales, places = (
        normal(40, 5, dtype=dtype),
        normal(40, dtype=dtype, seed=1),
        np.arange(40) % 7,
    )
    totals = np.zeros((8, 5), dtype)
    add_rows(totals, places, scales, rows)
    wanted = np.zeros((8, 5))
    np.add.at(wanted, places, scales[:, None] * rows)
    np.testing.assert_allclose(totals, wanted, atol=10 * TYPES[dtype])


def test_gates_open_as_defined_and_close_by_the_chain_rule(dtype):
    inputs, gradient, carry, transform = (normal(6, 19, dtype=dtype, seed=s) * 3 for s in range(4))
    zeros, identity = np.zeros(19, dtype), np.eye(19)
    c, t, out, by_inputs = carry.copy(), transform.copy(), np.empty_like(inputs), inputs * 0
    open_gates(inputs, c, zeros - 2, t, zeros + 1, out)
    gate, new = sigmoid(carry.astype(float) - 2), np.maximum(transform + 1, 0)
    np.testing.assert_allclose(out, gate * new + (1 - gate) * inputs, rtol=1e-5, atol=TYPES[dtype])
    same = {"W_carry": identity, "b_carry": zeros, "W_transform": identity, "b_transform": zeros}
    open_gates(inputs, inputs.copy(), zeros, inputs.copy(), zeros, out)
    np.testing.assert_allclose(out, highway(same, inputs), rtol=1e-5, atol=TYPES[dtype])
    close_gates(gradient, inputs, c, t, by_inputs)
    atol = 20 * TYPES[dtype]
    np.testing.assert_allclose(by_inputs, gradient * (1 - gate), atol=atol)
    np.testing.assert_allclose(c, gradient * (new - inputs) * gate * (1 - gate), atol=atol)
    np.testing.assert_allclose(t, gradient * gate * (new > 0), atol=atol)


@pytest.mark.parametrize("words", [1, 5, 3000])
def test_log_softmax_is_that_of_the_definition(dtype, words):
    logits, bias = normal(4, words, dtype=dtype) * 9, normal(words, dtype=dtype, seed=1)
    wanted = logits.astype(float) + bias
    wanted -= np.logaddexp.reduce(wanted, axis=1, keepdims=True)
    log_softmax(logits, bias)
    np.testing.assert_allclose(logits, wanted, rtol=TYPES[dtype], atol=TYPES[dtype])


def test_sampled_softmax_leaves_out_the_word_itself(dtype):
    logits, bias, observed = (normal(*s, dtype=dtype, seed=9) * 5 for s in [(5, 11), (11,), (5,)])
    hits = np.array([-1, 3, 10, 0, -1])
    wanted, losses = np.zeros((5, 11)), np.empty(5)
    rows = logits.astype(float) + bias
    for b, hit in enumerate(hits):
        own = [k for k in range(11) if k != hit]
        total = np.logaddexp.reduce([observed[b], *rows[b, own]])
        losses[b] = total - observed[b]
        wanted[b, own] = np.exp(rows[b, own] - total)
    found, by_observed = np.empty(5), np.empty(5, dtype)
    sampled_softmax(logits, bias, observed, hits, found, by_observed)
    np.testing.assert_allclose(found, losses, rtol=1e-5, atol=TYPES[dtype])
    np.testing.assert_allclose(logits, wanted, rtol=1e-5, atol=TYPES[dtype])
    np.testing.assert_allclose(by_observed, np.exp(-losses) - 1, atol=TYPES[dtype])
