"""Load and save vectors in any format."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, cast, get_args

import numpy as np
from numpy.typing import DTypeLike

from fastvec.errors import FastvecError, FormatError, ParameterError, ResourceError
from fastvec.vectors.binary_format import read_binary, write_binary
from fastvec.vectors.fasttext_format import read_fasttext
from fastvec.vectors.native_format import read_native, write_native
from fastvec.vectors.numpy_format import read_numpy, write_numpy
from fastvec.vectors.packed import Plain, unpacked
from fastvec.vectors.projector_format import write_projector
from fastvec.vectors.reading import Reading
from fastvec.vectors.recognise import Format, recognise
from fastvec.vectors.replacing import replacing
from fastvec.vectors.text_format import read_text, write_text
from fastvec.vectors.word_vectors import WordVectors

__all__ = ["Format", "Opened", "format_of", "load", "open_vectors", "save"]

_SUFFIXES: tuple[tuple[str, Format], ...] = (
    (".glove.txt", "glove"),
    (".txt", "word2vec"),
    (".vec", "word2vec"),
    (".bin", "binary"),
    (".safetensors", "safetensors"),
    (".npy", "numpy"),
    (".tsv", "projector"),
)
_READERS: dict[Format, Callable[[Path, Reading], WordVectors]] = {
    "word2vec": partial(read_text, header=True),
    "glove": partial(read_text, header=False),
    "binary": read_binary,
    "safetensors": read_native,
    "numpy": read_numpy,
    "fasttext": read_fasttext,
}
_WIDE = ("safetensors", "numpy")  # formats that store float16 too


class Opened(NamedTuple):
    """Vectors and what they were read from."""

    vectors: WordVectors
    format: Format  # "word2vec" for any text, unless it was named
    packing: str | None


def load(
    path: str | os.PathLike[str], *, format: Format | None = None, **options: Any
) -> WordVectors:
    """Read vectors from a file, whatever its format, also inside gz, bz2, xz and zip.

    Parameters
    ----------
    path, format
        As in `fastvec.load`, which opens model folders too.
    **options
        As in `Reading`.

    Returns
    -------
    WordVectors
        Its `report` lists what was repaired.

    Raises
    ------
    FormatError, ParameterError, ResourceError
        As `fastvec.load`.
    """
    return open_vectors(path, format, Reading(**options)).vectors


def open_vectors(
    path: str | os.PathLike[str], format: Format | None = None, reading: Reading | None = None
) -> Opened:
    """Read vectors as `load` does, and tell what the file is.

    Parameters
    ----------
    path, format
        As in `load`.
    reading : Reading, optional
        Its options.

    Returns
    -------
    Opened

    Raises
    ------
    FormatError, ParameterError, ResourceError
        As `load`.
    """
    kind, reading = _readable(format), reading or Reading()
    if Path(path).is_dir():
        raise FormatError(f"{path} is a folder; a model folder is opened by fastvec.load_model")
    try:
        with unpacked(path, allow_truncated=reading.allow_truncated) as plain:
            return _read(path, plain, kind, reading)
    except OSError as error:
        raise ResourceError(f"{path} cannot be read: {error.strerror or error}") from error
    except MemoryError as error:
        raise ResourceError(f"{path} does not fit the memory: {error}") from error


def save(
    vectors: WordVectors,
    path: str | os.PathLike[str],
    format: Format | None = None,
    *,
    dtype: DTypeLike = np.float32,
) -> None:
    """Write vectors to a file, whole or not at all.

    Parameters
    ----------
    vectors : WordVectors
        What to write. Only safetensors keeps counts and specials.
    path : str or path
        File to create or replace.
    format : {"word2vec", "glove", "binary", "safetensors", "numpy", "projector"}, optional
        By default told by the ending: ``.txt`` and ``.vec``, ``.glove.txt``, ``.bin``,
        ``.safetensors``, ``.npy`` (with ``NAME.words.txt``), ``.tsv`` (with a table of
        words).
    dtype : float32 or float16, default float32
        Numbers as stored; float16 in safetensors and NumPy only.

    Raises
    ------
    ParameterError
        If `format` or `dtype` is unknown.
    FormatError
        If the ending is unknown, or a word could not be read back.
    ResourceError
        If the disk is full or the folder cannot be written.
    """
    kind = _known(format) if format else format_of(path)
    if kind == "fasttext":
        raise ParameterError("format must be one that is written; fasttext is only read")
    if vectors.dim < 1:
        raise FormatError(f"{path} is not written: the vectors hold no numbers")
    if kind not in _WIDE and np.dtype(dtype) != np.float32:
        raise ParameterError(f"dtype must be float32 in {kind}; {' and '.join(_WIDE)} take float16")
    if kind == "safetensors":
        write_native(path, vectors, dtype)
    elif kind == "numpy":
        write_numpy(path, vectors, dtype)
    elif kind == "projector":
        write_projector(path, vectors)
    else:
        with replacing(path) as temporary:
            if kind == "binary":
                write_binary(temporary, vectors)
            else:
                write_text(temporary, vectors, header=kind == "word2vec")


def format_of(path: str | os.PathLike[str]) -> Format:
    """Return the format that a file's ending stands for.

    Raises
    ------
    FormatError
        If the ending is unknown.
    """
    name = os.fspath(path).lower()
    for suffix, kind in _SUFFIXES:
        if name.endswith(suffix):
            return kind
    known = ", ".join(suffix for suffix, _ in _SUFFIXES)
    raise FormatError(f"{path}: the ending tells no format; use one of {known}, or name a format")


def _known(name: str) -> Format:
    """Refuse names of formats that do not exist."""
    if name not in get_args(Format):
        raise ParameterError(f"format must be one of {', '.join(get_args(Format))}, not {name!r}")
    return cast(Format, name)


def _readable(name: str | None) -> Format | None:
    """Refuse names of formats that are not read."""
    if name == "projector":
        raise ParameterError("format must be one that is read; projector is only written")
    return _known(name) if name else None


def _read(
    path: str | os.PathLike[str], plain: Plain, kind: Format | None, reading: Reading
) -> Opened:
    """Read a file that is not packed; name it as the user did."""
    try:
        found = kind or recognise(plain.path)
        # Without a name, the text itself tells whether it has a header.
        read = read_text if kind is None and found == "word2vec" else _READERS[found]
        vectors = read(plain.path, reading)
        vectors.report[:0] = plain.notes
        if reading.strict and vectors.report:
            raise FormatError(f"{plain.path}: {vectors.report[0]}; refused because of strict")
    except FastvecError as error:
        if plain.packing is None:
            raise
        raise type(error)(str(error).replace(str(plain.path), str(path))) from error
    return Opened(_copied(vectors) if plain.packing else vectors, found, plain.packing)


def _copied(vectors: WordVectors) -> WordVectors:
    """Return vectors that outlive the file under them."""
    counts: Any = None if vectors.counts is None else np.array(vectors.counts)
    matrix = np.array(vectors.matrix)
    return WordVectors(vectors.words, matrix, counts, vectors.specials, report=vectors.report)
