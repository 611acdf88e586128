"""Starting from given vectors: which rows they fill, and what training does to those."""

from __future__ import annotations

import numpy as np
import pytest

from fastvec import CBOW, SkipGram, WordVectors, load_model, save
from fastvec.errors import FastvecError, FormatError, ParameterError
from fastvec.models import schedule
from fastvec.samplers.huffman import huffman_tree

TEXT = [["a", "b"], ["b", "a", "a"]] * 30
GIVEN = WordVectors(["b", "c"], np.array([[1, 2, 3], [4, 5, 6]], np.float32))
VARIANTS = [(kind, loss) for kind in (SkipGram, CBOW) for loss in ("ns", "hs", "softmax")]


def made(kind=SkipGram, **settings):
    return kind(**{"dim": 3, "min_count": 1, "threads": 1, "epochs": 0, "sample": 0, **settings})


def note_of(model, text, init):
    events = []
    model.fit(text, init=init, callback=events.append)
    return next(event.note for event in events if event.stage == "starting")


# Which rows


@pytest.mark.parametrize("kind", [SkipGram, CBOW])
def test_known_words_are_copied_others_start_and_foreign_are_ignored(kind):
    """F7: vocabulary {a, b}, file with b and c."""
    start, filled = made(kind).fit(TEXT).vectors, made(kind).fit(TEXT, init=GIVEN).vectors
    assert filled.words == ["a", "b"]
    assert filled["a"].tobytes() == start["a"].tobytes()
    assert filled["b"].tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("rule", "words", "a"), [("mean", ["a", "b"], [2.5, 3.5, 4.5]), ("skip", ["b"], None)]
)
def test_new_words_start_at_the_mean_or_are_left_out(rule, words, a):
    """R2."""
    vectors = made(new_words=rule).fit(TEXT, init=GIVEN).vectors
    assert vectors.words == words
    assert vectors["b"].tolist() == [1, 2, 3]
    assert a is None or vectors["a"].tolist() == a


@pytest.mark.parametrize(("kind", "loss"), VARIANTS)
def test_skipped_words_are_no_rows_and_training_works(kind, loss):
    text = [["a", "b", "c", "d"], ["c", "a", "e"]] * 40
    old = made(epochs=1).fit([["a", "b", "c"]] * 20).vectors
    model = made(kind, loss=loss, epochs=2, new_words="skip").fit(text, init=old)
    assert sorted(model.vectors.words) == ["a", "b", "c"]
    assert model.vectors.matrix.shape == model.context_vectors.shape == (3, 3)
    assert not np.array_equal(model.vectors["a"], old["a"])
    assert np.isfinite(model.history[-1].loss)


def test_skipped_words_have_no_place_in_the_tree():
    old = made().fit([["a", "b", "c"]])
    model = made(loss="hs", epochs=1, learning_rate=1e-9, new_words="skip")
    model.fit([["a", "b", "d"], ["c", "a", "e"]] * 40, init=old.vectors)
    counts = model.vocabulary.counts
    mean = (huffman_tree(counts).lengths * counts).sum() / counts.sum()
    assert model.history[0].loss == pytest.approx(mean * np.log(2), rel=1e-6)
    assert sum(p for _, p in model.predict("b __ c", topn=9)) <= 1 + 1e-9


@pytest.mark.parametrize(("kind", "loss"), VARIANTS)
def test_vocabulary_grows_and_old_rows_stay_until_trained(kind, loss):
    """C10: vocabulary {a, b}, text with c; a peer crashed."""
    old = made(kind, loss=loss, epochs=2).fit(TEXT)
    text = [["b", "c"], ["c", "b", "c"]] * 30
    options = {"loss": loss, "old_words": "keep"}
    grown = made(kind, **options).fit(text, init=old)
    assert grown.vectors.words == ["c", "b", "a"]
    assert grown.vectors.counts.tolist() == [90, 60 + 60, 90]
    assert grown.context_vectors.shape == (3, 3)
    for word in "ab":
        assert grown.vectors[word].tobytes() == old.vectors[word].tobytes()
    trained = made(kind, **options, epochs=3).fit(text, init=old)
    assert np.isfinite(trained.vectors.matrix).all()
    assert trained.vectors["a"].tobytes() == old.vectors["a"].tobytes()  # Not in the text.
    assert trained.vectors["b"].tobytes() != old.vectors["b"].tobytes()


def test_special_rows_stay_what_they_are_while_the_vocabulary_grows():
    old = made(unk="trained", sentence_marks=True).fit(TEXT)
    grown = made(unk="trained", sentence_marks=True, old_words="keep", epochs=1)
    vectors = grown.fit([["c", "a"]] * 20, init=old).vectors
    assert vectors.specials == ("<unk>", "<s>", "</s>")
    assert sorted(vectors.words) == sorted([*old.vectors.words, "c"])


# Frozen rows


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(("kind", "loss"), VARIANTS)
def test_frozen_rows_keep_their_bytes_and_new_ones_move(world, monkeypatch, kind, loss, threads):
    monkeypatch.setattr(schedule, "FEWEST_PARTS", 20)  # Rounds of blocks, where there are any.
    monkeypatch.setattr(schedule, "SHORTEST_BLOCK", 500)
    assert schedule.round_blocks(world.words) > 1
    settings = {"dim": 20, "epochs": 1, "loss": loss, "min_count": 150, "threads": threads}
    start = kind(**{**settings, "epochs": 0}).fit(world).vectors
    given = WordVectors(start.words[::2], np.ones((len(start.words[::2]), 20), np.float32))
    model = kind(**settings, freeze_old=True).fit(world, init=given)
    old = [word in given for word in model.vectors.words]
    assert (model.vectors.matrix[old] == 1).all()
    moved = (model.vectors.matrix != start.matrix).any(axis=1)
    assert moved[~np.array(old)].all()
    assert model.context_vectors.any(axis=1)[: len(old) - 1].all()


def test_frozen_rows_need_ordered_updates():
    with pytest.raises(ParameterError, match="freeze_old must have updates 'ordered'"):
        made(freeze_old=True, updates="hogwild")


# Where they come from


@pytest.mark.parametrize("source", ["vectors", "model", "folder", "text"])
def test_any_source_of_vectors_will_do(tmp_path, source):
    """R7: the note says whether the output layer is new."""
    old = made(epochs=3).fit(TEXT)
    old.save(tmp_path / "m")
    save(old.vectors, tmp_path / "v.txt")
    init = {"vectors": old.vectors, "model": old, "folder": tmp_path / "m",
            "text": str(tmp_path / "v.txt")}[source]  # fmt: skip
    model = made()
    note = note_of(model, TEXT, init)
    assert model.vectors.matrix == pytest.approx(old.vectors.matrix, abs=1e-6)
    whole = source in ("model", "folder")
    assert ("the output layer is that of the model" in note) == whole
    assert ("the output layer is new" in note) == (not whole)
    expected = old.context_vectors if whole else np.zeros((2, 3), np.float32)
    assert model.context_vectors.tobytes() == expected.tobytes()


@pytest.mark.parametrize(("old", "new"), [("hs", "hs"), ("hs", "ns"), ("ns", "hs")])
def test_inner_nodes_of_another_tree_are_not_taken_over(old, new):
    init = made(loss=old, epochs=2).fit(TEXT)
    model = made(loss=new)
    assert "the output layer is new" in note_of(model, TEXT, init)
    assert not model.context_vectors.any()


def test_note_counts_old_and_new_words():
    assert note_of(made(new_words="mean"), TEXT, GIVEN).startswith(
        "init: 1 of 2 words have a vector, 1 are new (mean)"
    )


def test_vectors_of_another_dim_are_refused_with_the_remedy():
    model = made(dim=4).fit(TEXT)
    before = model.vectors.matrix.tobytes()
    with pytest.raises(ParameterError, match="have 3 numbers, but dim is 4; use --dim 3"):
        model.fit(TEXT, init=GIVEN)
    assert model.vectors.matrix.tobytes() == before


@pytest.mark.parametrize("content", [None, b"\x80\x04pickle"])
def test_what_holds_no_vectors_is_named(tmp_path, content):
    if content:
        (tmp_path / "v").write_bytes(content)
    with pytest.raises(FastvecError, match=str(tmp_path / "v")):
        made().fit(TEXT, init=tmp_path / "v")
    (tmp_path / "folder").mkdir()
    with pytest.raises(FormatError, match="is not a model folder"):
        made().fit(TEXT, init=tmp_path / "folder")


def test_training_goes_on_from_where_a_model_was():
    """R2: the first loss is about the last, not that of random vectors."""
    old = made(epochs=20, learning_rate=0.2, final_rate=1.0).fit(TEXT)
    on = made(epochs=1, learning_rate=1e-6).fit(TEXT, init=old)
    assert on.history[0].loss == pytest.approx(old.history[-1].loss, rel=0.1)
    assert on.history[0].loss < 0.9 * old.history[0].loss


def test_a_start_from_vectors_can_be_resumed(tmp_path):
    settings = {"epochs": 4, "freeze_old": True, "old_words": "keep"}
    whole = made(**settings).fit(TEXT, init=GIVEN)

    def stop(event):
        if event.epoch == 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        made(**settings).fit(
            TEXT, init=GIVEN, checkpoint=tmp_path / "m", checkpoint_every="1", callback=stop
        )
    resumed = load_model(tmp_path / "m").fit(TEXT, resume=True)
    assert resumed.vectors.words == whole.vectors.words
    assert resumed.vectors.matrix.tobytes() == whole.vectors.matrix.tobytes()
    assert resumed.vectors["b"].tolist() == [1, 2, 3]
