"""Split bytes into tokens, number and count them: one pass, one hash table a thread."""

from __future__ import annotations

from typing import NamedTuple

from fastvec.kernels.jit import Array, kernel

WORD, SEPARATOR, SENTENCE_END, MAYBE_SPACE = 0, 1, 2, 3
EMPTY = -1


class WordTable(NamedTuple):
    """Words numbered in order of arrival: open addressing over a flat store of bytes."""

    slots: Array  # (a power of two,) int64: hash * 2**32 + word number, or EMPTY
    starts: Array  # (room + 1,) int64: where each word's bytes start in `store`
    counts: Array  # (room,) int64
    store: Array  # uint8: the bytes of all words, one after another


@kernel
def unicode_space(data: Array, i: int, stop: int) -> int:
    """Return the length in bytes of the Unicode space at ``i``, or 0.

    The spaces beyond ASCII are those of ``str.isspace``: U+0085, U+00A0,
    U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F and U+3000.
    """
    lead = data[i]
    if lead == 0xC2:
        if i + 1 < stop and (data[i + 1] == 0x85 or data[i + 1] == 0xA0):
            return 2
        return 0
    if i + 2 >= stop:
        return 0
    second, third = data[i + 1], data[i + 2]
    if lead == 0xE1:
        space = second == 0x9A and third == 0x80
    elif lead == 0xE3:
        space = second == 0x80 and third == 0x80
    elif second == 0x80:
        space = 0x80 <= third <= 0x8A or third == 0xA8 or third == 0xA9 or third == 0xAF
    else:
        space = second == 0x81 and third == 0x9F
    return 3 if space else 0


@kernel
def find_word(table: WordTable, words: int, data: Array, start: int, stop: int, code: int) -> int:
    """Return the number of the word data[start:stop] with hash ``code``, entered if new."""
    mask = len(table.slots) - 1
    place = (code ^ (code >> 15)) & mask
    while table.slots[place] != EMPTY:
        entry = table.slots[place]
        if entry >> 32 == code:
            word = entry & 0xFFFFFFFF
            at = table.starts[word]
            if table.starts[word + 1] - at == stop - start:
                i = start
                while i < stop and data[i] == table.store[at]:
                    i += 1
                    at += 1
                if i == stop:
                    return word
        place = (place + 1) & mask
    table.slots[place] = (code << 32) + words
    at = table.starts[words]
    for i in range(start, stop):
        table.store[at] = data[i]
        at += 1
    table.starts[words + 1] = at
    table.counts[words] = 0
    return words


@kernel
def fnv_hash(data: Array, start: int, stop: int) -> int:
    """Return the 31-bit hash of data[start:stop] (Fowler, Noll and Vo)."""
    code = 2166136261
    for i in range(start, stop):
        code = ((code ^ int(data[i])) * 16777619) & 0xFFFFFFFF
    return code >> 1


@kernel
def encode_block(
    data: Array,
    begin: int,
    kinds: Array,
    table: WordTable,
    words: int,
    ids: Array,
    ends: Array,
    filled: Array,
) -> tuple[int, int]:
    """Give numbers to a block's tokens until it ends or the table is full.

    Parameters
    ----------
    data : ndarray of uint8
        Text. The last token ends with the block.
    begin : int
        Where to start.
    kinds : ndarray of uint8, shape (256,)
        What each byte is: part of a word, separator, sentence end, or the first
        byte of what may be a Unicode space.
    table : WordTable
        Grows by the new words.
    words : int
        Words in the table.
    ids : ndarray of int32
        Word numbers, appended.
    ends : ndarray of int64
        For each sentence end the tokens of this block before it, appended.
    filled : ndarray of int64, shape (2,)
        How many ids and ends there are; advanced.

    Returns
    -------
    (int, int)
        Where to go on (the block's length when done), and the words in the table.
    """
    size = len(data)
    tokens, marks = filled[0], filled[1]
    room = min(len(table.counts), len(table.slots) // 2)
    i = begin
    while i < size:
        kind = kinds[data[i]]
        if kind == SEPARATOR:
            i += 1
            continue
        if kind == SENTENCE_END:
            ends[marks] = tokens
            marks += 1
            i += 1
            continue
        if kind == MAYBE_SPACE:
            width = unicode_space(data, i, size)
            if width:
                i += width
                continue
        start = i
        code = 2166136261
        while i < size:
            kind = kinds[data[i]]
            if kind != WORD and (kind != MAYBE_SPACE or unicode_space(data, i, size) > 0):
                break
            code = ((code ^ int(data[i])) * 16777619) & 0xFFFFFFFF
            i += 1
        if words == room or table.starts[words] + i - start > len(table.store):
            i = start
            break
        word = find_word(table, words, data, start, i, code >> 1)
        words = max(words, word + 1)
        table.counts[word] += 1
        ids[tokens] = word
        tokens += 1
    filled[0], filled[1] = tokens, marks
    return i, words


@kernel
def rebuild_slots(table: WordTable, words: int) -> None:
    """Enter all words of the store into the empty slots of a larger table."""
    mask = len(table.slots) - 1
    for word in range(words):
        code = fnv_hash(table.store, table.starts[word], table.starts[word + 1])
        place = (code ^ (code >> 15)) & mask
        while table.slots[place] != EMPTY:
            place = (place + 1) & mask
        table.slots[place] = (code << 32) + word


@kernel
def merge_words(
    source: WordTable, count: int, target: WordTable, words: int, numbers: Array
) -> int:
    """Add one table's words and counts to another's, which has room; return its new size.

    ``numbers``, int32 of shape (count,), receives the number of each word in ``target``.
    """
    for word in range(count):
        start, stop = source.starts[word], source.starts[word + 1]
        code = fnv_hash(source.store, start, stop)
        number = find_word(target, words, source.store, start, stop, code)
        words = max(words, number + 1)
        target.counts[number] += source.counts[word]
        numbers[word] = number
    return words


@kernel
def leading_bytes(table: WordTable, words: int, keys: Array) -> None:
    """Write each word's first seven bytes as one integer that sorts like the bytes."""
    for word in range(words):
        key = 0
        start, stop = table.starts[word], table.starts[word + 1]
        for i in range(start, start + 7):
            key = key * 256 + (int(table.store[i]) if i < stop else 0)
        keys[word] = key


@kernel
def renumber(ids: Array, numbers: Array) -> None:
    """Replace every id by its new number."""
    for i in range(len(ids)):
        ids[i] = numbers[ids[i]]
