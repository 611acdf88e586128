"""Load and save vectors in any format."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast, get_args

from numpy.typing import NDArray

from fastvec.errors import FormatError, ParameterError, ResourceError
from fastvec.vectors.archive import map_tensors, read_metadata, write_tensors
from fastvec.vectors.binary_format import read_binary, write_binary
from fastvec.vectors.layout import holds_row, parse_header
from fastvec.vectors.replacing import replacing
from fastvec.vectors.spelling import encode_word
from fastvec.vectors.text_format import read_text, write_text
from fastvec.vectors.word_vectors import WordVectors

Format: TypeAlias = Literal["word2vec", "binary", "glove", "safetensors"]

_SUFFIXES: tuple[tuple[str, Format], ...] = (
    (".glove.txt", "glove"),
    (".txt", "word2vec"),
    (".vec", "word2vec"),
    (".bin", "binary"),
    (".safetensors", "safetensors"),
)
_FOREIGN = (
    (re.compile(rb"\x80[\x02-\x05]"), "a Python pickle; save it as word2vec where it was made"),
    (re.compile(rb"\x1f\x8b"), "compressed by gzip; unpack it first"),
    (re.compile(rb"BZh[1-9]"), "compressed by bzip2; unpack it first"),
    (re.compile(rb"\xfd7zXZ\0"), "compressed by xz; unpack it first"),
    (re.compile(rb"PK\x03\x04"), "a zip archive; unpack it first"),
    (re.compile(rb"\x93NUMPY"), "a NumPy array without words"),
    (re.compile(rb"\x89HDF"), "an HDF5 file"),
    (re.compile(rb"\xba\x16\x4f\x2f"), "a fastText model; use the .vec file beside it"),
    (re.compile(rb"\xff\xfe|\xfe\xff"), "UTF-16 text; convert it to UTF-8"),
)
_HEAD = 1 << 16
_CONTROL = re.compile(rb"[\0-\x08\x0e-\x1f]")


def load(path: str | os.PathLike[str], *, format: Format | None = None) -> WordVectors:
    """Read vectors from a file, whatever its format.

    Parameters
    ----------
    path : str or path
        File in word2vec's text or binary, GloVe's text or safetensors format.
    format : {"word2vec", "binary", "glove", "safetensors"}, optional
        What it is; found out from its content by default.

    Returns
    -------
    WordVectors
        Its `report` lists what was repaired. From safetensors the matrix is mapped,
        not read.

    Raises
    ------
    FormatError
        If the file is none of these or is damaged; names the place.
    ResourceError
        If it cannot be read or does not fit the memory.

    Examples
    --------
    >>> vectors = load("glove.6B.100d.txt")  # doctest: +SKIP
    """
    path = Path(path)
    if path.is_dir():
        raise FormatError(f"{path} is a folder; a model folder is opened by fastvec.load_model")
    try:
        kind = _known(format) if format else _detect(path)
        if kind == "safetensors":
            return _read_archive(path)
        if kind == "binary":
            return read_binary(path)
        return read_text(path, header={"word2vec": True, "glove": False}.get(format or ""))
    except OSError as error:
        raise ResourceError(f"{path} cannot be read: {error.strerror or error}") from error
    except MemoryError as error:
        raise ResourceError(f"{path} does not fit the memory: {error}") from error


def save(vectors: WordVectors, path: str | os.PathLike[str], format: Format | None = None) -> None:
    """Write vectors to a file, whole or not at all.

    Parameters
    ----------
    vectors : WordVectors
        What to write. Only safetensors keeps counts and specials.
    path : str or path
        File to create or replace.
    format : {"word2vec", "binary", "glove", "safetensors"}, optional
        By default told by the ending: ``.txt`` and ``.vec``, ``.bin``,
        ``.glove.txt``, ``.safetensors``.

    Raises
    ------
    ParameterError
        If `format` is unknown.
    FormatError
        If the ending is unknown, or a word could not be read back.
    ResourceError
        If the disk is full or the folder cannot be written.
    """
    kind = _known(format) if format else format_of(path)
    if vectors.dim < 1:
        raise FormatError(f"{path} is not written: the vectors hold no numbers")
    if kind == "safetensors":
        _write_archive(path, vectors)
        return
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


def _detect(path: Path) -> Format:
    """Tell a file's format by its first bytes."""
    size = path.stat().st_size
    with open(path, "rb") as file:
        first = file.readline(_HEAD)
        second = file.readline(_HEAD)
        file.seek(0)
        head = file.read(_HEAD)
    if not head:
        raise FormatError(f"{path}: the file is empty")
    if path.suffix == ".safetensors" or _is_archive(head, size):
        return "safetensors"
    for signature, meaning in _FOREIGN:
        if signature.match(head):
            raise FormatError(f"{path} is {meaning}")
    declared = parse_header(first)
    if declared is None or holds_row(second, declared[1]):
        return "word2vec"
    return "binary" if path.suffix == ".bin" or _CONTROL.search(head) else "word2vec"


def _is_archive(head: bytes, size: int) -> bool:
    """Tell whether a file begins like safetensors."""
    return head[8:9] == b"{" and int.from_bytes(head[:8], "little") <= size - 8


def _write_archive(path: str | os.PathLike[str], vectors: WordVectors) -> None:
    """Write matrix, counts, words and specials."""
    tensors: dict[str, NDArray[Any]] = {"vectors": vectors.matrix}
    if vectors.counts is not None:
        tensors["counts"] = vectors.counts
    metadata = {
        "format": "fastvec",
        "words": _to_json(vectors.words),
        "specials": _to_json(vectors.specials),
    }
    write_tensors(path, tensors, metadata)


def _read_archive(path: Path) -> WordVectors:
    """Map the matrix and read the words."""
    tensors, metadata = map_tensors(path), read_metadata(path)
    if "vectors" not in tensors or "words" not in metadata:
        names = ", ".join(tensors) or "nothing"
        raise FormatError(f"{path} holds {names}, but no words with their vectors")
    words = _word_list(path, metadata["words"])
    specials = _word_list(path, metadata.get("specials", "[]"))
    matrix, counts = tensors["vectors"], tensors.get("counts")
    shapes = [matrix.shape[:1], (len(words),) if counts is None else counts.shape]
    if (
        matrix.ndim != 2
        or matrix.dtype.kind != "f"
        or shapes != [(len(words),)] * 2
        or not set(specials) <= set(words)
    ):
        raise FormatError(
            f"{path}: {len(words)} words, {matrix.dtype} vectors of shape {matrix.shape}, counts "
            f"and specials {specials} do not fit each other"
        )
    return WordVectors(words, matrix, counts, tuple(specials))


def _to_json(words: Sequence[str]) -> str:
    """Return words as JSON that is valid UTF-8."""
    try:
        return str(json.dumps(words, ensure_ascii=False).encode().decode())
    except UnicodeEncodeError:
        for word in words:
            encode_word(word)
        return json.dumps(words)


def _word_list(path: Path, text: str) -> list[str]:
    """Return words from JSON."""
    try:
        words = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{path}, byte 8: the words are not JSON: {error}") from error
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise FormatError(f"{path}, byte 8: the words must be a list of texts")
    return words
