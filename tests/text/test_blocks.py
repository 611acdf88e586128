from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fastvec.text.blocks import cut

SPACES = b" \t\n\v\f\r"
chunks = st.lists(
    st.text(alphabet="ab \n\t\r\v\f\x1c\u00a0", max_size=20).map(str.encode), max_size=20
)


@given(chunks, st.integers(1, 30))
def test_blocks_joined_are_the_text(chunks, size):
    text = b"".join(chunks)
    end = b"" if text == b"" or text.endswith(b"\n") else b"\n"
    assert b"".join(cut(chunks, size)) == text + end


@given(chunks, st.integers(1, 30))
def test_blocks_end_at_white_space(chunks, size):
    blocks = list(cut(chunks, size))
    assert all(block[-1] in SPACES for block in blocks)
    assert not blocks or blocks[-1].endswith(b"\n")


@given(chunks, st.integers(1, 30))
def test_blocks_split_into_the_tokens_of_the_text(chunks, size):
    tokens = [token for block in cut(chunks, size) for token in block.split()]
    assert tokens == b"".join(chunks).split()


def test_blocks_are_about_as_long_as_asked():
    blocks = list(cut([b"word " * 10_000], 1000))
    assert all(len(block) <= 1000 for block in blocks)
    assert min(map(len, blocks[:-1])) == 1000


def test_a_border_is_cut_only_at_ascii_white_space():
    assert list(cut(["a\u3000b\x1cc\u0085d".encode()], 1)) == ["a\u3000b\x1cc\u0085d\n".encode()]


def test_a_word_longer_than_many_blocks_is_whole():
    word = b"x" * 20_000_000
    blocks = list(cut([b"a ", word, b" b"], 1 << 16))
    assert b"".join(blocks).split() == [b"a", word, b"b"]


def test_text_that_ends_with_a_space_still_ends_its_sentence():
    assert list(cut([b"ab "], 3)) == [b"ab ", b"\n"]


def test_empty_text_has_no_blocks():
    assert list(cut([b"", b""], 10)) == []
