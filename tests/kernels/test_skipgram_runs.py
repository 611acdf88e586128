"""A whole run against its twin: the same windows, the same noise words, the same moves."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.kernels.skipgram import Weights
from fastvec.kernels.windows import WindowShape, WordRows
from fastvec.models.configs import SkipGramConfig
from fastvec.models.rows import ModelRows
from fastvec.models.schedule import Run
from fastvec.models.word2vec.hogwild import InPlace
from fastvec.models.word2vec.runs import STREAMS, WordRuns
from fastvec.samplers.unigram import noise_table
from fastvec.vocabulary.words import Vocabulary

from ..reference import sampling, word2vec
from .training import random_weights, twin_stream, twin_targets, twin_thresholds

COUNTS = np.array([400, 300, 200, 100, 60, 30, 20, 10, 5, 3])
KNOWN = 7  # Three more rows are special.
SENTENCES = np.array([0, 6, 7, 60, 90, 120])
TOKENS = np.random.default_rng(7).integers(0, KNOWN + 2, SENTENCES[-1]).astype(np.int32)
SHAPES = {
    "shrink": WindowShape(1, 4, 0),
    "full": WindowShape(4, 4, 0),
    "sample": WindowShape(4, 4, 3),
}


def config_of(**settings) -> SkipGramConfig:
    return SkipGramConfig(window=4, window_draws=3, sample=0.05, seed=3, **settings)


def train(config, rows, weights, run):
    runs = WordRuns(config, rows, weights[0].shape[1], TOKENS, SENTENCES)
    (tally,) = InPlace(runs, Weights(*weights), run.stop - run.start, threads=1).train([run])
    return tally


def train_twin(config, rows, weights, run) -> tuple[float, int]:
    """Train a run by the definition; return its loss and its pairs."""
    stream = twin_stream(config, run)
    ends = [end - run.start for end in SENTENCES if run.start < end < run.stop]
    sentences = np.split(TOKENS[run.start : run.stop], ends)
    word_rows = WordRows(twin_thresholds(config, COUNTS), *rows[1:])
    found = sampling.windows(sentences, word_rows, SHAPES[config.window_shape], stream)
    if config.negative_sharing == "pair":
        found = [(centre, [context]) for centre, contexts in found for context in contexts]
    table = noise_table(COUNTS, config.noise_exponent)
    centres, places = [centre for centre, _ in found], {row: row for row in range(len(COUNTS))}
    targets = twin_targets(config, centres, table, stream, places)
    signs = word2vec.noise_signs(1 + config.negative)
    losses = [
        word2vec.train_window(*weights, contexts, words, signs, run.rate)
        for (_, contexts), words in zip(found, targets, strict=True)
    ]
    return sum(losses), sum(len(contexts) for _, contexts in found)


def both(run, special=(-1, -1, -1), **settings):
    """Train with fastvec and its twin; return loss and pairs of both, and both weights."""
    config = config_of(sentence_marks=special[1] >= 0, **settings)
    rows = ModelRows(Vocabulary([*"abcdefghij"], COUNTS), KNOWN, *special)
    weights = random_weights(np.random.default_rng(1), len(COUNTS), 32, np.float32)
    exact = [matrix.astype(np.float64) for matrix in weights]
    return (
        train(config, rows, weights, run),
        train_twin(config, rows, exact, run),
        weights,
        exact,
    )


@pytest.mark.parametrize("sharing", ["pool", "pair"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("special", [(-1, -1, -1), (7, 8, 9)])
@pytest.mark.parametrize("negative", [1, 5, 10])
def test_a_run_is_trained_by_its_definition(sharing, shape, special, negative):
    run = Run(epoch=2, number=4, start=0, stop=120, rate=2.0**-5)
    ours, twins, weights, exact = both(
        run, special, negative_sharing=sharing, window_shape=shape, negative=negative
    )
    assert ours.pairs == twins[1] > 50
    assert ours.loss == pytest.approx(twins[0], rel=1e-5)
    np.testing.assert_allclose(weights[0], exact[0], atol=5e-5)
    np.testing.assert_allclose(weights[1], exact[1], atol=5e-5)


@pytest.mark.parametrize("sharing", ["pool", "pair"])
@pytest.mark.parametrize("negative", [1, 5, 10, 15])
def test_the_loss_of_a_run_is_that_of_the_parameters(sharing, negative):
    run = Run(epoch=1, number=0, start=0, stop=120, rate=0.0)
    ours, twins, weights, exact = both(run, negative_sharing=sharing, negative=negative)
    assert ours.loss / ours.pairs == pytest.approx(twins[0] / twins[1], abs=1e-4)
    np.testing.assert_array_equal(weights, exact)


@pytest.mark.parametrize(("start", "stop"), [(6, 7), (6, 60), (7, 33), (33, 90), (95, 110)])
@pytest.mark.parametrize("special", [(-1, -1, -1), (7, 8, 9)])
def test_a_run_takes_its_own_tokens_and_is_cut_at_sentence_ends(start, stop, special):
    run = Run(epoch=1, number=3, start=start, stop=stop, rate=2.0**-5)
    ours, twins, weights, exact = both(run, special)
    assert ours.pairs == twins[1]
    assert ours.loss == pytest.approx(twins[0], rel=1e-5)
    np.testing.assert_allclose(weights, exact, atol=5e-5)


@pytest.mark.parametrize("number", [STREAMS - 1, STREAMS, 3 * STREAMS + 7])
def test_random_numbers_of_a_run_depend_on_its_place_alone(number):
    ours, twins, weights, exact = both(Run(1, number, start=0, stop=120, rate=2.0**-5))
    assert ours.pairs == twins[1]
    np.testing.assert_allclose(weights, exact, atol=5e-5)


@pytest.mark.parametrize("other", [{"epoch": 2}, {"number": 1}, {"number": STREAMS}])
def test_every_run_of_every_epoch_draws_numbers_of_its_own(other):
    run = Run(epoch=1, number=0, start=0, stop=120, rate=0.0)
    assert both(run)[0] == both(run)[0]
    assert both(run)[0].loss != both(run._replace(**other))[0].loss
