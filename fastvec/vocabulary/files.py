"""Vocabulary files: ``word TAB count`` lines, and the peers' ``word SPACE count``."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

import numpy as np

from fastvec.errors import FormatError, VocabularyError
from fastvec.vocabulary.words import EOS, Vocabulary, as_bytes

LONGEST_COUNT = 18  # Digits that surely fit 64 bits.


def write_vocabulary(vocabulary: Vocabulary, path: str | PathLike[str]) -> None:
    """Write one ``word TAB count`` line a word, in order, as UTF-8 (bad bytes as they were).

    Which words are special is not in the file; a model's ``config.json`` says that.

    Raises
    ------
    VocabularyError
        If a word is empty or holds a line feed, which no line can hold.
    """
    text = vocabulary_text(vocabulary)
    if text.count(b"\n") != len(vocabulary) or "" in vocabulary.words:
        word = next(word for word in vocabulary.words if not word or "\n" in word)
        raise VocabularyError(f"{path}: the word {word!r} does not fit on a line; leave it out")
    Path(path).write_bytes(text)


def vocabulary_text(vocabulary: Vocabulary) -> bytes:
    """Return the content of a vocabulary's file."""
    pairs = zip(vocabulary.words, vocabulary.counts.tolist(), strict=True)
    return as_bytes("".join([f"{word}\t{count}\n" for word, count in pairs]))


def read_vocabulary(path: str | PathLike[str]) -> Vocabulary:
    """Read a vocabulary file; the last line needs no line end.

    Lines are split at byte 10 only and fields at the last tab, or else the last
    space: a word may hold any other character. In a file with spaces a leading
    ``</s>`` is word2vec.c's sentence end and becomes a special word.

    Raises
    ------
    FormatError
        Naming file and line, if a line has no count, or one beyond 64 bits.
    VocabularyError
        If the file holds no words, or one of them twice.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise VocabularyError(f"{path}: cannot be read: {error.strerror}") from error
    return _read_plainly(data) or _read_lines(path, data.split(b"\n"))


def split_columns(text: bytes) -> tuple[bytes, bytes]:
    """Part the words of ``word TAB count`` lines from their counts.

    Parameters
    ----------
    text : bytes
        Lines, each with its end. A word may hold tabs: the last one of a line counts.

    Returns
    -------
    (bytes, bytes)
        Words, each with a line feed after it; counts, each with a tab before it.

    Raises
    ------
    FormatError
        If a line has no tab or no end.
    """
    content = np.frombuffer(text, dtype=np.uint8)
    ends = np.flatnonzero(content == ord("\n"))
    tabs = np.flatnonzero(content == ord("\t"))
    if len(tabs) > len(ends):
        tabs = tabs[np.searchsorted(tabs, ends) - 1]
    whole = text.endswith(b"\n") and len(tabs) == len(ends)
    stretches = np.diff(np.stack([tabs, ends], axis=1).ravel(), prepend=-1) if whole else None
    if stretches is None or stretches.min() < 1:
        raise FormatError("a line has no count after a tab, or no end")
    of_words = np.repeat(np.tile([True, False], len(ends)), stretches)
    of_words[tabs], of_words[ends] = False, True
    return content[of_words].tobytes(), content[~of_words].tobytes()


def _read_plainly(data: bytes) -> Vocabulary | None:
    """Read what `write_vocabulary` wrote, all at once; None for anything that is not quite that."""
    try:
        names, numbers = split_columns(data)
    except FormatError:
        return None
    counts = numbers.split(b"\t")[1:]
    if not all(map(bytes.isdigit, counts)) or max(map(len, counts)) > LONGEST_COUNT:
        return None
    words = names.decode("utf-8", "surrogateescape").split("\n")[:-1]
    if b"\r" in data or "" in words or len(set(words)) != len(words):
        return None
    return Vocabulary(words, map(int, counts))


def _read_lines(path: str | PathLike[str], lines: list[bytes]) -> Vocabulary:
    """Read line by line, other programs' files too, and say what is wrong where."""
    words: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        line = line.rstrip(b"\r")
        if not line:
            continue
        word, _, count = line.rpartition(b"\t" if b"\t" in line else b" ")
        if not word or not count.isdigit() or len(count) > LONGEST_COUNT:
            raise FormatError(f"{path}, line {number}: expected a word and its count")
        text = word.decode("utf-8", "surrogateescape")
        if text in words:
            raise VocabularyError(f"{path}, line {number}: the word {text!r} is there twice")
        words[text] = int(count)
    if not words:
        raise VocabularyError(f"{path}: holds no words; expected lines of a word and its count")
    of_word2vec = b"\t" not in lines[0] and next(iter(words)) == EOS
    return Vocabulary(list(words), words.values(), specials=(EOS,) if of_word2vec else ())
