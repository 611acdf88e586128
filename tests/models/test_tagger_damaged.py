"""Whatever is wrong with a tagger's folder, the error is a FormatError that names it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec import Tagger, load_model
from fastvec.errors import FormatError
from fastvec.vectors.archive import map_tensors, write_tensors

from .tagging import TOY, config


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Give the contents of a tagger's folder."""
    folder = tmp_path_factory.mktemp("files") / "t"
    Tagger(**config(epochs=1)).fit(TOY).save(folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def laid_out(files, folder):
    """Write the contents to a folder."""
    for name, content in files.items():
        (Path(folder) / name).write_bytes(content)
    return Path(folder)


def changed(folder, key, value):
    """Set one of the settings."""
    path = folder / "config.json"
    stored = json.loads(path.read_text())
    stored["settings"][key] = value
    path.write_text(json.dumps(stored))


def test_as_it_is_it_loads(files, tmp_path):
    assert load_model(laid_out(files, tmp_path)).tags.names


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("config", {"cells": 10**5}), ("config", {"layers": 7}), ("config", {"cell": 1}),
        ("config", None), ("tags", ["O"]), ("tags", None), ("tags", 7), ("scheme", None),
        ("elmo", {"settings": {}, "specials": []}), ("elmo", 3),
    ],
)  # fmt: skip
def test_settings_that_do_not_fit_are_refused(files, tmp_path, key, value):
    folder = laid_out(files, tmp_path)
    changed(folder, key, value)
    with pytest.raises(FormatError, match=str(folder)):
        load_model(folder)


@pytest.mark.parametrize("name", ["linear/weights", "encoder/backward/0/kernel", "output/between"])
@pytest.mark.parametrize("damage", ["missing", "shape"])
def test_arrays_that_do_not_fit_are_refused(files, tmp_path, name, damage):
    folder = laid_out(files, tmp_path)
    path = folder / "vectors-1.safetensors"
    tensors = {key: np.array(array) for key, array in map_tensors(path).items()}
    if damage == "missing":
        del tensors[name]
    else:
        tensors[name] = tensors[name][1:]
    write_tensors(path, tensors)
    with pytest.raises(FormatError, match=str(folder)):
        load_model(folder)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.data())
def test_any_settings_give_a_tagger_or_a_format_error(files, data):
    settings = json.loads(files["config.json"])["settings"]
    with tempfile.TemporaryDirectory() as name:
        folder = laid_out(files, name)
        changed(folder, data.draw(st.sampled_from(sorted(settings))), data.draw(JSON))
        try:
            assert len(load_model(folder).predict([["we", "sing"]])[0]) == 2
        except FormatError:
            return
