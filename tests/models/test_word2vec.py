"""Skip-gram and CBOW with each objective: they learn, repeat, and report the loss as defined."""

from __future__ import annotations

import math

import numpy as np
import pytest

import fastvec
from fastvec.datasets import toy_truth, toy_world
from fastvec.errors import ParameterError

VARIANTS = [
    (fastvec.SkipGram, {"loss": "ns"}),
    (fastvec.SkipGram, {"loss": "ns", "negative_sharing": "pair"}),
    (fastvec.SkipGram, {"loss": "hs"}),
    (fastvec.CBOW, {"loss": "ns"}),
    (fastvec.CBOW, {"loss": "ns", "negative_sharing": "pair"}),
    (fastvec.CBOW, {"loss": "ns", "cbow_combine": "sum", "learning_rate": 0.02}),
    (fastvec.CBOW, {"loss": "ns", "cbow_gradient": "corrected"}),
    (fastvec.CBOW, {"loss": "hs"}),
    (fastvec.SkipGram, {"updates": "hogwild"}),
]


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    corpus = fastvec.Corpus(toy_world(1, sentences=8000, language="english"))
    return fastvec.build_workspace(corpus, tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize(("model", "settings"), VARIANTS)
def test_it_learns(world, model, settings):
    """D10: one mode of a peer updated nothing for a while, and only analogies showed it."""
    trained = model(dim=40, epochs=8, threads=1, **settings).fit(world)
    losses = [record.loss for record in trained.history]
    assert losses[-1] < 0.9 * losses[0]
    fruits = [w for w in toy_truth()["groups"]["fruits"] if w in trained.vectors]
    near = [word for word, _ in trained.vectors.most_similar(fruits[0], topn=5)]
    assert len(set(near) & set(fruits)) >= 3, near


@pytest.mark.parametrize(("model", "settings"), VARIANTS[2:4] + VARIANTS[-2:])
def test_one_thread_repeats_byte_for_byte(world, model, settings):
    runs = [model(dim=16, epochs=1, threads=1, **settings).fit(world) for _ in range(2)]
    assert runs[0].vectors.matrix.tobytes() == runs[1].vectors.matrix.tobytes()
    assert runs[0].context_vectors.tobytes() == runs[1].context_vectors.tobytes()


@pytest.mark.parametrize("model", [fastvec.SkipGram, fastvec.CBOW])
def test_untrained_hierarchical_loss_is_the_mean_path_in_bits(world, model):
    """With an output of zeros each turn has probability one half."""
    trained = model(
        dim=8, epochs=1, threads=1, loss="hs", learning_rate=1e-9, sample=0, min_count=1
    ).fit(world)
    from fastvec.samplers.huffman import huffman_tree

    counts = trained.vocabulary.counts
    mean = (huffman_tree(counts).lengths * counts).sum() / counts.sum()
    assert trained.history[0].loss / math.log(2) == pytest.approx(mean, rel=0.02)


def test_a_setting_of_the_other_model_is_refused():
    with pytest.raises(ParameterError, match="cbow_gradient"):
        fastvec.SkipGram(cbow_gradient="corrected")


def test_cbow_saves_and_loads(world, tmp_path):
    model = fastvec.CBOW(dim=8, epochs=1, loss="hs").fit(world)
    model.save(tmp_path / "m")
    again = fastvec.load_model(tmp_path / "m")
    assert isinstance(again, fastvec.CBOW)
    assert again.config == model.config
    np.testing.assert_array_equal(again.vectors.matrix, model.vectors.matrix)
