"""V5: a preset is the peer's own defaults, row by row of its documentation."""

from __future__ import annotations

from dataclasses import fields

import pytest

from fastvec import CBOW, GloVe, SkipGram
from fastvec.errors import ParameterError
from fastvec.models.presets import PRESETS, preset
from fastvec.models.registry import CONFIGS

# word2vec.c's, gensim's and fastText's, from their own option lists.
ROWS = {
    "dim": (100, 100, 100),
    "window": (5, 5, 5),
    "window_shape": ("shrink", "shrink", "shrink"),
    "negative": (5, 5, 5),
    "noise_exponent": (0.75, 0.75, 0.5),
    "loss": ("ns", "ns", "ns"),
    "sample": (1e-3, 1e-3, 1e-4),
    "epochs": (5, 5, 5),
    "min_count": (5, 5, 5),
    "max_size": (None, None, None),
}
PEERS = PRESETS[:3]
WORD_MODELS = ("skipgram", "cbow")
# Those of Stanford's program; its vocabulary is vocab_count's.
GLOVE = {
    "dim": 50, "window": 15, "epochs": 25, "min_count": 1, "max_size": None, "x_max": 100.0,
    "alpha": 0.75, "learning_rate": 0.05, "clip": 100.0, "distance_weighting": "harmonic",
    "window_side": "both", "bias_eta": "head", "combine": "sum", "unk": "mean",
}  # fmt: skip


@pytest.mark.parametrize("model", WORD_MODELS)
@pytest.mark.parametrize("name", ROWS)
def test_each_row_is_that_of_the_peer(model, name):
    assert tuple(preset(peer, model).settings[name] for peer in PEERS) == ROWS[name]


@pytest.mark.parametrize(
    ("peer", "model", "first", "last"),
    [("word2vec.c", "skipgram", 0.025, 2.5e-6), ("word2vec.c", "cbow", 0.05, 5e-6),
     ("gensim", "skipgram", 0.025, 1e-4), ("gensim", "cbow", 0.025, 1e-4),
     ("fasttext", "skipgram", 0.05, 0.0), ("fasttext", "cbow", 0.05, 0.0)],
)  # fmt: skip
def test_learning_rate_falls_as_the_peers_does(peer, model, first, last):
    settings = preset(peer, model).settings
    assert settings["learning_rate"] == first
    assert settings["final_rate"] * first == pytest.approx(last)


@pytest.mark.parametrize("peer", PEERS)
def test_cbow_is_the_mean_with_the_classic_gradient(peer):
    settings = preset(peer, "cbow").settings
    assert (settings["cbow_combine"], settings["cbow_gradient"]) == ("mean", "classic")
    assert "cbow_combine" not in preset(peer, "skipgram").settings


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("model", WORD_MODELS)
def test_model_threads_and_seed_are_left_alone(peer, model):
    settings = preset(peer, model).settings
    known = {item.name for item in fields(CONFIGS[model])}
    assert set(settings) < known - {"threads", "seed"}
    ours = {"threads": 2, "seed": 7}
    config = {"skipgram": SkipGram, "cbow": CBOW}[model](**{**settings, **ours}).config
    assert {name: getattr(config, name) for name in ours} == ours
    assert {name: getattr(config, name) for name in settings} == settings


def test_what_a_peer_has_and_fastvec_has_not_is_named():
    assert "subword n-grams" in preset("fasttext", "cbow").missing
    assert "10,000 words" in preset("gensim", "skipgram").missing
    assert preset("word2vec.c", "skipgram").missing == ""


@pytest.mark.parametrize("model", WORD_MODELS)
def test_glove_has_no_settings_for_word2vec(model):
    with pytest.raises(ParameterError, match=f"'glove' has no settings for --model {model}"):
        preset("glove", model)


def test_glove_has_the_settings_of_stanfords_program():
    settings = preset("glove", "glove").settings
    assert {name: settings[name] for name in GLOVE} == GLOVE
    assert GloVe(**settings).config.as_dict().items() >= settings.items()
    assert not {"threads", "seed"} & settings.keys()


@pytest.mark.parametrize("peer", PEERS)
def test_word2vecs_peers_have_no_settings_for_glove(peer):
    with pytest.raises(ParameterError, match="has no settings for --model glove"):
        preset(peer, "glove")


def test_unknown_preset_is_refused_with_the_known_ones():
    with pytest.raises(
        ParameterError, match=r"one of word2vec\.c, .*, glove, tiny, .*, but is 'koan'"
    ):
        preset("koan", "cbow")
