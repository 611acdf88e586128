"""Files appear whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fastvec.errors import ResourceError


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give a new file's path to write to; put it in the place of `path` at the end.

    The new file lies in the same folder. It is flushed to disk before it takes
    the old one's place; after an error it is gone and the old one untouched.

    Parameters
    ----------
    path : str or path
        File to create or replace. A link is followed.

    Yields
    ------
    Path
        Temporary file, not yet created.

    Raises
    ------
    ResourceError
        If the disk is full or the folder is missing or cannot be written.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        raise ResourceError(f"{path} is not an ordinary file; name another output file")
    temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.tmp")
    try:
        yield temporary
        _flush(temporary)
        os.replace(temporary, target)
        # Windows cannot open a folder; there the rename is durable by itself.
        with suppress(PermissionError):
            _flush(target.parent, os.O_RDONLY)
    except OSError as error:
        reason = error.strerror or error
        raise ResourceError(f"{path} could not be written: {reason}; nothing was kept") from error
    finally:
        temporary.unlink(missing_ok=True)


def _flush(path: Path, flags: int = os.O_RDWR) -> None:
    """Wait until `path` is on the disk."""
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
