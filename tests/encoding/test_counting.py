"""Counting and encoding agree with plain Python, whatever the threads and blocks."""

from __future__ import annotations

import gzip
import lzma
import os
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastvec import Corpus
from fastvec.encoding import counting, estimate
from fastvec.encoding.build import build_workspace
from fastvec.encoding.estimate import estimate_corpus
from fastvec.errors import ResourceError

SPACES = " \t\v\f\r\x1c\x1f\x85\xa0\u1680\u2003\u2028\u202f\u205f\u3000"
# Few letters, so that words repeat; some share first bytes with Unicode spaces.
LETTERS = "abİßΣσςéﬀ\u200b\u1681\u3001\udc80\udce3"
TEXTS = st.text(st.sampled_from(LETTERS + SPACES + "\n\n  "), max_size=60)
LISTS = st.lists(st.lists(st.text(st.sampled_from("ab \u3000Σ"), min_size=1, max_size=3)))
FOLDER = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50
)


class SmallBlocks(Corpus):
    """A corpus that is read in blocks of a given size."""

    size = 1

    def blocks(self, size=0):
        return super().blocks(self.size)


def encoded(folder, corpus, threads=1):
    """Return words with counts, and sentences as lists of words."""
    workspace = build_workspace(corpus, folder, threads=threads)
    vocabulary = workspace.vocabulary
    words = [vocabulary.words[i] for i in workspace.tokens]
    edges = workspace.sentences.tolist()
    sentences = [words[a:b] for a, b in pairwise(edges)]
    return dict(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True)), sentences


def write(path, text):
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return path


def lines_of(text):
    return [line.split() for line in text.split("\n") if line.split()]


@FOLDER
@given(TEXTS, st.integers(1, 20), st.integers(1, 4))
def test_counts_and_sentences_are_those_of_python(tmp_path, text, size, threads):
    # Only surrogates that stand for bad bytes in a file as it is read again.
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    corpus = SmallBlocks(write(tmp_path / "c.txt", "start\n" + text))
    corpus.size = size
    counts, sentences = encoded(tmp_path / "w", corpus, threads)
    assert counts == Counter(("start\n" + text).split())
    assert sentences == [["start"], *lines_of(text)]


@FOLDER
@given(TEXTS, st.integers(1, 3))
def test_ascii_white_space_splits_at_ascii_only(tmp_path, text, threads):
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    corpus = Corpus(write(tmp_path / "c.txt", "start\n" + text), whitespace="ascii")
    counts, _ = encoded(tmp_path / "w", corpus, threads)
    ascii_text = ("start\n" + text).encode("utf-8", "surrogateescape")
    assert counts == Counter(w.decode("utf-8", "surrogateescape") for w in ascii_text.split())


@FOLDER
@given(LISTS, st.integers(1, 20), st.integers(1, 4))
def test_tokens_of_lists_may_hold_spaces(tmp_path, lists, size, threads):
    corpus = SmallBlocks([["start"], *lists])
    corpus.size = size
    counts, sentences = encoded(tmp_path / "w", corpus, threads)
    assert counts == Counter(token for tokens in [["start"], *lists] for token in tokens)
    assert sentences == [["start"], *(tokens for tokens in lists if tokens)]


@FOLDER
@given(st.text(st.sampled_from("ΑΣσςİIıßẞǅﬀ'·\u0301 \n\u3000.\xad"), max_size=40))
def test_folding_words_equals_folding_the_text(tmp_path, text):
    """Lower case depends on neighbours (final sigma), but never across white space."""
    corpus = Corpus(write(tmp_path / "c.txt", "START\n" + text), lowercase=True)
    counts, sentences = encoded(tmp_path / "w", corpus, 2)
    folded = "start\n" + text.lower()
    assert counts == Counter(folded.split())
    assert sentences == lines_of(folded)


def test_words_that_fold_together_are_one(tmp_path):
    counts, sentences = encoded(
        tmp_path / "w", Corpus([["The", "ΟΔΟΣ", "the"], ["οδος", "THE"]], lowercase=True)
    )
    assert list(counts.items()) == [("the", 3), ("οδος", 2)]
    assert sentences == [["the", "οδος", "the"], ["οδος", "the"]]


@FOLDER
@given(st.dictionaries(st.text("ab\0é", min_size=1, max_size=12), st.integers(1, 2), min_size=1))
def test_order_is_falling_count_then_all_bytes(tmp_path, counts):
    tokens = [word for word, n in counts.items() for _ in range(n)]
    found, sentences = encoded(tmp_path / "w", Corpus([tokens]))
    assert list(found) == sorted(counts, key=lambda word: (-counts[word], word.encode()))
    assert sentences == [tokens]


@pytest.mark.parametrize("threads", [1, 3])
def test_tables_grow_in_the_middle_of_a_block(tmp_path, monkeypatch, threads):
    monkeypatch.setattr(counting, "FIRST_WORDS", 4)
    monkeypatch.setattr(counting.GrowingTable.__init__, "__defaults__", (4, 8))
    rng = np.random.default_rng(0)
    text = "\n".join(" ".join(f"w{n}" * (n % 5 + 1) for n in rng.zipf(1.3, 50)) for _ in range(40))
    corpus = SmallBlocks(write(tmp_path / "c.txt", text))
    corpus.size = 700
    counts, sentences = encoded(tmp_path / "w", corpus, threads)
    assert counts == Counter(text.split())
    assert sentences == lines_of(text)


def test_compressed_text_counts_like_plain_text(tmp_path):
    """B11, from Python."""
    text = b"the cat\n\nsat on the mat"
    plain, packed = tmp_path / "c.txt", tmp_path / "packed"
    plain.write_bytes(text)
    packed.write_bytes(gzip.compress(text))
    assert encoded(tmp_path / "w", Corpus(plain)) == encoded(tmp_path / "z", Corpus(packed))


def test_files_do_not_run_into_each_other(tmp_path):
    first, second = write(tmp_path / "1", "a b"), write(tmp_path / "2", "\nc\n\n")
    _, sentences = encoded(tmp_path / "w", Corpus(first, second, first))
    assert sentences == [["a", "b"], ["c"], ["a", "b"]]


def test_line_of_12000_tokens_loses_nothing(tmp_path):
    """B1."""
    text = "a " * 12_000 + "zz\nzz"
    counts, sentences = encoded(tmp_path / "w", Corpus(write(tmp_path / "c.txt", text)))
    assert counts == {"a": 12_000, "zz": 2}
    assert [len(s) for s in sentences] == [12_001, 1]


@pytest.mark.parametrize("threads", range(1, 9))
def test_seven_lines_are_read_once_by_any_threads(tmp_path, threads):
    """B5."""
    lines = [[f"w{n}"] * (n + 1) for n in range(7)]
    corpus = SmallBlocks(write(tmp_path / "c.txt", "\n".join(map(" ".join, lines))))
    _, sentences = encoded(tmp_path / "w", corpus, threads)
    assert sentences == lines


@pytest.mark.data
@pytest.mark.parametrize("name", ["english.txt.xz", "chinese.txt.xz"])
def test_real_text_is_counted_like_python_counts_it(tmp_path, name):
    source = Path(os.environ.get("FASTVEC_DATA", Path(__file__).parents[2] / "../shared/data"))
    if not (source / name).exists():
        pytest.skip(f"{source / name} is not there; FASTVEC_DATA names the folder")
    with lzma.open(source / name) as file:
        text = file.read(2_000_000).decode("utf-8", "surrogateescape")
    corpus = SmallBlocks(write(tmp_path / "c.txt", text))
    corpus.size = 100_000
    counts, sentences = encoded(tmp_path / "w", corpus, 3)
    assert counts == Counter(text.split())
    assert sentences == lines_of(text)


def test_whole_small_corpus_is_measured_exactly():
    size = estimate_corpus(Corpus([["a", "a", "b"], ["a", "B"]]), 2)
    assert size == (5, 3, 1, True)
    assert estimate_corpus(Corpus([[]]), 1) == (0, 0, 0, True)


def test_large_corpus_is_estimated_from_its_start(tmp_path, monkeypatch):
    monkeypatch.setattr(estimate, "SAMPLE_BYTES", 5_000_000)
    rng = np.random.default_rng(1)
    words = rng.zipf(1.4, 3_000_000) % 50_000
    path = tmp_path / "c.txt"
    path.write_bytes("\n".join(map(str, words.tolist())).encode())
    corpus = SmallBlocks(path)
    corpus.size = 1 << 18
    size = estimate_corpus(corpus, 5)
    counts = np.unique(words, return_counts=True)[1]
    assert not size.exact
    assert size.words == pytest.approx(len(words), rel=0.25)
    assert size.distinct == pytest.approx(len(counts), rel=0.5)
    assert size.known == pytest.approx((counts >= 5).sum(), rel=0.5)


def test_too_many_words_for_a_table_are_refused():
    growing = counting.GrowingTable(4, 8)
    with pytest.raises(ResourceError, match="different words"):
        growing.reserve(1 << 28, 0)
