"""gensim reads what we write and finds the same neighbours; we read what it and fastText wrote."""

from pathlib import Path

import numpy as np
import pytest

import fastvec
from fastvec.errors import FormatError
from fastvec.vectors.fasttext_format import subword_vectors
from fastvec.vectors.word_vectors import WordVectors

gensim = pytest.importorskip("gensim", reason="gensim is not installed")
KeyedVectors = gensim.models.KeyedVectors

# Without a header, gensim leaves the file open.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
SHIPPED = Path(gensim.__file__).parent / "test" / "test_data"


def shipped(name):
    """Return one of gensim's own test files."""
    path = SHIPPED / name
    if not path.exists():
        pytest.skip(f"this gensim came without {name}")
    return path


@pytest.fixture(scope="module")
def ours():
    matrix = np.random.default_rng(2).standard_normal((300, 20)).astype(np.float32)
    return WordVectors([f"wörd{row}" for row in range(299)] + ["\u3000苹果"], matrix)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("v.txt", {}),
        ("v.vec", {}),
        ("v.glove.txt", {"no_header": True}),
        ("v.bin", {"binary": True}),
    ],
)
def test_gensim_reads_what_we_write_and_finds_the_same_neighbours(ours, name, options, tmp_path):
    fastvec.save(ours, tmp_path / name)
    theirs = KeyedVectors.load_word2vec_format(str(tmp_path / name), **options)
    assert theirs.index_to_key == ours.words
    np.testing.assert_array_equal(theirs.vectors, ours.matrix)
    for word in ours.words[::60]:
        expected, found = theirs.most_similar(word, topn=8), ours.most_similar(word, topn=8)
        assert [other for other, _ in found] == [other for other, _ in expected]
        np.testing.assert_allclose([c for _, c in found], [c for _, c in expected], atol=1e-6)


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("suffix", ["", ".gz", ".bz2"])
def test_we_read_what_gensim_writes(ours, binary, suffix, tmp_path):
    theirs = KeyedVectors(20)
    theirs.add_vectors(ours.words, ours.matrix)
    theirs.save_word2vec_format(str(tmp_path / f"g{suffix}"), binary=binary)
    back = fastvec.load(tmp_path / f"g{suffix}")
    assert back.words == ours.words
    np.testing.assert_array_equal(back.matrix, ours.matrix)
    assert back.report == []


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("euclidean_vectors.bin", {"binary": True}),
        ("poincare_vectors.bin", {"binary": True}),
        ("high_precision.kv.bin", {"binary": True}),
        ("high_precision.kv.txt", {}),
        ("test_glove.txt", {"no_header": True}),
        ("lee_fasttext.vec", {}),
        ("crime-and-punishment.vec", {}),
        ("word2vec_pre_kv_c", {}),
        ("EN.1-10.cbow1_wind5_hs0_neg10_size300_smpl1e-05.txt", {}),
    ],
)
def test_gensims_own_files_read_alike(name, options):
    path = shipped(name)
    theirs = KeyedVectors.load_word2vec_format(str(path), **options)
    back = fastvec.load(path, strict=True)
    assert back.words == theirs.index_to_key
    np.testing.assert_array_equal(back.matrix, theirs.vectors)


@pytest.mark.parametrize(
    "name",
    ["crime-and-punishment.bin", "toy-model.bin", "toy-model-pretrained.bin",
     "lee_fasttext_new.bin"],
)  # fmt: skip
def test_fasttext_models_give_gensims_vectors(name):
    from gensim.models.fasttext import load_facebook_vectors

    path = shipped(name)
    theirs, back = load_facebook_vectors(str(path)), fastvec.load(path)
    assert back.words == theirs.index_to_key
    # gensim gives </s> n-grams, which fastText does not.
    rows = [row for row, word in enumerate(back.words) if word != "</s>"]
    np.testing.assert_allclose(back.matrix[rows], theirs.vectors[rows], atol=1e-6)
    unknown = ["nieznane", "żółć", "日本語です", "x y"]
    expected = [theirs[word] for word in unknown]
    np.testing.assert_allclose(subword_vectors(path, unknown), expected, atol=1e-6)


@pytest.mark.parametrize(
    "name", ["crime-and-punishment", "toy-model", "pang_lee_polarity_fasttext"]
)
def test_fasttext_models_give_fasttexts_own_vectors(name):
    """The .vec beside a model has five digits of what fastText computes."""
    model, text = fastvec.load(shipped(f"{name}.bin")), fastvec.load(shipped(f"{name}.vec"))
    assert model.words == text.words
    np.testing.assert_allclose(model.matrix, text.matrix, atol=5e-6, rtol=5e-5)


def test_a_model_that_gensim_saves_for_fasttext_is_read(tmp_path):
    from gensim.models import FastText
    from gensim.models.fasttext import save_facebook_model

    text = [["the", "quick", "brown", "fox"], ["jumps", "over", "the", "dog"]] * 9
    model = FastText(text, vector_size=6, min_count=1, bucket=50, epochs=1, workers=1)
    save_facebook_model(model, str(tmp_path / "m.bin"))
    back = fastvec.load(tmp_path / "m.bin")
    assert back.words == model.wv.index_to_key
    np.testing.assert_allclose(back.matrix, model.wv.vectors, atol=1e-6)


@pytest.mark.parametrize("name", ["word2vec_old", "w2v-lee-v0.12.0", "ft_kv_3.6.0.model.gz"])
def test_gensims_pickles_are_named_and_not_opened(name):
    """F9, F11."""
    with pytest.raises(FormatError, match="a Python pickle"):
        fastvec.load(shipped(name))


@pytest.mark.parametrize(
    "name", ["lee_fasttext.bin", "non_ascii_fasttext.bin", "cp852_fasttext.bin"]
)
def test_models_of_fasttexts_first_releases_are_named(name):
    """F11."""
    with pytest.raises(FormatError, match="is a model of fastText before 2017"):
        fastvec.load(shipped(name))


@pytest.mark.parametrize("normalize", [True, False])
def test_movers_distances_are_gensims(ours, normalize):
    """Q6: exactly those of the POT solver."""
    pytest.importorskip("ot", reason="POT is not installed")
    theirs = KeyedVectors(20)
    theirs.add_vectors(ours.words, ours.matrix)
    rng = np.random.default_rng(3)
    for _ in range(20):
        a, b = (list(rng.choice(ours.words[:40], rng.integers(1, 12))) for _ in range(2))
        a.append("nowhere")
        expected = theirs.wmdistance(a, b, norm=normalize)
        assert ours.wmdistance(a, b, norm=normalize) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    "name", ["head500.noblanks.cor", "questions-words.txt", "testcorpus.xml.bz2"]
)
def test_files_that_are_no_vectors_are_refused(name):
    """F11."""
    with pytest.raises(FormatError, match=name):
        fastvec.load(shipped(name))


def test_a_header_that_promises_more_is_reported():
    """F2: gensim's pretrained.vec promises three rows and has one."""
    report = fastvec.load(shipped("pretrained.vec")).report
    assert report == ["the header says 3 rows, the file has 1; read all 1"]
