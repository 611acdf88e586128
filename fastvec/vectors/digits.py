"""Numbers as text, with the fewest digits that read back to the same float32.

Python and NumPy format one number at a time, in 0.5 to 1.1 microseconds. Most
numbers of word vectors lie between 0.0001 and 10, and for these the digits are
found for a whole block at once: round to 6, 7 and 8 significant digits and keep
the first result that becomes the same float32 again; 9 digits always do.
NumPy formats the rest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# A number's 20 bytes, as five cells: sign, digit, point; up to three zeros; three
# times three digits. What is not needed is a zero byte and dropped at the end; the
# last byte is the separator. The longest that NumPy writes, -1234567900000000.0,
# takes 19.
_WIDTH, _CELL = 20, np.dtype("<u4")
_ZERO, _MINUS, _POINT = ord("0") << 8, ord("-"), ord(".") << 16


def format_rows(block: NDArray[np.float32]) -> list[bytes]:
    """Return each row as numbers in ASCII with one space between them.

    Parameters
    ----------
    block : ndarray of float32, shape (B, D)
        Rows; D is at least 1. Not changed.

    Returns
    -------
    list of bytes, length B
        Numbers in plain or scientific notation, `nan`, `inf`.
    """
    numbers = block.ravel()
    size = np.abs(numbers)
    plain = (size >= np.float32(1e-4)) & (size < np.float32(10.0))
    cells = _plain_cells(np.where(plain, size, np.float32(1.0)))
    zero = size == 0
    cells[zero] = [_ZERO, 0, 0, 0, 0]
    cells[:, 0] |= np.signbit(numbers) * np.uint32(_MINUS)
    text = cells.view(np.uint8)
    rest = np.flatnonzero(~plain & ~zero)
    text[rest] = numbers[rest].astype(f"S{_WIDTH}")[:, None].view(np.uint8)
    text[:, -1] = ord(" ")
    text[block.shape[1] - 1 :: block.shape[1], -1] = ord("\n")
    return text.tobytes().translate(None, b"\0").split(b"\n")[:-1]


def _plain_cells(size: NDArray[np.float32]) -> NDArray[np.uint32]:
    """Return the cells of numbers from 0.0001 to 10, without signs."""
    below = np.zeros(size.size, dtype=np.int64)  # places after the point of the first digit
    for power in (1.0, 0.1, 0.01, 0.001):
        below += size < np.float32(power)
    digits = _shortest(size, np.array([1e8, 1e9, 1e10, 1e11, 1e12])[below])
    high, low = np.divmod(digits, 1_000_000)
    middle, low = np.divmod(low, 1_000)
    whole = below == 0
    cells = np.empty((size.size, _WIDTH // 4), dtype=_CELL)
    cells[:, 0] = np.where(whole, (high // 100) << 8, 0) + _ZERO
    cells[:, 0] |= np.where(whole & (digits % 100_000_000 == 0), 0, _POINT).astype(_CELL)
    cells[:, 1] = _table([b"", b"", b"0", b"00", b"000"])[below]
    triples = [b"%03d" % number for number in range(1000)]
    table = _table(triples + [triple.rstrip(b"0") for triple in triples])
    cells[:, 2] = table[high + 1000 * ((middle == 0) & (low == 0))]
    cells[:, 2] &= np.where(whole, 0xFFFFFF00, 0xFFFFFFFF).astype(_CELL)
    cells[:, 3] = table[middle + 1000 * (low == 0)]
    cells[:, 4] = table[low + 1000]
    return cells


def _shortest(size: NDArray[np.float32], scale: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return nine-digit integers, rounded as far as digits / scale is still `size`."""
    exact = size * scale
    digits = np.rint(exact)
    for unit in (10.0, 100.0, 1000.0):
        shorter = np.rint(exact / unit) * unit
        digits = np.where((shorter / scale).astype(np.float32) == size, shorter, digits)
    return digits.astype(np.int64)


def _table(texts: list[bytes]) -> NDArray[np.uint32]:
    """Return short texts as cells."""
    return np.frombuffer(b"".join(text.ljust(4, b"\0") for text in texts), dtype=_CELL)
