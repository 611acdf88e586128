"""The time loop of the LSTM against the plain one, step by step."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec.layers.lstm import LSTM, LSTMState

from ..reference.lstm import lstm, weights_of

CASES = [(None, None), (3, None), (3, [6, 0, 3, 1]), (None, [6, 6, 2, 1]), (8, [2, 5, 5, 3])]


@pytest.mark.parametrize(("projection", "lengths"), CASES)
@pytest.mark.parametrize("clips", [(None, None), (0.3, 0.05)], ids=["free", "limited"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_outputs_and_state_equal_the_plain_loop(projection, lengths, clips, dtype):
    rng = np.random.default_rng(1)
    cell_clip, proj_clip = clips
    layer = LSTM(5, 19, projection, rng, cell_clip=cell_clip, proj_clip=proj_clip, dtype=dtype)
    layer.parameters["bias"][:] = rng.normal(size=76)
    inputs = rng.normal(size=(6, 4, 5)).astype(dtype)
    state = LSTMState(
        rng.normal(size=(4, 19)).astype(dtype), rng.normal(size=(4, layer.outputs)).astype(dtype)
    )
    expected = lstm(
        inputs, *state, [6] * 4 if lengths is None else lengths, weights_of(layer),
        *(np.inf if clip is None else clip for clip in clips),
    )  # fmt: skip
    tolerance = 2e-6 if dtype == np.float32 else 1e-13
    for method in (layer.forward, layer.run):
        outputs, (cell, output) = method(inputs, state, lengths)
        for made, right in zip((outputs, cell, output), expected, strict=True):
            assert made.dtype == dtype
            np.testing.assert_allclose(made, right, atol=tolerance)


def test_limits_are_reached_in_the_limited_cases():
    rng = np.random.default_rng(1)
    layer = LSTM(5, 19, 3, rng, cell_clip=0.3, proj_clip=0.05)
    outputs, state = layer.run(rng.normal(size=(6, 4, 5)).astype(np.float32))
    assert 0.05 < (np.abs(state.cell) == np.float32(0.3)).mean() < 0.95
    assert 0.05 < (np.abs(outputs) == np.float32(0.05)).mean() < 0.95


def test_not_a_number_is_not_limited_away():
    layer = LSTM(2, 9, 3, np.random.default_rng(1))
    inputs = np.zeros((2, 2, 2), np.float32)
    inputs[0, 1] = np.nan
    outputs, _ = layer.run(inputs)
    assert np.isnan(outputs[:, 1]).all()
    assert np.isfinite(outputs[:, 0]).all()
