"""Count and number the tokens of a stream of blocks, on several threads."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ResourceError
from fastvec.kernels import ordering
from fastvec.kernels import tokens as kernels
from fastvec.kernels.tokens import BATCH, COLUMNS, EMPTY, WORD_MASK, WordTable
from fastvec.vocabulary.files import vocabulary_text
from fastvec.vocabulary.words import Vocabulary
from fastvec.workers import ordered_map

FIRST_WORDS = 1 << 15
BYTES_A_WORD = 12


class GrowingTable:
    """A word table that is replaced by a larger one when it is full."""

    def __init__(self, room: int = FIRST_WORDS, store: int = FIRST_WORDS * BYTES_A_WORD) -> None:
        self.words = 0
        self.table = WordTable(
            slots=np.full((2 * room, COLUMNS), EMPTY, np.int64),
            starts=np.zeros(room + 1, np.int64),
            store=np.empty(store, np.uint8),
        )

    @property
    def used(self) -> int:
        """Bytes of the words in the table."""
        return int(self.table.starts[self.words])

    def reserve(self, words: int, store: int) -> None:
        """Make room for so many more words and bytes."""
        if self.words + words > WORD_MASK:
            raise ResourceError(
                f"the text has more than {self.words} different words, and {WORD_MASK} is the most "
                "that can be counted; is it text? Try --tokenizer words"
            )
        table = self.table
        room, space = len(table.starts) - 1, len(table.store)
        if self.words + words <= room and self.used + store <= space:
            return
        while room < self.words + words:
            room *= 2
        larger = GrowingTable(room, max(space, 2 * (self.used + store))).table
        larger.starts[: self.words + 1] = table.starts[: self.words + 1]
        larger.store[: self.used] = table.store[: self.used]
        kernels.rebuild_slots(table.slots, larger.slots)
        self.table = larger

    def merge(self, other: GrowingTable) -> NDArray[np.int32]:
        """Add another table's words; return their numbers here."""
        self.reserve(other.words, other.used)
        numbers = np.empty(other.words, np.int32)
        self.words = kernels.merge_words(other.table, self.table, self.words, numbers)
        return numbers

    def counts(self) -> NDArray[np.int64]:
        """Return the words' counts in order of arrival."""
        counts = np.empty(self.words, np.int64)
        kernels.read_counts(self.table.slots, counts)
        return counts

    def all_words(self) -> list[bytes]:
        """Return the bytes of each word, in order of arrival."""
        store = self.table.store[: self.used].tobytes()
        edges = self.table.starts[: self.words + 1].tolist()
        return [store[start:stop] for start, stop in pairwise(edges)]


class EncodedBlock(NamedTuple):
    """One block in the numbers of the table that encoded it."""

    table: int
    ids: NDArray[np.int32]
    ends: NDArray[np.int64]  # Tokens before each sentence end.


class Ordered(NamedTuple):
    """The counted words in order."""

    text: bytes  # Of the vocabulary file.
    counts: NDArray[np.int64]
    numbers: list[NDArray[np.int32]]  # For each table the final id of each provisional one.


class _Encoder:
    """One thread's table and the room to encode a block."""

    def __init__(self, number: int, kinds: NDArray[np.uint8]) -> None:
        self.number = number
        self.kinds = kinds
        self.growing = GrowingTable()
        self._ids = np.empty(0, np.int32)
        self._ends = np.empty(0, np.int64)

    def encode(self, block: bytes) -> EncodedBlock:
        """Give numbers to a block's tokens, growing the table as often as needed."""
        data = np.frombuffer(block, np.uint8)
        if len(self._ends) < len(data):
            self._ids = np.empty(len(data), np.int32)
            self._ends = np.empty(len(data), np.int64)
        filled = np.zeros(2, np.int64)
        done = 0
        while done < len(data):
            growing = self.growing
            stopped, growing.words = kernels.encode_block(
                data, done, self.kinds, growing.table, growing.words, self._ids, self._ends, filled
            )
            if stopped < len(data):
                growing.reserve(FIRST_WORDS + BATCH, len(data) - stopped)
            done = stopped
        tokens, ends = filled
        return EncodedBlock(self.number, self._ids[:tokens].copy(), self._ends[:ends].copy())


class Counter:
    """Number the tokens of blocks; afterwards put the vocabulary in order.

    Parameters
    ----------
    kinds : ndarray of uint8, shape (256,)
        The class of each byte; see `kernels.tokens.encode_block`.
    threads : int
        Tables, one each.
    """

    def __init__(self, kinds: NDArray[np.uint8], threads: int) -> None:
        self._encoders = [_Encoder(number, kinds) for number in range(threads)]

    def encode(self, blocks: Iterable[bytes]) -> Generator[EncodedBlock, None, None]:
        """Yield the blocks' tokens in order, in provisional numbers."""
        return ordered_map(lambda block, encoder: encoder.encode(block), blocks, self._encoders)

    def finish(self, *, lowercase: bool) -> Ordered:
        """Merge the tables and order the words by falling count, ties by their bytes."""
        merged, *others = [encoder.growing for encoder in self._encoders]
        own = np.arange(merged.words, dtype=np.int32)
        numbers = [own, *map(merged.merge, others)]
        text, counts, ids = _folded(merged) if lowercase else _ordered(merged)
        return Ordered(text, counts, [ids[provisional] for provisional in numbers])


def _ordered(growing: GrowingTable) -> tuple[bytes, NDArray[np.int64], NDArray[np.int32]]:
    """Order words; return the vocabulary file's text, the counts and each word's new id."""
    counts = growing.counts()
    order = _order(growing, counts)
    ids = np.empty(growing.words, np.int32)
    ids[order] = np.arange(growing.words, dtype=np.int32)
    digits = np.empty(growing.words, np.int64)
    ordering.count_digits(counts, digits)
    lengths = np.diff(growing.table.starts[: growing.words + 1]) + digits + 2
    ends = np.cumsum(lengths[order])
    text = np.empty(ends[-1] if len(ends) else 0, np.uint8)
    ordering.write_lines(growing.table, counts, digits, ends[ids] - lengths, text)
    return text.tobytes(), counts[order], ids


def _order(growing: GrowingTable, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the words' numbers by falling count, ties by their bytes."""
    keys = np.empty(growing.words, np.int64)
    ordering.leading_bytes(growing.table, growing.words, keys)
    order = np.lexsort((keys, -counts))
    # Words that seven bytes cannot tell apart: sort each such run by all its bytes.
    alike = (np.diff(keys[order]) == 0) & (np.diff(counts[order]) == 0)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], alike, [0]]).astype(np.int8)))
    words = growing.all_words() if len(edges) else []
    for start, stop in edges.reshape(-1, 2).tolist():
        run = order[start : stop + 1].tolist()
        order[start : stop + 1] = sorted(run, key=words.__getitem__)
    return order


def _folded(growing: GrowingTable) -> tuple[bytes, NDArray[np.int64], NDArray[np.int32]]:
    """Do the same in lower case: folding the distinct words equals folding the tokens."""
    words = [word.decode("utf-8", "surrogateescape").lower() for word in growing.all_words()]
    totals: dict[str, int] = {}
    for word, count in zip(words, growing.counts().tolist(), strict=True):
        totals[word] = totals.get(word, 0) + count
    vocabulary = Vocabulary.from_counts(totals)
    ids = np.array([vocabulary.index[word] for word in words], np.int32)
    return vocabulary_text(vocabulary), vocabulary.counts, ids
