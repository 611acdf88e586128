"""fastText's own model file: the vectors of its words, and of any other word by its n-grams."""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FormatError
from fastvec.vectors.assemble import assemble, nth_row
from fastvec.vectors.reading import Reading
from fastvec.vectors.spelling import encode_word
from fastvec.vectors.subwords import hash_ngrams
from fastvec.vectors.word_vectors import WordVectors

_VERSIONS = (11, 12)
_SUPERVISED = 3
_EOS = b"</s>"
_BLOCK = 1 << 22  # numbers: 16 MB


class FastTextFile:
    """A fastText model file, its matrix mapped into memory.

    Parameters
    ----------
    path : str or path
        File to open.

    Attributes
    ----------
    words : list of bytes, length V
        Its words, labels left out.
    counts : ndarray of int64, shape (V,)
    dim : int
    notes : list of str
        What is odd about the file.

    Raises
    ------
    FormatError
        If it is damaged, quantised or of another version; names the offset.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        with open(path, "rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._at = 0
        self.notes: list[str] = []
        _, version, self.dim, *rest = self._take("<14i d")
        self._bucket, self._shortest, self._longest = rest[7:10]
        if version == 11 and rest[6] == _SUPERVISED:
            self._longest = 0  # What fastText makes of its older files.
        if version not in _VERSIONS:
            raise FormatError(f"{path}, byte 4: version {version} is not read, only 11 and 12")
        size, known, labels, _, pruned = self._take("<3i 2q")
        if min(size, known, labels, self._bucket) < 0 or size != known + labels:
            raise FormatError(f"{path}, byte 64: {known} words and {labels} labels are not {size}")
        if pruned > 0:
            raise FormatError(f"{path} is a pruned model; save its vectors with fastText")
        self._read_words(size, known)
        if self._take("<?")[0]:
            raise FormatError(f"{path} is a quantised model; save its vectors with fastText")
        self._matrix = self._take_matrix()
        self._take_output()

    def vectors(self, words: Sequence[bytes]) -> NDArray[np.float32]:
        """Return vectors as fastText does: the mean of a word's row and its n-grams' rows.

        Parameters
        ----------
        words : sequence of bytes, length W
            Known words or others, which have n-grams only.

        Returns
        -------
        ndarray of float32, shape (W, D)
            Zero for a word without any row.
        """
        result = np.zeros((len(words), self.dim), dtype=np.float32)
        step = max(1, _BLOCK // (32 * self.dim))
        for start in range(0, len(words), step):
            result[start : start + step] = self._block(words[start : start + step])
        return result

    def _block(self, words: Sequence[bytes]) -> NDArray[np.float32]:
        """Return the vectors of a few words."""
        own = np.array([self._index.get(word, -1) for word in words], dtype=np.int64)
        whole = np.flatnonzero(own >= 0)
        owners, rows = [whole], [own[whole]]
        if self._longest > 0 and self._bucket:
            # The end of a sentence has no parts.
            parts = [at for at, word in enumerate(words) if word != _EOS]
            owner, bucket = hash_ngrams(
                [words[at] for at in parts], self._shortest, self._longest, self._bucket
            )
            owners.append(np.array(parts, dtype=np.int64)[owner])
            rows.append(len(self.words) + bucket)
        owner = np.concatenate(owners)
        order = np.argsort(owner, kind="stable")
        found, starts, sizes = np.unique(owner[order], return_index=True, return_counts=True)
        result = np.zeros((len(words), self.dim), dtype=np.float32)
        if len(found):
            picked = self._matrix[np.concatenate(rows)[order]]
            with np.errstate(invalid="ignore", over="ignore"):
                result[found] = np.add.reduceat(picked, starts) / sizes[:, None].astype("f4")
        return result

    def _take(self, layout: str) -> tuple[Any, ...]:
        """Read numbers."""
        size = struct.calcsize(layout)
        if self._at + size > len(self._data):
            raise FormatError(
                f"{self.path}, byte {self._at}: needs {size} bytes more, but the file has "
                f"{len(self._data)}; it is cut short"
            )
        self._at += size
        return struct.unpack_from(layout, self._data, self._at - size)

    def _read_words(self, size: int, known: int) -> None:
        """Read the dictionary."""
        entries = []
        for row in range(size):
            end = self._data.find(b"\0", self._at)
            if end < 0:
                raise FormatError(
                    f"{self.path}, byte {self._at}: word {row + 1} of {size} has no end"
                )
            word = self._data[self._at : end]
            self._at = end + 1
            count, kind = self._take("<q b")
            entries.append((word, count, kind))
        words = [(word, count) for word, count, kind in entries if kind == 0]
        if len(words) != known:
            raise FormatError(f"{self.path}: {len(words)} words in the dictionary, not {known}")
        self.words = [word for word, _ in words]
        self.counts = np.array([count for _, count in words], dtype=np.int64)
        self._index = {word: row for row, word in enumerate(self.words)}

    def _take_matrix(self) -> NDArray[np.float32]:
        """Map the matrix of words and n-grams."""
        start = self._at
        rows, dim = self._take("<2q")
        parts = self._bucket if self._longest > 0 else 0
        end = self._at + 4 * rows * dim
        if dim != self.dim or dim < 1 or rows < len(self.words) + parts:
            raise FormatError(
                f"{self.path}, byte {start}: a matrix of {rows} x {dim} does not fit "
                f"{len(self.words)} words, {parts} buckets and {self.dim} numbers a vector"
            )
        if end > len(self._data):
            raise FormatError(
                f"{self.path}, byte {start}: the matrix needs {end} bytes, but the file has "
                f"{len(self._data)}; it is cut short"
            )
        numbers = np.frombuffer(self._data, "<f4", count=rows * dim, offset=self._at)
        self._at = end
        return numbers.reshape(rows, dim)

    def _take_output(self) -> None:
        """Check what follows, which the vectors do not need."""
        try:
            self._take("<?")
            rows, dim = self._take("<2q")
            self._at += 4 * rows * dim
        except FormatError:
            self._at = -1
        if self._at != len(self._data):
            self.notes.append("the output matrix is damaged or cut short; it is not needed")


def read_fasttext(path: str | os.PathLike[str], reading: Reading) -> WordVectors:
    """Read the vectors of a fastText model's words.

    Raises
    ------
    FormatError
        As `FastTextFile`.
    """
    model = FastTextFile(path)
    count = reading.cap(len(model.words))
    names = model.words[:count]
    words = reading.decode(path, names, nth_row)
    matrix = model.vectors(names)
    found = assemble(path, words, matrix, nth_row, None, reading, model.notes)
    if len(found) == count:
        found = WordVectors(
            words, matrix, model.counts[:count], found.specials, report=found.report
        )
    return found


def subword_vectors(path: str | os.PathLike[str], words: Sequence[str]) -> NDArray[np.float32]:
    """Return the vectors that a fastText model gives to any words, known or not.

    Parameters
    ----------
    path : str or path
        A fastText ``.bin`` file.
    words : sequence of str, length W

    Returns
    -------
    ndarray of float32, shape (W, D)
        The mean of each word's row, if it has one, and those of its n-grams.

    Raises
    ------
    FormatError
        As `FastTextFile`, or if a word is not Unicode.
    """
    return FastTextFile(path).vectors([encode_word(word) for word in words])
