"""Which words are contexts of a word, and how much each counts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from fastvec.kernels.cooccurrence import Reach

EXACT_WINDOW = 20  # The common multiple of 1 to 20 still leaves room for 3e10 contexts.
FIXED_POINT = 2**30


@dataclass(frozen=True, kw_only=True)
class ContextWindow:
    """Which words are contexts of a word, and how much each counts.

    Attributes
    ----------
    window : int
        Most words on a side.
    side : {"both", "left", "right"}
        Whether contexts stand on both sides of the word, before it, or after it.
    weighting : {"harmonic", "flat"}
        Whether a context at distance d counts 1 / d or 1.
    across_sentences : bool
        Whether windows reach into the sentences before and after.
    """

    window: int
    side: str
    weighting: str
    across_sentences: bool

    def reach(self) -> tuple[Reach, int]:
        """Return the window for the kernels, and the number that stands for a weight of 1."""
        distances = range(1, self.window + 1)
        unit = 1
        if self.weighting == "harmonic":
            unit = math.lcm(*distances) if self.window <= EXACT_WINDOW else FIXED_POINT
        flat = self.weighting == "flat"
        weights = [0, *(unit if flat else round(unit / distance) for distance in distances)]
        left, right = (self.window if self.side in ("both", side) else 0
                       for side in ("left", "right"))  # fmt: skip
        return Reach(left, right, np.array(weights, np.int64)), unit

    @property
    def span(self) -> int:
        """Most contexts of one occurrence."""
        return self.window * (2 if self.side == "both" else 1)
