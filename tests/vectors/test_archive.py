import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastvec.errors import FormatError
from fastvec.vectors.archive import map_tensors, read_metadata, write_tensors

TENSORS = {
    "vectors": np.arange(6, dtype=np.float32).reshape(2, 3),
    "bias": np.arange(3, dtype=np.float64)[::-1],
    "rows": np.array([[1], [2]], dtype=np.int32),
    "none": np.zeros((0, 4), dtype=np.float32),
    "flags": np.array([True, False, True]),
}


def with_header(entry, body=b"\0" * 8):
    header = json.dumps(entry).encode() if not isinstance(entry, bytes) else entry
    return len(header).to_bytes(8, "little") + header + body


def entry(**changes):
    return {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]} | changes}


def test_arrays_and_texts_come_back_mapped(tmp_path):
    write_tensors(tmp_path / "a.safetensors", TENSORS, {"words": "[]", "é": "苹果"})
    mapped = map_tensors(tmp_path / "a.safetensors")
    assert set(mapped) == set(TENSORS)
    for name, array in TENSORS.items():
        assert isinstance(mapped[name], np.memmap) or array.size == 0
        assert mapped[name].dtype == array.dtype
        np.testing.assert_array_equal(mapped[name], array)
        assert not mapped[name].flags.writeable
    assert read_metadata(tmp_path / "a.safetensors") == {"words": "[]", "é": "苹果"}


def test_other_readers_open_what_we_write(tmp_path):
    from safetensors.numpy import load_file

    write_tensors(tmp_path / "a.safetensors", TENSORS)
    for name, array in load_file(tmp_path / "a.safetensors").items():
        np.testing.assert_array_equal(array, TENSORS[name])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "byte 0"),
        (b"\xff" * 12, "does not fit a file of 12"),
        (with_header(b"{"), "byte 8: the header is not JSON"),
        (with_header(b"\xff\xff"), "not JSON"),
        (with_header(b"[" * 100_000), "not JSON"),
        (with_header(b'{"a":1,"a":2}'), "twice"),
        (with_header([]), "not a JSON object"),
        (with_header({"__metadata__": {"a": 1}}), "texts to texts"),
        (with_header({"a": 1}), "'a' is malformed"),
        (with_header(entry(shape=[-2])), "malformed"),
        (with_header(entry(shape=[True, 2])), "malformed"),
        (with_header(entry(dtype="BF16")), "type BF16"),
        (with_header(entry(shape=[3])), "does not take 8 bytes"),
        (with_header(entry(data_offsets=[8, 0])), "does not take"),
        (with_header(entry(data_offsets=[4, 12])), "is at"),
        (with_header(entry(data_offsets=[4, 12]), b"\0" * 12), "byte [0-9]+: array 'a' is at"),
        (with_header(entry(), b"\0" * 4), "in a file of"),
        (with_header(entry(), b"\0" * 9), "1 bytes belong to no array"),
        (with_header(entry(shape=[0, 10**30], data_offsets=[0, 0]), b""), "beyond NumPy"),
    ],
)
def test_damage_is_named_with_its_place(content, message, tmp_path):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(FormatError, match=message):
        map_tensors(tmp_path / "a")


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_damage_is_a_format_error_or_harmless(data, tmp_path):
    path = tmp_path / "a.safetensors"
    write_tensors(path, TENSORS, {"words": '["a"]'})
    content = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=3)):
        content[place] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        mapped = map_tensors(path)
    except FormatError as error:
        message = str(error)
    else:
        message = str(path)
        assert sum(array.nbytes for array in mapped.values()) < len(content)
    assert str(path) in message
