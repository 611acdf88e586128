"""The options of `load`, and model folders, whose words are read late."""

import numpy as np
import pytest

from fastvec.errors import FormatError, ParameterError
from fastvec.models.folder import StoredModel, save_folder
from fastvec.models.loading import load
from fastvec.vocabulary.words import Vocabulary

from .format_files import binary, reader


@pytest.fixture
def read(tmp_path):
    return reader(tmp_path)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("first", [1, 2]), ("last", [3, 4]), ("mean", [3, 4])],
)
def test_duplicates_follow_the_rule(read, rule, expected):
    """F4."""
    vectors = read(b"a 1 2\nb 7 8\na 5 6\na 3 4\n", duplicates=rule)
    assert vectors.words == ["a", "b"]
    assert vectors.matrix.tolist() == [expected, [7, 8]]
    assert vectors.report == [
        f"line {line}: 'a' came before in line 1; kept the {rule}" for line in (3, 4)
    ]


def test_duplicates_may_be_refused(read):
    """F4."""
    with pytest.raises(FormatError, match=r"v\.txt, line 3: 'a' came before in line 2"):
        read(b"2 1\na 1\na 2\n", duplicates="error")
    with pytest.raises(ParameterError, match="first, last, mean, error"):
        read(b"a 1\n", duplicates="best")


@pytest.mark.parametrize(
    "data",
    [
        b"9 2\na 1 2\nb 3 4\n",
        b"a 1 2\na 3 4\n",
        b"a 1 2\n\nb 3 4\n",
        b"a 1 2\nb 3 4",
        b"a 1 2\nb nan 4\n",
        b"\xef\xbb\xbfa 1 2\nb 3 4\n",
        b"1 1\n8 4\n",
        b"2 3\na 1 2\nb 3 4\n",
    ],
)
def test_strict_refuses_whatever_would_be_reported(read, data):
    """F2."""
    report = read(data).report
    with pytest.raises(FormatError, match="refused because of strict") as error:
        read(data, strict=True)
    assert report[0] in str(error.value)


def test_strict_accepts_a_file_without_faults(read):
    assert read(b"2 2\na 1 2\nb 3 4\n", strict=True).words == ["a", "b"]


@pytest.mark.parametrize(
    ("rule", "word"), [("surrogateescape", "x\udcd0"), ("replace", "x\ufffd"), ("ignore", "x")]
)
def test_bytes_that_are_not_utf8_follow_the_rule(read, rule, word):
    """F5."""
    for data, name in ((b"x\xd0 1 2\n", "v.txt"), (binary([(b"x\xd0", [1, 2])], b"1 2"), "v.bin")):
        assert read(data, name, unicode_errors=rule).words == [word]


def test_bytes_that_are_not_utf8_may_be_refused_with_their_row(read):
    """F5."""
    with pytest.raises(FormatError, match=r"line 3: the word b'x\\xd0' is not UTF-8"):
        read(b"2 1\na 1\nx\xd0 2\n", unicode_errors="strict")
    with pytest.raises(FormatError, match="row 2: the word"):
        read(binary([(b"a", [1]), (b"\xd0", [2])], b"2 1"), "v.bin", unicode_errors="strict")


@pytest.mark.parametrize("cut", [1, 2, 7, 9])
def test_truncated_files_keep_their_good_rows_on_request(read, cut):
    """F6."""
    data = binary([(b"a", [1, 2]), (b"b", [3, 4])], b"2 2", b"")
    vectors = read(data[:-cut], "v.bin", allow_truncated=True)
    assert vectors.words == ["a"]
    assert "row 2 of 2 at byte 14 is short" in vectors.report[0]
    text = read(b"2 2\na 1 2\nlonger 3.25 4.5"[:-cut], allow_truncated=True)
    if cut >= 4:
        assert text.words == ["a"]
        assert "line 3: cut short, left out" in text.report
    assert any("header says 2" in note or "no end" in note for note in text.report)


def test_a_file_cut_before_its_first_row_is_refused_all_the_same(read):
    """F6."""
    data = binary([(b"a", [1, 2])], b"1 2", b"")
    with pytest.raises(FormatError, match="row 1 of 1 at byte 4 is short"):
        read(data[:-1], "v.bin", allow_truncated=True)


def test_limit_reads_the_first_rows(read):
    assert read(b"3 1\na 1\nb 2\nc bad\n", limit=2).words == ["a", "b"]
    assert read(b"3 1\na 1\nb 2\n", limit=2, format="word2vec").report == []
    assert read(b"3 1\na 1\nb 2\n", limit=5).report != []
    data = binary([(b"a", [1]), (b"b", [2])], b"3 1")
    assert read(data, "v.bin", limit=2).words == ["a", "b"]
    with pytest.raises(ParameterError, match="limit must be at least 1"):
        read(b"a 1\n", limit=0)


@pytest.fixture
def folder(tmp_path):
    """Give a model folder whose words hold spaces and tabs."""

    def make(words, generation=1):
        matrix = np.full((len(words), 2), generation, dtype=np.float32)
        counts = range(len(words), 0, -1)
        save_folder(
            tmp_path / "m",
            StoredModel(
                kind="skipgram",
                vocabulary=Vocabulary(words, counts, ["<unk>"]),
                tensors={"vectors": matrix},
            ),
            overwrite=True,
        )
        return tmp_path / "m"

    return make


@pytest.mark.parametrize("words", [["<unk>", "the", "苹果"], ["<unk>", "a b", "a\tb", "\udcd0"]])
def test_a_model_folders_words_are_read_when_asked_for(folder, words):
    vectors = load(folder(words))
    assert not {"words", "counts"} & set(vars(vectors))
    assert vectors.words == words
    assert vectors.counts.tolist() == list(range(len(words), 0, -1))
    assert load(folder(words), limit=2).words == words[:2]


def test_a_later_save_does_not_change_what_was_loaded(folder):
    vectors = load(folder(["<unk>", "old"]))
    folder(["<unk>", "new"], generation=2)
    assert vectors.words == ["<unk>", "old"]
    assert vectors["old"].tolist() == [1, 1]


def test_damage_that_is_found_later_is_a_format_error(folder):
    path = folder(["<unk>", "a"])
    (path / "vocabulary-1.tsv").write_text("<unk>\t2\na\tx\n")
    with pytest.raises(FormatError, match="a count in its vocabulary is damaged"):
        _ = load(path).counts
    (path / "vocabulary-1.tsv").write_text("<unk>\t2\na\n")
    with pytest.raises(FormatError, match="m: its vocabulary is damaged: a line has no count"):
        _ = load(path).words
