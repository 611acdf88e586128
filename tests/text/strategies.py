"""Texts of any bytes that are not taken for another kind of file."""

from __future__ import annotations

from hypothesis import strategies as st

# Spaces of all kinds, halves of characters, the start of a byte order mark.
_spaces = st.sampled_from(
    [b" ", b"\n", b"\r\n", b"\t", b"\v", b"\f", b"\x1c", b"\x85", b"\xc2\xa0", b"\xe3\x80\x80"]
)
_words = st.sampled_from([b"word", "é苹果".encode(), b"\xff", b"\xfe", b"\xef\xbb", b"x" * 300])
_any_bytes = st.binary(max_size=40).map(lambda data: data.replace(b"\0", b""))

# The leading letter keeps magic numbers away.
texts = st.lists(_spaces | _words | _any_bytes, max_size=30).map(
    lambda parts: b"a" + b"".join(parts)
)
sizes = st.integers(1, 400)
