"""What tests of the tagger share: small networks, features and texts."""

from __future__ import annotations

import numpy as np

from fastvec.layers.scalar_mix import ScalarMix
from fastvec.models.tagger.config import TaggerConfig
from fastvec.models.tagger.corpus import TagSet
from fastvec.models.tagger.inputs import (
    CapitalsPart,
    ContextPart,
    Features,
    TrainedRows,
    WordPart,
)
from fastvec.models.tagger.network import TaggerNetwork

TAGS = TagSet.of([["B-PER", "I-PER", "O", "B-LOC"]], "BIOES")

SALLY = (["Sally", "Johnson", "is", "an", "orange", "farmer"], ["B-PER", "I-PER", *"OOOO"])
TOY = [
    SALLY,
    (["we", "met", "John", "Smith", "in", "Paris"], ["O", "O", "B-PER", "I-PER", "O", "B-LOC"]),
    (["Paris", "is", "big"], ["B-LOC", "O", "O"]),
    (["an", "apple", "farmer", "is", "in", "Rome"], ["O", "O", "O", "O", "O", "B-LOC"]),
    (["John"], ["B-PER"]),
    (["we", "sing"], ["O", "O"]),
] * 4


def config(**settings):
    """Return settings of a small tagger."""
    defaults = {"cells": 8, "epochs": 3, "batch": 4, "dim": 10, "threads": 1, "dropout": 0.2}
    return {**defaults, **settings}


def small_network(dtype=np.float32, words=30, dim=6, context=True, **settings):
    """Return a network over trained and fixed vectors, capitals and two layers of context."""
    rng = np.random.default_rng(0)
    matrix = rng.normal(0, 0.5, (words, dim)).astype(dtype)
    trained = TrainedRows(np.arange(0, words, 2), np.zeros(words // 2))
    parts = {
        "words": WordPart(matrix, words, matrix.mean(axis=0), trained, dtype=dtype),
        "capitals": CapitalsPart(dtype),
    }
    if context:
        parts["context"] = ContextPart(ScalarMix(2, dtype=dtype), 3)
    return TaggerNetwork(TaggerConfig(**config(**settings)), parts, TAGS, dtype)


def drawn_batch(seed=0, steps=5, lengths=(5, 3, 1), words=30, dtype=np.float32, context=3):
    """Draw features and tags of some sentences."""
    rng = np.random.default_rng(seed)
    shape = steps, len(lengths)
    features = Features(
        lengths=np.array(lengths, np.int64),
        rows=rng.integers(0, words + 1, shape).astype(np.int32),
        capitals=rng.integers(0, 6, shape).astype(np.uint8),
        forms=np.zeros(shape, np.int32),
        characters=None,
        context=[rng.normal(0, 1, (*shape, context)).astype(dtype) for _ in range(2)],
    )
    return features, rng.integers(0, len(TAGS.names), shape).astype(np.int32)
