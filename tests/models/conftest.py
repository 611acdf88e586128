"""What the tests of this folder share."""

from __future__ import annotations

import pytest

from fastvec import Corpus, SkipGram, build_workspace
from fastvec.datasets import toy_world

TEXT = [["a", "b", "é", "<unk>"], ["b", "a"]] * 30


@pytest.fixture(scope="session")
def model():
    """Give a small trained model."""
    return SkipGram(dim=8, min_count=1, threads=1, epochs=2, unk="mean", sample=0).fit(TEXT)


@pytest.fixture
def saved(model, tmp_path):
    """Give the folder of that model."""
    model.save(tmp_path / "m")
    return tmp_path / "m"


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    """Give a workspace of 6,000 sentences of the toy world."""
    folder = tmp_path_factory.mktemp("world")
    return build_workspace(Corpus(toy_world(1, sentences=6000)), folder)
