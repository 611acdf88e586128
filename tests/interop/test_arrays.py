"""NumPy, scikit-learn, pandas and torch take our arrays without copying them."""

import numpy as np
import pytest

from fastvec.vectors.formats import load, save
from fastvec.vectors.word_vectors import WordVectors


@pytest.fixture(params=["memory", "mapped"])
def vectors(request, tmp_path):
    matrix = np.random.default_rng(1).standard_normal((30, 4)).astype(np.float32)
    made = WordVectors([f"w{row}" for row in range(30)], matrix)
    if request.param == "memory":
        return made
    save(made, tmp_path / "v.safetensors")
    return load(tmp_path / "v.safetensors")


def test_numpy(vectors):
    assert np.shares_memory(np.asarray(vectors.matrix), vectors.matrix)


def test_pandas(vectors):
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pandas.DataFrame(vectors.matrix, index=vectors.words, copy=False)
    assert np.shares_memory(frame.to_numpy(), vectors.matrix)
    np.testing.assert_array_equal(frame.loc["w3"], vectors["w3"])


def test_scikit_learn(vectors):
    neighbors = pytest.importorskip("sklearn.neighbors", reason="scikit-learn is not installed")
    validation = pytest.importorskip("sklearn.utils.validation")
    assert np.shares_memory(validation.check_array(vectors.matrix), vectors.matrix)
    index = neighbors.NearestNeighbors(n_neighbors=4, metric="cosine").fit(vectors.matrix)
    (rows,) = index.kneighbors(vectors["w5"][None], return_distance=False)
    ours = [word for word, _ in vectors.most_similar("w5", topn=3)]
    assert [vectors.words[row] for row in rows] == ["w5", *ours]


@pytest.mark.filterwarnings("ignore:The given NumPy array is not writable")
def test_torch(vectors):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    tensor = torch.from_numpy(np.asarray(vectors.matrix))
    assert tensor.data_ptr() == vectors.matrix.ctypes.data
