"""fastvec's own file: safetensors with the matrix, the words and their counts."""

from __future__ import annotations

import json
import os
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from fastvec.errors import FormatError
from fastvec.vectors.archive import map_tensors, read_metadata, write_tensors
from fastvec.vectors.assemble import nth_row, odd_rows
from fastvec.vectors.conversion import shrink
from fastvec.vectors.reading import Reading
from fastvec.vectors.stored_words import pack_words, stored_words
from fastvec.vectors.word_vectors import WordVectors


def write_native(
    path: str | os.PathLike[str], vectors: WordVectors, dtype: DTypeLike = np.float32
) -> None:
    """Write matrix, words, counts and specials, whole or not at all.

    Parameters
    ----------
    path : str or path
        File to create or replace.
    vectors : WordVectors
        What to write.
    dtype : float32 or float16, default float32
        Numbers as stored.

    Raises
    ------
    FormatError
        If a word is not Unicode, or a number does not fit `dtype`.
    ResourceError
        If the disk is full or the folder cannot be written.
    """
    text, ends = pack_words(vectors.words)
    tensors: dict[str, NDArray[Any]] = {
        "vectors": shrink(path, vectors.matrix, dtype),
        "words": text,
        "word_ends": ends,
    }
    if vectors.counts is not None:
        tensors["counts"] = vectors.counts
    write_tensors(path, tensors, {"format": "fastvec", "specials": json.dumps(vectors.specials)})


def read_native(path: str | os.PathLike[str], reading: Reading) -> WordVectors:
    """Map the matrix; words are read when first asked for.

    Raises
    ------
    FormatError
        If the file is damaged, or holds no words with vectors.
    """
    tensors = map_tensors(path)
    if not {"vectors", "words", "word_ends"} <= set(tensors):
        names = ", ".join(tensors) or "nothing"
        raise FormatError(f"{path} holds {names}, but no words with their vectors")
    matrix, counts = tensors["vectors"], tensors.get("counts")
    try:
        words = stored_words(tensors["words"], tensors["word_ends"])
        specials = _specials(read_metadata(path))
    except FormatError as error:
        raise FormatError(f"{path}: {error}") from error
    shapes = [matrix.shape[:1], (len(words),) if counts is None else counts.shape]
    whole = counts is None or counts.dtype == np.int64
    if matrix.ndim != 2 or matrix.dtype.kind != "f" or shapes != [(len(words),)] * 2 or not whole:
        raise FormatError(
            f"{path}: {len(words)} words, {matrix.dtype} vectors of shape {matrix.shape} "
            "and the counts do not fit each other"
        )
    found = WordVectors(words, matrix, counts, specials)
    if reading.limit is not None:
        kept, cut = words.read()[: reading.limit], slice(reading.limit)
        left = tuple(special for special in specials if special in kept)
        found = WordVectors(kept, matrix[cut], None if counts is None else counts[cut], left)
    if reading.thorough or reading.strict:
        found.report += odd_rows(found.matrix, found.words, nth_row)
    return found


def _specials(metadata: dict[str, str]) -> tuple[str, ...]:
    """Return the specials that a header names."""
    try:
        specials = json.loads(metadata.get("specials", "[]"))
    except (ValueError, RecursionError) as error:
        raise FormatError(f"the specials are not JSON: {error}") from error
    if not isinstance(specials, list) or not all(isinstance(word, str) for word in specials):
        raise FormatError("the specials must be a list of texts")
    return tuple(specials)
