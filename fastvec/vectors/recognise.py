"""What a file is, by its first bytes."""

from __future__ import annotations

import re
import struct
from codecs import BOM_UTF8
from pathlib import Path
from typing import Literal, TypeAlias

from fastvec.errors import FormatError
from fastvec.vectors.layout import holds_row, parse_header

Format: TypeAlias = Literal[
    "word2vec", "binary", "glove", "safetensors", "numpy", "fasttext", "projector"
]

_FOREIGN = (
    (
        re.compile(rb"\x80[\x01-\x05]|ccopy_reg\n|\([dil]p\d+\n"),
        "a Python pickle, which could run code; save it as word2vec where it was made",
    ),
    (re.compile(rb"\x89HDF"), "an HDF5 file"),
    (re.compile(rb"\xff\xfe|\xfe\xff"), "UTF-16 text; convert it to UTF-8"),
    (re.compile(rb"\x28\xb5\x2f\xfd"), "compressed by zstd; unpack it first"),
    (re.compile(rb"7z\xbc\xaf"), "a 7z archive; unpack it first"),
    (re.compile(rb"\x1f\x8b|BZh[1-9]1AY|\xfd7zXZ|PK\x03\x04"), "packed twice, or damaged"),
    (re.compile(rb".{257}ustar", re.DOTALL), "a tar archive; unpack it first"),
    (re.compile(rb"SQLite format 3\0"), "an SQLite database, perhaps of magnitude"),
    (re.compile(rb"FiFu\0"), "a finalfusion file; convert it to word2vec there"),
    (re.compile(rb"GGUF[\1-\x09]\0"), "a language model"),
    (re.compile(rb"\s*<(!doctype|html|\?xml)", re.IGNORECASE), "a web page; fetch the file again"),
    (re.compile(rb"version https://git-lfs"), "a Git LFS pointer; fetch the file itself"),
    (re.compile(rb"\S+ \d+:-?[\d.]+ \d+:-?[\d.]+\s"), "rows of index:value pairs"),
)
_FASTTEXT, _NUMPY = b"\xba\x16\x4f\x2f", b"\x93NUMPY"
_HEAD = 1 << 16
_CONTROL = re.compile(rb"[\0-\x08\x0e-\x1f]")


def recognise(path: Path) -> Format:
    """Tell a file's format.

    Parameters
    ----------
    path : Path
        A file that is not packed.

    Returns
    -------
    {"word2vec", "binary", "safetensors", "numpy", "fasttext"}
        "word2vec" is text, with a header or without.

    Raises
    ------
    FormatError
        If it is empty, or something else; says what.
    """
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
    if head.startswith(_NUMPY):
        return "numpy"
    if head.startswith(_FASTTEXT):
        return "fasttext"
    for signature, meaning in _FOREIGN:
        if signature.match(head):
            raise FormatError(f"{path} is {meaning}")
    if _is_old_fasttext(head):
        raise FormatError(
            f"{path} is a model of fastText before 2017; use the .vec file that lies beside it"
        )
    declared = parse_header(first.removeprefix(BOM_UTF8))
    if declared is None or holds_row(second, declared[1]):
        return "word2vec"
    return "binary" if path.suffix == ".bin" or _CONTROL.search(head) else "word2vec"


def _is_archive(head: bytes, size: int) -> bool:
    """Tell whether a file begins like safetensors."""
    return head[8:9] == b"{" and int.from_bytes(head[:8], "little") <= size - 8


def _is_old_fasttext(head: bytes) -> bool:
    """Tell whether a file begins like fastText's first models, with settings and no signature."""
    if len(head) < 76:
        return False
    dim, window, epochs, _, _, ngrams, loss, model = struct.unpack("<8i", head[:32])
    words, known, labels, tokens = struct.unpack("<3iq", head[56:76])
    settings = 1 <= dim <= 10_000 and 1 <= window <= 1_000 and 1 <= epochs <= 10_000
    kinds = 1 <= ngrams <= 100 and loss in (1, 2, 3) and model in (1, 2, 3)
    return settings and kinds and words == known + labels and tokens > 0 < words
