"""Where ELMo begins: at a model, at word vectors, and what it refuses; its files and folders."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

import fastvec
from fastvec import ELMo, SkipGram, WordVectors
from fastvec.errors import CorpusError, FormatError, ParameterError, ResourceError

FIVE = [["a", "b", "c"], ["d", "e", "a"]] * 10
EIGHT = [["a", "b", "f"], ["g", "h", "e"], ["c", "d"]] * 10
TINY = {"preset": "tiny", "min_count": 1, "threads": 1, "epochs": 1}


@pytest.fixture(scope="module")
def five():
    return ELMo(**TINY).fit(FIVE)


def test_a_model_goes_on_with_another_vocabulary(five, tmp_path):
    """L6: encoder kept, softmax remade, report."""
    notes = []
    five.save(tmp_path / "five")
    eight = ELMo(**TINY | {"epochs": 0}).fit(
        EIGHT, init=tmp_path / "five", callback=lambda event: notes.append(event.note)
    )
    assert (len(five.vocabulary), len(eight.vocabulary)) == (8, 11)
    for name, array in eight.tensors.items():
        if name.startswith("encoder/"):
            assert np.array_equal(array, five.tensors[name])
    here, there = eight.vocabulary.index, five.vocabulary.index
    for word in "abcde":
        assert np.array_equal(eight.vectors[word], five.vectors[word])
        for name in ("softmax/weights", "softmax/bias"):
            assert np.array_equal(eight.tensors[name][here[word]], five.tensors[name][there[word]])
    fresh = ELMo(**TINY | {"epochs": 0}).fit(EIGHT)
    for word in "fgh":
        assert np.array_equal(eight.vectors[word], fresh.vectors[word])
    (note,) = (note for note in notes if note.startswith("init"))
    assert "8 of 11 words are known to it, 3 are new" in note


def test_going_on_from_a_model_is_better_than_from_nothing(five):
    assert (
        ELMo(**TINY | {"epochs": 0}).fit(FIVE, init=five).perplexity(FIVE).mean
        < ELMo(**TINY | {"epochs": 0}).fit(FIVE).perplexity(FIVE).mean
    )


@pytest.mark.parametrize("setting", [{"dim": 16}, {"cells": 32}, {"layers": 2}])
def test_a_model_of_other_sizes_is_refused(five, setting):
    (name,) = setting
    with pytest.raises(ParameterError, match=f"^{name} must be that of the model of init"):
        ELMo(**TINY | setting).fit(EIGHT, init=five)


def test_the_token_layer_starts_from_word_vectors(tmp_path):
    vectors = WordVectors(["a", "b", "x"], np.arange(96, dtype=np.float32).reshape(3, 32) / 96)
    fastvec.save(vectors, tmp_path / "v.txt")
    for init in (vectors, tmp_path / "v.txt", str(tmp_path / "v.txt")):
        model = ELMo(**TINY | {"epochs": 0}).fit(FIVE, init=init)
        np.testing.assert_allclose(model.vectors["b"], vectors["b"], atol=1e-6)
        assert abs(model.vectors["c"]).max() > 0


def test_a_model_of_word_vectors_is_a_start_as_well():
    words = SkipGram(dim=32, min_count=1, threads=1, epochs=1).fit(FIVE)
    model = ELMo(**TINY | {"epochs": 0}).fit(FIVE, init=words)
    assert np.array_equal(model.vectors["a"], words.vectors["a"])


def test_vectors_that_do_not_fit_are_refused():
    vectors = WordVectors(["a"], np.ones((1, 7), np.float32))
    with pytest.raises(ParameterError, match="dim must be that of the vectors of init, 7"):
        ELMo(**TINY).fit(FIVE, init=vectors)
    with pytest.raises(ParameterError, match="input must be 'words' to start from word vectors"):
        ELMo(**TINY, input="characters").fit(FIVE, init=vectors)


def test_a_stopped_training_goes_on_with_its_own_text_only(tmp_path):
    model = ELMo(**TINY | {"epochs": 3})
    with pytest.raises(KeyboardInterrupt):
        model.fit(FIVE, callback=lambda event: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(CorpusError, match="was begun on other text"):
        model.fit(EIGHT, resume=True)


@pytest.mark.parametrize("kind", ["words", "characters"])
def test_a_model_folder_can_move(tmp_path, kind):
    """L8: weights cannot be moved."""
    model = ELMo(**TINY, input=kind).fit(FIVE)
    model.save(tmp_path / "here")
    shutil.move(tmp_path / "here", tmp_path / "there")
    again = fastvec.load_model(tmp_path / "there")
    for ours, theirs in zip(again.embed(EIGHT), model.embed(EIGHT), strict=True):
        assert np.array_equal(ours, theirs)
    assert again.config == model.config
    assert again.history == model.history
    loaded = fastvec.load(tmp_path / "there")
    np.testing.assert_array_equal(loaded["a"], model.vectors["a"])
    assert str(tmp_path) not in (tmp_path / "there" / "config.json").read_text()


@pytest.mark.parametrize("kind", ["words", "characters"])
def test_files_of_bilm_are_written_and_read_without_a_change(tmp_path, kind):
    """L3, L5, L9: both inputs; 261 and 262 need no edit; two files."""
    pytest.importorskip("h5py", reason="needs the extra elmo")
    model = ELMo(**TINY, input=kind).fit(FIVE)
    notes = model.save_bilm(tmp_path / "bilm")
    assert {path.name for path in (tmp_path / "bilm").iterdir()} == {
        "options.json", "weights.hdf5", "vocabulary.txt",
    }  # fmt: skip
    assert any("reads words" in note for note in notes) == (kind == "words")
    again = ELMo.from_bilm(
        tmp_path / "bilm/options.json", tmp_path / "bilm/weights.hdf5",
        tmp_path / "bilm/vocabulary.txt",
    )  # fmt: skip
    for ours, theirs in zip(again.embed(EIGHT), model.embed(EIGHT), strict=True):
        assert np.array_equal(ours, theirs)
    with pytest.raises(ResourceError, match="exists"):
        model.save_bilm(tmp_path / "bilm")
    model.save_bilm(tmp_path / "bilm", overwrite=True)
    trained = ELMo(**TINY, input=kind).fit(FIVE, init=again)
    assert trained.predict("a __ c")


def test_a_table_of_words_needs_its_words(tmp_path):
    pytest.importorskip("h5py", reason="needs the extra elmo")
    ELMo(**TINY).fit(FIVE).save_bilm(tmp_path)
    paths = tmp_path / "options.json", tmp_path / "weights.hdf5"
    with pytest.raises(FormatError, match=r"a table of 8 words, .* none are given"):
        ELMo.from_bilm(*paths)
    with pytest.raises(FormatError, match=r"a table of 8 words, .* there are 4"):
        ELMo.from_bilm(*paths, ["<S>", "</S>", "<UNK>", "a"])
    with pytest.raises(FormatError, match="the vocabulary lacks <UNK>, <S>"):
        ELMo.from_bilm(*paths, ["a", "</S>"])


def damage(folder, change):
    config = json.loads((folder / "config.json").read_text())
    change(config)
    (folder / "config.json").write_text(json.dumps(config))


@pytest.mark.parametrize(
    "change",
    [
        lambda config: config["settings"].update(dim=33),
        lambda config: config["settings"].update(cells=-1),
        lambda config: config["settings"].update(layers=2),
        lambda config: config["settings"].update(input="characters"),
        lambda config: config["settings"].pop("cells"),
        lambda config: config.update(standing={"epoch": 1}),
        lambda config: config.update(specials=[]),
        lambda config: config["settings"].update(surprise=1),
    ],
)
def test_a_damaged_folder_is_refused_in_a_line(five, tmp_path, change):
    five.save(tmp_path / "m")
    damage(tmp_path / "m", change)
    with pytest.raises(FormatError):
        fastvec.load_model(tmp_path / "m")
