"""fastText's model file, written by hand from its layout, and its n-grams."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.errors import FormatError
from fastvec.vectors.fasttext_format import subword_vectors
from fastvec.vectors.formats import load
from fastvec.vectors.subwords import hash_ngrams

WORDS = ["</s>", "the", "苹果"]
BUCKETS, SHORTEST, LONGEST = 7, 2, 3


def model(matrix, *, version=12, words=WORDS, quantised=False, output=True):
    """Return a skip-gram model of `words` as fastText writes it."""
    rows, dim = matrix.shape
    settings = [dim, 5, 5, 1, 5, 1, 1, 2, BUCKETS, SHORTEST, LONGEST, 100]
    data = struct.pack("<2i12id", 793712314, version, *settings, 1e-4)
    data += struct.pack("<3i2q", len(words), len(words), 0, 99, -1)
    for count, word in enumerate(words, 1):
        data += word.encode() + b"\0" + struct.pack("<qb", count, 0)
    data += struct.pack("<?2q", quantised, rows, dim) + matrix.tobytes()
    return data + (struct.pack("<?2q", False, 1, dim) + bytes(4 * dim) if output else b"")


def slow_ngrams(word, shortest, longest, buckets):
    """Return buckets from the definition: FNV-1a over signed bytes of each n-gram."""
    text, found = f"<{word}>", []
    for start in range(len(text)):
        for size in range(shortest, longest + 1):
            gram = text[start : start + size]
            if len(gram) < size or (size == 1 and start in (0, len(text) - 1)):
                continue
            value = 2166136261
            for byte in gram.encode():
                value = (value ^ (byte if byte < 128 else byte | 0xFFFFFF00)) * 16777619 % 2**32
            found.append(value % buckets)
    return found


@pytest.fixture
def matrix():
    return np.random.default_rng(1).standard_normal((len(WORDS) + BUCKETS, 4)).astype("<f4")


@pytest.fixture
def path(matrix, tmp_path):
    (tmp_path / "m.bin").write_bytes(model(matrix))
    return tmp_path / "m.bin"


@given(
    st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=6), max_size=4),
    st.integers(1, 4),
    st.integers(0, 3),
)
def test_ngrams_are_those_of_the_definition(words, shortest, more):
    owner, bucket = hash_ngrams([word.encode() for word in words], shortest, shortest + more, 1000)
    for at, word in enumerate(words):
        expected = sorted(slow_ngrams(word, shortest, shortest + more, 1000))
        assert sorted(bucket[owner == at].tolist()) == expected


def test_a_vector_is_the_mean_of_the_words_row_and_its_ngrams(path, matrix):
    vectors = load(path)
    assert vectors.words == WORDS
    assert vectors.counts.tolist() == [1, 2, 3]
    for row, word in enumerate(WORDS):
        grams = slow_ngrams(word, SHORTEST, LONGEST, BUCKETS) if row else []
        rows = [row, *(len(WORDS) + gram for gram in grams)]
        np.testing.assert_allclose(vectors[word], matrix[rows].mean(axis=0), rtol=1e-5, atol=1e-6)


def test_unknown_words_have_their_ngrams(path, matrix):
    rows = [len(WORDS) + gram for gram in slow_ngrams("them", SHORTEST, LONGEST, BUCKETS)]
    (found,) = subword_vectors(path, ["them"])
    np.testing.assert_allclose(found, matrix[rows].mean(axis=0), rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(subword_vectors(path, ["the"])[0], load(path)["the"])


def test_a_damaged_output_matrix_is_said(matrix, tmp_path):
    (tmp_path / "m.bin").write_bytes(model(matrix, output=False))
    assert load(tmp_path / "m.bin").report == [
        "the output matrix is damaged or cut short; it is not needed"
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"version": 9}, "version 9 is not read"),
        ({"quantised": True}, "a quantised model"),
        ({"words": WORDS * 9}, "does not fit 27 words"),
    ],
)
def test_other_models_are_refused(matrix, tmp_path, changes, message):
    (tmp_path / "m.bin").write_bytes(model(matrix, **changes))
    with pytest.raises(FormatError, match=message):
        load(tmp_path / "m.bin")


def test_every_truncation_is_refused_with_its_place(matrix, tmp_path):
    """F6."""
    data = model(matrix, output=False)
    for size in range(4, len(data)):
        (tmp_path / "m.bin").write_bytes(data[:size])
        with pytest.raises(FormatError, match=r"m\.bin, byte \d+"):
            load(tmp_path / "m.bin")
