from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from fastvec.vectors.word_vectors import WordVectors


@pytest.fixture(scope="session")
def data():
    """Give the folder of evaluation sets."""
    folder = Path(os.environ.get("FASTVEC_DATA", Path(__file__).parents[2] / "../shared/data"))
    if not (folder / "analogy").is_dir():
        pytest.skip(f"{folder / 'analogy'} is not there; FASTVEC_DATA names its parent")
    return folder


@pytest.fixture
def square():
    """Give four words whose analogies all come out."""
    rows = np.array([[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1]], dtype=np.float32)
    return WordVectors(["man", "woman", "king", "queen"], rows)


@pytest.fixture
def write(tmp_path):
    """Write a file and return its path."""

    def call(text, name="file.txt"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return call
