"""Numbers in text: both parsers give what NumPy's float32 of Python's float gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.vectors import parsing

SPELLINGS = st.one_of(
    st.floats(width=32, allow_nan=False).map(repr),
    st.floats(allow_nan=False).map(repr),
    st.integers(-(10**30), 10**30).map(str),
    st.sampled_from(["-0", "0", "-0.0", ".5", "5.", "+1", "1E5", "nan", "-inf", "1e-50", "007"]),
)
JUNK = st.sampled_from(
    ["", "x", "1_0", "true", "null", '"1"', "[1]", "1,2", "0x1", "--1", "1e", "\t"]
)
HAS_ORJSON = parsing._json_loads() is not None


@pytest.fixture(params=["numpy", pytest.param("orjson", marks=pytest.mark.skipif(
    not HAS_ORJSON, reason="orjson is not installed"))], autouse=True, scope="module")  # fmt: skip
def parser(request):
    """Run every test with both."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "numpy":
            patch.setattr(parsing, "_json_loads", lambda: None)
        yield request.param


@given(st.lists(st.lists(SPELLINGS, min_size=3, max_size=3), max_size=5))
def test_numbers_are_those_of_python(rows):
    found = parsing.parse_rows([" ".join(row).encode() for row in rows], 3)
    with np.errstate(over="ignore"):
        expected = np.array([[float(field) for field in row] for row in rows], dtype=np.float32)
    assert found.tobytes() == expected.tobytes() or np.array_equal(found, expected, equal_nan=True)
    assert found.shape == (len(rows), 3)
    np.testing.assert_array_equal(np.signbit(found), np.signbit(expected.reshape(-1, 3)))


@given(st.lists(SPELLINGS, min_size=2, max_size=2), JUNK, st.integers(0, 2))
def test_what_is_no_number_is_refused(row, junk, place):
    row.insert(place, junk)
    assert parsing.parse_rows([b"1 2 3", " ".join(row).encode(), b"4 5 6"], 3) is None


@pytest.mark.parametrize("fields", [[b"1 2"], [b"1 2 3", b"1 2"], [b"1 2 3 4"], [b"1  2"], [b""]])
def test_rows_of_other_lengths_are_refused(fields):
    assert parsing.parse_rows(fields, 3) is None
