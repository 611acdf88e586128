"""One step of training against bilm-tf's rule, written out."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec import Vocabulary
from fastvec.models.elmo.config import ELMoConfig
from fastvec.models.elmo.language_model import LanguageModel
from fastvec.models.elmo.step import ELMoStep
from fastvec.models.elmo.streams import TokenStream, text_rows

WORDS = ["</s>", "<s>", "a", "b", "<unk>", "c"]


@pytest.mark.parametrize("limit", [10.0, 0.01])
def test_adagrad_moves_as_bilm_tf_does(limit):
    """Their loss is half the sum of both directions' means over the rows, times the steps."""
    config = ELMoConfig(
        dim=3, cells=4, layers=1, batch=2, unroll=4, loss="softmax", dropout=0.0,
        optimiser="adagrad", clip_norm=limit, threads=1,
    )  # fmt: skip
    vocabulary = Vocabulary(WORDS, range(6, 0, -1), ["<unk>", "<s>", "</s>"])
    model = LanguageModel(config, vocabulary, np.float64)
    tokens = np.random.default_rng(1).integers(0, 3, 60).astype(np.int32)
    text = ["a", "b", "c"]
    stream = TokenStream(
        tokens, np.arange(0, 61, 3), text_rows(text, vocabulary), batch=2, unroll=4, carry=1,
        seed=1,
    )  # fmt: skip
    step = ELMoStep(model, config, model.network.tokens.table(text), stream.batch)
    sums = {name: np.ones_like(array) for name, array in model.parameters.items()}
    expected = {name: array.copy() for name, array in model.parameters.items()}
    for number in range(3):
        found = step.compute(stream.epoch(1)[number], 1, number)
        theirs = {}
        for name, array in expected.items():
            theirs[name] = np.zeros_like(array)
            theirs[name][found.rows.get(name, slice(None))] = found.gradients[name] / (2 * 2)
        norm = np.sqrt(sum((g * g).sum() for g in theirs.values()))
        # The gradients are already within the limit, the norm is that of before.
        assert norm == pytest.approx(min(found.norm, limit), rel=1e-6)
        for name, gradient in theirs.items():
            sums[name] += gradient**2
            expected[name] -= 0.2 * gradient / np.sqrt(sums[name])
        step.apply(found, config.first_rate)
        for name, array in model.parameters.items():
            np.testing.assert_allclose(array, expected[name], rtol=1e-7, atol=1e-9, err_msg=name)
