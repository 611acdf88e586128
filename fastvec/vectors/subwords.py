"""fastText's character n-grams, hashed for many words at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_BASIS, _PRIME = np.uint32(2166136261), np.uint32(16777619)  # FNV-1a


def hash_ngrams(
    words: Sequence[bytes], shortest: int, longest: int, buckets: int
) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Return the hash bucket of each n-gram of each word.

    A word is ``<word>``; n counts characters of UTF-8; the brackets alone are no n-grams.

    Parameters
    ----------
    words : sequence of bytes, length W
    shortest, longest : int
        Lengths of n-grams, ``minn`` and ``maxn``.
    buckets : int
        Number of buckets, at least 1.

    Returns
    -------
    (ndarray of intp, ndarray of int64), both of shape (number of n-grams,)
        The word's position, not sorted, and the bucket.
    """
    text = np.frombuffer(b"".join([b"<%b>" % word for word in words]), dtype=np.uint8)
    lengths = np.array([len(word) + 2 for word in words], dtype=np.int64)
    ends = np.cumsum(lengths)
    # fastText's bytes are signed: those from 128 on flip the hash's high bits too.
    signed = text.view(np.int8).astype(np.int32).view(np.uint32)
    begins = np.append((text & 0xC0) != 0x80, True)
    at = np.flatnonzero(begins[:-1])
    owner = np.repeat(np.arange(len(words)), lengths)[at]
    first, end = at == (ends - lengths)[owner], ends[owner]
    hashes = np.full(len(at), _BASIS)
    size = np.zeros(len(at), dtype=np.int64)
    owners, found = [], []
    while at.size:
        hashes = (hashes ^ signed[at]) * _PRIME
        at = at + 1
        whole = (at == end) | begins[at]
        size = size + whole
        bracket = (size == 1) & (first | (at == end))
        gram = whole & (size >= shortest) & (size <= longest) & ~bracket
        owners.append(owner[gram])
        found.append(hashes[gram] % np.uint32(buckets))
        on = (at < end) & ~(whole & (size >= longest))
        at, owner, first, end = at[on], owner[on], first[on], end[on]
        hashes, size = hashes[on], size[on]
    if not found:
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.int64)
    return np.concatenate(owners), np.concatenate(found).astype(np.int64)
