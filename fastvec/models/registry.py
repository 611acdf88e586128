"""The models that can be trained, by name: settings, estimator and plan of each."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from fastvec.models.configs import CBOWConfig, Config, SkipGramConfig
from fastvec.models.elmo.config import ELMoConfig
from fastvec.models.glove.config import GloVeConfig

CONFIGS: dict[str, type[Config]] = {
    "skipgram": SkipGramConfig,
    "cbow": CBOWConfig,
    "glove": GloVeConfig,
    "elmo": ELMoConfig,
}
# Loaded on first use: an estimator brings Numba with it.
_ESTIMATORS = {
    "skipgram": "fastvec.models.word2vec.estimators:SkipGram",
    "cbow": "fastvec.models.word2vec.estimators:CBOW",
    "glove": "fastvec.models.glove.estimator:GloVe",
    "elmo": "fastvec.models.elmo.estimator:ELMo",
    "tagger": "fastvec.models.tagger.estimator:Tagger",
}
_PLANS = {
    "skipgram": "fastvec.models.plan:word_plan",
    "cbow": "fastvec.models.plan:word_plan",
    "glove": "fastvec.models.glove.plan:glove_plan",
    "elmo": "fastvec.models.elmo.plan:elmo_plan",
}


def _named(place: str) -> Any:
    module, name = place.split(":")
    return getattr(import_module(module), name)


def estimator(kind: object) -> Any:
    """Return a model's class, or None if this version has no such model, or it is no name."""
    return _named(_ESTIMATORS[kind]) if isinstance(kind, str) and kind in _ESTIMATORS else None


def planner(kind: str) -> Callable[..., Any]:
    """Return what plans a model's training: (rows, config, words, distinct) to a `Plan`."""
    return _named(_PLANS[kind])
