"""What GloVe makes of a workspace's co-occurrences, its own or somebody else's."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec import Corpus, GloVe, build_workspace
from fastvec.errors import FormatError, ParameterError, ResourceError, VocabularyError
from fastvec.models import plan
from fastvec.models.glove.config import GloVeConfig
from fastvec.models.glove.counting import FOLDER
from fastvec.models.glove.plan import glove_plan
from fastvec.samplers.cooccurrence_matrix import CooccurrenceMatrix, open_matrix
from fastvec.samplers.glove_file import write_cooccurrence

from .glove_models import TEXT, learned, made


@pytest.fixture
def workspace(tmp_path):
    return build_workspace(Corpus(TEXT), tmp_path / "w")


def stages(model, workspace, **options):
    """Return what a training reports."""
    seen = []
    model.fit(workspace, callback=lambda event: seen.append(event.stage), **options)
    return set(seen)


def test_they_are_kept_in_the_workspace_and_used_again(workspace):
    first = made()
    assert "co-occurrence" in stages(first, workspace)
    assert open_matrix(workspace.folder / FOLDER).entries == first.history[0].pairs
    again = made()
    assert "co-occurrence" not in stages(again, workspace)
    assert learned(again) == learned(first)


@pytest.mark.parametrize(
    "changes",
    [{"window": 2}, {"window_side": "left"}, {"distance_weighting": "flat"},
     {"across_sentences": True}, {"min_count": 30}, {"max_size": 3}, {"unk": "trained"},
     {"unk": "mean"}, {"sentence_marks": True}],
    ids=str,
)  # fmt: skip
def test_they_are_counted_anew_if_what_is_counted_changes(workspace, changes):
    made().fit(workspace)
    assert "co-occurrence" in stages(made(**changes), workspace)
    assert "co-occurrence" not in stages(made(**changes), workspace)


def test_they_are_not_counted_anew_if_it_does_not(workspace):
    made().fit(workspace)
    changes = {"dim": 5, "x_max": 3.0, "alpha": 0.5, "bias_eta": "head", "seed": 7,
               "combine": "sum", "learning_rate": 0.1, "epochs": 1, "threads": 2}  # fmt: skip
    assert "co-occurrence" not in stages(made(**changes), workspace, memory=0.5)


def test_text_read_in_another_way_is_counted_anew(tmp_path):
    """The same bytes, and as many words, but not the same ones."""
    (tmp_path / "a.txt").write_text("A a A a B c\n" * 9 + "b c B c\n" * 9)
    pairs = []
    for lowercase in (False, True):
        corpus = Corpus(tmp_path / "a.txt", lowercase=lowercase)
        model = made(max_size=2, window=1, epochs=1).fit(build_workspace(corpus, tmp_path / "w"))
        pairs.append((model.vocabulary.words, learned(model)[0]))
        fresh = made(max_size=2, window=1, epochs=1).fit(
            build_workspace(corpus, tmp_path / str(lowercase))
        )
        assert learned(fresh) == learned(model)
    assert pairs[0] != pairs[1]


@pytest.mark.parametrize("memory", [0.0001, 0.01, 4])
@pytest.mark.parametrize("threads", [1, 3])
def test_memory_and_folders_change_no_byte(workspace, tmp_path, memory, threads):
    whole = made(threads=threads).fit(TEXT)
    (tmp_path / "t").mkdir()
    limited = made(threads=threads).fit(workspace, memory=memory, tmp_dir=tmp_path / "t")
    assert learned(limited) == learned(whole)
    assert list((tmp_path / "t").iterdir()) == []


def test_too_little_memory_is_an_error_with_the_figure(workspace):
    """M1: a segmentation fault."""
    with pytest.raises(
        ResourceError, match=r"needs \d+ bytes of memory at least, but may use 100;"
    ):
        made().fit(workspace, memory=1e-7)
    assert not (workspace.folder / FOLDER).exists()


@pytest.mark.parametrize("memory", [0, -1, float("nan"), float("inf")])
def test_memory_that_is_none_is_refused_before_work(memory):
    with pytest.raises(ParameterError, match="memory must be a number of GB above 0"):
        made().fit(["never read"], memory=memory)


def test_a_folder_that_is_none_is_refused_before_work(tmp_path):
    with pytest.raises(ParameterError, match=r"tmp_dir must be a folder, but .*nope is none"):
        made().fit(["never read"], tmp_dir=tmp_path / "nope")


@pytest.mark.parametrize("text", [[["a"], ["b"]], [["a", "x", "y"], ["b", "z"]]], ids=str)
def test_a_text_without_pairs_says_so(text):
    """D1: a peer's shuffle passed on 0 records, and all vectors were nan."""
    model = made(max_size=2, window=5)
    with pytest.raises(VocabularyError, match=r"no two words .* nothing to train on.*--min-count"):
        model.fit([*text, ["b"], ["a"]])
    crossing = made(max_size=2, across_sentences=True).fit([*text, ["b"], ["a"]])
    assert np.isfinite(crossing.vectors.matrix).all()


# Counted by somebody else


def with_file(matrix, folder):
    write_cooccurrence(matrix, folder / "x.bin")
    return folder / "x.bin"


@pytest.mark.parametrize("unk", ["none", "mean"])
@pytest.mark.parametrize("form", ["matrix", "file"])
def test_co_occurrences_given_are_trained_on(workspace, tmp_path, unk, form):
    """Those of Stanford's program have no row for <unk>, which its vectors have."""
    ours = made(unk=unk).fit(workspace)
    matrix = open_matrix(workspace.folder / FOLDER)
    plain = CooccurrenceMatrix(matrix.starts[:6], matrix.columns, matrix.values)
    given = plain if form == "matrix" else with_file(plain, tmp_path)
    theirs = made(unk=unk)
    assert "co-occurrence" not in stages(theirs, TEXT, cooccurrence=given)
    assert learned(theirs) == learned(ours)


def test_a_scipy_matrix_can_be_trained_on():
    words = [["a", "b", "c"]] * 9
    dense = np.array([[0, 4.0, 9.0], [4.0, 0, 2.0], [9.0, 2.0, 1.0]])
    model = made().fit(words, cooccurrence=CooccurrenceMatrix.from_sparse(dense))
    assert model.history[0].pairs == 7


def test_co_occurrences_of_other_words_are_refused(workspace, tmp_path):
    made().fit(workspace)
    matrix = open_matrix(workspace.folder / FOLDER)
    for few_or_many in (3, 7):
        other = made(epochs=1).fit([[f"w{i}" for i in range(few_or_many)]] * 5)
        with pytest.raises(VocabularyError, match="are of 5 words, but the model has"):
            other.fit([[f"w{i}" for i in range(few_or_many)]] * 5, cooccurrence=matrix)
    with pytest.raises(FormatError, match=r"x\.bin: record \d+ is of words .*same text, min_count"):
        made(max_size=4).fit(workspace, cooccurrence=with_file(matrix, tmp_path))


def test_damaged_co_occurrences_are_refused(workspace):
    bad = CooccurrenceMatrix(np.array([0, 1, 1, 1, 1, 1]), np.array([9], np.int32), np.ones(1))
    with pytest.raises(FormatError, match="co-occurrences of word 1 are damaged"):
        made().fit(workspace, cooccurrence=bad)


# Plans


def test_a_plan_has_memory_disk_and_time():
    small, large = (glove_plan(1000, GloVeConfig(threads=1), words=n) for n in (10**5, 10**7))
    assert small.memory == large.memory
    assert large.seconds > small.seconds > 0
    assert sum(large.disk.values()) > 10 * sum(small.disk.values())
    assert glove_plan(1000, GloVeConfig()).memory.keys() == small.memory.keys()


def test_more_threads_take_less_time():
    one, two = (glove_plan(1000, GloVeConfig(threads=n), words=10**6).seconds for n in (1, 2))
    assert one == pytest.approx(2 * two)


def test_planned_entries_are_about_those_of_a_text(world):
    model = GloVe(epochs=1).fit(world)
    (name,) = (n for n in glove_plan(
        len(model.vocabulary), model.config, world.words, len(world.vocabulary)
    ).disk if "co-occurrences" in n)  # fmt: skip
    planned, found = int(name.split()[1]), model.history[0].pairs
    assert found / 4 < planned < 4 * found  # Its words meet rather less than by chance.


def test_matrices_that_do_not_fit_are_refused_before_counting(workspace, monkeypatch):
    """M4: V = 10 M, dim 300: 2 x 10 M x 300 x 4 bytes, and AdaGrad's sums as many again."""
    needed = sum(glove_plan(10_000_000, GloVeConfig(dim=300)).memory.values())
    assert needed > 2 * 2 * 10_000_000 * 300 * 4
    monkeypatch.setattr(plan, "available_memory", lambda: 10**6)
    with pytest.raises(
        ResourceError, match=r"training needs .* are free .*2 matrices of 5 x 8, wi"
    ):
        made().fit(workspace)
    assert not (workspace.folder / FOLDER).exists()
