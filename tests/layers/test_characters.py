"""The character token layer: as defined, as PyTorch, as the reference implementation."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from fastvec.errors import ParameterError
from fastvec.layers.characters import CharacterCNN
from fastvec.layers.highway import Highway
from fastvec.vocabulary.characters import character_ids

from ..reference import token_layers as plain
from .golden import golden, weighting

WORDS = ["a", "orange", "apple", "durian", "包袱", "", "a" * 60, "don't", "orange"]
FILTERS = [[1, 7], [2, 20], [5, 70]]


def drawn(activation="relu", projection=9, dtype=np.float32, threads=2, n_highway=2):
    layer = CharacterCNN(
        261, 4, FILTERS, n_highway, projection, activation,
        rng=np.random.default_rng(3), threads=threads, dtype=dtype,
    )  # fmt: skip
    for name, array in layer.parameters.items():
        if "W_cnn" in name:
            array *= 10  # So that no filter is always shut.
        if "b_" in name:
            array += np.random.default_rng(4).normal(0, 0.3, array.shape).astype(dtype)
    return layer


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("projection", [9, None, 97])
@pytest.mark.parametrize("n_highway", [0, 2])
def test_vectors_are_those_of_the_definition(activation, projection, n_highway):
    layer, ids = drawn(activation, projection, n_highway=n_highway), character_ids(WORDS)
    wanted = plain.character_vectors(layer.parameters, ids, activation)
    found = layer.forward(ids)
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(layer.run(ids), found)
    assert ("W_proj" in layer.parameters) == (projection == 9)


def test_a_highway_is_that_of_the_definition():
    generator = np.random.default_rng(0)
    layer = Highway(33, generator)
    inputs = generator.normal(0, 1, (150, 33)).astype(np.float32)
    wanted = plain.highway(layer.parameters, inputs.astype(float))
    np.testing.assert_allclose(layer.forward(inputs), wanted, rtol=1e-5, atol=1e-6)
    assert (layer.parameters["b_carry"] == -2).all()


def test_vectors_and_gradients_are_those_that_pytorch_found():
    given, arrays, wanted = golden("characters")
    layer = CharacterCNN(261, 3, [[1, 2], [2, 3], [3, 4]], 2, 5, rng=np.random.default_rng(0))
    for name, array in layer.parameters.items():
        array[...] = given[name]
    outputs = layer.forward(arrays["ids"])
    np.testing.assert_allclose(outputs, arrays["outputs"], rtol=1e-5, atol=1e-6)
    layer.backward(weighting(outputs))
    assert layer.gradients.keys() == wanted.keys()
    for name, found in layer.gradients.items():
        np.testing.assert_allclose(found, wanted[name], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_vectors_and_gradients_are_those_of_pytorch(activation):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    from ..reference import torch_token_layers as twin

    layer, ids = drawn(activation), character_ids(WORDS)
    wanted, gradients = twin.gradients(
        lambda own: twin.character_vectors(own, ids, activation), layer.parameters
    )
    outputs = layer.forward(ids)
    layer.backward(weighting(outputs))
    np.testing.assert_allclose(outputs, wanted, rtol=1e-5, atol=1e-5)
    for name, found in layer.gradients.items():
        scale = abs(gradients[name]).max()
        np.testing.assert_allclose(found, gradients[name], rtol=1e-4, atol=1e-5 * scale)


def test_bytes_do_not_depend_on_threads():
    results, ids = set(), character_ids(WORDS * 40)
    for threads in (1, 2, 4):
        layer = drawn(threads=threads)
        outputs = layer.forward(ids)
        layer.backward(weighting(outputs))
        arrays = [outputs, *layer.gradients.values()]
        results.add(b"".join(array.tobytes() for array in arrays))
    assert len(results) == 1


def test_a_word_has_the_same_vector_whatever_stands_beside_it():
    layer = drawn()
    alone, together = layer.run(character_ids(["orange"])), layer.run(character_ids(WORDS))
    np.testing.assert_allclose(together[[1, 8]], np.repeat(alone, 2, 0), rtol=1e-5, atol=1e-6)


def test_runs_in_several_threads_disturb_neither_each_other_nor_training():
    layer, ids, others = drawn(), character_ids(WORDS * 20), character_ids(["pear", "x" * 48] * 99)
    outputs = layer.forward(ids)
    layer.backward(weighting(outputs))
    wanted = {name: 2 * array for name, array in layer.gradients.items()}
    alone = layer.run(others)
    layer.forward(ids)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(layer.run, [others] * 20):
            np.testing.assert_array_equal(found, alone)
    layer.backward(weighting(outputs))
    for name, array in layer.gradients.items():
        np.testing.assert_allclose(array, wanted[name], rtol=1e-4, atol=1e-3)


def test_no_words_give_no_vectors():
    layer = drawn()
    assert layer.forward(character_ids([])).shape == (0, 9)
    layer.backward(np.empty((0, 9), np.float32))
    assert not any(array.any() for array in layer.gradients.values())


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"filters": []}, "filters must be pairs"),
        ({"filters": [[0, 3]]}, "filters must be pairs"),
        ({"filters": [[3]]}, "filters must be pairs"),
        ({"n_highway": -1}, "n_highway at least 0"),
        ({"dim": 0}, "at least 1"),
        ({"projection": 0}, "at least 1"),
        ({"activation": "sinus"}, "activation must be 'relu' or 'tanh', but is 'sinus'"),
    ],
)
def test_settings_that_no_network_can_have_are_refused(settings, message):
    with pytest.raises(ParameterError, match=message):
        CharacterCNN(**settings, rng=np.random.default_rng(0))


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        (np.zeros((2, 4), np.int32), "C at least 5, the widest filter"),
        (np.zeros(50, np.int32), "must be of shape"),
        (np.full((1, 50), 261, np.int32), "characters must be from 0 to 260"),
        (np.full((1, 50), -1, np.int32), "characters must be from 0 to 260"),
    ],
)
def test_characters_that_do_not_fit_are_refused(ids, message):
    with pytest.raises(ParameterError, match=message):
        drawn().forward(ids)
