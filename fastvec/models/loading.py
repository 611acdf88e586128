"""One `load` for vectors, whatever holds them, and one for whole models."""

from __future__ import annotations

import json
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError, ParameterError
from fastvec.vectors.spelling import decode_word
from fastvec.vectors.word_vectors import WordVectors
from fastvec.vocabulary.files import split_columns

if TYPE_CHECKING:
    from fastvec.vectors.duplicates import Duplicates
    from fastvec.vectors.reading import UnicodeErrors
    from fastvec.vectors.recognise import Format


def load(
    path: str | PathLike[str],
    *,
    format: Format | None = None,
    strict: bool = False,
    duplicates: Duplicates = "first",
    limit: int | None = None,
    unicode_errors: UnicodeErrors = "surrogateescape",
    allow_truncated: bool = False,
) -> WordVectors:
    """Load vectors from a model folder or a file of any known format, packed or not.

    Parameters
    ----------
    path : path
        Its content decides, not its name. A member of a zip archive is
        ``archive.zip/name``.
    format : {"word2vec", "glove", "binary", "safetensors", "numpy", "fasttext"}, optional
        What the file is, if its content shall not decide.
    strict : bool, default False
        Refuse a file instead of repairing it.
    duplicates : {"first", "last", "mean", "error"}, default "first"
        Which vector a word has that comes twice.
    limit : int, optional
        Read only the first so many rows.
    unicode_errors : {"surrogateescape", "replace", "ignore", "strict"}
        What becomes of bytes that are not UTF-8; by default they are kept.
    allow_truncated : bool, default False
        Keep the good rows of a text or word2vec binary that is cut short.

    Returns
    -------
    WordVectors
        Memory-mapped from a model folder, safetensors and NumPy; ``report`` lists
        repairs of a file. Rows that are not finite are listed too, but only with `strict`
        where a file is mapped, for that reads all of it.

    Raises
    ------
    FormatError
        If it is none of the known formats, or damaged.
    ParameterError
        If an option is none of its values.
    ResourceError
        If it cannot be read or does not fit the memory.
    """
    if Path(path).is_dir():
        vectors = _load_folder(Path(path))
        if limit is None:
            return vectors
        from fastvec.vectors.combine import subset

        return subset(vectors, vectors.words[:limit])
    from fastvec.vectors.formats import open_vectors
    from fastvec.vectors.reading import Reading

    reading = Reading(strict, duplicates, limit, unicode_errors, allow_truncated)
    return open_vectors(path, format, reading).vectors


def _load_folder(folder: Path) -> WordVectors:
    """Map a model folder's vectors; its words are read when first asked for."""
    from fastvec.models.folder import CONFIG, DAMAGE, VERSION, open_folder
    from fastvec.vectors.archive import map_tensors
    from fastvec.vectors.stored_words import StoredWords

    try:
        config = json.loads((folder / CONFIG).read_bytes())
        names, rows, specials = config["files"], config["rows"], tuple(config["specials"])
        # Read now, for a later save may replace the file; taken apart later.
        text = (folder / Path(names["vocabulary"]).name).read_bytes()
        matrix = map_tensors(folder / Path(names["vectors"]).name)["vectors"]
        whole = config["version"] == VERSION and text.count(b"\n") == len(matrix) == rows
    except (*DAMAGE, FormatError):
        whole = False
    if not whole or b"\r" in text:
        stored = open_folder(folder)  # Says what is wrong.
        vocabulary = stored.vocabulary
        return WordVectors(
            vocabulary.words, stored.tensors["vectors"], vocabulary.counts, vocabulary.specials
        )
    words = StoredWords(rows, lambda: _words(folder, text))
    return WordVectors(words, matrix, lambda: _counts(folder, text), specials)


def _words(folder: Path, text: bytes) -> list[str]:
    """Return the words of a vocabulary's ``word TAB count`` lines."""
    words, _ = _columns(folder, text)
    return decode_word(words).split("\n")[:-1]


def _counts(folder: Path, text: bytes) -> NDArray[np.int64]:
    """Return how often each word occurred."""
    _, counts = _columns(folder, text)
    try:
        return np.array(list(map(int, counts.split(b"\t")[1:])), dtype=np.int64)
    except (ValueError, OverflowError) as error:
        raise FormatError(f"{folder}: a count in its vocabulary is damaged: {error}") from error


def _columns(folder: Path, text: bytes) -> tuple[bytes, bytes]:
    """Part words from counts, in bytes; a large vocabulary may be asked for one of them only."""
    try:
        return split_columns(text)
    except FormatError as error:
        raise FormatError(f"{folder}: its vocabulary is damaged: {error}") from error


def load_model(folder: str | PathLike[str]) -> Any:
    """Load a model folder as the estimator that wrote it.

    Raises
    ------
    FormatError
        If it is no model folder, is damaged or of a model that this version has not.
    """
    from fastvec.models.folder import open_folder
    from fastvec.models.registry import estimator

    stored = open_folder(folder)
    model = estimator(stored.kind)
    if model is None:
        raise FormatError(f"{folder}: holds a model {stored.kind!r}, unknown to this version")
    try:
        return model.from_folder(stored)
    except (ParameterError, KeyError, TypeError) as error:
        raise FormatError(f"{folder}: holds a damaged {stored.kind} model ({error})") from error
