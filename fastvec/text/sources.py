"""From what a user names to the files that are read, in their order."""

from __future__ import annotations

import glob
import os
import stat
from pathlib import Path
from typing import NoReturn

from fastvec.errors import CorpusError


def find_files(source: str | os.PathLike[str]) -> list[Path]:
    """Return the files that a path, a folder or a glob pattern stands for.

    Parameters
    ----------
    source : str or path
        A file; a folder (all regular files below it); or a pattern with ``*``, ``?``, ``[`` or
        ``**``. A file whose own name looks like a pattern is taken as the file.

    Returns
    -------
    list of Path
        Absolute paths, sorted within the source, without hidden files.

    Raises
    ------
    CorpusError
        If nothing is there, or it may not be read.
    """
    name = os.fspath(source)
    try:
        mode = os.stat(name).st_mode
    except (OSError, ValueError) as error:
        if any(sign in name for sign in "*?["):
            return _matches(name)
        _refuse_missing(name, error)
    if stat.S_ISDIR(mode):
        return _files_below(name)
    if not stat.S_ISREG(mode):
        raise CorpusError(f"{name}: not a regular file; pipe it into standard input, named '-'")
    return [_readable(name)]


def is_hidden(relative: str) -> bool:
    """Tell whether a path below a folder or inside an archive is hidden."""
    # __MACOSX is where a Mac's archiver hides attributes.
    return any(part.startswith(".") or part == "__MACOSX" for part in Path(relative).parts)


def _matches(pattern: str) -> list[Path]:
    """Return the regular files that match a pattern."""
    names = sorted(filter(os.path.isfile, glob.glob(pattern, recursive=True)))
    if not names:
        raise CorpusError(f"{pattern}: no file matches this pattern; check it, and quote it")
    return [_readable(name) for name in names]


def _files_below(folder: str) -> list[Path]:
    """Return the regular files below a folder."""
    names: list[str] = []
    for parent, _, files in os.walk(folder, onerror=_refuse_folder):
        names.extend(os.path.join(parent, file) for file in files)
    kept = [name for name in sorted(names) if not is_hidden(os.path.relpath(name, folder))]
    found = [_readable(name) for name in kept if os.path.isfile(name)]
    if not found:
        raise CorpusError(f"{folder}: the folder holds no files to read (hidden ones are skipped)")
    return found


def _readable(name: str) -> Path:
    """Return the absolute path of a file that may be read."""
    if not os.access(name, os.R_OK):
        raise CorpusError(f"{name}: permission denied; allow reading it: chmod u+r")
    return Path(os.path.abspath(name))


def _refuse_folder(error: OSError) -> NoReturn:
    """Stop at a folder that cannot be listed."""
    raise CorpusError(
        f"{error.filename}: the folder cannot be read ({error.strerror}); allow it: chmod u+rx"
    ) from error


def _refuse_missing(name: str, error: OSError | ValueError) -> NoReturn:
    """Say why a path leads nowhere."""
    # Someone may have passed the text itself.
    shown = name if len(name) <= 200 else f"{name[:200]}…"
    if isinstance(error, PermissionError):
        raise CorpusError(f"{shown}: permission denied; allow reading its folder") from error
    raise CorpusError(
        f"{shown}: no such file or folder; check the path "
        "(a text in memory is passed as a list of token lists)"
    ) from error
