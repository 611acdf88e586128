"""Decompression as a stream, in bounded memory, strict about damage."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

from fastvec.errors import CorpusError, FastvecError, ResourceError

OUTPUT_LIMIT = 1 << 20


class Decoder(Protocol):
    """What the decoders of bz2 and lzma have in common."""

    @property
    def eof(self) -> bool: ...  # noqa: D102
    @property
    def needs_input(self) -> bool: ...  # noqa: D102
    @property
    def unused_data(self) -> bytes: ...  # noqa: D102
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...  # noqa: D102


class _Gunzip:
    """The decoder of zlib with the manners of the other two."""

    def __init__(self) -> None:
        self._decoder = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)

    @property
    def eof(self) -> bool:
        return self._decoder.eof

    @property
    def needs_input(self) -> bool:
        return not self._decoder.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._decoder.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._decoder.decompress(self._decoder.unconsumed_tail + data, max_length)


def packing(head: bytes) -> str | None:
    """Return "gzip", "bzip2", "xz" or "zip" by a file's first bytes; None if it is neither."""
    if head.startswith(b"\x1f\x8b\x08"):
        return "gzip"
    # Three letters alone could be text: a block or the end must follow the level.
    if head.startswith(b"BZh") and head[4:10] in (b"1AY&SY", b"\x17rE8P\x90"):
        return "bzip2"
    if head.startswith(b"\xfd7zXZ\0"):
        return "xz"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    return None


def unpack(kind: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Return the unpacked bytes of a gzip, bzip2 or xz file, all its members."""
    return _unpack(_decoder_type(kind), pieces)


def guarded(name: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Turn whatever reading and decoding raise into a CorpusError that names the file."""
    try:
        yield from chunks
    except (MemoryError, FastvecError):
        raise
    except Exception as error:  # each decoder has errors of its own
        raise CorpusError(
            f"{name}: the file is damaged or cut short ({error}); fetch or pack it again"
        ) from error


def _decoder_type(kind: str) -> Callable[[], Decoder]:
    """Return the decoder; some Pythons are built without two of them."""
    try:
        if kind == "gzip":
            return _Gunzip
        if kind == "bzip2":
            from bz2 import BZ2Decompressor

            return BZ2Decompressor
        from lzma import LZMADecompressor

        return LZMADecompressor
    except ImportError as error:
        raise ResourceError(f"{kind} files need a Python that was built with {kind}") from error


def _unpack(new_decoder: Callable[[], Decoder], pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Decode member after member; what follows the last may only be zero bytes."""
    decoder = new_decoder()
    for data in pieces:
        while True:
            # The standard library's readers skip a damaged second member in silence.
            if decoder.eof:
                data = data.lstrip(b"\0")
                if not data:
                    break
                decoder = new_decoder()
            yield decoder.decompress(data, OUTPUT_LIMIT)
            if decoder.eof:
                data = decoder.unused_data
            elif decoder.needs_input:
                break
            else:
                data = b""
    if not decoder.eof:
        raise EOFError("it ends before its last byte")
