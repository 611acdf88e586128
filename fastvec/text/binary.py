"""Tell text from what only looks like a file of text."""

from __future__ import annotations

from collections.abc import Iterator

from fastvec.errors import CorpusError
from fastvec.text.unpacking import packing

HEAD_BYTES = 1 << 16

_BOM = b"\xef\xbb\xbf"
_UNPACK = "unpack it first"
_CONVERT = "convert it to plain text first"
_NOT_TEXT = "a corpus is plain text, leave this file out"

# The order matters: UTF-32's mark begins with UTF-16's.
_MAGIC = (
    (b"\xff\xfe\0\0", "UTF-32 text", "convert it to UTF-8: iconv -f utf-32 -t utf-8"),
    (b"\0\0\xfe\xff", "UTF-32 text", "convert it to UTF-8: iconv -f utf-32 -t utf-8"),
    (b"\xff\xfe", "UTF-16 text", "convert it to UTF-8: iconv -f utf-16 -t utf-8"),
    (b"\xfe\xff", "UTF-16 text", "convert it to UTF-8: iconv -f utf-16 -t utf-8"),
    (b"\x28\xb5\x2f\xfd", "zstd data", "unpack it into standard input: zstd -dc FILE"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"Rar!\x1a\x07", "a rar archive", _UNPACK),
    (b"%PDF-", "a PDF document", "extract its text: pdftotext"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document", _CONVERT),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture", _NOT_TEXT),
    (b"\xff\xd8\xff", "a JPEG picture", _NOT_TEXT),
    (b"\x7fELF", "a program", _NOT_TEXT),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file", _NOT_TEXT),
    (b"\x93NUMPY", "a NumPy array", _NOT_TEXT),
    (b"SQLite format 3\0", "an SQLite database", _CONVERT),
    (b"\x80\x02", "a Python pickle", _NOT_TEXT),
    (b"\x80\x03", "a Python pickle", _NOT_TEXT),
    (b"\x80\x04", "a Python pickle", _NOT_TEXT),
    (b"\x80\x05", "a Python pickle", _NOT_TEXT),
)


def text_only(name: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Pass the bytes of one text on, without a UTF-8 byte order mark.

    Raises
    ------
    CorpusError
        If the first 64 KiB are not text, saying what they look like.
    """
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= HEAD_BYTES:
            break
    look = _looks_like(head)
    if look is not None:
        raise CorpusError(f"{name}: looks like {look[0]}; {look[1]}")
    yield head.removeprefix(_BOM)
    yield from chunks


def _looks_like(head: bytes) -> tuple[str, str] | None:
    """Return what a binary file is and what to do about it; None for text."""
    for magic, what, remedy in _MAGIC:
        if head.startswith(magic):
            return what, remedy
    packed = packing(head)
    if packed is not None:
        return f"{packed} data inside packed data", _UNPACK
    if head[257:262] == b"ustar":
        return "a tar archive", "unpack it and name its folder: tar -xf"
    if b"\0" not in head[:HEAD_BYTES]:
        return None
    # Latin letters in UTF-16 have a NUL in every other place.
    for start, order in ((1, "le"), (0, "be")):
        half = head[start::2]
        if half.count(0) * 2 > len(half):
            return "UTF-16 text", f"convert it to UTF-8: iconv -f utf-16{order} -t utf-8"
    return "a binary file (it holds NUL bytes)", _NOT_TEXT
