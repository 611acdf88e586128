"""The peers' defaults, so that a comparison compares programs and not settings; sizes of ELMo."""

from __future__ import annotations

from typing import Any, NamedTuple

from fastvec.errors import ParameterError
from fastvec.models.elmo.config import ELMO_PRESETS

_WORD2VEC: dict[str, Any] = {
    "dim": 100, "window": 5, "window_shape": "shrink", "loss": "ns", "negative": 5,
    "negative_sharing": "pair", "noise_exponent": 0.75, "sample": 1e-3,
    "sample_rule": "word2vec", "epochs": 5, "min_count": 5, "max_size": None,
    "learning_rate": 0.025, "final_rate": 1e-4, "unk": "none",
}  # fmt: skip
_FASTTEXT = {"learning_rate": 0.05, "final_rate": 0.0, "sample": 1e-4, "noise_exponent": 0.5}
_GLOVE: dict[str, Any] = {
    "dim": 50, "window": 15, "window_side": "both", "distance_weighting": "harmonic",
    "across_sentences": False, "x_max": 100.0, "alpha": 0.75, "learning_rate": 0.05,
    "bias_eta": "head", "clip": 100.0, "epochs": 25, "min_count": 1, "max_size": None,
    "combine": "sum", "unk": "mean",
}  # fmt: skip
_CBOW = {"cbow_combine": "mean", "cbow_gradient": "classic"}


class Preset(NamedTuple):
    """The settings of a peer.

    Attributes
    ----------
    settings : dict
        By name; never model, threads or seed.
    missing : str
        What the peer does by default and fastvec does not.
    """

    settings: dict[str, Any]
    missing: str


_CHANGES: dict[str, dict[str, dict[str, Any]]] = {
    "word2vec.c": {"skipgram": {}, "cbow": {"learning_rate": 0.05}},
    # gensim ends at 1e-4 itself, whatever the rate at the start; and skips pairs whose score is
    # beyond 6.
    "gensim": {"skipgram": {"final_rate": 0.004}, "cbow": {"final_rate": 0.004}},
    "fasttext": {"skipgram": _FASTTEXT, "cbow": _FASTTEXT},
    "glove": {"glove": _GLOVE},
    **{name: {"elmo": sizes} for name, sizes in ELMO_PRESETS.items()},
}
_MISSING = {
    "word2vec.c": "",
    "gensim": "it leaves out pairs whose score is beyond 6, and the end of texts over 10,000 words",
    "fasttext": "subword n-grams (minn 3, maxn 6, bucket 2,000,000)",
    "glove": "",
}
PRESETS = ("word2vec.c", "gensim", "fasttext", "glove", *ELMO_PRESETS)


def preset(name: str, model: str) -> Preset:
    """Return a peer's settings for a model.

    Parameters
    ----------
    name : {"word2vec.c", "gensim", "fasttext", "glove", "tiny", "small", "medium", "paper"}
        The last four are sizes of ELMo.
    model : {"skipgram", "cbow", "glove", "elmo"}

    Returns
    -------
    Preset

    Raises
    ------
    ParameterError
        If there is no such preset, or the peer has no such model.

    Examples
    --------
    >>> preset("fasttext", "skipgram").settings["sample"]
    0.0001
    """
    if name not in PRESETS:
        raise ParameterError(f"preset must be one of {', '.join(PRESETS)}, but is {name!r}")
    if model not in _CHANGES.get(name, {}):
        raise ParameterError(f"preset {name!r} has no settings for --model {model}")
    common = {"skipgram": _WORD2VEC, "cbow": {**_WORD2VEC, **_CBOW}}.get(model, {})
    return Preset({**common, **_CHANGES[name][model]}, _MISSING.get(name, ""))
