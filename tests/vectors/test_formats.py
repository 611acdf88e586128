import errno
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fastvec.errors import FormatError, ParameterError, ResourceError
from fastvec.vectors.formats import format_of, load, open_vectors, save
from fastvec.vectors.reading import Reading
from fastvec.vectors.word_vectors import WordVectors

BYTES = st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF)
LETTERS = st.one_of(
    st.characters(exclude_categories=("Cs",), exclude_characters="\n"),
    st.sampled_from(" \u0085\u00a0\u2028\r\t1.e"),
    BYTES,
)
WORDS = st.lists(st.text(LETTERS, max_size=8), min_size=1, max_size=6, unique=True)
FINITE = st.floats(width=32, allow_nan=False)
SUFFIXES = [".txt", ".vec", ".glove.txt", ".bin", ".safetensors", ".npy"]
RELEASE_0_1 = (
    "H~|0v00000dm>+7ZDn*}WMOn+Utc0Rdm?6Ua&2LBB03^wVRLkLWn&^NB6DzMV`*V*b0Rt-"
    "TU;VMb#7}uTq0c}eJmnlZ*^{Tb0Ru>B4l)VaAhJoB1twhA}k_vXkl<=B05_$T`VGGVRT_%Z)Rq5Wpr~QI$JO-GBjO%"
    "EFyPra%5j+Ze(*JI(s5yba`-PB03^THZ&qEB6DbAaAhJoTQglOB4lB7VP9`%W^-"
    "k9b0RuhGBhkSI9+`#B6ekCbZ>HVB075_WOR9OWg<EvMl&)ZEFyDgVQ^(4I$JX=GF>bpWMOn+UvFk+b7gdMB05_%I4n"
    "0ZU41MfcW-iJb0Ru>B4l)VaAhJoB2_pdEFyDgVQ^(4I$JR_T`VGGVRT_%Z)Rq5Wpr~QI$Jj~EI2h?eSIJxARr(h0{{"
    "R3000000ssI2000000RR91000000{{R3000001^@s6000003;+NC00000004kL0002M0000#002Nh00000004kLVIX"
    "1(&<YAXb#7}u3I"
)
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


def test_exact_bytes_of_text_and_binary(tmp_path):
    vectors = WordVectors(["a", "b c"], np.array([[1, -0.5], [0.1, 2e-5]], dtype=np.float32))
    save(vectors, tmp_path / "v.txt")
    assert (tmp_path / "v.txt").read_bytes() == b"2 2\na 1 -0.5\nb c 0.1 2e-05\n"
    one = WordVectors(["a"], np.array([[1]], dtype=np.float32))
    save(one, tmp_path / "v.bin")
    assert (tmp_path / "v.bin").read_bytes() == b"1 1\na \0\0\x80\x3f\n"


def test_binary_to_text_to_binary_is_byte_equal(vectors, tmp_path):
    """F12."""
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
    for suffix in (".txt", ".bin", ".safetensors", ".npy"):
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


@pytest.mark.parametrize("suffix", [".safetensors", ".npy"])
def test_float16_takes_half_the_space_and_reads_as_float32(vectors, suffix, tmp_path):
    path = tmp_path / f"v{suffix}"
    save(vectors, path)
    size = path.stat().st_size
    save(vectors, path, dtype="float16")
    assert size - path.stat().st_size >= vectors.matrix.nbytes // 2
    back = load(path)
    assert back.matrix.dtype == np.float32
    np.testing.assert_array_equal(back.matrix, vectors.matrix.astype(np.float16))


def test_float16_is_refused_where_it_does_not_fit(vectors, tmp_path):
    large = WordVectors(["a"], np.array([[70000]], dtype=np.float32))
    with pytest.raises(FormatError, match="beyond float16's 65504"):
        save(large, tmp_path / "v.npy", dtype="float16")
    with pytest.raises(ParameterError, match="float32 in word2vec"):
        save(vectors, tmp_path / "v.txt", dtype="float16")
    with pytest.raises(ParameterError, match="not float64"):
        save(vectors, tmp_path / "v.npy", dtype="float64")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".safetensors", ".npy"])
def test_mapped_rows_are_looked_through_on_request_alone(suffix, tmp_path, monkeypatch):
    """F, V: an instant load reads no numbers."""
    rows = np.array([[1, 2], [np.nan, 1], [0, 0]], dtype=np.float32)
    path = tmp_path / f"v{suffix}"
    save(WordVectors(["a", "b", "c"], rows), path)
    found = open_vectors(path, None, Reading(thorough=True)).vectors.report
    assert found[0] == "row 2: the vector of 'b' is not finite"
    assert found[1].startswith("1 vectors are zero, the first that of 'c' in row 3")
    with pytest.raises(FormatError, match="'b' is not finite; refused because of strict"):
        load(path, strict=True)
    monkeypatch.setattr("fastvec.vectors.assemble._absolute_sums", None)
    assert load(path).report == []


def test_projector_tables_hold_numbers_and_words(tmp_path):
    matrix = np.array([[1, -0.5], [0.1, 2]], dtype=np.float32)
    save(WordVectors(["a", "b c"], matrix), tmp_path / "vectors.tsv")
    assert (tmp_path / "vectors.tsv").read_bytes() == b"1\t-0.5\n0.1\t2\n"
    assert (tmp_path / "metadata.tsv").read_bytes() == b"a\nb c\n"
    save(WordVectors(["a", "b"], matrix, np.array([5, 3])), tmp_path / "x.tsv")
    assert (tmp_path / "x-metadata.tsv").read_bytes() == b"word\tcount\na\t5\nb\t3\n"
    with pytest.raises(FormatError, match="tab or line break"):
        save(WordVectors(["a\tb"], matrix[:1]), tmp_path / "y.tsv")


def test_an_array_needs_as_many_words_as_rows(vectors, tmp_path):
    save(vectors, tmp_path / "v.npy")
    (tmp_path / "v.words.txt").write_text("a\nb\n")
    with pytest.raises(FormatError, match=r"has 4 rows, but .* has 2 lines"):
        load(tmp_path / "v.npy")
    (tmp_path / "v.words.txt").unlink()
    with pytest.raises(FormatError, match="put them one a line in"):
        load(tmp_path / "v.npy")


def test_arrays_of_objects_are_never_opened(tmp_path):
    """F9."""
    np.save(tmp_path / "v.npy", np.array([[{}]]), allow_pickle=True)
    (tmp_path / "v.words.txt").write_text("a\n")
    with pytest.raises(FormatError, match="Python objects in dtype"):
        load(tmp_path / "v.npy")


def test_mapped_words_are_read_when_asked_for(vectors, tmp_path):
    save(vectors, tmp_path / "v.safetensors")
    back = load(tmp_path / "v.safetensors")
    assert "words" not in vars(back)
    assert back.index("苹果") == 1
    assert back.words == vectors.words


def test_a_file_of_release_0_1_is_read():
    """F9: the bytes never change; later releases must read them."""
    import tempfile
    from base64 import b85decode

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "old.safetensors")
        path.write_bytes(b85decode(RELEASE_0_1))
        back = load(path)
        assert back.words == ["a b", "\udcd0\n", "<unk>"]
        assert back.specials == ("<unk>",)
        assert back.counts.tolist() == [3, 2, 1]
        assert back.matrix.tolist() == [[1, -2], [0.5, 3], [0, 1]]


def test_format_follows_the_ending():
    assert format_of("a.glove.txt") == "glove"
    assert format_of("A.VEC") == format_of("a.txt") == "word2vec"
    with pytest.raises(FormatError, match=r"\.safetensors"):
        format_of("a.dat")


def test_unknown_format_and_folder_are_refused(vectors, tmp_path):
    with pytest.raises(ParameterError, match="word2vec, binary, glove, safetensors"):
        save(vectors, tmp_path / "v.txt", "pickle")
    with pytest.raises(ParameterError, match="fasttext is only read"):
        save(vectors, tmp_path / "v.txt", "fasttext")
    with pytest.raises(ParameterError, match="projector is only written"):
        load(tmp_path / "v.txt", format="projector")
    with pytest.raises(FormatError, match="load_model"):
        load(tmp_path)
