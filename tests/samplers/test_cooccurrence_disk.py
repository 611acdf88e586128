"""Co-occurrences on the disk: what is left there, what is used again, what is damaged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fastvec.errors import FormatError, ResourceError
from fastvec.samplers import cooccurrence as module
from fastvec.samplers import row_counting
from fastvec.samplers.cooccurrence_matrix import CooccurrenceMatrix, open_matrix

from .cooccurrence_texts import as_bytes, as_dict, as_text, as_window, counted, zipf_text


@pytest.fixture
def large():
    return as_text(zipf_text(), 200)


# What is left on the disk


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


FILES = ("columns.i32", "manifest.json", "starts.i64", "values.f64")
WHOLE = ["cooccurrence", *(f"cooccurrence/{name}" for name in FILES)]


@pytest.fixture
def folders(tmp_path):
    """Give a folder for the result, and one for the temporary file."""
    made = tmp_path / "workspace", tmp_path / "tmp"
    for folder in made:
        folder.mkdir()
    return made


@pytest.mark.parametrize("elsewhere", [False, True])
def test_success_leaves_the_matrix_alone(large, folders, elsewhere):
    """M3."""
    workspace, tmp = folders
    seen = []
    counted(large, as_window(), workspace, tmp_dir=tmp if elsewhere else None,
            callback=lambda event: seen.append(len(names(tmp))))  # fmt: skip
    assert names(workspace) == WHOLE
    assert names(tmp) == []
    assert (max(seen) > 0) == elsewhere
    assert (workspace / "cooccurrence").stat().st_mode & 0o777 == workspace.stat().st_mode & 0o777


class Disk:
    """A disk that is full after so many bytes of a matrix."""

    def __init__(self, monkeypatch, left):
        self.left, write = left, row_counting.Part

        class Column(np.ndarray):
            def tofile(array, file):
                self.left -= array.nbytes
                if self.left < 0:
                    raise OSError(28, "No space left on device")
                np.asarray(array).tofile(file)

        monkeypatch.setattr(
            row_counting, "Part",
            lambda first, lengths, columns, values: write(
                first, lengths, columns.view(Column), values.view(Column)
            ),
        )  # fmt: skip


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("left", [0, 3000])
def test_a_full_disk_leaves_what_was_there(large, folders, monkeypatch, left, old):
    """M3."""
    workspace, tmp = folders
    before = as_bytes(counted(large, as_window(2), workspace)) if old else None
    Disk(monkeypatch, left)
    with pytest.raises(ResourceError, match=r"cannot be written: No space left.*free some space"):
        counted(large, as_window(3), workspace, tmp_dir=tmp)
    assert names(tmp) == []
    assert names(workspace) == (WHOLE if old else [])
    monkeypatch.undo()
    if old:
        assert as_bytes(counted(large, as_window(2), workspace)) == before


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
@pytest.mark.parametrize("stage", ["reading", "co-occurrence"])
@pytest.mark.parametrize("threads", [1, 2])
def test_ctrl_c_leaves_nothing(large, folders, error, stage, threads):
    """M3."""
    workspace, tmp = folders

    def stop(event):
        if event.stage == stage:
            raise error

    with pytest.raises(error):
        counted(large, as_window(), workspace, tmp_dir=tmp, callback=stop, threads=threads)
    assert names(workspace) == names(tmp) == []


def test_a_file_that_may_not_grow_is_an_error_and_leaves_nothing(run_process, tmp_path):
    """M3: run with a 1 MB limit."""
    code = f"""
import resource
from pathlib import Path
from tests.samplers.cooccurrence_texts import as_text, as_window, counted
resource.setrlimit(resource.RLIMIT_FSIZE, (10**6, 10**6))
counted(as_text([[0, 1, 2] * 200_000], 3), as_window(), Path({str(tmp_path)!r}))
"""
    root = Path(__file__).parents[2]
    status, _, errors = run_process(code=code, PYTHONPATH=str(root))
    assert status == 1
    assert "ResourceError" in errors
    assert "cannot be written: File too large" in errors
    assert names(tmp_path) == []


@pytest.mark.parametrize("place", ["workspace", "tmp"])
def test_too_little_room_is_refused_before_work(large, folders, monkeypatch, place):
    """M3: a free-space check."""
    workspace, tmp = folders
    real = module.shutil.disk_usage

    def little(folder):
        found = real(folder)
        asked = tmp if Path(folder) == tmp else workspace
        full = asked == folders[["workspace", "tmp"].index(place)]
        return type(found)(found.total, found.used, 10 if full else found.free)

    monkeypatch.setattr(module.shutil, "disk_usage", little)
    seen = []
    with pytest.raises(ResourceError, match=r"bytes of disk, but 10 are free; name another folder"):
        counted(large, as_window(), workspace, tmp_dir=tmp, callback=seen.append)
    assert "co-occurrence" not in {event.stage for event in seen}
    assert names(workspace) == names(tmp) == []


def test_a_folder_that_may_not_be_written_is_an_error(large, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module.tempfile, "mkdtemp", refuse)
    with pytest.raises(ResourceError, match="cannot be written: Permission denied"):
        counted(large, as_window(), tmp_path)


# Kept, and used again


def counts_anew(*arguments, **options):
    """Tell whether counting was needed."""
    seen = []
    counted(*arguments, callback=seen.append, **options)
    return bool(seen)


def test_what_was_counted_is_used_again(large, tmp_path):
    assert counts_anew(large, as_window(), tmp_path)
    before = (tmp_path / "cooccurrence/manifest.json").stat().st_mtime_ns
    assert not counts_anew(large, as_window(), tmp_path, memory=1, threads=4)
    assert (tmp_path / "cooccurrence/manifest.json").stat().st_mtime_ns == before


@pytest.mark.parametrize(
    "changes",
    [{"window": 4}, {"side": "left"}, {"weighting": "flat"}, {"across": True}],
    ids=str,
)
def test_another_window_is_counted_anew(large, tmp_path, changes):
    counted(large, as_window(), tmp_path)
    assert counts_anew(large, as_window(**changes), tmp_path)
    assert not counts_anew(large, as_window(**changes), tmp_path)
    assert names(tmp_path) == WHOLE


def test_other_words_or_another_text_are_counted_anew(large, tmp_path):
    counted(large, as_window(), tmp_path)
    keep = np.ones(200, np.int64)
    keep[7] = 0
    for text in (
        as_text(zipf_text(), 100), as_text(zipf_text(), 200, known=100),
        large._replace(rows=large.rows._replace(keep=keep)),
        large._replace(rows=large.rows._replace(unknown=3)),
        large._replace(rows=large.rows._replace(begin=3)),
        large._replace(rows=large.rows._replace(end=3)),
    ):  # fmt: skip
        assert counts_anew(text, as_window(), tmp_path)
        assert not counts_anew(text, as_window(), tmp_path)
    assert counts_anew(large, as_window(), tmp_path, source={"sha256": "another"})


@pytest.mark.parametrize("name", ["columns.i32", "manifest.json", "starts.i64", "values.f64"])
@pytest.mark.parametrize("damage", ["missing", "short", "noise"])
def test_a_damaged_folder_is_counted_anew(large, tmp_path, name, damage):
    whole = as_bytes(counted(large, as_window(), tmp_path))
    path = tmp_path / "cooccurrence" / name
    content = path.read_bytes()
    path.unlink()  # What is mapped keeps its file.
    if damage != "missing":
        path.write_bytes(content[:-4] if damage == "short" else b"\xff" * len(content))
    assert counts_anew(large, as_window(), tmp_path)
    assert as_bytes(counted(large, as_window(), tmp_path)) == whole


def test_who_opens_a_damaged_folder_is_told(large, tmp_path):
    counted(large, as_window(), tmp_path)
    folder = tmp_path / "cooccurrence"
    assert open_matrix(folder).entries > 0
    (folder / "values.f64").write_bytes(b"")
    with pytest.raises(FormatError, match=r"are damaged \(values\.f64 does not have the \d+ bytes"):
        open_matrix(folder)
    (folder / "manifest.json").write_text("[]")
    with pytest.raises(FormatError, match="remove the folder"):
        open_matrix(folder)


# The matrix


def test_scipy_reads_it_without_a_copy_and_back(large, tmp_path):
    matrix = counted(large, as_window(), tmp_path)
    sparse = matrix.as_sparse()
    assert np.shares_memory(sparse.data, matrix.values)
    assert np.shares_memory(sparse.indices, matrix.columns)
    assert as_bytes(CooccurrenceMatrix.from_sparse(sparse.tocoo())) == as_bytes(matrix)


def test_entries_of_0_and_below_are_left_out_and_doubles_summed():
    from scipy.sparse import coo_array

    matrix = CooccurrenceMatrix.from_sparse(
        coo_array(([1.0, 2.0, 0.0, -1.0], ([0, 0, 1, 1], [1, 1, 0, 1])), shape=(2, 2))
    )
    assert as_dict(matrix) == {(0, 1): 3.0}
    with pytest.raises(FormatError, match=r"must be square, but is \(1, 2\)"):
        CooccurrenceMatrix.from_sparse(coo_array(([1.0], ([0], [1])), shape=(1, 2)))


def test_parts_that_do_not_fit_and_damaged_ones_are_refused():
    starts, columns, values = np.array([0, 1, 2]), np.array([1, 0], np.int32), np.array([1.0, 2.0])
    CooccurrenceMatrix(starts, columns, values).check()
    with pytest.raises(FormatError, match="do not fit together"):
        CooccurrenceMatrix(starts, columns[:1], values)
    with pytest.raises(FormatError, match="of word 2 are damaged: words must rise from 1 to 2"):
        CooccurrenceMatrix(starts, np.array([1, 2], np.int32), values).check()


def test_further_words_have_no_entries():
    matrix = CooccurrenceMatrix(np.array([0, 1]), np.array([0], np.int32), np.array([2.0]))
    assert as_dict(matrix.with_rows(3)) == {(0, 0): 2.0}
    assert len(matrix.with_rows(3)) == 3
