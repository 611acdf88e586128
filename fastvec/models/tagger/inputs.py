"""The parts that a token's numbers are put together from: vector, capitals, characters, context.

Every part looks at the same features of a batch and gives (T, B, width). Which parts
there are is all that distinguishes one tagger's inputs from another's.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.scatter import add_rows
from fastvec.layers.scalar_mix import ScalarMix
from fastvec.models.elmo.tokens import CharacterTokens
from fastvec.models.tagger.features import CAPITALS

Floats = NDArray[Any]


class Features(NamedTuple):
    """What is known of the tokens of a batch; arrays of (T, B), zeros as padding.

    Attributes
    ----------
    lengths : ndarray of int64, shape (B,)
    rows : ndarray of int32
        Of the words' vectors.
    capitals : ndarray of uint8
        Places in `features.CAPITALS`.
    forms : ndarray of int32
        Rows of `characters`.
    characters : ndarray of int32, shape (N, C), or None
        Of each different word of the text.
    context : list of ndarray of float32, shape (T, B, W)
        The layers of a language model; empty without one.
    """

    lengths: NDArray[np.int64]
    rows: NDArray[np.int32]
    capitals: NDArray[np.uint8]
    forms: NDArray[np.int32]
    characters: NDArray[np.int32] | None
    context: list[NDArray[np.float32]]


class InputPart(Protocol):
    """A part of a token's numbers."""

    @property
    def width(self) -> int:
        """How many numbers it gives."""

    @property
    def parameters(self) -> dict[str, Floats]:
        """Trainable arrays by name."""

    @property
    def gradients(self) -> dict[str, Floats]:
        """Gradients by the same names."""

    @property
    def rows(self) -> dict[str, NDArray[np.int64]]:
        """For a parameter of which only some rows have a gradient, which ones."""

    def forward(self, features: Features, rng: np.random.Generator | None) -> Floats:
        """Return the numbers, (T, B, width), and keep what `backward` needs."""

    def run(self, features: Features) -> Floats:
        """Return the numbers, and keep nothing."""

    def backward(self, gradient: Floats) -> None:
        """Add to the gradients, or set those of some rows."""


class TrainedRows(NamedTuple):
    """Rows of vectors that are trained, and how often training reads them as unknown.

    Attributes
    ----------
    rows : ndarray of int, shape (R,)
    as_unknown : ndarray of float, shape (R,)
        A share from 0 to 1; so `unknown` is learned from words that are known.
    """

    rows: NDArray[Any]
    as_unknown: NDArray[Any]


NOTHING_TRAINED = TrainedRows(np.empty(0, np.int64), np.empty(0))


class WordPart:
    """The vector of a word: of a matrix that stays as it is, or trained.

    Parameters
    ----------
    matrix : ndarray of float, shape (V, D)
        May be memory-mapped.
    unknown : int
        Row of the words without a vector; V if the matrix has none.
    start : ndarray of float, shape (D,)
        What `unknown` starts from. It is always trained.
    trained : TrainedRows
        Further rows that are trained; the matrix itself is not changed.

    Attributes
    ----------
    parameters : dict of str to ndarray
        "table" (R + 1, D): the trained rows, then that of `unknown`.
    gradients, rows : dict of str to ndarray
        Of the rows that the last batch read.
    """

    def __init__(
        self,
        matrix: Floats,
        unknown: int,
        start: Floats,
        trained: TrainedRows = NOTHING_TRAINED,
        *,
        dtype: Any = np.float32,
    ) -> None:
        known = trained.rows != unknown
        self._trained, self._matrix, self._unknown = trained.rows[known], matrix, unknown
        self._as_unknown = np.append(trained.as_unknown[known], [0.0, 0.0])  # For -1, too.
        self._places = np.full(max(len(matrix), unknown + 1), -1, np.int32)
        self._places[self._trained] = np.arange(len(self._trained))
        self._places[unknown] = len(self._trained)
        table = np.concatenate([matrix[self._trained], start[None]]).astype(dtype)
        self.parameters: dict[str, Floats] = {"table": table}
        self.gradients: dict[str, Floats] = {"table": np.empty((0, table.shape[1]), dtype)}
        self.rows: dict[str, NDArray[np.int64]] = {"table": np.empty(0, np.int64)}
        self._read: NDArray[np.int32] = np.empty((0, 0), np.int32)

    @property
    def width(self) -> int:
        """D."""
        return int(self._matrix.shape[1])

    def forward(self, features: Features, rng: np.random.Generator | None) -> Floats:
        """Look up the vectors; with a generator some become unknown."""
        rows = features.rows
        if rng is not None and self._as_unknown.any():
            dropped = rng.random(rows.shape) < self._as_unknown[self._places[rows]]
            rows = np.where(dropped, np.int32(self._unknown), rows)
        inside = np.arange(len(rows))[:, None] < features.lengths
        self._read = np.where(inside, self._places[rows], np.int32(-1))
        return self._look_up(rows)

    def run(self, features: Features) -> Floats:
        """Look up the vectors."""
        return self._look_up(features.rows)

    def backward(self, gradient: Floats) -> None:
        """Add up the gradients of each row that is trained."""
        trained = self._read >= 0
        self.rows["table"], places = np.unique(
            self._read[trained].astype(np.int64), return_inverse=True
        )
        values = np.ascontiguousarray(gradient[trained])
        sums = np.zeros((len(self.rows["table"]), self.width), values.dtype)
        add_rows(sums, places, np.ones(len(values), values.dtype), values)
        self.gradients["table"] = sums

    def merged(self, table: Floats) -> NDArray[np.float32]:
        """Return a matrix with the rows of a table, such as the trained ones, in their places."""
        whole = np.empty((len(self._places), self.width), np.float32)
        whole[: len(self._matrix)] = self._matrix
        whole[self._trained], whole[self._unknown] = table[:-1], table[-1]
        return whole

    def _look_up(self, rows: NDArray[np.int32]) -> Floats:
        table, places = self.parameters["table"], self._places[rows]
        fixed = np.minimum(rows, len(self._matrix) - 1)
        vectors: Floats = self._matrix[fixed].astype(table.dtype, copy=False)
        vectors[places >= 0] = table[places[places >= 0]]
        return vectors


class CapitalsPart:
    """The kind of a word's capitals, one-hot. It has no parameters."""

    width = len(CAPITALS)

    def __init__(self, dtype: Any = np.float32) -> None:
        self._kinds = np.eye(len(CAPITALS), dtype=dtype)
        self.parameters: dict[str, Floats] = {}
        self.gradients: dict[str, Floats] = {}
        self.rows: dict[str, NDArray[np.int64]] = {}

    def forward(self, features: Features, rng: np.random.Generator | None) -> Floats:
        """Return a one-hot row a token."""
        return self.run(features)

    def run(self, features: Features) -> Floats:
        """Return a one-hot row a token."""
        found: Floats = self._kinds[features.capitals]
        return found

    def backward(self, gradient: Floats) -> None:
        """Do nothing."""


class CharacterPart:
    """A convolution over the characters of a word.

    Parameters
    ----------
    tokens : CharacterTokens
    width : int
        Of its projection.
    """

    def __init__(self, tokens: CharacterTokens, width: int) -> None:
        self._tokens = tokens
        self.parameters: dict[str, Floats] = tokens.layer.parameters
        self.gradients: dict[str, Floats] = tokens.layer.gradients
        self.rows: dict[str, NDArray[np.int64]] = {}
        self.width = width

    def forward(self, features: Features, rng: np.random.Generator | None) -> Floats:
        """Convolve each word of the batch."""
        assert features.characters is not None
        return self._tokens.forward(features.forms, features.characters)

    def run(self, features: Features) -> Floats:
        """Convolve each word of the batch, and keep nothing."""
        assert features.characters is not None
        return self._tokens.run(features.forms, features.characters)

    def backward(self, gradient: Floats) -> None:
        """Take the gradient through the convolution."""
        self._tokens.backward(gradient)


class ContextPart:
    """A language model's layers, mixed by learned weights; the model itself is not trained.

    Parameters
    ----------
    mix : ScalarMix
    width : int
        Of a layer.
    """

    def __init__(self, mix: ScalarMix, width: int) -> None:
        self.mix, self.width = mix, width
        self.parameters: dict[str, Floats] = mix.parameters
        self.gradients: dict[str, Floats] = mix.gradients
        self.rows: dict[str, NDArray[np.int64]] = {}

    def forward(self, features: Features, rng: np.random.Generator | None) -> Floats:
        """Mix the layers."""
        return self.mix.forward(features.context)

    def run(self, features: Features) -> Floats:
        """Mix the layers, and keep nothing."""
        return self.mix.run(features.context)

    def backward(self, gradient: Floats) -> None:
        """Add to the gradients of the weights and of gamma."""
        self.mix.backward(gradient)
