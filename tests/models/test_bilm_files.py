"""bilm-tf's files: written and read, other programs' rules, the reference implementation's."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fastvec.errors import ParameterError
from fastvec.layers.characters import CharacterCNN
from fastvec.models.elmo.bilm_files import read_bilm, write_bilm
from fastvec.vocabulary.characters import character_ids

from .bilm_models import CHARACTERS, WORDS, changed, parts, written

h5py = pytest.importorskip("h5py", reason="h5py is not installed")


@pytest.mark.parametrize("options", [
    CHARACTERS,
    WORDS,
    replace(CHARACTERS, cells=4),
    replace(CHARACTERS, projection=7, proj_clip=None),
    replace(CHARACTERS, characters=replace(CHARACTERS.characters, n_highway=0, activation="tanh")),
])  # fmt: skip
def test_what_is_written_is_read(tmp_path, options):
    """L3, L5: an own model could not be read again without editing; a word model not at all."""
    token, lstm = parts(options)
    notes = write_bilm(tmp_path, options, token, lstm)
    found = read_bilm(tmp_path / "options.json", tmp_path / "weights.hdf5")
    assert found.options == options
    assert found.notes == notes
    for given_arrays, read in ((token, found.token), (lstm, found.lstm)):
        assert given_arrays.keys() == read.keys()
        for name, array in given_arrays.items():
            np.testing.assert_array_equal(read[name], array)
            assert read[name].dtype == np.float32


def test_the_same_model_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        write_bilm(tmp_path / name, CHARACTERS, *parts(CHARACTERS))
    for file in ("options.json", "weights.hdf5"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


@pytest.mark.parametrize("number", [261, 262])
def test_both_counts_of_characters_are_read_and_one_is_written(tmp_path, number):
    """L3: n_characters is 261 in training and 262 in prediction."""
    options, weights = written(tmp_path)
    content = json.loads(options.read_text())
    assert content["char_cnn"]["n_characters"] == 262
    with h5py.File(weights) as file:
        assert file["char_embed"].shape == (261, 3)
    changed(options, lambda c: c["char_cnn"].update(n_characters=number))
    assert read_bilm(options, weights).options == CHARACTERS


def test_a_model_of_words_states_how_many(tmp_path):
    """L5: a word model is dumped with its embedding."""
    options, weights = written(tmp_path, WORDS)
    content = json.loads(options.read_text())
    assert "char_cnn" not in content
    assert content["n_tokens_vocab"] == 5
    assert read_bilm(options, weights).token["embedding"].shape == (5, 4)


def test_the_layout_is_the_one_that_allennlp_reads(tmp_path):
    """L9: where do I get options and weights of my model; the names and shapes others look for."""
    options, weights = written(tmp_path)
    content = json.loads(options.read_text())
    assert content["lstm"] == {
        "cell_clip": 3.0, "dim": 6, "n_layers": 2, "proj_clip": 3.0, "projection_dim": 4,
        "use_skip_connections": True,
    }  # fmt: skip
    assert content["char_cnn"]["filters"] == [[1, 2], [2, 5]]
    assert content["char_cnn"]["embedding"] == {"dim": 3}
    assert content["char_cnn"]["max_characters_per_token"] == 50
    shapes = {}
    with h5py.File(weights) as file:
        file.visititems(
            lambda name, item: shapes.update({name: item.shape} if hasattr(item, "shape") else {})
        )
    cells = {
        f"RNN_{d}/RNN/MultiRNNCell/Cell{layer}/LSTMCell/{name}": shape
        for d in (0, 1)
        for layer in (0, 1)
        for name, shape in {"W_0": (8, 24), "B": (24,), "W_P_0": (6, 4)}.items()
    }
    high = {
        f"CNN_high_{i}/{kind}_{gate}": shape
        for i in (0, 1)
        for gate in ("carry", "transform")
        for kind, shape in {"W": (7, 7), "b": (7,)}.items()
    }
    assert shapes == cells | high | {
        "char_embed": (261, 3), "CNN/W_cnn_0": (1, 1, 3, 2), "CNN/b_cnn_0": (2,),
        "CNN/W_cnn_1": (1, 2, 3, 5), "CNN/b_cnn_1": (5,), "CNN_proj/W_proj": (7, 4),
        "CNN_proj/b_proj": (4,),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"cells": 4}, "no projection matrix, as dim and projection_dim are both 4"),
        ({"skip_connections": False}, "no skip connections"),
        ({"layers": 9}, "9 layers"),
        ({"projection": 7}, "as many as projection_dim, 7"),
        ({"projection": 8}, "fewer filters, 7, than projection_dim, 8"),
        ({"characters": replace(CHARACTERS.characters, longest=30)}, "up to 30 characters"),
        ({"characters": None}, "the model reads words"),
    ],
)
def test_notes_say_what_others_would_refuse(tmp_path, changes, note):
    (found,) = read_bilm(*written(tmp_path, replace(CHARACTERS, **changes))).notes
    assert note in found


def test_an_ordinary_model_needs_no_notes(tmp_path):
    assert read_bilm(*written(tmp_path)).notes == []


def test_arrays_that_are_not_those_of_the_sizes_are_not_written(tmp_path):
    token, lstm = parts(CHARACTERS)
    with pytest.raises(ParameterError, match=r"W_proj must be of shape \(7, 5\)"):
        write_bilm(tmp_path, replace(CHARACTERS, projection=5), token, lstm)
    with pytest.raises(ParameterError, match=r"backward/1/bias must be .* but is missing"):
        write_bilm(
            tmp_path, CHARACTERS, token, {k: a for k, a in lstm.items() if k != "backward/1/bias"}
        )
    with pytest.raises(ParameterError, match="no room for forward/9/bias"):
        write_bilm(tmp_path, CHARACTERS, token, lstm | {"forward/9/bias": np.zeros(24)})
    assert not list(tmp_path.iterdir())


@pytest.fixture
def reference():
    """Give the folder of the reference implementation's tiny model."""
    folder = Path(os.environ.get("FASTVEC_DATA", Path(__file__).parents[2] / "../shared/data"))
    if not (folder / "elmo").is_dir():
        pytest.skip(f"{folder / 'elmo'} is not there; FASTVEC_DATA names its parent")
    return folder / "elmo"


@pytest.mark.data
def test_token_vectors_are_those_of_the_reference_implementation(reference):
    bilm = read_bilm(reference / "options.json", reference / "lm_weights.hdf5")
    assert bilm.notes == []
    assert bilm.options.cells == 64
    sizes = bilm.options.characters
    layer = CharacterCNN(
        dim=sizes.dim, filters=sizes.filters, n_highway=sizes.n_highway,
        projection=bilm.options.projection, activation=sizes.activation,
        rng=np.random.default_rng(0),
    )  # fmt: skip
    for name, array in layer.parameters.items():
        array[...] = bilm.token[name]
    words = (reference / "vocab_test.txt").read_text(encoding="utf-8").split("\n")
    with h5py.File(reference / "elmo_token_embeddings.hdf5") as file:
        wanted = file["embedding"][...]
    found = layer.run(character_ids(words, bos="<S>", eos="</S>"))
    assert len(found) == 458
    np.testing.assert_allclose(found, wanted, atol=1e-5)


@pytest.mark.data
def test_the_reference_model_is_written_as_it_was_read(reference, tmp_path):
    bilm = read_bilm(reference / "options.json", reference / "lm_weights.hdf5")
    write_bilm(tmp_path, bilm.options, bilm.token, bilm.lstm)
    with (
        h5py.File(reference / "lm_weights.hdf5") as old,
        h5py.File(tmp_path / "weights.hdf5") as new,
    ):
        names = []
        old.visit(names.append)
        assert [name for name in names if name not in new] == []
        for name in names:
            if isinstance(old[name], h5py.Dataset):
                np.testing.assert_array_equal(old[name][...], new[name][...])
    old_options = json.loads((reference / "options.json").read_text())
    new_options = json.loads((tmp_path / "options.json").read_text())
    assert {key: new_options[key] for key in old_options} == old_options
