"""Products of a few rows by one matrix, again and again, as a recurrent layer needs them.

BLAS rearranges the matrix anew for every product, which with 32 rows costs up to chunk
of its speed. Here that is done once for all time steps: a matrix of shape (K, N) becomes
panels of `WIDTH` columns, zeros where there are none left. Four rows by a panel are
twelve running sums of `REGISTER`: with a row of the panel and a factor they fill the sixteen
vector registers of AVX2, and two multipliers never wait. A row's result does not depend on
the other rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from fastvec.kernels.jit import JIT_DISABLED, Array, kernel
from fastvec.kernels.simd import INT, REGISTER, Loop, Vectors, data, row_length

CHUNKS = 3
WIDTH = CHUNKS * REGISTER
ROWS = 4
BLOCK = 64  # Rows that stay in the caches while all panels pass.


class _Tile(Vectors):
    """Four rows, a panel, and the four rows of results that they give."""

    def __init__(self, context: Any, builder: Any, kinds: Any, args: Any) -> None:
        rows, first, last, panels, panel, out = args
        super().__init__(context, builder, kinds[0].dtype, REGISTER)
        self.length = row_length(context, builder, kinds[3], panels)
        stride = row_length(context, builder, kinds[0], rows)
        base = data(context, builder, kinds[0], rows)
        numbers = [builder.add(first, INT(r)) for r in range(ROWS)]
        # Where rows end within a tile, the last is taken again, and its results not used.
        inside = [
            builder.select(builder.icmp_signed("<", number, last), number, last)
            for number in numbers
        ]
        self.rows = [builder.gep(base, [builder.mul(number, stride)]) for number in inside]
        size = builder.mul(self.length, INT(WIDTH))
        base = data(context, builder, kinds[3], panels)
        self.panel = builder.gep(base, [builder.mul(panel, size)])
        width = row_length(context, builder, kinds[5], out)
        base = builder.gep(data(context, builder, kinds[5], out), [builder.mul(panel, INT(WIDTH))])
        self.out = [builder.gep(base, [builder.mul(number, width)]) for number in numbers]

    def multiply(self) -> None:
        """Compute the results."""
        loop = Loop(self.builder, self.length, 1, [self.zero] * (ROWS * CHUNKS))
        start = self.builder.mul(loop.position, INT(WIDTH))
        columns = [
            self.load(self.at(self.panel, self.builder.add(start, INT(chunk * REGISTER))))
            for chunk in range(CHUNKS)
        ]
        sums = list(loop.carried)
        for r, row in enumerate(self.rows):
            factor = self.splat(self.builder.load(self.builder.gep(row, [loop.position])))
            for chunk, column in enumerate(columns):
                at = r * CHUNKS + chunk
                sums[at] = self.multiply_add(factor, column, sums[at])
        loop.close(sums)
        for r, out in enumerate(self.out):
            for chunk in range(CHUNKS):
                self.store(sums[r * CHUNKS + chunk], self.at(out, INT(chunk * REGISTER)))


@intrinsic
def _tile_compiled(_, rows, first, last, panels, panel, out):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    def emit(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        _Tile(context, builder, signature.args, args).multiply()
        return context.get_dummy_value()

    number = types.intp
    return types.void(rows, number, number, panels, number, out), emit


def _tile_plain(rows: Array, first: int, last: int, panels: Array, panel: int, out: Array) -> None:
    part = rows[np.minimum(np.arange(first, first + ROWS), last)]
    product = part[:, : panels.shape[1]] @ panels[panel]
    out[first : first + ROWS, panel * WIDTH : (panel + 1) * WIDTH] = product


_tile: Any = _tile_plain if JIT_DISABLED else _tile_compiled


def panel_shape(rows: int, columns: int) -> tuple[int, int, int]:
    """Return the shape of a matrix's panels."""
    return -(-columns // WIDTH), rows, WIDTH


def result_shape(rows: int, columns: int) -> tuple[int, int]:
    """Return the shape that `multiply` writes for a product of this shape."""
    return -(-rows // ROWS) * ROWS, -(-columns // WIDTH) * WIDTH


@kernel
def pack(matrix: Array, panels: Array) -> None:
    """Copy a matrix of shape (K, N), in any order, to panels of `panel_shape`."""
    columns = matrix.shape[1]
    for p in range(len(panels)):
        panel = panels[p]
        start = p * WIDTH
        count = min(WIDTH, columns - start)
        for k in range(len(panel)):
            row = panel[k]
            for n in range(count):
                row[n] = matrix[k, start + n]
            for n in range(count, WIDTH):
                row[n] = 0


@kernel
def multiply(rows: Array, panels: Array, out: Array) -> None:
    """Multiply rows by a packed matrix.

    Parameters
    ----------
    rows : ndarray of float, shape (B, K) or wider
    panels : ndarray, shape (ceil(N / WIDTH), K, WIDTH)
    out : ndarray, changed in place
        Of `result_shape`, or with more rows: its first B rows and N columns become the
        product, and what is left of that shape is overwritten.
    """
    last = len(rows) - 1
    for start in range(0, len(rows), BLOCK):
        end = min(start + BLOCK, len(rows))
        for panel in range(len(panels)):
            for first in range(start, end, ROWS):
                _tile(rows, first, last, panels, panel, out)
