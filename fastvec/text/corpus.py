"""The corpus: text of any origin as blocks of bytes, as often as needed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import CorpusError, ParameterError
from fastvec.text.blocks import cut
from fastvec.text.separators import WHITESPACE, text_separators, token_separators
from fastvec.text.sources import find_files
from fastvec.text.streams import Text, texts_of_file, texts_of_stdin
from fastvec.text.tokenizers import block_tokenizer, check_tokenizer
from fastvec.text.tokens import check_sentences, token_blocks

Source = str | os.PathLike[str] | Iterable[Iterable[str]]


class Corpus:
    r"""A text that can be read several times, whole or larger than memory.

    Parameters
    ----------
    *sources : str, path, or one iterable of token lists
        Files, folders (all files below), glob patterns, in reading order; or ``"-"`` alone for
        standard input; or alone something re-iterable of sentences, each a list of tokens.
        Files may be packed (gzip, bzip2, xz, zip), whatever their names.
    tokenizer : {"whitespace", "words", "zh"}, default "whitespace"
        What a token of a text is; see `fastvec.text.tokenize`.
    whitespace : {"unicode", "ascii"}, default "unicode"
        "unicode" splits where ``str.isspace()`` is true, "ascii" at space, ``\t\n\v\f\r`` only.
    lowercase : bool, default False
        Fold words later, in the vocabulary; the blocks are not changed.

    Attributes
    ----------
    tokenizer, whitespace, lowercase
        As given.
    separators : ndarray of uint8, shape (256,)
        Class of each byte of a block: 0 word byte, 1 separator, 2 sentence end, 3 lead byte of a
        possible multi-byte space.
    total_bytes : int or None
        Size of the files on disk; None for standard input and token lists.

    Raises
    ------
    CorpusError
        If a source is missing, empty of files, or may not be read.
    ParameterError
        If an option is unknown or the iterable is not one of token lists.
    ResourceError
        If ``tokenizer="zh"`` and jieba is not installed.

    Examples
    --------
    >>> corpus = Corpus([["a", "b"], ["c"]])
    >>> list(corpus.blocks())
    [b'a\xffb\xfec\xfe']
    """

    def __init__(
        self,
        *sources: Source,
        tokenizer: str = "whitespace",
        whitespace: str = "unicode",
        lowercase: bool = False,
    ) -> None:
        check_tokenizer(tokenizer)
        if whitespace not in WHITESPACE:
            raise ParameterError(f"whitespace {whitespace!r}: expected {' or '.join(WHITESPACE)}")
        self.tokenizer = tokenizer
        self.whitespace = whitespace
        self.lowercase = bool(lowercase)
        self._files: list[Path] = []
        self._sentences: Iterable[Iterable[str]] = ()
        self._kind = self._take(sources)
        self.total_bytes = sum(_stat(path).st_size for path in self._files) if self._files else None
        self._stdin_used = False
        self._position = 0
        self.separators: NDArray[np.uint8] = (
            token_separators() if self._kind == "tokens" else text_separators(whitespace)
        )

    def __str__(self) -> str:
        """Name the corpus, for messages."""
        if self._kind != "files":
            return {"stdin": "standard input", "tokens": "the token lists"}[self._kind]
        more = f" and {len(self._files) - 1} more" if len(self._files) > 1 else ""
        return f"{self._files[0]}{more}"

    def blocks(self, size: int = 1 << 22) -> Iterator[bytes]:
        r"""Read the corpus from its start.

        Parameters
        ----------
        size : int, default 4 MiB
            Bytes a block, about; longer where a longer stretch has no ASCII white space.

        Returns
        -------
        iterator of bytes
            Each block ends with a separator, each file with ``\n``; no token straddles two.

        Raises
        ------
        CorpusError
            If a file is unreadable, binary or damaged, or standard input was read before.
        ParameterError
            If `size` is below 1, or a token list is not one.
        """
        if size < 1:
            raise ParameterError(f"size {size}: expected at least 1 byte")
        if self._kind == "stdin" and self._stdin_used:
            raise CorpusError(
                "standard input: can be read only once; save it to a file and name that"
            )
        self._stdin_used = True
        self._position = 0
        if self._kind == "tokens":
            return token_blocks(self._sentences, size)
        return self._text_blocks(size)

    def identity(self) -> dict[str, Any]:
        """Return what tells this corpus from another, fit for JSON.

        Returns
        -------
        dict
            "kind" ("files", "stdin" or "tokens"), "tokenizer", "whitespace", "lowercase"; for
            files also "files", a list of "path", "size" and "mtime_ns" as they are now.
        """
        identity: dict[str, Any] = {
            "kind": self._kind,
            "tokenizer": self.tokenizer,
            "whitespace": self.whitespace,
            "lowercase": self.lowercase,
        }
        if self._kind == "files":
            identity["files"] = [_file_identity(path) for path in self._files]
        return identity

    def position(self) -> int:
        """Return the bytes, as stored on disk, that the latest iteration has read so far."""
        return self._position

    def _take(self, sources: tuple[Source, ...]) -> str:
        """Keep the sources and return what kind they are."""
        if not sources:
            raise ParameterError("a corpus needs a source: a path, '-', or a list of token lists")
        if len(sources) == 1 and not isinstance(sources[0], (str, os.PathLike)):
            self._sentences = check_sentences(sources[0])
            if self.tokenizer != "whitespace":
                raise ParameterError(f"tokenizer {self.tokenizer!r}: token lists are split already")
            return "tokens"
        for source in sources:
            if not isinstance(source, (str, os.PathLike)):
                raise ParameterError(f"a {type(source).__name__} must be the only source")
            if source == "-":
                if len(sources) == 1:
                    return "stdin"
                raise ParameterError("'-' (standard input) must be the only source")
            self._files += find_files(source)
        return "files"

    def _text_blocks(self, size: int) -> Iterator[bytes]:
        """Cut and tokenise text after text."""
        tokenize = block_tokenizer(self.tokenizer)
        for start, text in self._texts():
            for block in cut(text.chunks, size):
                self._position = start + text.consumed()
                yield tokenize(block)
        self._position = self.total_bytes or self._position

    def _texts(self) -> Iterator[tuple[int, Text]]:
        """Yield the texts and where on disk, counted over all files, their file starts."""
        if self._kind == "stdin":
            yield from ((0, text) for text in texts_of_stdin())
        start = 0
        for path in self._files:
            yield from ((start, text) for text in texts_of_file(path))
            start += _stat(path).st_size


def _file_identity(path: Path) -> dict[str, Any]:
    """Return what tells a file from a changed one."""
    status = _stat(path)
    return {"path": str(path), "size": status.st_size, "mtime_ns": status.st_mtime_ns}


def _stat(path: Path) -> os.stat_result:
    """Return the state of a file that was there when the corpus was made."""
    try:
        return path.stat()
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read any more ({error.strerror})") from error
