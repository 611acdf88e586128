"""Every error that fastvec raises on purpose.

Each message names the thing, its value, the limit and the way out, so that the
command line can print it as it stands.
"""


class FastvecError(Exception):
    """Parent of all errors of this package."""


class ParameterError(FastvecError, ValueError):
    """A setting is outside its range."""


class CorpusError(FastvecError):
    """A text cannot be read, or holds nothing to read."""


class VocabularyError(FastvecError):
    """A vocabulary is empty, inconsistent or of another text."""


class UnknownWordError(VocabularyError, KeyError):
    """A word that was asked for is not in the vocabulary."""

    # KeyError would print its message in quotes, as if it were a key.
    __str__ = Exception.__str__


class FormatError(FastvecError):
    """A file is not what its reader expects."""


class DivergenceError(FastvecError):
    """Training produced numbers that grow without bound or are not numbers."""


class ResourceError(FastvecError):
    """Memory, disk or an optional package is missing."""
