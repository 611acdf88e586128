"""How a file of vectors is to be read, in one value that every reader takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from os import PathLike
from typing import Literal, TypeAlias, get_args

from fastvec.errors import FormatError, ParameterError
from fastvec.vectors.duplicates import Duplicates

UnicodeErrors: TypeAlias = Literal["surrogateescape", "replace", "ignore", "strict"]


@dataclass(frozen=True)
class Reading:
    """Options of `fastvec.load`, checked.

    Attributes
    ----------
    strict : bool
        Refuse a file instead of repairing it.
    duplicates : {"first", "last", "mean", "error"}
        Which row a word has that comes twice.
    limit : int, optional
        Read only so many rows.
    unicode_errors : {"surrogateescape", "replace", "ignore", "strict"}
        What becomes of bytes that are not UTF-8, by Python's names.
    allow_truncated : bool
        Keep the good rows of a file that is cut short.
    thorough : bool
        Look also through vectors that are mapped for rows that are not finite, or zero.

    Raises
    ------
    ParameterError
        If a value is none of these.
    """

    strict: bool = False
    duplicates: Duplicates = "first"
    limit: int | None = None
    unicode_errors: UnicodeErrors = "surrogateescape"
    allow_truncated: bool = False
    thorough: bool = False

    def __post_init__(self) -> None:
        for name, kinds in (("duplicates", Duplicates), ("unicode_errors", UnicodeErrors)):
            if getattr(self, name) not in get_args(kinds):
                known = ", ".join(get_args(kinds))
                raise ParameterError(f"{name} must be one of {known}, not {getattr(self, name)!r}")
        if self.limit is not None and self.limit < 1:
            raise ParameterError(f"limit must be at least 1, but is {self.limit}")

    def decode(
        self, path: str | PathLike[str], words: Iterable[bytes], place: Callable[[int], str]
    ) -> list[str]:
        """Return the words that bytes spell; `place` names that of a word in the file.

        Raises
        ------
        FormatError
            If `unicode_errors` is "strict" and a word is not UTF-8.
        """
        found: list[str] = []
        try:
            found.extend(word.decode("utf-8", self.unicode_errors) for word in words)
        except UnicodeDecodeError as error:
            raise FormatError(
                f"{path}, {place(len(found))}: the word {error.object!r} is not UTF-8 "
                f"({error.reason}); choose another rule of unicode_errors"
            ) from error
        return found

    def cap(self, count: int) -> int:
        """Return how many of `count` rows are wanted."""
        return count if self.limit is None else min(count, self.limit)
