"""Where the label of each point can stand without covering another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Around a point, in heights of a label; lines lead to labels on the outer ones.
_RINGS = (0.34, 1.5, 2.8, 4.2)
_LINE_COST = 0.9  # In covered points: a line costs some clarity, too.
_MOST_COVERED = 1
_STEP = 3.0
_BESIDE = [
    (1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0),
    (1.0, 1.0), (-1.0, 1.0), (1.0, -1.0), (-1.0, -1.0),
]  # fmt: skip
_BETWEEN = [
    (1.0, 0.5), (-1.0, 0.5), (1.0, -0.5), (-1.0, -0.5),
    (0.5, 1.0), (-0.5, 1.0), (0.5, -1.0), (-0.5, -1.0),
]  # fmt: skip


class Box(NamedTuple):
    """A rectangle: left, bottom, right and top."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: Box) -> bool:
        """Tell whether two rectangles share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def within(self, other: Box) -> bool:
        """Tell whether this rectangle lies inside another."""
        return (
            self.left >= other.left
            and self.bottom >= other.bottom
            and self.right <= other.right
            and self.top <= other.top
        )


class Label(NamedTuple):
    """A label that has found its place; it needs a line to its point where it stands far off."""

    point: int
    box: Box
    far: bool


def place_labels(
    points: NDArray[np.float64],
    sizes: NDArray[np.float64],
    order: Sequence[int],
    bounds: Box,
    radius: float,
) -> list[Label]:
    """Give labels places beside their points, so that no two overlap.

    Labels are placed one after another, each where it covers no other label or line and at most
    one point: close by if it can, at a little distance if not. One without a free place is left
    out.

    Parameters
    ----------
    points : ndarray of float64, shape (n, 2)
        In pixels, or any unit that the others share.
    sizes : ndarray of float64, shape (n, 2)
        Width and height of each label.
    order : sequence of int
        Points whose labels to place, the most important first.
    bounds : Box
        No label leaves it.
    radius : float
        Of a point.

    Returns
    -------
    list of Label
        In the order of placing.
    """
    cell = float(max(sizes.max(initial=1.0), 4 * radius))
    dots, taken = _Grid(cell), _Grid(cell)
    for x, y in points.tolist():
        dots.add(Box(x - radius, y - radius, x + radius, y + radius))
    placed = []
    for point in order:
        x, y = points[point].tolist()
        width, height = sizes[point].tolist()
        best: Label | None = None
        fewest = np.inf
        for box, far in _candidates(x, y, width, height, radius):
            if not box.within(bounds) or taken.count(box):
                continue
            if far and any(map(taken.count, _line(x, y, box))):
                continue
            covered = dots.count(box)
            cost = covered + _LINE_COST * far
            if covered <= _MOST_COVERED and cost < fewest:
                best, fewest = Label(point, box, far), cost
            if not covered:
                break
        if best:
            taken.add(best.box)
            placed.append(best)
            for part in _line(x, y, best.box) if best.far else ():
                taken.add(part)
    return placed


def end_of_line(x: float, y: float, box: Box) -> tuple[float, float]:
    """Return the place of a label that is nearest to its point, where a line to it ends."""
    return min(max(x, box.left), box.right), min(max(y, box.bottom), box.top)


def _line(x: float, y: float, box: Box) -> list[Box]:
    """Return a row of small rectangles from a point, where lines may meet, to its label."""
    to_x, to_y = end_of_line(x, y, box)
    half = _STEP / 2
    steps = max(1, int(max(abs(to_x - x), abs(to_y - y)) / _STEP))
    shares = (step / steps for step in range(3, steps + 1))
    middles = ((x + share * (to_x - x), y + share * (to_y - y)) for share in shares)
    return [Box(across - half, up - half, across + half, up + half) for across, up in middles]


def _candidates(
    x: float, y: float, width: float, height: float, radius: float
) -> Iterator[tuple[Box, bool]]:
    """Yield places around a point, the best first."""
    for ring in _RINGS:
        gap, far = radius + ring * height, ring != _RINGS[0]
        for right, up in _BESIDE + _BETWEEN if far else _BESIDE:
            reach = gap * 0.7 if right and up else gap
            # 1 puts the label's left edge beside the point, 0 its middle, -1 its right edge.
            left = x + right * reach + (right - 1) / 2 * width
            bottom = y + up * reach + (up - 1) / 2 * height
            yield Box(left, bottom, left + width, bottom + height), far


class _Grid:
    """Rectangles by the squares of a grid that they touch."""

    def __init__(self, cell: float) -> None:
        self._cell = cell
        self._squares: defaultdict[tuple[int, int], list[Box]] = defaultdict(list)

    def add(self, box: Box) -> None:
        for square in self._touched(box):
            self._squares[square].append(box)

    def count(self, box: Box) -> int:
        """Count the rectangles that this one meets."""
        met = {
            other
            for square in self._touched(box)
            for other in self._squares.get(square, ())
            if box.meets(other)
        }
        return len(met)

    def _touched(self, box: Box) -> Iterator[tuple[int, int]]:
        for column in range(int(box.left // self._cell), int(box.right // self._cell) + 1):
            for row in range(int(box.bottom // self._cell), int(box.top // self._cell) + 1):
                yield column, row
