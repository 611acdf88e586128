"""Full softmax as an objective: batches of windows against its definition in NumPy."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fastvec import SkipGram
from fastvec.kernels.skipgram import Weights
from fastvec.models.configs import SkipGramConfig
from fastvec.models.rows import model_rows
from fastvec.models.word2vec import held_out
from fastvec.models.word2vec.architectures import CBOWArchitecture, SkipGramArchitecture
from fastvec.models.word2vec.full_softmax import SoftmaxObjective
from fastvec.models.word2vec.held_out import HeldOut
from fastvec.models.word2vec.runs import WordRuns

from ..kernels.training import MIXINGS, as_windows, random_weights
from ..reference import softmax, word2vec

WORDS, DIM, RATE = 300, 16, 0.01  # Three slices of the vocabulary.
SIZES = [1, 3, 2, 7, 1, 5, 4, 2, 10, 6]


def some_windows(seed=1):
    generator = np.random.default_rng(seed)
    contexts = [generator.integers(0, WORDS, size).tolist() for size in SIZES]
    contexts[3][:3] = [5, 5, 5]
    return contexts, generator.integers(0, WORDS, len(SIZES)).tolist()


def train(architecture, weights, contexts, centres, *, batch=4, threads=2, rate=RATE):
    objective = SoftmaxObjective(architecture, WORDS, batch, threads)
    windows = as_windows(contexts, centres)
    return objective.learn(Weights(*weights), windows, len(centres), None, rate, None)


def train_twin(weights, examples, batch, hidden_of, move_back) -> float:
    """Descend batch after batch; examples are pairs of what makes a row and what it predicts."""
    inputs, outputs = weights
    loss = 0.0
    for first in range(0, len(examples), batch):
        near, far = zip(*examples[first : first + batch], strict=True)
        hidden = np.array([hidden_of(inputs, rows) for rows in near])
        loss += softmax.loss(outputs, hidden, far)
        by_outputs, by_hidden = softmax.gradients(outputs, hidden, far)
        for rows, gradient in zip(near, by_hidden, strict=True):
            for row in rows:
                inputs[row] -= RATE * move_back(gradient, rows)
        outputs -= RATE * by_outputs
    return loss


def check(architecture, examples, pairs, batch, hidden_of, move_back):
    weights = random_weights(np.random.default_rng(2), WORDS, DIM, np.float32)
    exact = [matrix.astype(np.float64) for matrix in weights]
    tally = train(architecture, weights, *some_windows(), batch=batch)
    loss = train_twin(exact, examples, batch, hidden_of, move_back)
    assert tally.pairs == pairs
    assert tally.loss == pytest.approx(loss, rel=1e-6)
    np.testing.assert_allclose(weights[0], exact[0], atol=2e-6)
    np.testing.assert_allclose(weights[1], exact[1], atol=2e-6)


@pytest.mark.parametrize("batch", [1, 4, 10, 128])
def test_each_centre_predicts_its_contexts(batch):
    examples = [([centre], window) for window, centre in zip(*some_windows(), strict=True)]
    check(
        SkipGramArchitecture(), examples, sum(SIZES), batch,
        lambda inputs, rows: inputs[rows[0]], lambda gradient, _: gradient,
    )  # fmt: skip


@pytest.mark.parametrize("batch", [1, 4, 10, 128])
@pytest.mark.parametrize("name", MIXINGS)
def test_contexts_predict_their_centre(batch, name):
    mixing = MIXINGS[name]
    examples = [(window, [centre]) for window, centre in zip(*some_windows(), strict=True)]
    check(
        CBOWArchitecture(mixing), examples, len(SIZES), batch,
        lambda inputs, rows: word2vec.mixed(inputs, rows, mixing),
        lambda gradient, rows: gradient / len(rows) if mixing.backward else gradient,
    )  # fmt: skip


@pytest.mark.parametrize(
    "architecture", [SkipGramArchitecture(), CBOWArchitecture(MIXINGS["mean"])]
)
def test_bytes_do_not_depend_on_threads(architecture):
    results = []
    for threads in (1, 2, 3, 16):
        weights = random_weights(np.random.default_rng(2), WORDS, DIM, np.float32)
        tally = train(architecture, weights, *some_windows(), threads=threads)
        results.append((tally, weights[0].tobytes(), weights[1].tobytes()))
    assert results == [results[0]] * 4


@pytest.mark.parametrize(
    "architecture", [SkipGramArchitecture(), CBOWArchitecture(MIXINGS["mean"])]
)
def test_a_rate_of_0_adds_up_the_loss_and_changes_nothing(architecture):
    weights = random_weights(np.random.default_rng(2), WORDS, DIM, np.float32)
    before = [matrix.copy() for matrix in weights]
    alone = train(architecture, weights, *some_windows(), rate=0.0)
    np.testing.assert_array_equal(weights, before)
    in_training = train(architecture, weights, *some_windows(), batch=128)
    assert alone.pairs == in_training.pairs
    assert alone.loss == pytest.approx(in_training.loss, rel=1e-6)


def test_the_loss_of_vectors_that_know_nothing_is_the_logarithm_of_the_vocabulary(world):
    model = SkipGram(dim=8, max_size=200, epochs=1, loss="softmax", learning_rate=1e-9).fit(world)
    assert model.history[0].loss == pytest.approx(math.log(len(model.vocabulary)), rel=1e-5)
    objective = SoftmaxObjective(SkipGramArchitecture(), WORDS, 4, 1)
    assert objective.untrained_loss == math.log(WORDS)


def test_held_out_text_is_judged_alike_by_any_number_of_threads(world, monkeypatch):
    monkeypatch.setattr(held_out, "RUN_LENGTH", 300)
    config = SkipGramConfig(dim=DIM, loss="softmax", threads=1)
    rows = model_rows(world, config)
    sentences = world.sentences[:800]
    runs = WordRuns(config, rows, DIM, world.tokens, sentences)
    weights = random_weights(np.random.default_rng(1), len(rows.vocabulary), DIM, np.float32)
    losses = [HeldOut(runs, Weights(*weights), sentences, n).loss() for n in (1, 4, 4, 4)]
    assert losses == [losses[0]] * 4
