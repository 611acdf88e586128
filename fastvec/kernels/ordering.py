"""Put counted words in order: sort keys, the vocabulary's text, and new numbers."""

from __future__ import annotations

from fastvec.kernels.jit import Array, kernel
from fastvec.kernels.tokens import WordTable

KEY_BYTES = 7  # As many as one integer can hold and sort like the bytes.


@kernel
def leading_bytes(table: WordTable, words: int, keys: Array) -> None:
    """Write each word's first seven bytes as one integer that sorts like the bytes."""
    for word in range(words):
        key = 0
        start, stop = table.starts[word], table.starts[word + 1]
        for i in range(start, start + KEY_BYTES):
            key = key * 256 + (int(table.store[i]) if i < stop else 0)
        keys[word] = key


@kernel
def count_digits(counts: Array, digits: Array) -> None:
    """Write how many decimal digits each count has."""
    for i in range(len(counts)):
        digits[i] = 1
        rest = counts[i] // 10
        while rest > 0:
            rest //= 10
            digits[i] += 1


@kernel
def write_lines(table: WordTable, counts: Array, digits: Array, places: Array, text: Array) -> None:
    """Write ``word TAB count LF`` for each word, at its place in the text."""
    for word in range(len(counts)):
        place = places[word]
        for i in range(table.starts[word], table.starts[word + 1]):
            text[place] = table.store[i]
            place += 1
        text[place] = 9
        count = counts[word]
        for digit in range(digits[word], 0, -1):
            text[place + digit] = 48 + count % 10
            count //= 10
        text[place + digits[word] + 1] = 10


@kernel
def renumber(ids: Array, numbers: Array) -> None:
    """Replace every id by its new number."""
    for i in range(len(ids)):
        ids[i] = numbers[ids[i]]
