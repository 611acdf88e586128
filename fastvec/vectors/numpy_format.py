"""A matrix as ``NAME.npy`` with its words, one a line, in ``NAME.words.txt``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from fastvec.errors import FormatError
from fastvec.vectors.assemble import assemble, nth_row
from fastvec.vectors.conversion import as_float32, shrink
from fastvec.vectors.reading import Reading
from fastvec.vectors.replacing import replacing
from fastvec.vectors.spelling import encode_word
from fastvec.vectors.word_vectors import WordVectors


def words_path(path: str | os.PathLike[str]) -> Path:
    """Return the file of words beside an array: ``v.words.txt`` for ``v.npy``."""
    return Path(path).with_suffix(".words.txt")


def write_numpy(
    path: str | os.PathLike[str], vectors: WordVectors, dtype: DTypeLike = np.float32
) -> None:
    """Write both files, each whole or not at all.

    Parameters
    ----------
    path : str or path
        File of the array to create or replace.
    vectors : WordVectors
        What to write.
    dtype : float32 or float16, default float32
        Numbers as stored.

    Raises
    ------
    FormatError
        If a word holds a line break, or a number does not fit `dtype`.
    ResourceError
        If the disk is full or the folder cannot be written.
    """
    lines = [encode_word(word) for word in vectors.words]
    for word, line in zip(vectors.words, lines, strict=True):
        if b"\n" in line:
            raise FormatError(f"the word {word!r} holds a line break; save as .safetensors")
    matrix = shrink(path, vectors.matrix, dtype)
    with replacing(words_path(path)) as words, replacing(path) as array:
        words.write_bytes(b"".join([line + b"\n" for line in lines]))
        with open(array, "wb") as file:
            np.lib.format.write_array(file, np.ascontiguousarray(matrix), allow_pickle=False)


def read_numpy(path: str | os.PathLike[str], reading: Reading) -> WordVectors:
    """Map the array and read the words.

    Raises
    ------
    FormatError
        If there is no file of words, or the two do not fit each other.
    """
    names = words_path(path)
    if not names.is_file():
        raise FormatError(f"{path} is a NumPy array without words; put them one a line in {names}")
    matrix = _map(path)
    if matrix.ndim != 2 or matrix.dtype.kind != "f" or matrix.shape[1] < 1:
        raise FormatError(
            f"{path}: an array of {matrix.dtype}, shape {matrix.shape}, is no table of vectors"
        )
    lines = names.read_bytes().split(b"\n")
    notes = [] if lines[-1] == b"" else [f"{names.name}: the last line has no end"]
    if not lines[-1]:
        lines.pop()
    if len(lines) != len(matrix):
        raise FormatError(f"{path} has {len(matrix)} rows, but {names} has {len(lines)} lines")
    bare = [line.removesuffix(b"\r") for line in lines]
    words = reading.decode(names, bare, lambda row: f"line {row + 1}")
    count = reading.cap(len(words))
    rows = as_float32(matrix[:count])
    return assemble(path, words[:count], rows, nth_row, None, reading, notes)


def _map(path: str | os.PathLike[str]) -> NDArray[Any]:
    """Map an array, and check that the file ends with it."""
    try:
        matrix = np.load(path, mmap_mode="r", allow_pickle=False)
    except OSError:
        raise
    # A damaged header raises whatever Python's own parser does.
    except Exception as error:
        raise FormatError(f"{path}, byte 0: a damaged NumPy array: {error}") from error
    end = matrix.offset + matrix.nbytes if isinstance(matrix, np.memmap) else -1
    size = os.path.getsize(path)
    if end != size:
        raise FormatError(f"{path}: the array ends at byte {end}, but the file at {size}")
    return matrix
