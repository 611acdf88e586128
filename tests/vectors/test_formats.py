import errno
import os

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fastvec.errors import FormatError, ParameterError, ResourceError
from fastvec.vectors.formats import format_of, load, save
from fastvec.vectors.word_vectors import WordVectors

BYTES = st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF)
LETTERS = st.one_of(
    st.characters(exclude_categories=("Cs",), exclude_characters="\n"),
    st.sampled_from(" \u0085\u00a0\u2028\r\t1.e"),
    BYTES,
)
WORDS = st.lists(st.text(LETTERS, max_size=8), min_size=1, max_size=6, unique=True)
FINITE = st.floats(width=32, allow_nan=False)
SUFFIXES = [".txt", ".vec", ".glove.txt", ".bin", ".safetensors"]
repeated = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def any_vectors(draw):
    words = draw(WORDS)
    dim = draw(st.integers(1, 4))
    return WordVectors(words, draw(arrays(np.float32, (len(words), dim), elements=FINITE)))


def is_ambiguous(word):
    """Escaped bytes that spell a letter would come back as that letter."""
    return word.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape") != word


@pytest.fixture
def vectors():
    matrix = np.random.default_rng(1).standard_normal((4, 3)).astype(np.float32)
    return WordVectors(["the", "苹果", "x\u0085y", "\udcd0"], matrix)


@pytest.mark.parametrize("suffix", SUFFIXES)
@repeated
@given(vectors=any_vectors())
def test_what_is_written_reads_back_or_is_refused(vectors, suffix, tmp_path):
    path = tmp_path / f"v{suffix}"
    try:
        save(vectors, path)
    except FormatError:
        assert suffix != ".safetensors" or any(map(is_ambiguous, vectors.words))
        return
    back = load(path)
    assert back.words == vectors.words
    assert back.matrix.tobytes() == vectors.matrix.tobytes()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_ordinary_words_are_never_refused(vectors, suffix, tmp_path):
    save(vectors, tmp_path / f"v{suffix}")
    back = load(tmp_path / f"v{suffix}")
    assert back.words == vectors.words
    assert back.matrix.tobytes() == vectors.matrix.tobytes()
    assert back.report == []


@pytest.mark.parametrize(("suffix", "binary"), [(".txt", False), (".bin", True)])
def test_gensim_reads_what_we_write(suffix, binary, tmp_path):
    models = pytest.importorskip("gensim.models", reason="gensim is not installed")
    matrix = np.random.default_rng(2).standard_normal((50, 7)).astype(np.float32)
    ours = WordVectors([f"wörd{row}" for row in range(50)], matrix)
    save(ours, tmp_path / f"v{suffix}")
    theirs = models.KeyedVectors.load_word2vec_format(tmp_path / f"v{suffix}", binary=binary)
    assert theirs.index_to_key == ours.words
    np.testing.assert_array_equal(theirs.vectors, matrix)
    theirs.save_word2vec_format(str(tmp_path / "g"), binary=binary)
    np.testing.assert_array_equal(load(tmp_path / "g").matrix, matrix)


def test_exact_bytes_of_text_and_binary(tmp_path):
    vectors = WordVectors(["a", "b c"], np.array([[1, -0.5], [0.1, 2e-5]], dtype=np.float32))
    save(vectors, tmp_path / "v.txt")
    assert (tmp_path / "v.txt").read_bytes() == b"2 2\na 1 -0.5\nb c 0.1 2e-05\n"
    one = WordVectors(["a"], np.array([[1]], dtype=np.float32))
    save(one, tmp_path / "v.bin")
    assert (tmp_path / "v.bin").read_bytes() == b"1 1\na \0\0\x80\x3f\n"


def test_binary_to_text_to_binary_is_byte_equal(vectors, tmp_path):
    save(vectors, tmp_path / "a.bin")
    save(load(tmp_path / "a.bin"), tmp_path / "b.txt")
    save(load(tmp_path / "b.txt"), tmp_path / "c.bin")
    assert (tmp_path / "a.bin").read_bytes() == (tmp_path / "c.bin").read_bytes()


def test_safetensors_keeps_counts_and_specials_and_is_mapped(tmp_path):
    matrix = np.eye(2, dtype=np.float32)
    save(
        WordVectors(["a", "<unk>"], matrix, np.array([5, 1]), ("<unk>",)),
        tmp_path / "v.safetensors",
    )
    back = load(tmp_path / "v.safetensors")
    assert back.counts.tolist() == [5, 1]
    assert back.specials == ("<unk>",)
    assert isinstance(back.matrix, np.memmap)


@pytest.mark.parametrize("word", ["a b", "a\nb", "\ud800"])
def test_words_that_binary_would_cut_are_refused(word, tmp_path):
    vectors = WordVectors([word], np.ones((1, 2), dtype=np.float32))
    with pytest.raises(FormatError, match="the word"):
        save(vectors, tmp_path / "v.bin")
    assert list(tmp_path.iterdir()) == []


def test_words_that_would_pass_for_a_header_are_refused_as_glove(tmp_path):
    vectors = WordVectors(["1", "8"], np.array([[1], [4]], dtype=np.float32))
    with pytest.raises(FormatError, match="look like numbers"):
        save(vectors, tmp_path / "v.glove.txt")
    save(vectors, tmp_path / "v.txt")
    assert load(tmp_path / "v.txt").words == ["1", "8"]


def test_empty_vectors_keep_their_dimension(tmp_path):
    empty = WordVectors([], np.zeros((0, 3), dtype=np.float32))
    for suffix in (".txt", ".bin", ".safetensors"):
        save(empty, tmp_path / f"v{suffix}")
        assert load(tmp_path / f"v{suffix}").matrix.shape == (0, 3)


def test_full_disk_leaves_the_old_file_and_nothing_else(vectors, tmp_path, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "v.txt"
    path.write_text("old")
    monkeypatch.setattr(os, "fsync", full)
    for format in ("word2vec", "binary", "safetensors"):
        with pytest.raises(ResourceError, match=r"v\.txt could not be written: No space left"):
            save(vectors, path, format)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_missing_folder_is_named(vectors, suffix, tmp_path):
    with pytest.raises(ResourceError, match="nowhere"):
        save(vectors, tmp_path / "nowhere" / f"v{suffix}")
    with pytest.raises(ResourceError, match="No such file"):
        load(tmp_path / f"v{suffix}")


def test_format_follows_the_ending():
    assert format_of("a.glove.txt") == "glove"
    assert format_of("A.VEC") == format_of("a.txt") == "word2vec"
    with pytest.raises(FormatError, match=r"\.safetensors"):
        format_of("a.dat")


def test_unknown_format_and_folder_are_refused(vectors, tmp_path):
    with pytest.raises(ParameterError, match="word2vec, binary, glove, safetensors"):
        save(vectors, tmp_path / "v.txt", "pickle")
    with pytest.raises(FormatError, match="load_model"):
        load(tmp_path)
