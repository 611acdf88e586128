"""spaCy's ``init vectors`` takes our text files."""

import subprocess
import sys

import numpy as np
import pytest

import fastvec
from fastvec.vectors.word_vectors import WordVectors

spacy = pytest.importorskip("spacy", reason="spaCy is not installed")


@pytest.mark.parametrize("name", ["v.txt", "v.glove.txt", "v.vec"])
def test_init_vectors_takes_our_text(name, tmp_path):
    """F8."""
    matrix = np.random.default_rng(1).standard_normal((20, 5)).astype(np.float32)
    ours = WordVectors([f"wörd{row}" for row in range(19)] + ["苹果"], matrix)
    fastvec.save(ours, tmp_path / name)
    command = [sys.executable, "-m", "spacy", "init", "vectors", "en", str(tmp_path / name)]
    subprocess.run([*command, str(tmp_path / "out")], check=True, capture_output=True)
    vocabulary = spacy.load(tmp_path / "out").vocab
    for word in ours.words:
        np.testing.assert_allclose(vocabulary.get_vector(word), ours[word], rtol=1e-6)
