"""A workspace knows whether a corpus is the one that it was made from."""

from __future__ import annotations

import os

import pytest

from fastvec import Corpus, build_workspace
from fastvec.encoding.build import content_hash


def test_same_corpus_differs_in_nothing(text, tmp_path):
    workspace = build_workspace(Corpus(text), tmp_path / "w")
    assert workspace.difference(Corpus(text).identity()) is None
    assert workspace.changed_source() is None


@pytest.mark.parametrize(
    "options", [{"lowercase": True}, {"whitespace": "ascii"}, {"tokenizer": "words"}]
)
def test_other_reading_is_a_difference(text, tmp_path, options):
    workspace = build_workspace(Corpus(text), tmp_path / "w")
    (name,) = options
    assert name in workspace.difference(Corpus(text, **options).identity())


def test_changed_file_is_named(text, tmp_path):
    workspace = build_workspace(Corpus(text), tmp_path / "w")
    text.write_text("other words")
    assert workspace.difference(Corpus(text).identity()) == f"{text} has changed since"
    assert workspace.changed_source() == str(text)


def test_touched_file_of_equal_content_is_no_difference(text, tmp_path):
    workspace = build_workspace(Corpus(text), tmp_path / "w")
    os.utime(text, (1, 1))
    corpus = Corpus(text)
    assert workspace.difference(corpus.identity()) == f"{text} has changed since"
    assert workspace.difference(corpus.identity(), content_hash(corpus)) is None


def test_other_content_counts_though_size_and_time_are_equal(text, tmp_path):
    workspace = build_workspace(Corpus(text), tmp_path / "w")
    times = text.stat()
    text.write_text(text.read_text().replace("c", "d"))
    os.utime(text, ns=(times.st_atime_ns, times.st_mtime_ns))
    corpus = Corpus(text)
    assert workspace.difference(corpus.identity(), content_hash(corpus)) is not None


def test_other_files_are_a_difference(text, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("x")
    workspace = build_workspace(Corpus(text), tmp_path / "w")
    assert workspace.difference(Corpus(other).identity()) == f"it was made from {text}, not {other}"
    assert "and 1 more" in workspace.difference(Corpus(text, other).identity())
    assert "and 1 more" in workspace.difference(Corpus(text, text).identity())


def test_missing_file_counts_as_unchanged(text, tmp_path):
    workspace = build_workspace(Corpus(text), tmp_path / "w")
    text.unlink()
    assert workspace.changed_source() is None


def test_text_written_during_the_build_makes_it_stale(text, tmp_path, monkeypatch):
    blocks = Corpus.blocks

    def grow(self, *_):
        yield from blocks(self)
        text.write_text(text.read_text() + " more")

    monkeypatch.setattr(Corpus, "blocks", grow)
    workspace = build_workspace(Corpus(text), tmp_path / "w")
    assert workspace.changed_source() == str(text)


def test_token_lists_cannot_be_compared_unless_the_content_is_known(tmp_path):
    corpus = Corpus([["a"]])
    workspace = build_workspace(corpus, tmp_path / "w")
    assert "cannot be compared" in workspace.difference(corpus.identity())
    assert workspace.difference(corpus.identity(), content_hash(corpus)) is None


def test_standard_input_cannot_be_compared(text, tmp_path):
    workspace = build_workspace(Corpus(text), tmp_path / "w")
    workspace.manifest["source"] = Corpus("-").identity()
    assert "standard input" in workspace.difference(Corpus("-").identity())
