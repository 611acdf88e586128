"""Co-occurrences of a text: what is counted, with what memory, and what is left on the disk."""

from __future__ import annotations

import resource
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastvec.errors import ResourceError
from fastvec.samplers import row_counting
from fastvec.samplers.context_window import EXACT_WINDOW
from fastvec.samplers.row_counting import RowCounting, expected_entries

from ..reference.glove import cooccurrence
from .cooccurrence_texts import as_bytes, as_dict, as_text, as_window, counted, zipf_text

sentences = st.lists(st.lists(st.integers(0, 8), max_size=12), min_size=1, max_size=8)
SMALL = [[0, 1, 2], [2, 9, 1, 1]]


@pytest.fixture
def large():
    return as_text(zipf_text(), 200)


# What is counted


@given(
    sentences, st.integers(1, EXACT_WINDOW + 8), st.sampled_from(["both", "left", "right"]),
    st.sampled_from(["harmonic", "flat"]), st.booleans(),
)  # fmt: skip
def test_any_text_is_counted_as_defined(text, window, side, weighting, across):
    """Words from 6 on are unknown: they are left out before distances are measured."""
    settings = as_window(window, side, weighting, across)
    with tempfile.TemporaryDirectory() as folder:
        found = as_dict(counted(as_text(text, 6), settings, Path(folder)))
    exact = cooccurrence(text, 6, window, side, weighting, across)
    expected = {pair: float(weight) for pair, weight in exact.items()}
    if window <= EXACT_WINDOW or weighting == "flat":  # The nearest number of 64 bits.
        assert found == expected
    else:
        assert found == pytest.approx(expected, rel=1e-7)


def test_a_small_text_is_counted_as_by_hand(tmp_path):
    found = as_dict(counted(as_text(SMALL, 3), as_window(2), tmp_path))
    assert found == {
        (0, 1): 1.0, (1, 0): 1.0, (0, 2): 0.5, (2, 0): 0.5, (1, 2): 2.5, (2, 1): 2.5, (1, 1): 2.0,
    }  # fmt: skip


def test_both_sides_are_the_sum_of_left_and_right(large, tmp_path):
    both, left, right = (
        counted(large, as_window(side=side), tmp_path / side).as_sparse()
        for side in ("both", "left", "right")
        if (tmp_path / side).mkdir() is None
    )
    assert abs(both - (left + right)).max() < 1e-9
    assert abs(left - right.T).max() == 0
    assert abs(both - both.T).max() == 0


def test_a_wide_window_of_a_long_text_does_not_overflow(tmp_path):
    text = as_text([[0, 1] * 40_000], 2)
    found = as_dict(counted(text, as_window(20), tmp_path))
    expected = sum(2 * (40_000 - (d + 1) // 2) / d for d in range(1, 21, 2)) * 2 / 2
    assert found[0, 1] == pytest.approx(expected, rel=1e-3)
    assert found[0, 1] == found[1, 0] > 0


def test_no_pair_makes_an_empty_matrix(tmp_path):
    matrix = counted(as_text([[0], [9], [], [1]], 3), as_window(), tmp_path)
    assert (len(matrix), matrix.entries) == (3, 0)
    assert as_bytes(counted(as_text([[0]], 3), as_window(), tmp_path)) == as_bytes(matrix)


# Threads and memory


def least_memory(text):
    """Find the smallest memory that counting accepts, by what it says."""
    with tempfile.TemporaryDirectory() as folder, pytest.raises(ResourceError) as caught:
        counted(text, as_window(), Path(folder), memory=1)
    return int(str(caught.value).split(" needs ")[1].split()[0])


@pytest.mark.parametrize("threads", [1, 2, 4])
@pytest.mark.parametrize("extra", [0, 300, 5000, 10**5, 10**7])
def test_any_memory_and_threads_make_the_same_matrix(large, tmp_path, monkeypatch, threads, extra):
    (tmp_path / "whole").mkdir()
    whole = counted(large, as_window(5), tmp_path / "whole")
    stretches = []
    stretch = RowCounting._stretch

    def remember(self, first, last, scratches):
        stretches.append((first, last))
        return stretch(self, first, last, scratches)

    monkeypatch.setattr(RowCounting, "_stretch", remember)
    limited = counted(large, as_window(5), tmp_path, memory=least_memory(large) + extra,
                      threads=threads)  # fmt: skip
    assert as_bytes(limited) == as_bytes(whole)
    assert [first for first, _ in stretches] == [0, *(last for _, last in stretches[:-1])]
    assert (len(stretches) > 1) == (extra <= 5000)  # The text was read more than once.


@given(sentences, st.integers(0, 400), st.integers(1, 3))
def test_any_text_in_any_memory_makes_the_same_matrix(text, extra, threads):
    text = as_text(text, 6)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "a").mkdir()
        whole = as_bytes(counted(text, as_window(4), Path(folder, "a")))
        memory = least_memory(text) + extra
        limited = counted(text, as_window(4), Path(folder), memory=memory, threads=threads)
        assert as_bytes(limited) == whole


@pytest.mark.parametrize("extra", [0, 2000, 20_000])
def test_few_words_of_a_long_text_make_the_same_matrix(tmp_path, extra):
    """The places of a word may take far more memory than all that threads count in."""
    text = as_text([[0, 1, 0, 2] * 3000], 3)
    (tmp_path / "whole").mkdir()
    whole = counted(text, as_window(), tmp_path / "whole")
    memory = least_memory(text) + extra
    limited = counted(text, as_window(), tmp_path, memory=memory, threads=4)
    assert as_bytes(limited) == as_bytes(whole)
    assert RowCounting(text.tokens, 3, as_window(), memory, 4)._slots >= 3


def test_a_job_visits_few_contexts_or_those_of_one_word(large, tmp_path, monkeypatch):
    """So that Ctrl-C is answered soon, and threads have about as much to do."""
    whole = as_bytes(counted(large, as_window(5), tmp_path))
    monkeypatch.setattr(row_counting, "MOST_VISITS", 2000)
    jobs, count = [], RowCounting._count

    def remember(self, first, last, *rest):
        jobs.append((last - first, self.counts[first:last].sum() * 10))
        return count(self, first, last, *rest)

    monkeypatch.setattr(RowCounting, "_count", remember)
    (tmp_path / "again").mkdir()
    assert as_bytes(counted(large, as_window(5), tmp_path / "again", threads=2)) == whole
    assert all(rows == 1 or visits <= 2000 for rows, visits in jobs)
    assert sum(visits for _, visits in jobs) / len(jobs) > 500


@pytest.mark.parametrize("extra", [0, 2000, 20_000])
def test_arrays_keep_within_the_memory(large, tmp_path, monkeypatch, extra):
    """Lists of places, and what threads count in; three results may wait for each thread."""
    memory, sizes = least_memory(large) + extra, {"places": [0], "scratch": [0]}
    listed, scratch = row_counting.list_places, row_counting._Scratch

    def list_places(text, first, last, free, places):
        sizes["places"].append(places.nbytes)
        return listed(text, first, last, free, places)

    def remember(size, slots):
        made = scratch(size, slots)
        sizes["scratch"].append(sum(a.nbytes for a in vars(made).values()))
        return made

    monkeypatch.setattr(row_counting, "list_places", list_places)
    monkeypatch.setattr(row_counting, "_Scratch", remember)
    counted(large, as_window(5), tmp_path, memory=memory, threads=2)
    assert 0 < max(sizes["places"]) + sum(sizes["scratch"]) < memory


def test_too_little_memory_is_refused_with_the_figure(large, tmp_path):
    """M1: --memory 0.001."""
    needed = least_memory(large)
    with pytest.raises(ResourceError, match=rf"of 200 words needs {needed} bytes.*--memory.*--min"):
        counted(large, as_window(), tmp_path, memory=needed - 1)
    assert list(tmp_path.iterdir()) == []
    assert counted(large, as_window(), tmp_path, memory=needed).entries > 0


def test_few_files_are_open_at_once(large, tmp_path):
    """M2: a peer opens a file for each of its spills, and has too many open."""
    open_now = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc").exists() else 40
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_now + 10, limits[1]))
    try:
        matrix = counted(large, as_window(), tmp_path, memory=least_memory(large), threads=2)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert matrix.entries > 1000


@given(st.lists(st.integers(0, 10**6), max_size=50), st.integers(1, 40))
def test_expected_entries_are_at_most_all_pairs(counts, span):
    found = expected_entries(np.array(counts, np.int64), span)
    words = sum(count > 0 for count in counts)
    assert 0 <= found <= words**2
    assert found <= 2 * span * sum(counts) + 1


def test_expected_entries_are_those_of_a_shuffled_text(tmp_path):
    ids = np.minimum(np.random.default_rng(1).zipf(1.2, 50_000), 3000) - 1
    text = as_text([ids.tolist()], 2000)
    matrix = counted(text, as_window(5), tmp_path)
    counts = np.bincount(ids[ids < 2000], minlength=2000)
    assert expected_entries(counts, 10) == pytest.approx(matrix.entries, rel=0.15)
