"""Whatever is wrong with a model folder, the error is a FormatError that names it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastvec import load, load_model
from fastvec.errors import FormatError
from fastvec.vectors.archive import write_tensors

KINDS = ("history", "vectors", "vocabulary")


@pytest.mark.parametrize("name", ["config.json", *KINDS])
@pytest.mark.parametrize("damage", ["missing", "empty", "short", "noise", "folder"])
def test_damaged_file_is_a_format_error(saved, name, damage):
    (path,) = [path for path in saved.iterdir() if path.name.startswith(name)]
    content = path.read_bytes()
    path.unlink()
    if damage == "folder":
        path.mkdir()
    elif damage != "missing":
        noise = {"empty": b"", "short": content[: len(content) // 2], "noise": b"\xff[\0" * 9}
        path.write_bytes(noise[damage])
    with pytest.raises(FormatError, match=str(saved)):
        load_model(saved)


@pytest.mark.parametrize(
    "change",
    [{"version": 2}, {"version": None}, {"files": {}}, {"files": []}, {"files": {"vectors": 3}},
     {"files": {"vectors": "..", "vocabulary": "/etc/passwd", "history": "config.json"}},
     {"model": "gpt"}, {"model": ["skipgram"]}, {"settings": {"dim": -1}}, {"settings": 5},
     {"settings": {"colour": "red"}}, {"specials": ["nope"]}, {"specials": 7}, {"rows": 99}],
    ids=str,
)  # fmt: skip
def test_config_with_a_wrong_value_is_a_format_error(saved, change):
    path = saved / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**config, **change}), encoding="utf-8")
    with pytest.raises(FormatError, match=str(saved)):
        load_model(saved)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def files(model, tmp_path_factory):
    """Give the contents of a saved model."""
    folder = tmp_path_factory.mktemp("files") / "m"
    model.save(folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@settings(deadline=None)
@given(st.data())
def test_any_values_in_the_json_files_give_a_model_or_a_format_error(files, data):
    name = data.draw(st.sampled_from(["config.json", "history-1.json"]))
    content = json.loads(files[name])
    key = data.draw(st.sampled_from(sorted(content) if isinstance(content, dict) else [0, 1]))
    content[key] = data.draw(JSON)
    with tempfile.TemporaryDirectory() as folder:
        for other, stored in files.items():
            Path(folder, other).write_bytes(stored)
        Path(folder, name).write_text(json.dumps(content), encoding="utf-8")
        try:
            loaded = load_model(folder)
        except FormatError:
            return
        assert loaded.vectors.matrix.shape == loaded.context_vectors.shape


@pytest.mark.parametrize("load_it", [load, load_model])
def test_folder_that_is_no_model_is_refused(tmp_path, load_it):
    with pytest.raises(FormatError, match="is not a model folder"):
        load_it(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(FormatError, match="is not a model folder"):
        load_it(tmp_path)


def test_deeply_nested_json_is_refused(saved):
    (saved / "config.json").write_text("[" * 100_000)
    with pytest.raises(FormatError, match="is not a model folder"):
        load_model(saved)


def test_matrix_without_its_other_half_is_refused(model, saved):
    write_tensors(saved / "vectors-1.safetensors", {"vectors": np.array(model.vectors.matrix)})
    with pytest.raises(FormatError, match="context_vectors"):
        load_model(saved)
    assert load(saved).dim == 8
