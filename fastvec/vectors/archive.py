"""Safetensors: named arrays in one file, mapped into memory in an instant.

A file is the length of its header in 8 bytes, the header as JSON, then the arrays.
It cannot run code. Reading checks everything that a mapping relies on, so that a
damaged file is refused and never read past its end.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError
from fastvec.vectors.replacing import replacing

_LONGEST_HEADER = 100_000_000  # the format's own limit
_TYPES = {
    "BOOL": "?", "U8": "u1", "I8": "i1", "U16": "<u2", "I16": "<i2", "F16": "<f2", "U32": "<u4",
    "I32": "<i4", "F32": "<f4", "U64": "<u8", "I64": "<i8", "F64": "<f8", "C64": "<c8",
}  # fmt: skip


class _Span(NamedTuple):
    """Where an array lies, from the start of the file."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    begin: int
    end: int


def write_tensors(
    path: str | os.PathLike[str],
    tensors: Mapping[str, NDArray[Any]],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write named arrays to a safetensors file, whole or not at all.

    Parameters
    ----------
    path : str or path
        File to create or replace.
    tensors : mapping of str to ndarray
        Arrays of any shape.
    metadata : mapping of str to str, optional
        Short texts for the header.

    Raises
    ------
    FormatError
        If the format cannot hold these.
    ResourceError
        If the disk is full or the folder cannot be written.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    arrays = {name: np.require(array, requirements="C") for name, array in tensors.items()}
    with replacing(path) as temporary:
        try:
            save_file(arrays, str(temporary), dict(metadata or {}))
        except SafetensorError as error:
            if "I/O error" in str(error):
                raise OSError(str(error)) from error
            raise FormatError(f"{path} cannot be written as safetensors: {error}") from error


def map_tensors(path: str | os.PathLike[str]) -> dict[str, np.memmap[Any, Any]]:
    """Map the arrays of a safetensors file into memory, read-only, without copying.

    Parameters
    ----------
    path : str or path
        File to read.

    Returns
    -------
    dict of str to memmap
        In the order of the file.

    Raises
    ------
    FormatError
        If anything in the file is not as the format demands; names the offset.
    """
    spans, _ = _read_header(Path(path))
    data = np.memmap(path, dtype=np.uint8, mode="r")
    arrays: dict[str, Any] = {}
    try:
        for name, span in spans.items():
            arrays[name] = data[span.begin : span.end].view(span.dtype).reshape(span.shape)
    except ValueError as error:
        raise FormatError(f"{path}: an array's shape is beyond NumPy: {error}") from error
    return arrays


def read_metadata(path: str | os.PathLike[str]) -> dict[str, str]:
    """Return the texts in the header of a safetensors file.

    Raises
    ------
    FormatError
        As `map_tensors`.
    """
    return _read_header(Path(path))[1]


def _read_header(path: Path) -> tuple[dict[str, _Span], dict[str, str]]:
    """Return arrays and texts of a header that has passed every check."""
    size = path.stat().st_size
    with open(path, "rb") as file:
        start = file.read(8)
        length = int.from_bytes(start, "little")
        if len(start) < 8 or length > min(size - 8, _LONGEST_HEADER):
            raise FormatError(
                f"{path}, byte 0: a header of {length} bytes does not fit a file of {size}; "
                "it is cut short or not safetensors"
            )
        text = file.read(length)
    try:
        header = json.loads(text.decode("utf-8"), object_pairs_hook=_distinct)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{path}, byte 8: the header is not JSON: {error}") from error
    if not isinstance(header, dict):
        raise FormatError(f"{path}, byte 8: the header is not a JSON object")
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise FormatError(f"{path}, byte 8: __metadata__ must map texts to texts")
    spans = {name: _span(path, name, entry, 8 + length) for name, entry in header.items()}
    _check_order(path, spans, 8 + length, size)
    return spans, metadata


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a JSON object with a name twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _span(path: Path, name: str, entry: Any, base: int) -> _Span:
    """Check one array's entry."""
    match entry:
        case {"dtype": str(dtype), "shape": [*shape], "data_offsets": [begin, end]} if len(
            entry
        ) == 3 and all(type(number) is int and number >= 0 for number in (*shape, begin, end)):
            pass
        case _:
            raise FormatError(f"{path}, byte 8: the entry of array {name!r} is malformed")
    if dtype not in _TYPES:
        raise FormatError(f"{path}, byte 8: array {name!r} has type {dtype}, unknown to NumPy")
    kind = np.dtype(_TYPES[dtype])
    if math.prod(shape) * kind.itemsize != end - begin:
        raise FormatError(
            f"{path}, byte {base + begin}: array {name!r} of shape {shape} does not take "
            f"{end - begin} bytes"
        )
    return _Span(kind, tuple(shape), base + begin, base + end)


def _check_order(path: Path, spans: Mapping[str, _Span], base: int, size: int) -> None:
    """Check that arrays follow each other without gap to the end of the file."""
    offset = base
    for name, span in sorted(spans.items(), key=lambda item: (item[1].begin, item[1].end)):
        if span.begin != offset or span.end > size:
            raise FormatError(
                f"{path}, byte {offset}: array {name!r} is at {span.begin} to {span.end} "
                f"in a file of {size} bytes"
            )
        offset = span.end
    if offset != size:
        raise FormatError(f"{path}, byte {offset}: {size - offset} bytes belong to no array")
