"""Vocabulary files, ours and the peers'."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec import Vocabulary
from fastvec.errors import FormatError, VocabularyError
from fastvec.vocabulary import EOS
from fastvec.vocabulary.files import split_columns

# Everything but a line feed, which a text never holds inside a word.
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\n") | st.sampled_from(
    "\udc80\udcff\x85\xa0 \t\r"
)
WORDS = st.text(CHARACTERS, min_size=1, max_size=4) | st.sampled_from([EOS, "<unk>", "a b"])


def read(content: bytes) -> Vocabulary:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "vocabulary.tsv")
        path.write_bytes(content)
        return Vocabulary.load(path)


@given(st.dictionaries(WORDS, st.integers(0, 10**17), min_size=1, max_size=12))
def test_what_was_saved_comes_back(counts):
    # In surrogateescape, neighbouring bad bytes may spell a good character: not a text's word.
    counts = {w: n for w, n in counts.items() if _is_canonical(w)} or {"a": 1}
    vocabulary = Vocabulary(list(counts), counts.values())
    with tempfile.TemporaryDirectory() as folder:
        vocabulary.save(Path(folder, "v"))
        assert Vocabulary.load(Path(folder, "v")) == vocabulary


def _is_canonical(word: str) -> bool:
    return word.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape") == word


def test_line_is_word_tab_count(tmp_path):
    Vocabulary(["é", "b\udcff"], [3, 2]).save(tmp_path / "v")
    assert (tmp_path / "v").read_bytes() == b"\xc3\xa9\t3\nb\xff\t2\n"


@pytest.mark.parametrize("word", ["", "a\nb"])
def test_word_that_fits_no_line_is_refused_before_writing(tmp_path, word):
    with pytest.raises(VocabularyError, match="does not fit on a line"):
        Vocabulary(["a", word], [3, 2]).save(tmp_path / "v")
    assert not (tmp_path / "v").exists()


def test_last_line_without_newline_counts():
    """C2."""
    assert read(b"a 3\nb 2") == Vocabulary(["a", "b"], [3, 2])


def test_word2vec_file_has_a_sentence_end():
    vocabulary = read(b"</s> 7\nthe 5\n")
    assert (vocabulary.words, vocabulary.specials) == ([EOS, "the"], (EOS,))


def test_windows_line_ends_and_empty_lines_are_passed_over():
    assert read(b"a\t3\r\n\r\nb\t2\r\n\n") == Vocabulary(["a", "b"], [3, 2])


@pytest.mark.parametrize(
    "line", [b"b", b"b\t", b"b\tx", b"b -1", b"\t4", b"b 1.5", b"b " + b"9" * 19]
)
def test_line_without_a_count_is_named(tmp_path, line):
    path = tmp_path / "v.tsv"
    path.write_bytes(b"a\t3\n" + line + b"\n")
    with pytest.raises(FormatError, match=r"v\.tsv, line 2: expected a word and its count"):
        Vocabulary.load(path)


def test_repeated_word_is_named_with_its_line(tmp_path):
    path = tmp_path / "v.tsv"
    path.write_bytes(b"a\t3\nb\t2\na\t1\n")
    with pytest.raises(VocabularyError, match=r"v.tsv, line 3: the word 'a' is there twice"):
        Vocabulary.load(path)


@pytest.mark.parametrize("content", [b"", b"\n\r\n"])
def test_file_without_words_is_refused(tmp_path, content):
    (tmp_path / "v.tsv").write_bytes(content)
    with pytest.raises(VocabularyError, match=r"v.tsv: holds no words"):
        Vocabulary.load(tmp_path / "v.tsv")


def test_missing_file_is_named(tmp_path):
    with pytest.raises(VocabularyError, match=r"nowhere.tsv: cannot be read: No such file"):
        Vocabulary.load(tmp_path / "nowhere.tsv")


@given(st.binary(max_size=60))
def test_any_bytes_give_a_vocabulary_or_one_of_our_errors(content):
    try:
        vocabulary = read(content)
    except (FormatError, VocabularyError):
        return
    assert len(vocabulary) > 0


@given(st.lists(st.tuples(st.text("ab\t é", max_size=4), st.integers(0, 10**9)), min_size=1))
def test_columns_are_those_of_each_line(lines):
    text = "".join(f"{word}\t{count}\n" for word, count in lines).encode()
    words, counts = split_columns(text)
    assert words.decode().split("\n")[:-1] == [word for word, _ in lines]
    assert list(map(int, counts.split(b"\t")[1:])) == [count for _, count in lines]


@given(st.text("a\t1\n", max_size=12).map(str.encode))
def test_lines_without_a_tab_or_an_end_have_no_columns(text):
    lines = text.split(b"\n")
    if text and not lines[-1] and all(b"\t" in line for line in lines[:-1]):
        words, counts = split_columns(text)
        assert len(words) + len(counts) == len(text)
        return
    with pytest.raises(FormatError, match="no count after a tab, or no end"):
        split_columns(text)
