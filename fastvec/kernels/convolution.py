"""Convolutions over the characters of words, and their maxima over positions.

A character is one of a few hundred, so its products with every column of a filter are
looked up in a table, ``table[j, c]`` for character c at the filter's place j. What is
left of a convolution is adding up rows of the table; its gradient, which flows to one
position a filter, adds to as few rows.
"""

from __future__ import annotations

from fastvec.kernels.jit import Array, kernel


@kernel
def _positions(word: Array, width: int) -> int:
    """Return how many positions can differ: all after them see the last character alone."""
    start = len(word) - 1
    while start > 0 and word[start - 1] == word[start]:
        start -= 1
    return min(start, len(word) - width) + 1


@kernel
def character_maxima(
    characters: Array, table: Array, first: int, maxima: Array, places: Array, sums: Array
) -> None:
    """Find each filter's largest sum over the positions of each word.

    Parameters
    ----------
    characters : ndarray of int32, shape (N, C)
    table : ndarray of float, shape (w, number of characters, n)
        For filters of width w, at most C.
    first : int
        Column of the first of these n filters in ``maxima`` and ``places``.
    maxima : ndarray of the same float, shape (N, F)
        Receives the largest sums.
    places : ndarray of int32, shape (N, F)
        Receives their positions, the first of equals.
    sums : ndarray of the same float, shape (n,)
        Scratch.
    """
    width, number = len(table), len(sums)
    for i in range(len(characters)):
        word = characters[i]
        best, place = maxima[i, first : first + number], places[i, first : first + number]
        for p in range(_positions(word, width)):
            row = table[0, word[p]]
            for k in range(number):
                sums[k] = row[k]
            for j in range(1, width):
                row = table[j, word[p + j]]
                for k in range(number):
                    sums[k] += row[k]
            if p == 0:
                best[:], place[:] = sums, 0
            for k in range(number):
                place[k] = p if sums[k] > best[k] else place[k]
                best[k] = sums[k] if sums[k] > best[k] else best[k]


@kernel
def add_at_maxima(
    gradient: Array, characters: Array, places: Array, first: int, columns: Array, totals: Array
) -> None:
    """Add the derivatives by the maxima to the rows of the table that made them.

    Parameters
    ----------
    gradient : ndarray of float, shape (N, F)
    characters : ndarray of int32, shape (N, C)
    places : ndarray of int32, shape (N, F)
        As `character_maxima` found them.
    first : int
        Column of the first of these filters in ``gradient`` and ``places``.
    columns : ndarray of int64
        Which of these filters, from 0.
    totals : ndarray of the same float, shape (w, number of characters, n), changed in place
    """
    for i in range(len(gradient)):
        word, g, place = characters[i], gradient[i], places[i]
        for k in columns:
            for j in range(len(totals)):
                totals[j, word[place[first + k] + j], k] += g[first + k]
