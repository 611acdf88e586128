"""Texts that a model is given: encoded, and told in the words of another text."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fastvec.encoding.build import build_workspace
from fastvec.encoding.workspace import Workspace
from fastvec.progress import Callback, silent
from fastvec.text.corpus import Corpus
from fastvec.vocabulary.words import Vocabulary

UNKNOWN = 2**31 - 1  # Above every id.


@contextmanager
def encoded(corpus: Any, threads: int | None, callback: Callback = silent) -> Iterator[Any]:
    """Give a corpus's workspace, made in a temporary folder unless it is one; None for None."""
    if corpus is None or isinstance(corpus, Workspace):
        yield corpus
        return
    if not isinstance(corpus, Corpus):
        corpus = Corpus(corpus)
    with tempfile.TemporaryDirectory(prefix="fastvec-", ignore_cleanup_errors=True) as folder:
        yield build_workspace(corpus, Path(folder), threads=threads, callback=callback)


def ids_in(training: Vocabulary, text: Workspace) -> NDArray[np.int32]:
    """Return a text's words as ids of another text's whole vocabulary."""
    index = training.index
    ids = np.array([index.get(word, UNKNOWN) for word in text.vocabulary.words], np.int32)
    return ids[text.tokens]
