"""Open files, archives and standard input as streams of text bytes, by what is in them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from fastvec.errors import CorpusError, ResourceError
from fastvec.text.binary import text_only
from fastvec.text.sources import is_hidden
from fastvec.text.unpacking import guarded, packing, unpack

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo

CHUNK_BYTES = 1 << 20

# Enough for every magic number of a packed file.
_HEAD_BYTES = 16


@dataclass(frozen=True)
class Text:
    """One text: a file, what a packed file holds, or a member of an archive.

    Attributes
    ----------
    chunks : iterator of bytes
        Its bytes, unpacked, without a byte order mark. Must be used up before the next text.
    consumed : callable
        How many bytes of the source, as stored, were read so far.
    """

    chunks: Iterator[bytes]
    consumed: Callable[[], int]


class _Source(Protocol):
    """What is needed of a binary file or pipe."""

    def read(self, size: int, /) -> bytes | None: ...


def texts_of_file(path: Path) -> Iterator[Text]:
    """Open a file and yield its texts: one, or one a member of a zip archive.

    Raises
    ------
    CorpusError
        If it cannot be opened, is damaged, or holds no text.
    """
    name = str(path)
    try:
        file = open(path, "rb", buffering=0)  # noqa: SIM115 - closed below
    except OSError as error:
        raise CorpusError(
            f"{name}: cannot be opened ({error.strerror}); is it still there?"
        ) from error
    with file:
        feed = _Feed(file, name)
        if packing(feed.head) == "zip":
            yield from _zip_texts(file, name)
        else:
            yield _single_text(feed, name)


def texts_of_stdin() -> Iterator[Text]:
    """Yield the texts of standard input, packed or not."""
    name = "standard input"
    source = getattr(sys.stdin, "buffer", None)
    if source is None:
        raise CorpusError(f"{name}: closed; pipe a text in, or name a file")
    feed = _Feed(source, name)
    if packing(feed.head) != "zip":
        yield _single_text(feed, name)
        return
    # The table of contents of a zip archive is at its end.
    from tempfile import TemporaryFile

    with TemporaryFile() as file:
        for chunk in guarded(name, iter(feed)):
            _keep(file, chunk)
        yield from _zip_texts(file, name)


def _keep(file: IO[bytes], chunk: bytes) -> None:
    """Write a part of an archive to the temporary folder."""
    try:
        file.write(chunk)
    except OSError as error:
        raise ResourceError(
            f"a zip archive from standard input needs room in the temporary folder "
            f"({error.strerror}); set TMPDIR, or unpack it before"
        ) from error


class _Feed:
    """The chunks of a source from its first byte on, though that was looked at; counts them."""

    def __init__(self, source: _Source, name: str) -> None:
        self._source = source
        self.consumed = 0
        try:
            self.head = _read_head(source)
        except OSError as error:
            raise CorpusError(f"{name}: cannot be read ({error.strerror})") from error

    def __iter__(self) -> Iterator[bytes]:
        chunk: bytes | None = self.head
        while chunk:
            self.consumed += len(chunk)
            yield chunk
            chunk = self._source.read(CHUNK_BYTES)


def _read_head(source: _Source) -> bytes:
    """Read the first bytes; a pipe may hand over fewer than it is asked for."""
    head = b""
    while len(head) < _HEAD_BYTES and (more := source.read(_HEAD_BYTES - len(head))):
        head += more
    return head


def _single_text(feed: _Feed, name: str) -> Text:
    """Return the text of a source that is not an archive."""
    kind = packing(feed.head)
    chunks = iter(feed) if kind is None else unpack(kind, iter(feed))
    return Text(text_only(name, guarded(name, chunks)), lambda: feed.consumed)


def _zip_texts(file: IO[bytes], name: str) -> Iterator[Text]:
    """Yield the members of a zip archive in the order of their names."""
    from zipfile import BadZipFile, ZipFile

    try:
        archive = ZipFile(file)
    except (BadZipFile, OSError, ValueError) as error:
        raise CorpusError(
            f"{name}: the zip archive is damaged or cut short ({error}); fetch it again"
        ) from error
    with archive:
        done = 0
        for member in _members(archive, name):
            label = f"{name}/{member.filename}"
            yield Text(
                text_only(label, guarded(label, _member_chunks(archive, member))),
                partial(_consumed, file, member, done),
            )
            done += member.compress_size


def _members(archive: ZipFile, name: str) -> list[ZipInfo]:
    """Return the files in an archive that are to be read, after a check of all."""
    found = sorted(archive.infolist(), key=lambda member: member.filename)
    if any(member.filename in ("[Content_Types].xml", "mimetype") for member in found):
        raise CorpusError(f"{name}: looks like an Office document or e-book; save it as plain text")
    kept = [member for member in found if not (member.is_dir() or is_hidden(member.filename))]
    for member in kept:
        if member.flag_bits & 1:
            raise CorpusError(f"{name}/{member.filename}: encrypted; unpack it first: unzip -P")
    return kept


def _member_chunks(archive: ZipFile, member: ZipInfo) -> Iterator[bytes]:
    """Yield the unpacked bytes of a member."""
    with archive.open(member) as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _consumed(file: IO[bytes], member: ZipInfo, before: int) -> int:
    """Return how many packed bytes were read of the members before and of this one."""
    return before + min(max(file.tell() - member.header_offset, 0), member.compress_size)
