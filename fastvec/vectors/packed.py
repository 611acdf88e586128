"""Files inside gz, bz2, xz and zip, unpacked into a temporary folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import BinaryIO, NamedTuple
from zipfile import ZipFile

from fastvec.errors import CorpusError, FormatError, ResourceError
from fastvec.text.sources import is_hidden
from fastvec.text.unpacking import guarded, packing, unpack
from fastvec.vectors.numpy_format import words_path

_CHUNK = 1 << 20
_SUFFIXES = {".gz", ".bz2", ".xz", ".zip"}
_WORDS = ".words.txt"
# Numbers pack to no less than a hundredth, unless they are all alike.
_SMALL, _MOST = 1 << 28, 200


class Plain(NamedTuple):
    """A file that is not packed."""

    path: Path
    packing: str | None  # of the file that it was in
    notes: tuple[str, ...] = ()


@contextmanager
def unpacked(path: str | os.PathLike[str], *, allow_truncated: bool = False) -> Iterator[Plain]:
    """Give a file as it is, or unpacked for the time of a ``with``.

    Parameters
    ----------
    path : str or path
        A file, or a member of a zip archive as ``archive.zip/name``.
    allow_truncated : bool, default False
        Keep what came before the damage of a packed file.

    Yields
    ------
    Plain

    Raises
    ------
    FormatError
        If the packed file is damaged or made to fill the disk, or an archive holds no or
        several files.
    ResourceError
        If the temporary folder is full.
    """
    outer, member = _split(Path(path))
    with open(outer, "rb") as file:
        kind = packing(file.read(16))
        file.seek(0)
        if member and kind != "zip":
            raise FormatError(f"{path}: {outer} is no zip archive, so it holds no {member}")
        if kind is None:
            yield Plain(outer, None)
            return
        with TemporaryDirectory(prefix="fastvec-", ignore_cleanup_errors=True) as folder:
            name = member or (_member(outer, file) if kind == "zip" else outer.name)
            target = Path(folder, "vectors" + _suffix(name))
            if kind == "zip":
                found, chunks = f"{outer}/{name}", _read_member(file, name)
            else:
                found, packed = str(outer), os.path.getsize(outer)
                chunks = unpack(kind, iter(lambda: file.read(_CHUNK), b""))
                chunks = _bounded(found, chunks, packed)
            note = _write(found, chunks, target, allow_truncated=allow_truncated)
            if kind == "zip" and target.suffix == ".npy":
                words = str(words_path(name))
                _write(f"{outer}/{words}", _read_member(file, words), words_path(target))
            yield Plain(target, kind, note)


def _split(path: Path) -> tuple[Path, str | None]:
    """Tell an archive from its member in ``archive.zip/name``."""
    archive = next((parent for parent in path.parents if parent.is_file()), None)
    return (archive, path.relative_to(archive).as_posix()) if archive else (path, None)


def _suffix(name: str) -> str:
    """Return a file's ending without those of packing."""
    path = PurePosixPath(name)
    return (path.with_suffix("") if path.suffix.lower() in _SUFFIXES else path).suffix[:20]


def _member(path: Path, file: BinaryIO) -> str:
    """Return the one file of vectors in an archive."""
    try:
        with ZipFile(file) as archive:
            names = [each.filename for each in archive.infolist() if not each.is_dir()]
    except Exception as error:
        raise FormatError(f"{path}: a damaged zip archive: {error}") from error
    if any(PurePosixPath(name).name == "data.pkl" for name in names):
        raise FormatError(f"{path} is a PyTorch file; save it as word2vec where it was made")
    found = [name for name in names if not is_hidden(name) and not name.endswith(_WORDS)]
    if len(found) != 1:
        listed = ", ".join(repr(name) for name in found[:10]) or "no file"
        raise FormatError(f"{path} holds {listed}; name one, as in {path}/NAME")
    return found[0]


def _read_member(file: BinaryIO, name: str) -> Iterator[bytes]:
    """Yield the bytes of a member."""
    with ZipFile(file) as archive, archive.open(name) as member:
        packed = archive.getinfo(name).compress_size
        yield from _bounded(name, iter(lambda: member.read(_CHUNK), b""), packed)


def _bounded(name: str, chunks: Iterator[bytes], packed: int) -> Iterator[bytes]:
    """Refuse a file that unpacks to very many times its size."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > max(_SMALL, _MOST * packed):
            raise FormatError(
                f"{name} unpacks to more than {_MOST} times its {packed:,} bytes, as vectors do "
                "not; unpack it first if you trust it"
            )
        yield chunk


def _write(
    name: str, chunks: Iterator[bytes], target: Path, *, allow_truncated: bool = False
) -> tuple[str, ...]:
    """Write what was unpacked; return a note if that is not all."""
    with open(target, "wb") as file:
        try:
            for chunk in guarded(name, chunks):
                _put(file, chunk)
        except CorpusError as error:
            if allow_truncated and file.tell():
                return (f"{error}; read what came before the damage",)
            raise FormatError(str(error)) from error
    return ()


def _put(file: BinaryIO, chunk: bytes) -> None:
    """Write into the temporary folder."""
    try:
        file.write(chunk)
    except OSError as error:
        raise ResourceError(
            f"the temporary folder has no room to unpack ({error.strerror}); set TMPDIR"
        ) from error
