"""Tagged text in columns: CoNLL files of any kind, read and written.

A token a line, its columns separated by tabs or spaces, and a blank line after each
sentence. Lines that do not fit are named by file and line, never guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import NamedTuple

from fastvec.errors import FormatError, ParameterError
from fastvec.text.sources import find_files
from fastvec.text.streams import texts_of_file

DOCUMENT = "-DOCSTART-"
CONLLU = ("id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")
CONLL2003 = ("word", "pos", "chunk", "ner")

_CONLLU_ID = re.compile(r"\d+([-.]\d+)?")
_GLOBAL_COLUMNS = re.compile(r"#\s*global\.columns\s*=\s*(.+)")
# What stands before sentences; the token # has tags after it.
_REMARK = re.compile(r"# +((id|newdoc|newpar)\b|[\w.]+ *= )")
_NEW_DOCUMENT = re.compile(r"#\s*newdoc\b")


class TaggedSentence(NamedTuple):
    """A sentence of a file.

    Attributes
    ----------
    words : list of str
    tags : list of str
        As they stand in the file; empty where no tag column was asked for.
    document : int
        From 0; the number of the document.
    line : int
        Where its first token stands, from 1.
    """

    words: list[str]
    tags: list[str]
    document: int = 0
    line: int = 0


@dataclass(frozen=True)
class TaggedText:
    """A file of tagged sentences.

    Attributes
    ----------
    name : str
        Of the file.
    sentences : list of TaggedSentence
    columns : int
        Of each line.
    """

    name: str
    sentences: list[TaggedSentence]
    columns: int

    @property
    def documents(self) -> int:
        """How many documents there are."""
        return len({sentence.document for sentence in self.sentences})

    @property
    def tokens(self) -> int:
        """How many tokens there are."""
        return sum(len(sentence.words) for sentence in self.sentences)


def read_columns(
    path: str | PathLike[str],
    *,
    word: int | str | None = None,
    tag: int | str | None = -1,
) -> TaggedText:
    """Read sentences of words and tags.

    Parameters
    ----------
    path : path
        A file, which may be packed (gz, bz2, xz, zip). CoNLL-U is recognised by its ten
        columns with an id in front: its comments, multi-word ranges (``3-4``) and empty
        nodes (``3.1``) are passed over.
    word, tag : int, str or None
        A column: its number from 1, or from the end as -1, or its name (`CONLLU`,
        `CONLL2003`, or the names of a ``# global.columns`` line). By default the first
        column holds words (CoNLL-U: form) and the last one tags (CoNLL-U: upos). With
        ``tag=None`` only words are read.

    Returns
    -------
    TaggedText

    Raises
    ------
    CorpusError
        If the file cannot be read.
    FormatError
        If it holds no sentence, or a line has other columns than the first one.
    ParameterError
        If there is no such column.
    """
    (file,) = find_files(path)[:1]
    data = b"".join(chunk for text in texts_of_file(file) for chunk in text.chunks)
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    layout = _layout(str(path), lines)
    places = [layout.place(word, 0), None if tag is None else layout.place(tag, -1)]
    sentences = list(_sentences(str(path), lines, layout, places))
    if not sentences:
        raise FormatError(f"{path}: holds no sentence; write a token a line, a tag in the last")
    return TaggedText(Path(path).name, sentences, layout.columns)


def written(sentences: Iterable[tuple[int, Sequence[Sequence[str]]]]) -> Iterator[str]:
    """Yield the lines of a column file, each with its end.

    Parameters
    ----------
    sentences : iterable of (int, sequence of sequence of str)
        The document of each sentence, and its columns: words, tags, predicted tags.
        Where the document changes, a ``-DOCSTART-`` line is written.
    """
    before = 0
    for document, columns in sentences:
        if document != before:
            yield DOCUMENT + "\tO" * (len(columns) - 1) + "\n\n"
            before = document
        for row in zip(*columns, strict=True):
            yield "\t".join(row) + "\n"
        yield "\n"


class _Layout(NamedTuple):
    """How the lines of a file are made."""

    columns: int
    tabs: bool
    conllu: bool
    names: tuple[str, ...]
    first: int
    """The line that says so."""

    def fields(self, line: str) -> list[str]:
        """Split a line."""
        return line.rstrip("\r").split("\t") if self.tabs else line.split()

    def place(self, column: int | str | None, usual: int) -> int:
        """Return the index of a column."""
        if column is None or (column == -1 and self.conllu):
            if self.conllu:
                return CONLLU.index("form" if usual == 0 else "upos")
            column = 1 if usual == 0 else -1
        if isinstance(column, str) and not column.lstrip("-").isdigit():
            if column.lower() in self.names:
                return self.names.index(column.lower())
            known = f"one of {', '.join(self.names)}, or " if self.names else ""
            raise ParameterError(
                f"there is no column {column!r}: use {known}a number from 1 to {self.columns}"
            )
        number = int(column)
        if number == 0 or abs(number) > self.columns:
            raise ParameterError(
                f"there is no column {number}: the file has {self.columns}, counted from 1"
            )
        return number - 1 if number > 0 else self.columns + number


def _layout(name: str, lines: list[str]) -> _Layout:
    """Tell the layout from the first token line; before it may be comments."""
    names: tuple[str, ...] = ()
    for number, line in enumerate(lines, start=1):
        found = _GLOBAL_COLUMNS.match(line)
        if found:
            names = tuple(field.lower() for field in found[1].split())
        if not line.strip() or line.startswith(DOCUMENT) or _REMARK.match(line):
            continue
        tabs = "\t" in line
        fields = line.rstrip("\r").split("\t") if tabs else line.split()
        conllu = tabs and len(fields) == 10 and bool(_CONLLU_ID.fullmatch(fields[0]))
        if conllu:
            names = CONLLU
        elif not names and len(fields) == len(CONLL2003):
            names = CONLL2003
        if names and len(names) != len(fields):
            raise FormatError(
                f"{name}, line {number}: has {len(fields)} columns, but global.columns names "
                f"{len(names)}"
            )
        return _Layout(len(fields), tabs, conllu, names, number)
    raise FormatError(
        f"{name}: holds no sentence; write a token a line, its tag in the last column"
    )


def _sentences(
    name: str, lines: list[str], layout: _Layout, places: Sequence[int | None]
) -> Iterator[TaggedSentence]:
    """Yield the sentences of a file."""
    word, tag = places
    assert word is not None
    document, seen, start = 0, False, 0
    words: list[str] = []
    tags: list[str] = []
    for number, line in enumerate([*lines, ""], start=1):
        blank = not line.strip()
        boundary = not blank and _boundary(line, layout)
        if (blank or boundary) and words:
            yield TaggedSentence(words, tags, document, start)
            words, tags, seen = [], [], True
        if boundary:
            document, seen = document + seen, False
        if blank or boundary or _comment(line, layout, started=bool(words)):
            continue
        fields = layout.fields(line)
        _check(name, number, fields, layout)
        if layout.conllu and not fields[0].isdigit():
            continue  # A range of words, or an empty node.
        start = start if words else number
        words.append(fields[word])
        if tag is not None:
            tags.append(fields[tag])


def _boundary(line: str, layout: _Layout) -> bool:
    """Tell whether a line begins a document."""
    if layout.conllu:
        return bool(_NEW_DOCUMENT.match(line))
    return line.startswith(DOCUMENT) and (
        len(line) == len(DOCUMENT) or line[len(DOCUMENT)].isspace()
    )


def _comment(line: str, layout: _Layout, *, started: bool) -> bool:
    """Tell comments, which stand between sentences, from tokens."""
    if not line.startswith("#"):
        return False
    odd = len(layout.fields(line)) != layout.columns or bool(_REMARK.match(line))
    return layout.conllu or (not started and odd)


def _check(name: str, number: int, fields: list[str], layout: _Layout) -> None:
    """Refuse a line that is no token of this file."""
    if len(fields) != layout.columns:
        between = "tabs" if layout.tabs else "spaces"
        raise FormatError(
            f"{name}, line {number}: has {len(fields)} columns between {between}, but line "
            f"{layout.first} has {layout.columns}; give each token all columns, and each "
            "sentence a blank line after it"
        )
    if not all(field.strip() for field in fields):
        raise FormatError(f"{name}, line {number}: a column is empty; write _ or O where it is")
    if layout.conllu and not _CONLLU_ID.fullmatch(fields[0]):
        raise FormatError(
            f"{name}, line {number}: {fields[0]!r} is no CoNLL-U id; ids are numbers, such as 3, "
            "3-4 or 3.1"
        )
