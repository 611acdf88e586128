"""A co-occurrence matrix: sparse rows, in memory or memory-mapped from a folder."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError
from fastvec.kernels.cooccurrence import first_unsound_row

if TYPE_CHECKING:
    from scipy.sparse import csr_array

MANIFEST = "manifest.json"
STARTS, COLUMNS, VALUES = "starts.i64", "columns.i32", "values.f64"
VERSION = 1
ENTRY_BYTES = 12  # A column and a value.


@dataclass(frozen=True)
class CooccurrenceMatrix:
    """How often, by weight, words stand together: entry (i, j) counts context j of word i.

    Attributes
    ----------
    starts : ndarray of int64, shape (V + 1,)
        Row i has entries ``starts[i]`` to ``starts[i + 1]``.
    columns : ndarray of int32, shape (N,)
        Rising within a row.
    values : ndarray of float64, shape (N,)
        Above 0.
    """

    starts: NDArray[np.int64]
    columns: NDArray[np.int32]
    values: NDArray[np.float64] = field(repr=False)

    def __post_init__(self) -> None:
        rows, entries = len(self.starts) - 1, len(self.columns)
        whole = rows >= 0 and self.starts[0] == 0 and self.starts[-1] == entries
        if not (whole and len(self.values) == entries):
            raise FormatError("a co-occurrence matrix's parts do not fit together")

    def __len__(self) -> int:
        """Return the number of words, V."""
        return len(self.starts) - 1

    @property
    def entries(self) -> int:
        """Pairs of words that stand together, N."""
        return len(self.columns)

    def check(self) -> None:
        """Refuse a matrix that training cannot use.

        Raises
        ------
        FormatError
            If a column is no word's or out of order, or a value is not a number above 0.
        """
        row = first_unsound_row(self.starts, self.columns, self.values)
        if row >= 0:
            raise FormatError(
                f"the co-occurrences of word {row + 1} are damaged: words must rise from 1 to "
                f"{len(self)}, and weights be finite and above 0"
            )

    def with_rows(self, rows: int) -> CooccurrenceMatrix:
        """Return the matrix with further words, at least as many as it has, that nothing is by."""
        more = np.full(rows - len(self), self.entries, np.int64)
        return CooccurrenceMatrix(np.concatenate([self.starts, more]), self.columns, self.values)

    def as_sparse(self) -> csr_array:
        """Return the matrix for SciPy, (V, V); its values are not copied."""
        from scipy.sparse import csr_array

        shape = (len(self), len(self))
        # SciPy would copy columns of another width than that of the starts.
        starts = self.starts.astype(np.int32) if self.entries < 2**31 else self.starts
        return csr_array((self.values, self.columns, starts), shape=shape)

    @classmethod
    def from_sparse(cls, matrix: Any) -> CooccurrenceMatrix:
        """Take a square SciPy sparse matrix or array; entries of 0 and below are left out."""
        from scipy.sparse import csr_array

        rows = csr_array(matrix, dtype=np.float64, copy=True)
        if rows.shape[0] != rows.shape[1]:
            raise FormatError(f"a co-occurrence matrix must be square, but is {rows.shape}")
        rows.sum_duplicates()
        rows.data[rows.data <= 0] = 0
        rows.eliminate_zeros()
        return cls(rows.indptr.astype(np.int64), rows.indices.astype(np.int32), rows.data)


def write_manifest(folder: Path, rows: int, entries: int, made_of: dict[str, Any]) -> None:
    """Write what a folder holds: last, as it makes the folder whole."""
    manifest = {"version": VERSION, "rows": rows, "entries": entries, "made_of": made_of}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False))


def open_matrix(
    folder: str | PathLike[str], made_of: dict[str, Any] | None = None
) -> CooccurrenceMatrix | None:
    """Map the matrix in a folder; None if there is none, or one made of something else.

    Parameters
    ----------
    folder : path
    made_of : dict or None
        What it should have been made of; None takes any.

    Raises
    ------
    FormatError
        If the folder is damaged.
    """
    folder = Path(folder)
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        rows, entries = int(manifest["rows"]), int(manifest["entries"])
        if manifest["version"] != VERSION:
            return None
        if made_of is not None and manifest["made_of"] != made_of:
            return None
        starts, columns, values = (
            _mapped(folder / name, kind, length)
            for name, kind, length in (
                (STARTS, np.int64, rows + 1), (COLUMNS, np.int32, entries),
                (VALUES, np.float64, entries),
            )
        )  # fmt: skip
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FormatError(
            f"{folder}: the co-occurrences there are damaged ({error}); remove the folder"
        ) from error
    return CooccurrenceMatrix(starts, columns, values)


def _mapped(path: Path, kind: Any, length: int) -> NDArray[Any]:
    """Map a file of so many numbers."""
    size = length * np.dtype(kind).itemsize
    if path.stat().st_size != size:
        raise ValueError(f"{path.name} does not have the {size} bytes that it should")
    return np.memmap(path, kind, mode="r", shape=(length,)) if length else np.empty(0, kind)


def replace_folder(made: Path, folder: Path, old: Path) -> None:
    """Put a finished folder in another's place; whoever has that one open keeps it."""
    if folder.exists():
        os.replace(folder, old)
    os.replace(made, folder)
