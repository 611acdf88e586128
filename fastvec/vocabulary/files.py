"""Vocabulary files: ``word TAB count`` lines, and the peers' ``word SPACE count``."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from fastvec.errors import FormatError, VocabularyError
from fastvec.vocabulary.words import EOS, Vocabulary, as_bytes


def write_vocabulary(vocabulary: Vocabulary, path: str | PathLike[str]) -> None:
    """Write one ``word TAB count`` line a word, in order, as UTF-8 (bad bytes as they were)."""
    counts = vocabulary.counts.tolist()
    pairs = zip(vocabulary.words, counts, strict=True)
    text = "".join([f"{word}\t{count}\n" for word, count in pairs])
    Path(path).write_bytes(as_bytes(text))


def read_vocabulary(path: str | PathLike[str]) -> Vocabulary:
    """Read a vocabulary file; the last line needs no line end.

    Lines are split at byte 10 only and fields at the last tab, or else the last
    space: a word may hold any other character. A leading ``</s>`` is word2vec.c's
    sentence end and becomes a special word.

    Raises
    ------
    FormatError
        Naming file and line, if a line has no count.
    VocabularyError
        If the file holds no words, or one of them twice.
    """
    try:
        lines = Path(path).read_bytes().split(b"\n")
    except OSError as error:
        raise VocabularyError(f"{path}: cannot be read: {error.strerror}") from error
    words, counts = [], []
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        line = line.rstrip(b"\r")
        word, _, count = line.rpartition(b"\t" if b"\t" in line else b" ")
        if not word or not count.isdigit():
            raise FormatError(f"{path}, line {number}: expected a word and its count")
        words.append(word.decode("utf-8", "surrogateescape"))
        counts.append(int(count))
    if not words:
        raise VocabularyError(f"{path}: holds no words; expected lines of a word and its count")
    return Vocabulary(words, counts, specials=(EOS,) if words[0] == EOS else ())
