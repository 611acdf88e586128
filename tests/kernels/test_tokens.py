from __future__ import annotations

from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.encoding.counting import GrowingTable
from fastvec.kernels.ordering import count_digits, leading_bytes, renumber, write_lines
from fastvec.kernels.tokens import (
    BATCH,
    COLUMNS,
    EMPTY,
    KEY,
    encode_block,
    rebuild_slots,
)
from fastvec.text.separators import text_separators

SPACES = [c for c in map(chr, range(0x10000)) if c.isspace()]
NEIGHBOURS = "a\u0084\u0086\u009f\u00a1\u167f\u1681\u180e\u1fff\u200b\u200c\u2027\u202a\u202e\u2030"
NEIGHBOURS += "\u205e\u2060\u2fff\u3001\ufeffÂ語😀"
texts = st.lists(st.sampled_from([*SPACES, *NEIGHBOURS]), max_size=60).map("".join)
# Every byte of every space, in any order: much of it is no UTF-8.
pieces = sorted({bytes([byte]) for space in SPACES for byte in space.encode()})
scraps = st.lists(st.sampled_from([*pieces, b"a", b"\xff"]), max_size=60).map(b"".join)


class Encoded:
    """A text in numbers, from a table that starts as small as it gets."""

    def __init__(self, data: bytes, whitespace: str = "unicode", room: int = 1) -> None:
        self.growing = GrowingTable(room, 1)
        ids, ends = np.empty(len(data), np.int32), np.empty(len(data), np.int64)
        filled = np.zeros(2, np.int64)
        source, kinds = np.frombuffer(data, np.uint8), text_separators(whitespace)
        done = 0
        while done < len(data):
            done, self.growing.words = encode_block(
                source, done, kinds, self.growing.table, self.growing.words, ids, ends, filled
            )
            if done < len(data):
                self.growing.reserve(BATCH, len(data) - done)
        self.ids, self.ends = ids[: filled[0]], ends[: filled[1]]
        self.words = words_of(self.growing)
        self.counts = self.growing.counts().tolist()
        self.sentences = [[self.words[i] for i in part] for part in np.split(self.ids, self.ends)]


def words_of(growing: GrowingTable) -> list[bytes]:
    return growing.all_words()


def as_text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def as_bytes(words: list[str]) -> list[bytes]:
    return [word.encode("utf-8", "surrogateescape") for word in words]


@given(texts.map(str.encode) | scraps)
def test_unicode_text_is_split_as_python_splits_strings(data):
    lines = as_text(data).split("\n")
    assert Encoded(data).sentences == [as_bytes(line.split()) for line in lines]


@given(texts.map(str.encode) | scraps)
def test_ascii_text_is_split_as_python_splits_bytes(data):
    assert Encoded(data, "ascii").sentences == [line.split() for line in data.split(b"\n")]


@given(st.lists(st.lists(st.binary(min_size=1, max_size=3)), min_size=1))
def test_words_are_numbered_in_order_of_arrival_and_counted(lines):
    text = b"\n".join(b" ".join(word.hex().encode() for word in line) for line in lines)
    encoded = Encoded(text)
    tokens = text.split()
    assert encoded.words == list(dict.fromkeys(tokens))
    assert encoded.counts == [tokens.count(word) for word in encoded.words]
    assert encoded.ends.tolist() == list(accumulate(map(len, lines[:-1])))


@given(st.lists(st.integers(0, 40)), st.lists(st.integers(0, 40)))
def test_merged_tables_hold_the_words_and_counts_of_both(first, second):
    texts = [b"".join(b"w%d " % number for number in part) for part in (first, second)]
    whole, parts = Encoded(b"".join(texts)), [Encoded(text) for text in texts]
    merged = GrowingTable(1, 1)
    ids = [merged.merge(part.growing)[part.ids] for part in parts]
    words = words_of(merged)
    assert [words[i] for i in np.concatenate(ids)] == [whole.words[i] for i in whole.ids]
    counts = merged.counts().tolist()
    assert sorted(zip(words, counts, strict=True)) == sorted(
        zip(whole.words, whole.counts, strict=True)
    )


def test_long_words_of_one_key_are_told_apart():
    words = np.random.default_rng(1).integers(97, 123, (200_000, 12), np.uint8)
    spaced = np.pad(words, ((0, 0), (0, 1)), constant_values=ord(" "))
    encoded = Encoded(spaced.tobytes() * 2, room=1 << 18)
    keys = encoded.growing.table.slots[:, KEY]
    keys = keys[keys != EMPTY]
    assert len(np.unique(keys)) < len(keys)
    assert encoded.words == [word.tobytes() for word in words]
    assert encoded.ids.tolist() == [*range(200_000)] * 2


def test_a_word_is_told_from_its_beginning():
    assert Encoded(b"abc ab abcd a ab").ids.tolist() == [0, 1, 2, 3, 1]


@pytest.mark.parametrize("words", [1, 100, 5000])
@pytest.mark.parametrize("form", [b"%d ", b"a-long-word-%d "])
def test_a_rebuilt_table_finds_its_words(words, form):
    text = b"".join(form % number for number in range(words))
    growing = Encoded(text).growing
    slots = np.full((4 * len(growing.table.slots), COLUMNS), EMPTY, np.int64)
    rebuild_slots(growing.table.slots, slots)
    growing.table = growing.table._replace(slots=slots)
    before = growing.words
    assert growing.merge(Encoded(text).growing).tolist() == list(range(before))
    assert growing.words == before


@given(st.lists(st.integers(0, 30)), st.randoms(use_true_random=False))
def test_lines_hold_words_and_counts_at_their_places(numbers, random):
    growing = Encoded(b"".join(b"w%d " % 7**number for number in numbers)).growing
    counts = [random.randrange(10 ** random.randrange(19)) for _ in range(growing.words)]
    digits = np.zeros(growing.words, np.int64)
    count_digits(np.array(counts, np.int64), digits)
    assert digits.tolist() == [len(str(count)) for count in counts]
    lines = [b"%s\t%d\n" % pair for pair in zip(growing.all_words(), counts, strict=True)]
    order = random.sample(range(growing.words), growing.words)
    places = {i: sum(len(lines[j]) for j in order[:rank]) for rank, i in enumerate(order)}
    starts = np.array([places[i] for i in range(growing.words)], np.int64)
    text = np.zeros(sum(map(len, lines)), np.uint8)
    write_lines(growing.table, np.array(counts, np.int64), digits, starts, text)
    assert text.tobytes() == b"".join(lines[i] for i in order)


@given(st.lists(st.binary(min_size=1, max_size=10), unique=True))
def test_leading_bytes_sort_like_the_words(words):
    words = [word.hex().encode() for word in words]
    growing = Encoded(b" ".join(words)).growing
    keys = np.empty(growing.words, np.int64)
    leading_bytes(growing.table, growing.words, keys)
    expected = [int.from_bytes(word[:7].ljust(7, b"\0"), "big") for word in words]
    assert keys.tolist() == expected


@given(st.lists(st.integers(0, 4)))
def test_renumbering_replaces_every_id(ids):
    numbers = np.array([3, 1, 4, 0, 2], np.int32)
    changed = np.array(ids, np.int32)
    renumber(changed, numbers)
    assert changed.tolist() == numbers[ids].tolist()
