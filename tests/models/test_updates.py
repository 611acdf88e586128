"""How threads share the parameters: rounds of private blocks, one by one, or without locks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from fastvec import CBOW, SkipGram
from fastvec.kernels.skipgram import Weights
from fastvec.kernels.windows import WordRows
from fastvec.models import schedule
from fastvec.models.configs import CBOWConfig, SkipGramConfig, WordConfig
from fastvec.models.rows import ModelRows
from fastvec.models.schedule import (
    Schedule,
    Tally,
    most_tokens,
    room_for_copies,
    round_blocks,
    run_edges,
)
from fastvec.models.word2vec import hogwild
from fastvec.models.word2vec.hogwild import Hogwild, InPlace
from fastvec.models.word2vec.runs import WordRuns, cbow_mixing, window_shape
from fastvec.models.word2vec.tree_objective import HierarchicalSoftmax
from fastvec.models.word2vec.updates import STRENGTH, OneByOne, Ordered, make_updates
from fastvec.samplers.huffman import huffman_tree
from fastvec.samplers.unigram import noise_table
from fastvec.vocabulary.words import Vocabulary

from ..kernels.training import random_weights, twin_stream, twin_targets, twin_thresholds
from ..reference import blocks as twin
from ..reference import sampling, word2vec

WORDS, DIM, BLOCKS = 40, 32, 16
COUNTS = (2000 / np.arange(1, WORDS + 1)).astype(np.int64)
SENTENCES = np.arange(0, 4001, 20)  # Twenty runs of 200 tokens: a round, and a part of one.
EDGES = SENTENCES[::10]
TOKENS = np.random.default_rng(7).choice(WORDS, 4000, p=COUNTS / COUNTS.sum()).astype(np.int32)
FROZEN = np.arange(WORDS) % 7 == 3
NOBODY = np.zeros(WORDS, bool)

ROUNDS = [
    kind(sample=0.005, **settings)
    for kind, settings in (
        (SkipGramConfig, {}),
        (SkipGramConfig, {"negative": 9}),
        (SkipGramConfig, {"negative_sharing": "pair"}),
        (SkipGramConfig, {"loss": "hs"}),
        (CBOWConfig, {}),
        (CBOWConfig, {"negative_sharing": "pair", "cbow_combine": "sum", "negative": 3}),
        (CBOWConfig, {"loss": "hs", "cbow_gradient": "corrected"}),
    )
]
MODELS = [
    (SkipGram, {"loss": "ns"}),
    (SkipGram, {"loss": "hs"}),
    (CBOW, {"loss": "ns"}),
    (CBOW, {"loss": "hs"}),
]


def name(value) -> str | None:
    """Tell a class, or what is not the default of some settings."""
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, WordConfig):
        default = type(value)().as_dict()
        value = {k: v for k, v in value.as_dict().items() if v != default[k]}
    return "-".join(map(str, value.values())) or "default" if isinstance(value, dict) else None


def work(config, tokens=TOKENS, skipped=None) -> WordRuns:
    rows = ModelRows(Vocabulary([f"w{i}" for i in range(WORDS)], COUNTS), WORDS, -1, -1, -1)
    return WordRuns(config, rows, DIM, tokens, SENTENCES, skipped)


def some_runs(config):
    return Schedule(EDGES, 1, config.learning_rate, config.final_rate).runs(1)


def start() -> Weights:
    return Weights(*random_weights(np.random.default_rng(1), WORDS, DIM, np.float32))


def trained(updates, config):
    return list(updates.train(some_runs(config)))


def twin_windows(config, run):
    """Return a run's windows and, if there are noise words, their targets."""
    stream, ends = twin_stream(config, run), np.arange(20, run.stop - run.start, 20)
    keep = WordRows(twin_thresholds(config, COUNTS), WORDS, -1, -1, -1)
    sentences = np.split(TOKENS[run.start : run.stop], ends)
    thinned, places = [sampling.thinned(s, keep, stream) for s in sentences], {}
    for kept in thinned:
        twin.numbered(kept, places)
    found = sampling.cut(thinned, window_shape(config), stream)
    if config.loss == "hs":
        return found, None
    if config.negative_sharing == "pair" and not isinstance(config, CBOWConfig):
        found = [(centre, [context]) for centre, contexts in found for context in contexts]
    centres = [centre for centre, _ in found]
    return found, twin_targets(config, centres, noise_table(COUNTS), stream, places)


def twin_block(config, run):
    """Return a function that trains a run's windows by their definition, and its rows' uses."""
    found, targets = twin_windows(config, run)
    if targets is None:
        tree = huffman_tree(COUNTS)
        against = [word2vec.path_of(tree, centre) for centre, _ in found]
    else:
        against = [(row, word2vec.noise_signs(len(row))) for row in targets]
    train = word2vec.train_windows
    if isinstance(config, CBOWConfig):
        train = partial(word2vec.train_mixed_windows, mixing=cbow_mixing(config))
    windows = [(window, *own) for (_, window), own in zip(found, against, strict=True)]
    train = partial(train, windows=windows, rate=run.rate)
    contexts = Counter(context for _, window in found for context in window)
    return train, (contexts, Counter(word for words, _ in against for word in words))


@pytest.mark.parametrize("config", ROUNDS, ids=name)
def test_rounds_are_those_of_the_definition(config):
    weights = start()
    exact = [matrix.astype(np.float64) for matrix in weights]
    tallies = trained(Ordered(work(config), weights, FROZEN, 200, BLOCKS, threads=3), config)
    runs, losses = some_runs(config), []
    for first in range(0, len(runs), BLOCKS):
        part = runs[first : first + BLOCKS]
        blocks = [twin_block(config, run) for run in part]
        strength = STRENGTH * part[-1].rate
        losses += twin.train_round(exact, blocks, strength, np.flatnonzero(FROZEN).tolist())
    assert [tally.loss for tally in tallies] == pytest.approx(losses, rel=1e-5)
    np.testing.assert_allclose(weights.input, exact[0], atol=5e-5)
    np.testing.assert_allclose(weights.output, exact[1], atol=5e-5)
    np.testing.assert_array_equal(weights.input[FROZEN], start().input[FROZEN])
    assert np.abs(weights.input - start().input).max() > 0.01


@pytest.mark.parametrize("config", [ROUNDS[0], ROUNDS[3]], ids=name)
def test_a_round_of_one_block_learns_what_one_run_learns(config):
    ordered, alone = start(), start()
    trained(Ordered(work(config), ordered, FROZEN, 200, blocks=1, threads=1), config)
    trained(OneByOne(work(config), alone, FROZEN, 200), config)
    np.testing.assert_array_equal(ordered, alone)
    np.testing.assert_array_equal(alone.input[FROZEN], start().input[FROZEN])
    assert np.abs(alone.output - start().output).max() > 0.01


def test_one_thread_without_locks_trains_one_run_after_another():
    config, weights, alone = ROUNDS[0], start(), start()
    trained(InPlace(work(config), weights, 200, threads=1), config)
    trained(OneByOne(work(config), alone, NOBODY, 200), config)
    np.testing.assert_array_equal(weights, alone)


def with_room(weights, copies):
    """Return the weights with so many rows more."""
    return Weights(*(np.concatenate([m, np.zeros((copies, DIM), m.dtype)]) for m in weights))


@pytest.mark.parametrize("copied", [1, 7, WORDS])
@pytest.mark.parametrize("config", ROUNDS, ids=name)
def test_copies_of_common_rows_learn_what_the_rows_would(monkeypatch, config, copied):
    monkeypatch.setattr(hogwild, "HOT_ROWS", copied)
    racing, alone = with_room(start(), copied), start()
    found = trained(Hogwild(work(config), racing, WORDS, 200, threads=1), config)
    exact = trained(InPlace(work(config), alone, 200, threads=1), config)
    assert [tally.pairs for tally in found] == [tally.pairs for tally in exact]
    assert [tally.loss for tally in found] == pytest.approx([t.loss for t in exact], rel=1e-5)
    for matrix, own in zip(racing, alone, strict=True):
        np.testing.assert_allclose(matrix[:WORDS], own, atol=2e-5)
    assert np.abs(alone.output - start().output).max() > 0.01


@pytest.mark.parametrize("config", ROUNDS, ids=name)
def test_threads_leave_rows_to_their_copies(monkeypatch, config):
    """While runs are trained, only copies and uncommon rows move."""
    monkeypatch.setattr(hogwild, "HOT_ROWS", 7)
    monkeypatch.setattr(hogwild, "share_copies", lambda *_: None)
    weights = with_room(start(), 3 * 7)
    runs = work(config)
    trained(Hogwild(runs, weights, WORDS, 200, threads=3), config)
    for matrix, old, first in zip(weights, start(), runs.hottest(7), strict=True):
        np.testing.assert_array_equal(matrix[first : first + 7], old[first : first + 7])
        assert np.abs(matrix[:WORDS] - old).max() > 0.005


@pytest.mark.parametrize(
    ("settings", "together"),
    [({"loss": "hs"}, [3, 3, 3, 3, 4, 5, 6, 7, 8, 9]), ({"loss": "ns"}, [3] * 10)],
    ids=name,
)
def test_rows_of_a_tree_settle_as_training_goes_on(monkeypatch, settings, together):
    found = []
    monkeypatch.setattr(HierarchicalSoftmax, "settling", 400.0)  # Two runs.
    monkeypatch.setattr(hogwild, "share_copies", lambda *args: found.append(args[-1]))
    config = SkipGramConfig(**settings)
    racing = Hogwild(work(config), with_room(start(), 3 * WORDS), WORDS, 200, threads=3)
    trained(racing, config)
    # Two runs with each number, and two matrices.
    assert sorted(found) == [number for number in together for _ in range(4)]


@pytest.mark.parametrize(
    ("settings", "words", "kind"),
    [
        ({}, 4000, OneByOne),
        ({}, 10**7, Hogwild),
        ({"freeze_old": True}, 10**7, Ordered),
        ({"loss": "hs"}, 10**7, Hogwild),
        ({"loss": "hs", "updates": "ordered"}, 10**7, Ordered),
        ({"updates": "ordered"}, 10**7, Ordered),
        ({"updates": "ordered"}, 4000, OneByOne),
        ({"updates": "hogwild"}, 4000, InPlace),
        ({"updates": "hogwild"}, 10**7, Hogwild),
        ({"loss": "softmax"}, 10**7, OneByOne),
        ({"loss": "softmax", "updates": "hogwild"}, 10**7, OneByOne),
    ],
    ids=name,
)
def test_settings_and_length_choose_the_way(settings, words, kind):
    config = SkipGramConfig(threads=2, **settings)
    edges = run_edges(np.arange(0, words + 1, 20), most_tokens(config, words))
    weights = with_room(start(), room_for_copies(config))
    assert type(make_updates(config, work(config), weights, NOBODY, edges, 2)) is kind
    if kind is Hogwild:
        alone = replace(config, threads=1)
        # A tree's rows settle, whether or not there are other threads.
        own = Hogwild if config.loss == "hs" else InPlace
        assert type(make_updates(alone, work(config), weights, NOBODY, edges, 1)) is own


def test_an_error_in_a_block_is_raised_and_the_threads_end():
    config, runs = ROUNDS[0], work(ROUNDS[0])
    learn = runs.objective.learn

    def fail(weights, windows, count, targets, rate, own):
        if rate < 0.015:
            raise MemoryError("no room")
        return learn(weights, windows, count, targets, rate, own)

    runs.objective.learn = fail
    tallies = Ordered(runs, start(), NOBODY, 200, 4, threads=3).train(some_runs(config))
    with pytest.raises(MemoryError, match="no room"):
        list(tallies)


@pytest.mark.parametrize("sharing", ["pool", "pair"])
def test_a_block_that_knows_one_word_has_no_other_target(sharing):
    config, seen = SkipGramConfig(sample=0, negative_sharing=sharing), []
    runs = work(config, np.zeros_like(TOKENS), np.arange(WORDS) > 0)

    def look(weights, windows, count, targets, rate, own):
        seen.append(int(targets[:count].max()))
        return Tally(0.0, 0)

    runs.objective.learn = look
    trained(Ordered(runs, start(), NOBODY, 200, 4, threads=1), config)
    assert seen == [0] * 20


# Whole trainings


@pytest.fixture
def many_blocks(world, monkeypatch):
    """Have rounds of 16 blocks in a small corpus: some 33 of them an epoch."""
    monkeypatch.setattr(schedule, "FEWEST_PARTS", 33)
    monkeypatch.setattr(schedule, "SHORTEST_BLOCK", 100)
    assert round_blocks(world.words) == 16
    return world


def fit(world, model, settings, **more):
    result = model(
        **{"dim": 16, "epochs": 1, "threads": 2, "updates": "ordered", **settings, **more}
    ).fit(world)
    record = [(r.epoch, r.loss, r.learning_rate) for r in result.history]
    return record, result.vectors.matrix, result.context_vectors


@pytest.mark.parametrize(
    ("model", "settings"),
    [*MODELS, *((model, {"loss": "softmax", "max_size": 150}) for model in (SkipGram, CBOW))],
    ids=name,
)
def test_any_number_of_threads_gives_the_same_bytes(many_blocks, model, settings):
    found = []
    for threads in (1, 2, 3, 4, 16):
        record, *matrices = fit(many_blocks, model, settings, threads=threads)
        found.append((record, *(matrix.tobytes() for matrix in matrices)))
    assert found == [found[0]] * 5
    assert fit(many_blocks, model, settings, seed=2)[1].tobytes() != found[0][1]


@pytest.mark.parametrize(("model", "settings"), MODELS, ids=name)
def test_many_blocks_do_not_diverge_and_lag_little(many_blocks, monkeypatch, model, settings):
    rounds, inputs, outputs = fit(many_blocks, model, settings, epochs=3)
    assert np.isfinite(inputs).all()
    assert np.isfinite(outputs).all()
    losses = [loss for _, loss, _ in rounds]
    monkeypatch.undo()
    assert round_blocks(many_blocks.words) == 1
    alone = [loss for _, loss, _ in fit(many_blocks, model, settings, epochs=3)[0]]
    # Ordinary rounds are fifteen times as many an epoch, and lag less.
    assert losses[0] > losses[1] > losses[2]
    assert losses[2] < alone[0]
    assert losses[2] == pytest.approx(alone[2], rel=0.3)


@pytest.mark.parametrize(("model", "settings"), MODELS, ids=name)
def test_without_locks_the_loss_hardly_depends_on_threads(world, model, settings):
    """D6."""
    one, four = (
        [loss for _, loss, _ in fit(world, model, settings, updates="hogwild", threads=n)[0]]
        for n in (1, 4)
    )
    assert four == pytest.approx(one, rel=0.01)


@pytest.mark.parametrize(("model", "settings"), MODELS, ids=name)
def test_threads_with_copies_of_common_rows_lag_little(many_blocks, model, settings):
    """Here nearly every row is common; in a real vocabulary, one in a hundred."""
    settings = {**settings, "updates": "hogwild", "epochs": 3}
    one, two = (
        [loss for _, loss, _ in fit(many_blocks, model, settings, threads=n)[0]] for n in (1, 2)
    )
    assert two[0] > two[1] > two[2]
    assert two == pytest.approx(one, rel=0.2)
