"""Conditional random field: against all paths, against float64, and what may follow what."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.evaluation.tag_schemes import valid_transitions
from fastvec.layers.crf import CRF
from fastvec.layers.tag_softmax import TagSoftmax

from ..reference import crf as reference

LENGTHS = np.array([4, 1, 0, 3, 5])


def drawn(tags=3, scale=1.0, dtype=np.float64, seed=0, allowed=None):
    """Return a CRF with large transitions, scores and tags of five sentences."""
    generator = np.random.default_rng(seed)
    layer = CRF(tags, generator, allowed=allowed, dtype=dtype)
    for values in layer.parameters.values():
        values[:] = generator.normal(0, scale, values.shape)
    shape = LENGTHS.max(), len(LENGTHS)
    scores = generator.normal(0, scale, (*shape, tags)).astype(dtype)
    return layer, scores, generator.integers(0, tags, shape).astype(np.int32)


def links(layer):
    """Return the transitions in float64."""
    return [layer.parameters[name].astype(np.float64) for name in ("between", "start", "end")]


@pytest.mark.parametrize("tags", [1, 2, 3, 4])
@pytest.mark.parametrize("scale", [0.1, 1.0, 20.0])
def test_loss_is_that_of_all_paths(tags, scale):
    layer, scores, gold = drawn(tags, scale)
    wanted = reference.loss(scores, gold, LENGTHS, *links(layer))
    assert layer.loss(scores, gold, LENGTHS) == pytest.approx(wanted, rel=1e-12, abs=1e-9)
    assert layer.loss_and_gradient(scores, gold, LENGTHS)[0] == pytest.approx(
        wanted, rel=1e-12, abs=1e-9
    )


@pytest.mark.parametrize("tags", [1, 2, 3, 4])
@pytest.mark.parametrize("seed", range(5))
def test_decoding_finds_the_best_of_all_paths(tags, seed):
    layer, scores, _ = drawn(tags, seed=seed)
    found = layer.decode(scores, LENGTHS)
    for b, length in enumerate(LENGTHS):
        if length:
            wanted = reference.best_path(scores[:length, b], *links(layer))
            assert tuple(found[:length, b]) == wanted
        assert not found[length:, b].any()


def test_probabilities_of_all_paths_sum_to_one():
    layer, scores, _ = drawn()
    lengths = np.array([4])
    total = 0.0
    for path in reference.paths(3, 4):
        tags = np.array(path, np.int32)[:, None]
        total += np.exp(-layer.loss(scores[:4, :1], tags, lengths))
    assert total == pytest.approx(1, abs=1e-12)


def test_single_precision_stays_close():
    layer, scores, gold = drawn(4, dtype=np.float32)
    exact, _, _ = drawn(4)
    for name, values in layer.parameters.items():
        exact.parameters[name][:] = values
    value, by_scores = layer.loss_and_gradient(scores, gold, LENGTHS)
    wanted, wanted_by_scores = exact.loss_and_gradient(scores.astype(float), gold, LENGTHS)
    assert by_scores.dtype == np.float32
    assert value == pytest.approx(wanted, rel=1e-7)
    np.testing.assert_allclose(by_scores, wanted_by_scores, atol=1e-6)
    for name, gradient in layer.gradients.items():
        np.testing.assert_allclose(gradient, exact.gradients[name], atol=1e-5)


@pytest.mark.parametrize("large", [90.0, 1e4, 1e30])
def test_scores_without_measure_neither_overflow_nor_vanish(large):
    layer, scores, gold = drawn(3, dtype=np.float32)
    scores *= np.float32(large)
    value, by_scores = layer.loss_and_gradient(scores, gold, LENGTHS)
    assert np.isfinite(value)
    assert value > 0
    assert np.isfinite(by_scores).all()
    np.testing.assert_allclose(by_scores.sum(axis=2), 0, atol=1e-6)


@pytest.mark.parametrize("size", [99.0, 1e6])
def test_transitions_without_measure_act_as_if_bounded(size):
    layer, scores, gold = drawn(3)
    layer.parameters["between"][:] = [[size, -size, 0], [-size, -size, size], [0, 0, 0]]
    value, by_scores = layer.loss_and_gradient(scores, gold, LENGTHS)
    bounded = [np.clip(part, -100, 100) for part in links(layer)]
    assert value == pytest.approx(reference.loss(scores, gold, LENGTHS, *bounded), rel=1e-12)
    assert np.isfinite(by_scores).all()


def test_a_sentence_does_not_depend_on_the_others_nor_on_padding():
    layer, scores, gold = drawn()
    whole, by_scores = layer.loss_and_gradient(scores, gold, LENGTHS)
    alone = [
        layer.loss_and_gradient(
            scores[:n, b : b + 1].copy(), gold[:n, b : b + 1].copy(), np.array([n])
        )
        for b, n in enumerate(LENGTHS)
        if n
    ]
    assert whole == pytest.approx(sum(value for value, _ in alone), rel=1e-12)
    kept = [b for b, n in enumerate(LENGTHS) if n]
    for b, (_, gradient) in zip(kept, alone, strict=True):
        np.testing.assert_allclose(by_scores[: LENGTHS[b], b], gradient[:, 0], atol=1e-12)
        assert not by_scores[LENGTHS[b] :, b].any()


@pytest.mark.parametrize("make", [CRF, TagSoftmax])
@pytest.mark.parametrize("scheme", ["IOB1", "IOB2", "BIOES"])
def test_decoding_keeps_to_valid_transitions(make, scheme):
    tags = ["O", *(f"{letter}-{kind}" for kind in ("LOC", "PER") for letter in "BIES")]
    tags = [tag for tag in tags if scheme == "BIOES" or tag[0] not in "ES"]
    allowed = valid_transitions(tags, scheme)
    generator = np.random.default_rng(3)
    rng = () if make is TagSoftmax else (generator,)
    layer = make(len(tags), *rng, allowed=allowed)
    lengths = np.array([7, 2, 1] * 10)
    scores = generator.normal(0, 5, (7, len(lengths), len(tags))).astype(np.float32)
    found = layer.decode(scores, lengths)
    for b, length in enumerate(lengths):
        path = found[:length, b]
        assert allowed.start[path[0]]
        assert allowed.end[path[-1]]
        assert allowed.between[path[:-1], path[1:]].all()
    free = scores[:, 0].argmax(axis=1)
    assert not (
        allowed.start[free[0]]
        and allowed.end[free[-1]]
        and allowed.between[free[:-1], free[1:]].all()
    )


def test_softmax_is_that_of_the_definition():
    _, scores, gold = drawn(4)
    value, by_scores = TagSoftmax(4).loss_and_gradient(scores, gold, LENGTHS)
    exponentials = np.exp(scores)
    probabilities = exponentials / exponentials.sum(axis=2, keepdims=True)
    wanted = -sum(
        np.log(probabilities[t, b, gold[t, b]]) for b, n in enumerate(LENGTHS) for t in range(n)
    )
    assert value == pytest.approx(wanted, rel=1e-12)
    assert TagSoftmax(4).loss(scores, gold, LENGTHS) == value
    truth = np.eye(4)[gold]
    inside = (np.arange(5)[:, None] < LENGTHS)[:, :, None]
    np.testing.assert_allclose(by_scores, (probabilities - truth) * inside, atol=1e-12)
    np.testing.assert_array_equal(
        TagSoftmax(4).decode(scores, LENGTHS), np.where(inside[:, :, 0], scores.argmax(axis=2), 0)
    )
