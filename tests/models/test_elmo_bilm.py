"""ELMo against the reference implementation, through files that it wrote."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

import fastvec

h5py = pytest.importorskip("h5py", reason="needs h5py, extra elmo")

FIXTURE = Path(os.environ.get("FASTVEC_DATA", "../shared/data")) / "elmo"

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not FIXTURE.is_dir(), reason="no evaluation data; set FASTVEC_DATA"),
]


@pytest.fixture(scope="module")
def elmo():
    return fastvec.ELMo.from_bilm(FIXTURE / "options.json", FIXTURE / "lm_weights.hdf5")


@pytest.fixture(scope="module")
def batches():
    texts = json.loads((FIXTURE / "sentences.json").read_text())
    return [[sentence.split() for sentence in batch] for batch in texts]


def reference(number):
    """Return the top layer of each sentence, (words, 2P)."""
    with h5py.File(FIXTURE / f"lm_embeddings_{number}.hdf5") as file:
        return [np.concatenate(file[str(i)][...], axis=-1) for i in range(len(file))]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_stateful_vectors_are_those_of_the_reference(elmo, batches, number):
    found, _ = elmo.embed(batches[number], layers=-1, return_state=True)
    expected = reference(number)
    assert len(found) == len(expected) > 0
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5)


def test_the_state_goes_from_call_to_call(elmo, batches):
    state, found = None, []
    for sentence in batches[0]:
        vectors, state = elmo.embed([sentence], layers=-1, state=state, return_state=True)
        found += vectors
    for ours, theirs in zip(found, reference(0), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5)


def test_without_a_state_later_sentences_differ_and_the_first_does_not(elmo, batches):
    alone, expected = elmo.embed(batches[0], layers=-1), reference(0)
    np.testing.assert_allclose(alone[0], expected[0], rtol=0, atol=1e-5)
    assert max(abs(alone[1] - expected[1]).max(), abs(alone[2] - expected[2]).max()) > 1e-3


def test_token_vectors_are_those_of_the_reference(elmo):
    words = (FIXTURE / "vocab_test.txt").read_text().split("\n")
    with h5py.File(FIXTURE / "elmo_token_embeddings.hdf5") as file:
        expected = file["embedding"][...]
    known = [word for word in words if word]
    (found,) = elmo.embed([known], layers=0)
    assert len(known) <= len(expected)
    ordinary = [i for i, word in enumerate(known) if not word.startswith("<")]
    np.testing.assert_allclose(found[ordinary, :16], expected[ordinary], rtol=0, atol=1e-5)
    assert np.array_equal(found[:, :16], found[:, 16:])


def test_saved_files_give_the_same_vectors(elmo, batches, tmp_path):
    elmo.save_bilm(tmp_path / "bilm")
    again = fastvec.ELMo.from_bilm(
        tmp_path / "bilm" / "options.json", tmp_path / "bilm" / "weights.hdf5"
    )
    for ours, theirs in zip(again.embed(batches[0]), elmo.embed(batches[0]), strict=True):
        assert np.array_equal(ours, theirs)


def test_a_model_folder_gives_the_same_vectors(elmo, batches, tmp_path):
    elmo.save(tmp_path / "elmo.fastvec")
    again = fastvec.load_model(tmp_path / "elmo.fastvec")
    for ours, theirs in zip(again.embed(batches[1]), elmo.embed(batches[1]), strict=True):
        assert np.array_equal(ours, theirs)
