"""The workspace: the same bytes always, whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading

import numpy as np
import pytest

from fastvec import Corpus, Workspace, build_workspace
from fastvec.datasets import toy_world
from fastvec.encoding import build
from fastvec.errors import CorpusError, ResourceError

FILES = {"manifest.json", "sentences.i64", "tokens.i32", "vocabulary.tsv"}


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_ids_count_all_words_and_offsets_skip_blank_lines(text, tmp_path):
    """B2."""
    workspace = build_workspace(Corpus(text), tmp_path / "w", defaults={"min_count": 2})
    assert workspace.tokens.tolist() == [0, 1, 0, 2, 0, 1]
    assert workspace.tokens.dtype == np.int32
    assert workspace.sentences.tolist() == [0, 3, 6]
    assert workspace.sentences.dtype == np.int64
    assert (workspace.words, workspace.sentence_count) == (6, 2)
    assert workspace.vocabulary.words == ["a", "b", "c"]
    assert workspace.vocabulary.specials == ()
    assert workspace.defaults == {"min_count": 2}
    assert names(tmp_path / "w") == FILES


def test_literal_sentence_end_is_an_ordinary_word(tmp_path):
    """C1."""
    workspace = build_workspace(Corpus([["</s>", "a", "</s>"]]), tmp_path / "w")
    assert workspace.vocabulary.words == ["</s>", "a"]
    assert workspace.vocabulary.specials == ()


def test_arrays_are_mapped_and_read_only(text, tmp_path):
    workspace = build_workspace(Corpus(text), tmp_path / "w")
    for array in (workspace.tokens, workspace.sentences):
        assert isinstance(array, np.memmap)
        assert not array.flags.writeable


def test_same_bytes_at_any_number_of_threads(tmp_path, monkeypatch):
    path = tmp_path / "c.txt"
    path.write_text("\n".join(map(" ".join, toy_world(3, sentences=3000))), encoding="utf-8")
    blocks = Corpus.blocks
    monkeypatch.setattr(Corpus, "blocks", lambda self, _=0: blocks(self, 3000))
    contents = []
    for threads in (1, 2, 3, 4):
        folder = build_workspace(Corpus(path), tmp_path / "w", threads=threads).folder
        contents.append([(folder / name).read_bytes() for name in sorted(FILES)])
    assert contents == [contents[0]] * 4


def test_progress_tells_bytes_and_words(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "REPORT_EVERY", -1.0)
    path = tmp_path / "c.txt"
    path.write_text("a b\n" * 1000)
    events = []
    build_workspace(Corpus(path), tmp_path / "w", threads=1, callback=events.append)
    assert {event.stage for event in events} == {"reading"}
    assert events[-1].done == events[-1].total == 4000
    assert events[-1].words_per_second > 0


# Broken workspaces


def test_folder_without_a_workspace_says_how_to_make_one(tmp_path):
    with pytest.raises(CorpusError, match=r"holds no workspace.*build-vocab CORPUS -w"):
        Workspace(tmp_path)
    with pytest.raises(CorpusError, match="holds no workspace"):
        Workspace(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "manifest",
    [b"", b"{", b"[]", b"{}", b"null", b'{"version": 1}', b"\xff\xfe", b'{"version": 99}',
     b'{"version": 1, "words": "x", "sentences": 2}'],
)  # fmt: skip
def test_broken_manifest_is_refused_with_the_remedy(text, tmp_path, manifest):
    folder = build_workspace(Corpus(text), tmp_path / "w").folder
    (folder / "manifest.json").write_bytes(manifest)
    with pytest.raises(CorpusError, match=r"w: the workspace cannot be used.*--rebuild"):
        Workspace(folder)


@pytest.mark.parametrize("name", ["tokens.i32", "sentences.i64"])
@pytest.mark.parametrize("damage", ["missing", "short", "long"])
def test_damaged_array_is_refused_with_the_remedy(text, tmp_path, name, damage):
    path = build_workspace(Corpus(text), tmp_path / "w").folder / name
    content = path.read_bytes()
    path.unlink()
    if damage != "missing":
        path.write_bytes(content[:-1] if damage == "short" else content + b"\0")
    with pytest.raises(CorpusError, match=rf"{name} .* {len(content)} bytes.*--rebuild"):
        Workspace(tmp_path / "w")


@pytest.mark.parametrize("content", [None, b"", b"a\t3\nb\t2\n", b"a 3\nb x\n", b"a\t3\na\t3\n"])
def test_damaged_vocabulary_is_refused_with_the_remedy(text, tmp_path, content):
    path = build_workspace(Corpus(text), tmp_path / "w").folder / "vocabulary.tsv"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CorpusError, match=r"vocabulary\.tsv.*--rebuild"):
        Workspace(tmp_path / "w").vocabulary  # noqa: B018


# Failing builds


@pytest.mark.parametrize("content", ["", " \n\t\n\u3000\n"])
def test_text_without_words_leaves_nothing_behind(tmp_path, content):
    (tmp_path / "c.txt").write_text(content, encoding="utf-8")
    with pytest.raises(CorpusError, match=r"c\.txt: holds no words"):
        build_workspace(Corpus(tmp_path / "c.txt"), tmp_path / "w")
    assert names(tmp_path) == {"c.txt"}


def test_failed_build_leaves_the_old_workspace(text, tmp_path):
    build_workspace(Corpus(text), tmp_path / "w")
    (tmp_path / "empty.txt").write_text("\n")
    with pytest.raises(CorpusError):
        build_workspace(Corpus(tmp_path / "empty.txt"), tmp_path / "w")
    assert Workspace(tmp_path / "w").words == 6
    assert names(tmp_path / "w") == FILES


def test_ctrl_c_leaves_nothing_behind_and_no_thread_running(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "REPORT_EVERY", -1.0)
    blocks = Corpus.blocks
    monkeypatch.setattr(Corpus, "blocks", lambda self, _=0: blocks(self, 100))
    (tmp_path / "c.txt").write_text("a b c d\n" * 10_000)

    def interrupt(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:  # Its frames are alive until the end.
        build_workspace(Corpus(tmp_path / "c.txt"), tmp_path / "w", threads=2, callback=interrupt)
    assert [t.name for t in threading.enumerate() if t.name.startswith("fastvec")] == []
    assert names(tmp_path) == {"c.txt"}
    assert caught.tb


def test_full_disk_is_said_and_leaves_nothing_behind(tmp_path):
    """A limit on file size in a process of its own stands in for a full disk."""
    (tmp_path / "c.txt").write_text("\n".join(f"word{n}" for n in range(60_000)))
    code = f"""
import resource, signal
from fastvec import Corpus, build_workspace
from fastvec.errors import ResourceError
build_workspace(Corpus([["warm"]]), {str(tmp_path / "warm")!r})  # Kernels are compiled now.
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    build_workspace(Corpus({str(tmp_path / "c.txt")!r}), {str(tmp_path / "w")!r}, threads=2)
except ResourceError as error:
    print(error)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert f"{tmp_path / 'w'}: the workspace cannot be written" in run.stdout
    assert "File too large" in run.stdout
    assert names(tmp_path) == {"c.txt", "warm"}


def test_full_disk_has_a_message_of_its_own(text, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(build.os, "replace", full)
    with pytest.raises(ResourceError, match=r"w: .* the disk is full: free some space"):
        build_workspace(Corpus(text), tmp_path / "w")
    assert not (tmp_path / "w" / "manifest.json").exists()
    assert names(tmp_path) == {"c.txt"}


def test_file_in_the_folders_place_is_refused(text, tmp_path):
    (tmp_path / "w").write_text("mine")
    with pytest.raises(ResourceError, match=r"w: the workspace cannot be written.*another folder"):
        build_workspace(Corpus(text), tmp_path / "w")
    assert (tmp_path / "w").read_text() == "mine"


def test_build_during_another_does_not_break_it(text, tmp_path, monkeypatch):
    blocks = Corpus.blocks

    def build_meanwhile(self, *_):
        monkeypatch.setattr(Corpus, "blocks", blocks)
        build_workspace(Corpus([["x"]]), tmp_path / "w")
        yield from blocks(self)

    monkeypatch.setattr(Corpus, "blocks", build_meanwhile)
    build_workspace(Corpus(text), tmp_path / "w")
    assert Workspace(tmp_path / "w").vocabulary.words == ["a", "b", "c"]
    assert names(tmp_path / "w") == FILES


def test_manifest_is_plain_json_with_the_facts(text, tmp_path):
    build_workspace(Corpus(text), tmp_path / "w")
    manifest = json.loads((tmp_path / "w" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["source"]["files"][0]["path"] == str(text)
    assert (manifest["words"], manifest["sentences"], manifest["distinct"]) == (6, 2, 3)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_text(tmp_path):
    sentences = "\n".join(map(" ".join, toy_world(1, sentences=20_000))).encode() + b"\n"
    (tmp_path / "small.txt").write_bytes(sentences)
    with (tmp_path / "large.txt").open("wb") as file:
        for _ in range(300):  # About 300 MB.
            file.write(sentences)
    peaks = [_peak(tmp_path / name, tmp_path / "w") for name in ("small.txt", "large.txt")]
    assert peaks[1] < 500_000_000
    assert peaks[1] - peaks[0] < 150_000_000


def _peak(path, folder):
    """Return the most bytes of memory that a build in a process of its own has held."""
    code = f"""
from fastvec import Corpus, build_workspace
build_workspace(Corpus({str(path)!r}), {str(folder)!r}, threads=2)
for line in open("/proc/self/status"):
    if line.startswith("VmHWM:"):  # ru_maxrss would count what pytest held at the fork.
        print(int(line.split()[1]) * 1024)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(run.stdout)
