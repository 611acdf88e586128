from __future__ import annotations

import os

import pytest

from fastvec.errors import CorpusError
from fastvec.text.sources import find_files


@pytest.fixture
def folder(tmp_path):
    for name in ("b.txt", "a.txt", "sub/c.txt", "sub/d.md", ".hidden", ".git/config"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    return tmp_path


def names(found, folder):
    return [path.relative_to(folder).as_posix() for path in found]


def test_a_folder_is_all_visible_files_below_it_by_path(folder):
    assert names(find_files(folder), folder) == ["a.txt", "b.txt", "sub/c.txt", "sub/d.md"]


def test_a_hidden_folder_can_be_named(folder):
    assert names(find_files(folder / ".git"), folder) == [".git/config"]


def test_a_pattern_is_sorted_and_skips_folders(folder):
    assert names(find_files(f"{folder}/*"), folder) == ["a.txt", "b.txt"]


def test_two_stars_go_down(folder):
    found = find_files(f"{folder}/**/*.txt")
    assert names(found, folder) == ["a.txt", "b.txt", "sub/c.txt"]


def test_a_file_named_like_a_pattern_is_the_file(folder):
    (folder / "[a].txt").write_text("x")
    assert names(find_files(folder / "[a].txt"), folder) == ["[a].txt"]


def test_paths_stay_right_when_the_folder_is_changed(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert find_files("a.txt") == [folder / "a.txt"]


@pytest.mark.parametrize("name", ["none.txt", "a.txt/below", "x" * 5000, "nul\0byte"])
def test_a_missing_file_is_named(folder, name):
    with pytest.raises(CorpusError, match="no such file or folder; check the path"):
        find_files(folder / name)


def test_a_pattern_without_match_is_named(folder):
    with pytest.raises(CorpusError, match=r"\*\.csv: no file matches"):
        find_files(f"{folder}/*.csv")


def test_an_empty_folder_is_named(tmp_path):
    with pytest.raises(CorpusError, match="holds no files"):
        find_files(tmp_path)


def test_a_pipe_is_sent_to_standard_input(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CorpusError, match="standard input, named '-'"):
        find_files(tmp_path / "pipe")


def test_an_unreadable_file_is_named(folder, monkeypatch):
    # Permissions do not hold for root, who may be running this.
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(CorpusError, match=r"a\.txt: permission denied"):
        find_files(folder / "a.txt")


def test_an_unreadable_folder_is_named(folder, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(CorpusError, match=r"the folder cannot be read \(Permission denied\)"):
        find_files(folder)
