import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fastvec.vectors.digits import format_rows

BLOCKS = arrays(np.float32, st.tuples(st.integers(1, 4), st.integers(1, 5)))


def parse(rows):
    return np.array([[float(field) for field in row.split(b" ")] for row in rows], dtype=np.float32)


@given(BLOCKS)
def test_every_float32_reads_back(block):
    np.testing.assert_array_equal(parse(format_rows(block)), block)


def test_random_bit_patterns_read_back():
    bits = np.random.default_rng(1).integers(0, 2**32, (2000, 10), dtype=np.uint32)
    block = bits.view(np.float32)
    np.testing.assert_array_equal(parse(format_rows(block)), block)


def test_no_more_digits_than_numpy_needs():
    block = np.random.default_rng(2).standard_normal((200, 50)).astype(np.float32)
    written = [field for row in format_rows(block) for field in row.split(b" ")]
    assert [len(field) for field in written] == [len(str(number)) for number in block.ravel()]


def test_easy_numbers_look_easy():
    block = np.array([[0, -0.0, 1, -2.5, 0.1, 0.01, 0.0001]], dtype=np.float32)
    assert format_rows(block) == [b"0 -0 1 -2.5 0.1 0.01 0.0001"]
