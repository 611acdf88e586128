"""Sampled softmax: the sampler's frequencies, the loss as defined, and how far it is below."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.errors import ParameterError
from fastvec.layers.log_uniform import LogUniformSampler
from fastvec.layers.sampled_softmax import SampledSoftmax
from fastvec.layers.word_softmax import WordSoftmax

from ..reference.token_layers import log_uniform, sampled_loss


def drawn(words=20, width=6, rows=50, samples=8, threads=2):
    generator = np.random.default_rng(0)
    softmax = WordSoftmax(words, width, generator, threads=threads)
    softmax.parameters["weights"] *= 2
    softmax.parameters["bias"][:] = generator.normal(0, 1, words)
    hidden = generator.normal(0, 1, (rows, width)).astype(np.float32)
    return SampledSoftmax(softmax, samples), hidden, generator.integers(0, words, rows)


def test_words_come_as_often_as_the_formula_says():
    sampler, generator = LogUniformSampler(20, 1), np.random.default_rng(1)
    drawn_words = np.concatenate([sampler.draw(generator).words for _ in range(20_000)])
    shares = np.bincount(drawn_words, minlength=20) / len(drawn_words)
    wanted = log_uniform(20)
    assert wanted.sum() == pytest.approx(1)
    np.testing.assert_allclose(sampler.probabilities(np.arange(20)), wanted, rtol=1e-12)
    deviations = np.sqrt(wanted * (1 - wanted) / len(drawn_words))
    assert (abs(shares - wanted) < 4.5 * deviations).all()


def test_expected_counts_are_those_of_draws_with_as_many_tries():
    sampler, generator = LogUniformSampler(50, 10), np.random.default_rng(2)
    samples = [sampler.draw(generator) for _ in range(5000)]
    expected = np.mean([sampler.expected(np.arange(50), s.tries) for s in samples], axis=0)
    found = np.bincount(np.concatenate([s.words for s in samples]), minlength=50) / len(samples)
    np.testing.assert_allclose(found, expected, atol=0.05)
    assert found.sum() == pytest.approx(10)


@pytest.mark.parametrize(("words", "samples"), [(1, 1), (20, 20), (1000, 1), (1000, 600)])
def test_samples_are_different_words_in_rising_order(words, samples):
    sample = LogUniformSampler(words, samples).draw(np.random.default_rng(3))
    assert len(sample.words) == samples <= sample.tries
    assert (np.diff(sample.words) > 0).all()
    assert 0 <= sample.words[0] <= sample.words[-1] < words


@pytest.mark.parametrize("samples", [0, 21])
def test_more_samples_than_words_are_refused(samples):
    with pytest.raises(ParameterError, match="samples must be from 1 to 20"):
        LogUniformSampler(20, samples)


@pytest.mark.parametrize("samples", [1, 8, 20])
def test_loss_is_that_of_the_definition(samples):
    layer, hidden, targets = drawn(samples=samples)
    value, _ = layer.loss_and_gradient(hidden, targets, np.random.default_rng(5))
    sample = layer.sampler.draw(np.random.default_rng(5))
    weights, bias = layer.softmax.output
    wanted = sampled_loss(weights, bias, hidden, targets, sample.words.tolist(), sample.tries)
    assert value == pytest.approx(wanted, rel=1e-5, abs=1e-5)


def test_sampled_loss_is_below_the_full_one_and_meets_it_when_all_words_are_drawn():
    """L1: training shows the perplexity of the sampled loss, far below the true one."""
    layer, hidden, targets = drawn(samples=3)
    full = layer.softmax.loss(hidden, targets)
    weights, bias = layer.softmax.output
    logits = hidden.astype(float) @ weights.T + bias
    brute = -sum(row[t] - np.logaddexp.reduce(row) for row, t in zip(logits, targets, strict=True))
    assert full == pytest.approx(brute, rel=1e-6)
    few = np.mean(
        [layer.loss_and_gradient(hidden, targets, np.random.default_rng(s))[0] for s in range(40)]
    )
    assert few < 0.8 * full
    everything = SampledSoftmax(layer.softmax, 20)
    tries = everything.sampler.draw(np.random.default_rng(0)).tries
    least = everything.sampler.expected(np.arange(20), tries).min()
    # Corrections lie between log(least) and 0; the loss can move by no more than that a row.
    value, _ = everything.loss_and_gradient(hidden, targets, np.random.default_rng(0))
    assert abs(value - full) <= -np.log(least) * len(hidden) + 1e-3
    assert value == pytest.approx(full, rel=0.05)


def test_gradients_touch_samples_and_targets_only_and_agree_with_differences():
    layer, hidden, targets = drawn(words=30, samples=5, rows=6)
    value, _ = layer.loss_and_gradient(hidden, targets, np.random.default_rng(5))
    sample = layer.sampler.draw(np.random.default_rng(5))
    np.testing.assert_array_equal(layer.rows, np.union1d(sample.words, targets))
    moved = {name: a.copy() for name, a in layer.row_gradients.items()}
    size = sum(np.square(a, dtype=float).sum() for a in moved.values())
    for name, gradient in moved.items():
        layer.softmax.parameters[name][layer.rows] -= np.float32(1e-3) * gradient
    after, _ = layer.loss_and_gradient(hidden, targets, np.random.default_rng(5))
    assert value - after == pytest.approx(1e-3 * size, rel=0.02)


def test_bytes_do_not_depend_on_threads():
    results = set()
    for threads in (1, 2, 4):
        layer, hidden, targets = drawn(2000, 96, 300, 700, threads)
        value, by_hidden = layer.loss_and_gradient(hidden, targets, np.random.default_rng(1))
        arrays = [by_hidden, layer.rows, *layer.row_gradients.values()]
        results.add((value, *(array.tobytes() for array in arrays)))
    assert len(results) == 1
