"""GloVe: what it learns, that threads change no byte, and what its vectors are made of."""

from __future__ import annotations

import math

import numpy as np
import pytest

from fastvec import Corpus, GloVe, WordVectors, build_workspace, load, load_model
from fastvec.datasets import toy_truth, toy_world
from fastvec.errors import DivergenceError, FastvecError, FormatError, ParameterError
from fastvec.kernels.glove import Weighting
from fastvec.models.glove.counting import FOLDER
from fastvec.samplers import grid
from fastvec.samplers.cooccurrence_matrix import open_matrix
from fastvec.samplers.grid import Grid
from fastvec.vectors.archive import write_tensors

from ..reference import glove as twin
from .glove_models import TEXT, learned, made

SETTINGS = {"dim": 32, "window": 8, "epochs": 15}


@pytest.fixture(scope="module")
def english(tmp_path_factory):
    corpus = Corpus(toy_world(1, sentences=40_000, language="english"))
    return build_workspace(corpus, tmp_path_factory.mktemp("english"))


@pytest.fixture
def blocks(monkeypatch):
    """Cut even small matrices into many blocks."""
    monkeypatch.setattr(grid, "BLOCK_ENTRIES", 4)


# What it learns


def test_the_demonstration_corpus_is_learned(english):
    model = GloVe(**SETTINGS).fit(english)
    losses = [record.loss for record in model.history]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < losses[0] / 10
    accuracy = {}
    for section in ("royalty", "sound", "comparative", "superlative"):
        questions = toy_truth()["analogies"][section]
        questions = [q for q in questions if all(word in model.vectors for word in q)]
        right = sum(model.vectors.analogy(a, b, c)[0][0] == d for a, b, c, d in questions[:100])
        accuracy[section] = right / len(questions[:100])
    assert min(accuracy.values()) > 0.3, accuracy  # By chance, one in 700.
    assert max(accuracy.values()) > 0.6, accuracy


def test_words_of_one_kind_lie_together(english):
    vectors = GloVe(**SETTINGS).fit(english).vectors
    fruits = [word for word in toy_truth()["groups"]["fruits"] if word in vectors]
    near = [word for word, _ in vectors.most_similar("apple", topn=5)]
    assert len(set(near) & set(fruits)) >= 3, near


@pytest.mark.parametrize("bias_eta", ["paper", "head"])
@pytest.mark.parametrize("side", ["both", "left", "right"])
def test_the_cost_falls(world, bias_eta, side):
    """D7, D10: the cost is there by default, above 0, and falls."""
    history = GloVe(dim=16, epochs=15, bias_eta=bias_eta, window_side=side).fit(world).history
    assert [record.epoch for record in history] == list(range(1, 16))
    losses = [record.loss for record in history]
    assert 0 < losses[-1] < 0.7 * losses[0]
    assert losses[-1] == min(losses)
    assert {record.learning_rate for record in history} == {0.05}


def test_bytes_do_not_depend_on_threads(english):
    """Promise 1, G2, D6."""
    one, two, four = (learned(GloVe(**SETTINGS, threads=n).fit(english)) for n in (1, 2, 4))
    assert one == two == four
    matrix = open_matrix(english.folder / FOLDER)
    assert Grid(matrix).rounds >= 3  # So that all had work.


def test_the_seed_decides(world):
    one, again, two = (learned(GloVe(dim=8, epochs=1, seed=s).fit(world)) for s in (1, 1, 2))
    assert one == again != two


@pytest.mark.parametrize("bias_eta", ["paper", "head"])
def test_training_is_adagrad_record_by_record(blocks, tmp_path, bias_eta):
    """Three epochs in float32 against the definition in float64, in the grid's order."""
    generator = np.random.default_rng(1)
    text = [[f"w{i}" for i in generator.zipf(1.4, 12) % 25] for _ in range(60)]
    workspace = build_workspace(Corpus(text), tmp_path)
    settings = {"epochs": 3, "x_max": 5.0, "bias_eta": bias_eta, "seed": 4}
    model, begun = made(**settings).fit(workspace), made(**{**settings, "epochs": 0}).fit(workspace)
    matrix = open_matrix(tmp_path / FOLDER)
    own, counts = Grid(matrix), matrix.as_sparse().toarray()
    assert own.rounds > 3
    parts = ("word_vectors", "context_vectors", "word_biases", "context_biases")
    state = twin.State(*(np.array(getattr(begun, part), np.float64) for part in parts))
    sums = twin.State(*(np.ones_like(part) for part in state))
    rules = twin.Settings(x_max=5.0, bias_rate=1.0 if bias_eta == "head" else 0.05)
    for record in model.history:
        order = twin.order_of(own.epoch(4, record.epoch), own.records)
        assert len(set(order)) == len(order) == matrix.entries == record.pairs
        cost = twin.adagrad_pass(state, sums, order, counts, rules)
        assert record.loss == pytest.approx(cost / matrix.entries, rel=1e-4)
    for part, expected in zip(parts, state, strict=True):
        np.testing.assert_allclose(getattr(model, part), expected, atol=2e-5)


# Numbers that grow


@pytest.mark.parametrize("rate", [5.0, 1e3, 1e6])
@pytest.mark.parametrize("bias_eta", ["paper", "head"])
def test_a_tiny_text_is_learned_or_an_error(tmp_path, rate, bias_eta):
    """D1: `a b a b a b`, dim 500, eta 5: a peer writes a file of nan."""
    model = made(dim=500, learning_rate=rate, bias_eta=bias_eta, epochs=30)
    try:
        model.fit([["a", "b"] * 3], checkpoint=tmp_path / "m", checkpoint_every=1)
    except DivergenceError:
        assert not model._tensors
        if (tmp_path / "m").exists():
            model = load_model(tmp_path / "m")
    assert all(np.isfinite(tensor).all() for tensor in model._tensors.values())


def test_divergence_is_noticed_where_it_happens(world, monkeypatch):
    """Promise 4."""
    with pytest.raises(DivergenceError, match=r"in epoch 1, \d+% of the way.*rate 1e\+06"):
        GloVe(dim=16, learning_rate=1e6, clip=1e30).fit(world)


@pytest.mark.parametrize("text", [[["a", "b"]], [["a", "b", "c"]]], ids=str)
def test_counts_of_1_only_are_no_divergence(text):
    """Their logarithms are 0: vectors that know nothing have no cost to compare with."""
    model = made(window=1, epochs=50).fit(text)
    assert 0 <= model.history[-1].loss < 1e-3


@pytest.mark.parametrize(
    ("name", "value"),
    [("x_max", 0), ("x_max", -1.0), ("x_max", math.nan), ("alpha", -0.1), ("clip", 0),
     ("learning_rate", 0), ("window", 0), ("window_side", "middle"), ("retrofit", -1)],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_refused(name, value):
    """D2: x_max 0 went unnoticed for 59 GB."""
    with pytest.raises(ParameterError, match=f"^{name} must be"):
        GloVe(**{name: value})


def test_the_rates_of_biases_are_as_named():
    """D14."""
    from fastvec.models.glove.parameters import start
    from fastvec.models.glove.training import Rounds
    from fastvec.samplers.cooccurrence_matrix import CooccurrenceMatrix

    matrix = CooccurrenceMatrix(np.array([0, 1]), np.array([0], np.int32), np.array([1.0]))
    for bias_eta, rate in (("paper", 0.05), ("head", 1.0)):
        config = GloVe(bias_eta=bias_eta, dim=8).config
        rounds = Rounds(Grid(matrix), start(1, config), config, np.ones(1, np.float32))
        assert rounds.weighting(0.05) == Weighting(100.0, 0.75, 0.05, rate, 100.0)
        assert rounds.weighting(0.0).bias_rate == 0


# What comes out


def test_the_start_state_is_glove_s():
    """O3, D5: uniform in [-0.5, 0.5) / dim, biases too."""
    model = made(dim=50, epochs=0).fit([[f"w{i}" for i in range(400)]])
    assert model.history == []
    for part in ("word_vectors", "context_vectors", "word_biases", "context_biases"):
        values = getattr(model, part)
        assert np.abs(values).max() <= 0.01
        assert values.std() == pytest.approx(0.02 / 12**0.5, rel=0.1)
    tensors = model._tensors
    correlation = np.corrcoef(tensors["word_vectors"].ravel(), tensors["context_vectors"].ravel())
    assert abs(correlation[0, 1]) < 0.03
    assert not np.array_equal(model.word_biases, model.context_biases)


@pytest.mark.parametrize("combine", ["mean", "sum", "word", "both"])
def test_vectors_are_made_of_both(combine, tmp_path):
    """F10: what is written is as wide as it says."""
    model = made(combine=combine).fit(TEXT)
    words, contexts = model.word_vectors, model.context_vectors
    expected = {"mean": (words + contexts) / 2, "sum": words + contexts, "word": words,
                "both": np.hstack([words, contexts])}[combine]  # fmt: skip
    np.testing.assert_array_equal(model.vectors.matrix, expected)
    assert model.vectors.dim == (16 if combine == "both" else 8)
    model.save(tmp_path / "m")
    assert load(tmp_path / "m").matrix.tobytes() == model.vectors.matrix.tobytes()
    assert learned(load_model(tmp_path / "m")) == learned(model)


def test_unknown_words_have_no_row_unless_asked_for():
    rare = [*TEXT, ["a", "z", "b"]]
    assert "<unk>" not in made(min_count=2).fit(rare).vectors
    trained = made(min_count=2, unk="trained").fit(rare)
    assert trained.vocabulary.counts[trained.vocabulary.index["<unk>"]] == 1
    assert trained.vectors.specials == ("<unk>",)
    mean = made(min_count=2, unk="mean").fit(rare)
    plain = made(min_count=2).fit(rare)
    row = mean.vocabulary.index["<unk>"]
    for part in ("word_vectors", "context_vectors"):
        rows = getattr(mean, part)
        np.testing.assert_allclose(rows[row], np.delete(rows, row, 0).mean(axis=0), atol=1e-7)
    assert mean.vectors.matrix.shape == (len(plain.vectors) + 1, 8)


def test_unknown_words_that_are_trained_keep_their_place_in_the_window():
    """With `none` they are skipped before distances are measured, as Stanford's program does."""
    text = [["a", "rare1", "b"], ["a", "rare2", "b"]]
    for unk, expected in (("none", {("a", "b")}), ("trained", {("a", "<unk>"), ("<unk>", "b")})):
        model = made(min_count=2, window=1, unk=unk, epochs=1).fit(text)
        assert model.history[0].pairs == 2 * len(expected)


def test_sentence_marks_are_contexts():
    model = made(sentence_marks=True, window=1, epochs=1).fit([["a", "b"]] * 9)
    assert set(model.vectors.words) == {"a", "b", "<s>", "</s>"}
    assert model.history[0].pairs == 6  # <s> a, a b, b </s>, in both directions.


def test_untrained_and_unknown_are_said():
    for name in ("vectors", "word_vectors", "word_biases", "context_biases", "vocabulary"):
        with pytest.raises(FastvecError, match="GloVe has not been trained"):
            getattr(GloVe(), name)
    with pytest.raises(ParameterError, match="unexpected keyword argument 'negative'"):
        GloVe(negative=5)


# Folders


@pytest.mark.parametrize("name", ["config", "vectors", "vocabulary", "history"])
def test_a_damaged_folder_is_named(tmp_path, name):
    made().fit(TEXT).save(tmp_path / "m")
    (path,) = (tmp_path / "m").glob(f"{name}*")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(FormatError, match=str(tmp_path / "m")):
        load_model(tmp_path / "m")


def test_a_folder_without_biases_is_a_damaged_model_but_has_vectors(tmp_path):
    model = made().fit(TEXT)
    model.save(tmp_path / "m")
    tensors = {name: np.array(t) for name, t in model._tensors.items() if "biases" not in name}
    write_tensors(tmp_path / "m/vectors-1.safetensors", tensors)
    with pytest.raises(FormatError, match=r"damaged glove model.*word_biases"):
        load_model(tmp_path / "m")
    assert isinstance(load(tmp_path / "m"), WordVectors)
