"""Train, query and use word embeddings on an ordinary CPU.

Letters for shapes, in all docstrings: V words, D dimension, N tokens, P pairs,
W windows, B batch, T time, H cells, C characters.

Names are loaded on first use, so that ``import fastvec`` needs neither Numba
nor SciPy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "CBOW": "fastvec.models.word2vec.estimators",
    "Corpus": "fastvec.text.corpus",
    "ELMo": "fastvec.models.elmo.estimator",
    "GloVe": "fastvec.models.glove.estimator",
    "Phrases": "fastvec.text.phrases",
    "SkipGram": "fastvec.models.word2vec.estimators",
    "Tagger": "fastvec.models.tagger.estimator",
    "Vocabulary": "fastvec.vocabulary.words",
    "WordVectors": "fastvec.vectors.word_vectors",
    "Workspace": "fastvec.encoding.workspace",
    "build_workspace": "fastvec.encoding.build",
    "load": "fastvec.models.loading",
    "load_model": "fastvec.models.loading",
    "save": "fastvec.vectors.formats",
}

if TYPE_CHECKING:
    from fastvec.encoding.build import build_workspace
    from fastvec.encoding.workspace import Workspace
    from fastvec.models.elmo.estimator import ELMo
    from fastvec.models.glove.estimator import GloVe
    from fastvec.models.loading import load, load_model
    from fastvec.models.tagger.estimator import Tagger
    from fastvec.models.word2vec.estimators import CBOW, SkipGram
    from fastvec.text.corpus import Corpus
    from fastvec.text.phrases import Phrases
    from fastvec.vectors.formats import save
    from fastvec.vectors.word_vectors import WordVectors
    from fastvec.vocabulary.words import Vocabulary

__all__ = [  # noqa: RUF022  # In the order of use.
    "Corpus", "Phrases", "build_workspace", "Workspace", "Vocabulary", "SkipGram", "CBOW", "GloVe",
    "ELMo", "Tagger", "WordVectors", "load", "load_model", "save", "__version__",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'fastvec' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
