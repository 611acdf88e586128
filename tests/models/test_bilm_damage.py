"""bilm-tf's files, damaged and hostile: refused with the place named, or read."""

from __future__ import annotations

import sys
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastvec.errors import FormatError, ResourceError
from fastvec.models.elmo.bilm_files import read_bilm, write_bilm

from .bilm_models import CHARACTERS, WORDS, changed, parts, written

h5py = pytest.importorskip("h5py", reason="h5py is not installed")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c.pop("lstm"), "lstm must be a JSON object"),
        (lambda c: c["lstm"].pop("dim"), "lstm.dim must be a whole number .*, but is missing"),
        (lambda c: c["lstm"].update(dim=0), "lstm.dim must be .* but is 0"),
        (lambda c: c["lstm"].update(dim=True), "lstm.dim must be .* but is True"),
        (lambda c: c["lstm"].update(dim=1 << 40), "a whole number from 1 to 131072, but is 1099"),
        (lambda c: c["lstm"].update(n_layers=10**9), "lstm.n_layers must be"),
        (lambda c: c["lstm"].update(cell_clip="3"), "lstm.cell_clip must be null or a number"),
        (lambda c: c["lstm"].update(proj_clip=float("nan")), "lstm.proj_clip must be"),
        (lambda c: c["lstm"].update(use_skip_connections=1), "must be true or false"),
        (lambda c: c["char_cnn"].update(n_characters=60), "a whole number from 261 to 262"),
        (lambda c: c["char_cnn"].update(activation="sin"), "char_cnn.activation must be"),
        (lambda c: c["char_cnn"].update(filters=[]), "char_cnn.filters must be"),
        (lambda c: c["char_cnn"].update(filters=[[51, 3]]), "char_cnn.filters must be"),
        (lambda c: c["char_cnn"].update(filters=[[True, 3]]), "char_cnn.filters must be"),
        (lambda c: c["char_cnn"].update(embedding=3), "char_cnn.embedding must be a JSON object"),
    ],
)  # fmt: skip
def test_wrong_options_are_named(tmp_path, change, message):
    options, weights = written(tmp_path)
    changed(options, change)
    with pytest.raises(FormatError, match=message):
        read_bilm(options, weights)


@pytest.mark.parametrize("text", ["", "[]", "3", "{" * 10_000, "\xff", " " * (1 << 20) + "{}"])
def test_what_is_no_options_file_is_refused(tmp_path, text):
    options, weights = written(tmp_path)
    options.write_text(text, encoding="latin-1")
    with pytest.raises(FormatError, match=r"options\.json"):
        read_bilm(options, weights)


def test_missing_files_are_named(tmp_path):
    options, weights = written(tmp_path)
    for paths in ((options, weights.with_name("w")), (options.with_name("o"), weights)):
        with pytest.raises(FormatError, match=r"/[ow]: "):
            read_bilm(*paths)


def test_weights_of_other_sizes_are_named_with_the_shape_wanted(tmp_path):
    options, weights = written(tmp_path)
    changed(options, lambda c: c["lstm"].update(dim=7))
    with pytest.raises(FormatError, match=r"W_0 of floats of shape \(8, 28\).*\(8, 24\)"):
        read_bilm(options, weights)
    changed(options, lambda c: c["lstm"].update(dim=6, n_layers=3))
    with pytest.raises(FormatError, match="has no dataset RNN_0/RNN/MultiRNNCell/Cell2"):
        read_bilm(options, weights)


def rewritten(weights, name, **dataset):
    with h5py.File(weights, "r+") as file:
        del file[name]
        file.create_dataset(name, **dataset)


@pytest.mark.parametrize(
    ("dataset", "message"),
    [
        ({"data": np.full((261, 3), np.nan, np.float32)}, "numbers that are not finite"),
        ({"data": np.full((261, 3), 1e300)}, "numbers that are not finite"),
        ({"data": np.zeros((261, 3), np.int32)}, "char_embed of floats .* of type int32"),
        ({"data": np.zeros((261, 3), complex)}, "of type complex128"),
        ({"data": np.float32(3)}, r"and shape \(\)"),
        ({"data": h5py.Empty("f4")}, "and shape None"),
        ({"data": "text"}, "of type object"),
    ],
)  # fmt: skip
def test_wrong_datasets_are_named(tmp_path, dataset, message):
    options, weights = written(tmp_path)
    rewritten(weights, "char_embed", **dataset)
    with pytest.raises(FormatError, match=message):
        read_bilm(options, weights)


@pytest.mark.parametrize("dtype", [np.float16, np.float64, ">f4"])
def test_other_floats_are_read(tmp_path, dtype):
    options, weights = written(tmp_path)
    values = np.linspace(-1, 1, 783).reshape(261, 3).astype(dtype)
    rewritten(weights, "char_embed", data=values, compression="gzip")
    np.testing.assert_array_equal(
        read_bilm(options, weights).token["char_embed"], values.astype(np.float32)
    )


def test_more_than_the_file_can_hold_is_refused_before_it_is_read(tmp_path):
    options, weights = written(tmp_path, WORDS)
    rewritten(weights, "embedding", shape=(10**9, 4), dtype="f4", chunks=(1000, 4))
    with pytest.raises(FormatError, match="claims 16000000000 bytes, far more than the file has"):
        read_bilm(options, weights)


@pytest.mark.parametrize("kind", ["external link", "soft link", "external data", "virtual"])
def test_a_file_cannot_lead_to_others(tmp_path, kind):
    options, weights = written(tmp_path)
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(261 * 3 * 4))
    with h5py.File(tmp_path / "other.hdf5", "w") as other:
        other["secret"] = np.zeros((261, 3), np.float32)
    with h5py.File(weights, "r+") as file:
        del file["char_embed"]
        if kind == "external link":
            file["char_embed"] = h5py.ExternalLink(str(tmp_path / "other.hdf5"), "secret")
        elif kind == "soft link":
            file["char_embed"] = h5py.SoftLink("/CNN_high_0/W_carry")
        elif kind == "external data":
            place = [(str(secret), 0, h5py.h5f.UNLIMITED)]
            file.create_dataset("char_embed", (261, 3), "f4", external=place)
        else:
            layout = h5py.VirtualLayout((261, 3), "f4")
            layout[:] = h5py.VirtualSource(str(tmp_path / "other.hdf5"), "secret", (261, 3))
            file.create_virtual_dataset("char_embed", layout)
    with pytest.raises(FormatError, match="has no dataset char_embed"):
        read_bilm(options, weights)


@pytest.fixture(scope="module")
def intact(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bilm")
    write_bilm(folder, CHARACTERS, *parts(CHARACTERS))
    return folder


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_files_are_read_or_refused(intact, tmp_path, data):
    file = data.draw(st.sampled_from(["options.json", "weights.hdf5"]))
    content = bytearray((intact / file).read_bytes())
    cut = data.draw(st.integers(0, len(content)))
    for _ in range(data.draw(st.integers(0, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    damaged = tmp_path / file
    damaged.write_bytes(content[:cut] if data.draw(st.booleans()) else content)
    paths = {"options.json": intact / "options.json", "weights.hdf5": intact / "weights.hdf5"}
    paths[file] = damaged
    with suppress(FormatError):  # Any other error fails.
        found = read_bilm(*paths.values())
        assert all(np.isfinite(array).all() for array in (found.token | found.lstm).values())


def test_a_missing_package_is_named_with_its_extra(monkeypatch, intact):
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(ResourceError, match=r"fastvec\[elmo\]"):
        read_bilm(intact / "options.json", intact / "weights.hdf5")
