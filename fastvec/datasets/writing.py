"""Write sentences as a text corpus."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from uuid import uuid4

from fastvec.errors import CorpusError, ResourceError


def write_corpus(sentences: Iterable[Sequence[str]], path: str | os.PathLike[str]) -> None:
    """Write one sentence a line, tokens between spaces, in UTF-8.

    The file appears complete or not at all.

    Parameters
    ----------
    sentences : iterable of sequence of str
        Tokens of each sentence.
    path : str or path
        File to write; an existing one is replaced.

    Raises
    ------
    CorpusError
        If a token is empty or holds white space.
    ResourceError
        If the file cannot be written.
    """
    target = Path(path)
    part = target.with_name(f".{target.name}.{uuid4().hex}.part")
    try:
        with open(part, "x", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            file.writelines(_lines(sentences))
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, target)
    except OSError as error:
        raise ResourceError(f"{target}: cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def _lines(sentences: Iterable[Sequence[str]]) -> Iterator[str]:
    """Check and join the tokens of each sentence."""
    for number, tokens in enumerate(sentences, 1):
        line = " ".join(tokens)
        if line.split() != list(tokens):
            raise CorpusError(
                f"sentence {number}: a token is empty or holds white space: {line[:80]!r}; "
                "split it into tokens first"
            )
        yield line + "\n"
