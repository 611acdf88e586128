"""Split bytes into tokens, number and count them: one pass, one hash table a thread."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from fastvec.kernels.jit import Array, kernel
from fastvec.kernels.rows import prefetch_row

WORD_BYTE, SEPARATOR, SENTENCE_END, MAYBE_SPACE = 0, 1, 2, 3  # What a byte is.
KEY, ENTRY, COLUMNS = 0, 1, 2  # Of a slot: a quarter of a cache line, so one miss finds a word.
EMPTY = -1
WORD_BITS = 28  # An entry is count * 2**28 + number: 268 million words, 34 billion tokens.
WORD_MASK = (1 << WORD_BITS) - 1
ONE = 1 << WORD_BITS  # Added to an entry to count once more.
PLACE, START, STOP, FIELDS = 1, 2, 3, 4  # Of a batch's row, beside KEY.
BATCH = 64  # Tokens between asking for their slots and using them.
SHORT = 7  # Bytes that fit a key whole, beside their number.
SHORT_MASK = (1 << 56) - 1
LONG_KEY = 1 << 60
HASH_MASK = (1 << 31) - 1
FACTOR = 0x5BD1E995


class WordTable(NamedTuple):
    """Words numbered in order of arrival: open addressing over a flat store of bytes.

    The key of a word of up to seven bytes is those bytes and their number, so equal
    keys mean equal words; that of a longer one is a hash, and its bytes are compared.
    """

    slots: Array  # (a power of two, COLUMNS) int64: key or EMPTY, count and number
    starts: Array  # (room + 1,) int64: where each word's bytes start in `store`
    store: Array  # uint8: the bytes of all words, one after another


@kernel
def unicode_space(data: Array, i: int, stop: int) -> int:
    """Return the length in bytes of the Unicode space at ``i``, or 0.

    The spaces beyond ASCII are those of ``str.isspace``: U+0085, U+00A0,
    U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F and U+3000.
    """
    lead = data[i]
    if lead == 0xC2:
        return 2 if i + 1 < stop and (data[i + 1] == 0x85 or data[i + 1] == 0xA0) else 0
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
def home_slot(key: int, mask: int) -> int:
    """Return the slot where the search for a key begins."""
    return ((((key ^ (key >> 29)) & HASH_MASK) * FACTOR) >> 24) & mask


@kernel
def scan_batch(
    data: Array, begin: int, kinds: Array, slots: Array, batch: Array, ends: Array, filled: Array
) -> tuple[int, int, int]:
    """Find the next tokens, note sentence ends, and ask for the tokens' slots.

    Returns
    -------
    (int, int, int)
        Where to go on, the tokens in ``batch``, and the sentence ends so far.
    """
    size = len(data)
    mask = len(slots) - 1
    done, marks = filled[0], filled[1]
    tokens = 0
    i = begin
    while i < size and tokens < BATCH:
        kind = kinds[data[i]]
        if kind == SEPARATOR:
            i += 1
            continue
        if kind == SENTENCE_END:
            ends[marks] = done + tokens
            marks += 1
            i += 1
            continue
        if kind == MAYBE_SPACE:
            width = unicode_space(data, i, size)
            if width > 0:
                i += width
                continue
        start = i
        packed = 0
        code = 0
        while i < size:
            kind = kinds[data[i]]
            if kind != WORD_BYTE and (kind != MAYBE_SPACE or unicode_space(data, i, size) > 0):
                break
            packed = ((packed << 8) | int(data[i])) & SHORT_MASK
            if (i - start) & 3 == 3:
                code = ((code ^ (code >> 31) ^ packed) & HASH_MASK) * FACTOR
            i += 1
        length = i - start
        key = (length << 56) | packed
        if length > SHORT:
            key = LONG_KEY | ((((code ^ (code >> 31) ^ packed) & HASH_MASK) * FACTOR) >> 4)
        batch[tokens, KEY] = key
        batch[tokens, PLACE] = home_slot(key, mask)
        batch[tokens, START] = start
        batch[tokens, STOP] = i
        prefetch_row(slots, batch[tokens, PLACE])
        tokens += 1
    return i, tokens, marks


@kernel
def look_up_batch(table: WordTable, words: int, data: Array, batch: Array, tokens: int) -> int:
    """Replace each token's PLACE by its slot, entered with a count of 0 if the word is new.

    Returns the words in the table, which must have room.
    """
    slots, starts, store = table.slots, table.starts, table.store
    mask = len(slots) - 1
    for token in range(tokens):
        key, slot = batch[token, KEY], batch[token, PLACE]
        while True:
            found = slots[slot, KEY]
            if found == key:
                if key < LONG_KEY:
                    break
                i, stop = batch[token, START], batch[token, STOP]
                word = slots[slot, ENTRY] & WORD_MASK
                at = starts[word]
                if starts[word + 1] - at == stop - i:
                    while i < stop and data[i] == store[at]:
                        i += 1
                        at += 1
                    if i == stop:
                        break
            elif found == EMPTY:
                slots[slot, KEY] = key
                slots[slot, ENTRY] = words
                at = starts[words]
                for i in range(batch[token, START], batch[token, STOP]):
                    store[at] = data[i]
                    at += 1
                words += 1
                starts[words] = at
                break
            slot = (slot + 1) & mask
        batch[token, PLACE] = slot
    return words


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
    """Give numbers to a block's tokens until it ends or the table may become too full.

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
    slots = table.slots
    batch = np.empty((BATCH, FIELDS), np.int64)
    room = len(table.starts) - 1
    i = begin
    while i < len(data):
        after, tokens, marks = scan_batch(data, i, kinds, slots, batch, ends, filled)
        if words + tokens > room or table.starts[words] + after - i > len(table.store):
            break
        words = look_up_batch(table, words, data, batch, tokens)
        for token in range(tokens):
            slot = batch[token, PLACE]
            entry = slots[slot, ENTRY] + ONE
            slots[slot, ENTRY] = entry
            ids[filled[0] + token] = entry & WORD_MASK
        filled[0] += tokens
        filled[1] = marks
        i = after
    return i, words


@kernel
def rebuild_slots(old: Array, new: Array) -> None:
    """Enter the rows of old slots into new and empty ones."""
    mask = len(new) - 1
    for row in range(len(old)):
        if old[row, KEY] != EMPTY:
            slot = home_slot(old[row, KEY], mask)
            while new[slot, KEY] != EMPTY:
                slot = (slot + 1) & mask
            new[slot] = old[row]


@kernel
def read_counts(slots: Array, counts: Array) -> None:
    """Write the count of each word, in order of arrival."""
    for row in range(len(slots)):
        if slots[row, KEY] != EMPTY:
            counts[slots[row, ENTRY] & WORD_MASK] = slots[row, ENTRY] >> WORD_BITS


@kernel
def merge_words(source: WordTable, target: WordTable, words: int, numbers: Array) -> int:
    """Add one table's words and counts to another's, which has room; return its new size.

    ``numbers``, int32 with one entry a word of ``source``, receives the number of
    each in ``target``.
    """
    mask = len(target.slots) - 1
    batch = np.empty((BATCH, FIELDS), np.int64)
    entries = np.empty(BATCH, np.int64)
    row = 0
    while row < len(source.slots):
        tokens = 0
        while row < len(source.slots) and tokens < BATCH:
            if source.slots[row, KEY] != EMPTY:
                entries[tokens] = source.slots[row, ENTRY]
                word = entries[tokens] & WORD_MASK
                batch[tokens, KEY] = source.slots[row, KEY]
                batch[tokens, PLACE] = home_slot(batch[tokens, KEY], mask)
                batch[tokens, START] = source.starts[word]
                batch[tokens, STOP] = source.starts[word + 1]
                prefetch_row(target.slots, batch[tokens, PLACE])
                tokens += 1
            row += 1
        words = look_up_batch(target, words, source.store, batch, tokens)
        for token in range(tokens):
            slot = batch[token, PLACE]
            target.slots[slot, ENTRY] += entries[token] >> WORD_BITS << WORD_BITS
            numbers[entries[token] & WORD_MASK] = target.slots[slot, ENTRY] & WORD_MASK
    return words
