"""Two tables for TensorBoard's Embedding Projector: vectors, and words with counts."""

from __future__ import annotations

import os
from pathlib import Path

from fastvec.errors import FormatError
from fastvec.vectors.digits import format_rows
from fastvec.vectors.replacing import replacing
from fastvec.vectors.spelling import encode_word
from fastvec.vectors.word_vectors import WordVectors

_FORMATTED = 1 << 16  # numbers


def metadata_path(path: str | os.PathLike[str]) -> Path:
    """Return the file of words: ``metadata.tsv`` for ``vectors.tsv``, or ``NAME-metadata.tsv``."""
    path = Path(path)
    stem = path.stem.replace("vectors", "metadata")
    return path.with_name(f"{stem if stem != path.stem else stem + '-metadata'}{path.suffix}")


def write_projector(path: str | os.PathLike[str], vectors: WordVectors) -> None:
    """Write both tables, each whole or not at all.

    Parameters
    ----------
    path : str or path
        File of vectors to create or replace; that of words lies beside it.
    vectors : WordVectors
        What to write. Counts, where known, become a second column.

    Raises
    ------
    FormatError
        If a word holds a tab or line break, which no table can keep.
    ResourceError
        If the disk is full or the folder cannot be written.
    """
    with replacing(metadata_path(path)) as names, replacing(path) as numbers:
        names.write_bytes(_metadata(vectors))
        step = max(1, _FORMATTED // vectors.dim)
        with open(numbers, "wb") as file:
            for start in range(0, len(vectors), step):
                rows = format_rows(vectors.matrix[start : start + step])
                file.writelines(row.replace(b" ", b"\t") + b"\n" for row in rows)


def _metadata(vectors: WordVectors) -> bytes:
    """Return the table of words; one column has no title, as the projector wants it."""
    words = [encode_word(word) for word in vectors.words]
    for word, name in zip(vectors.words, words, strict=True):
        if b"\t" in name or b"\n" in name or b"\r" in name:
            raise FormatError(f"the word {word!r} holds a tab or line break; rename it")
    if vectors.counts is None:
        return b"".join([word + b"\n" for word in words])
    pairs = zip(words, vectors.counts.tolist(), strict=True)
    return b"word\tcount\n" + b"".join([b"%b\t%d\n" % pair for pair in pairs])
