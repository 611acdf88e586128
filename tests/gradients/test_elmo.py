"""The whole language model: every parameter's gradient by central differences, in float64."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec import Vocabulary
from fastvec.layers.log_uniform import LogUniformSampler
from fastvec.models.elmo.config import ELMoConfig
from fastvec.models.elmo.language_model import LanguageModel
from fastvec.models.elmo.step import NOISE_STREAM, ELMoStep
from fastvec.models.elmo.streams import TokenStream, text_rows
from fastvec.workers import single_threaded_blas

STEP = 1e-5
SPECIALS = ["<unk>", "<s>", "</s>"]
WORDS = ["</s>", "<s>", "ab", "b", "é", "<unk>", "d", "e", "f"]
TEXT = ["ab", "b", "é", "d", "e", "f", "zork"]
SIZES = {
    "dim": 3, "cells": 4, "layers": 2, "batch": 2, "unroll": 3, "clip_norm": 1e9, "dropout": 0.0,
    "threads": 1, "loss": "softmax", "filters": "1x2 2x3", "char_dim": 2, "highway": 1,
    "max_characters": 6,
}  # fmt: skip
VARIANTS = {
    "words": {},
    "characters": {"input": "characters"},
    "sampled": {"loss": "sampled", "samples": 3},
    "shared": {"shared_softmax": True},
    "shared and sampled": {"shared_softmax": True, "loss": "sampled", "samples": 3},
    "dropout": {"dropout": 0.3},
    "no projection": {"cells": 3},
    "limits": {"cell_clip": 0.15, "proj_clip": 0.1},
}


def made(**changes):
    """Return a step of a tiny model, with an uneven batch, and the model."""
    config = ELMoConfig(**SIZES | changes)
    vocabulary = Vocabulary(WORDS, range(len(WORDS), 0, -1), SPECIALS)
    model = LanguageModel(config, vocabulary, np.float64)
    rng = np.random.default_rng(5)
    for array in model.parameters.values():
        array[...] = rng.normal(0, 0.5, array.shape)
    sentences = [[0, 1, 6], [2, 0], [3, 3, 4, 5], [1]]
    tokens = np.concatenate(sentences).astype(np.int32)
    starts = np.cumsum([0, *map(len, sentences)])
    stream = TokenStream(
        tokens, starts, text_rows(TEXT, vocabulary), batch=2, unroll=config.unroll, carry=9, seed=1
    )
    step = ELMoStep(model, config, model.network.tokens.table(TEXT), stream.batch)
    epoch = stream.epoch(1)
    # The second batch begins with a state; the last has rows of unlike lengths.
    step.apply(step.compute(epoch[0], 1, 0), 1e-3)
    return step, model, epoch[len(epoch) - 1]


@pytest.mark.parametrize("variant", VARIANTS)
def test_gradients_are_those_of_the_loss(variant):
    step, model, batch = made(**VARIANTS[variant])
    assert batch.lengths is not None
    with single_threaded_blas():
        check(step, model, batch)


def check(step, model, batch):
    found = step.compute(batch, 1, 1)
    gradients = {name: array.copy() for name, array in found.gradients.items()}
    rows = found.rows
    for name, parameter in model.parameters.items():
        whole = np.zeros_like(parameter)
        whole[rows.get(name, slice(None))] = gradients[name]
        numeric = np.zeros_like(parameter)
        for place in np.ndindex(parameter.shape):
            at = parameter[place]
            parameter[place] = at + STEP
            above = step.compute(batch, 1, 1).loss
            parameter[place] = at - STEP
            numeric[place] = (above - step.compute(batch, 1, 1).loss) / (2 * STEP)
            parameter[place] = at
        np.testing.assert_allclose(whole, numeric, rtol=1e-6, atol=1e-6, err_msg=name)
    assert set(gradients) == set(model.parameters)


@pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")
@pytest.mark.parametrize("loss", ["softmax", "sampled"])
def test_loss_and_gradients_are_those_of_pytorch(loss):
    torch = pytest.importorskip("torch", reason="the reference extra is not installed")
    from ..reference.torch_elmo import TorchELMo

    config = ELMoConfig(
        **SIZES | {"cell_clip": None, "proj_clip": None, "loss": loss, "samples": 3}
    )
    vocabulary = Vocabulary(WORDS, range(len(WORDS), 0, -1), SPECIALS)
    model = LanguageModel(config, vocabulary)
    tokens = np.random.default_rng(1).integers(0, 7, 240).astype(np.int32)
    rows = text_rows(TEXT, vocabulary)
    stream = TokenStream(tokens, np.arange(0, 241, 3), rows, batch=2, unroll=8, carry=9, seed=1)
    step = ELMoStep(model, config, model.network.tokens.table(TEXT), stream.batch)
    twin = TorchELMo(model.parameters, config.layers)
    sampler = LogUniformSampler(len(WORDS), 3)
    epoch, state = stream.epoch(1), None
    assert step.objective == loss
    assert [batch.fresh.all() for batch in list(epoch)[:3]] == [True, False, True]
    for number, batch in enumerate(list(epoch)[:3]):
        found = step.compute(batch, 1, number)
        twin.zero_grad()
        if loss == "softmax":
            losses, state = twin.loss(batch, rows, state)
        else:
            rng = np.random.default_rng(
                np.random.SeedSequence((config.seed, NOISE_STREAM, 1, number))
            )
            losses, state = twin.sampled_loss(batch, rows, state, sampler, rng)
        sum(losses).backward()
        assert found.loss == pytest.approx(float(sum(losses).detach()), rel=1e-5)
        theirs = twin.gradients()
        for name, own in found.gradients.items():
            whole = np.zeros_like(model.parameters[name])
            whole[found.rows.get(name, slice(None))] = own
            scale = np.abs(theirs[name]).max()
            np.testing.assert_allclose(whole, theirs[name], atol=1e-5 * scale, err_msg=name)
        step.apply(found, 0.0)  # The state goes on, the parameters stay.
    assert torch.get_default_dtype() == torch.float32
