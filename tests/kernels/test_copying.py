from __future__ import annotations

import numba
import numpy as np
import pytest

from fastvec.kernels.copying import copy_numbers
from fastvec.kernels.simd import vector_room


# Intrinsics can be called from compiled code only.
@numba.njit
def copy(source, at, target, to, count):
    copy_numbers(source, at, target, to, count)


@pytest.mark.parametrize("count", [1, 7, 8, 9, 16, 40])
@pytest.mark.parametrize(("at", "to"), [(0, 0), (1, 6), (5, 2)])
@pytest.mark.parametrize("dtype", [np.int32, np.float64])
def test_whole_vectors_are_copied_and_nothing_else(count, at, to, dtype):
    source = np.arange(100, dtype=dtype)
    target = np.full(100, -1, dtype)
    copy(source, at, target, to, count)
    room = vector_room(count)
    assert target[to : to + room].tolist() == list(range(at, at + room))
    assert (np.delete(target, np.s_[to : to + room]) == -1).all()
