"""Files of groups of words, for the colours of a map."""

from __future__ import annotations

from os import PathLike

from fastvec.errors import FormatError
from fastvec.text.sources import find_files
from fastvec.text.streams import texts_of_file


def read_groups(path: str | PathLike[str]) -> dict[str, list[str]]:
    """Read groups of words: lines ``: name``, each followed by lines of words.

    Parameters
    ----------
    path : path
        A file, which may be packed (gz, bz2, xz, zip).

    Returns
    -------
    dict of str to list of str
        Words by the name of their group, in the order of the file.

    Raises
    ------
    CorpusError
        If the file cannot be read.
    FormatError
        If it holds no group, or words before the first name.
    """
    groups: dict[str, list[str]] = {}
    members: list[str] | None = None
    (file,) = find_files(path)[:1]
    data = b"".join(chunk for text in texts_of_file(file) for chunk in text.chunks)
    for number, line in enumerate(data.decode("utf-8", "surrogateescape").split("\n"), start=1):
        if line.startswith(":"):
            members = groups.setdefault(line[1:].strip() or f"line {number}", [])
        elif words := line.split():
            if members is None:
                raise FormatError(
                    f"{path}: line {number}: words before the first group; "
                    "write its name above them, on a line such as ': fruits'"
                )
            members += words
    if not any(groups.values()):
        raise FormatError(
            f"{path}: holds no words; write ': fruits' on a line, and its words below"
        )
    return groups
