"""What skip-gram and CBOW share: settings and a corpus in, word vectors out."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FastvecError, ParameterError
from fastvec.models.configs import WordConfig
from fastvec.models.training import (
    EpochRecord,
    Schedule,
    check_finite,
    run_edges,
    run_length,
    train_epochs,
)
from fastvec.progress import Callback, Progress, silent
from fastvec.vectors.word_vectors import WordVectors
from fastvec.vocabulary.words import Vocabulary
from fastvec.workers import resolve_threads

if TYPE_CHECKING:
    from typing import Self

    from fastvec.encoding.workspace import Workspace
    from fastvec.kernels.skipgram import Weights
    from fastvec.text.corpus import Corpus


class WordModel:
    """A model whose input rows are word vectors; `SkipGram` and `CBOW` derive from it."""

    kind: ClassVar[str]
    config_class: ClassVar[type[WordConfig]]

    def __init__(self, **settings: Any) -> None:
        try:
            self.config = self.config_class(**settings)
        except TypeError as error:
            raise ParameterError(
                f"{type(self).__name__}: {str(error).split('__init__() ')[-1]}"
            ) from None
        self.history: list[EpochRecord] = []
        self.source: dict[str, Any] = {}
        self._vocabulary: Vocabulary | None = None
        self._matrices: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None
        self._vectors: WordVectors | None = None

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the rows."""
        if self._vocabulary is None:
            raise FastvecError(f"this {type(self).__name__} has not been trained: call fit first")
        return self._vocabulary

    @property
    def vectors(self) -> WordVectors:
        """The words' vectors."""
        vocabulary = self.vocabulary
        if self._vectors is None and self._matrices is not None:
            self._vectors = WordVectors(
                vocabulary.words, self._matrices[0], vocabulary.counts, vocabulary.specials
            )
        assert self._vectors is not None
        return self._vectors

    @property
    def context_vectors(self) -> NDArray[np.float32]:
        """The output matrix, (V, dim)."""
        self.vocabulary  # noqa: B018  # Says so if there is none.
        assert self._matrices is not None
        return self._matrices[1]

    def fit(self, corpus: Corpus | Workspace | Any, *, callback: Callback = silent) -> Self:
        """Train on a corpus.

        Parameters
        ----------
        corpus : Corpus, Workspace, path, or list of token lists
            Anything but a workspace is encoded into a temporary folder first.
        callback : callable, default does nothing
            Gets `Progress` events.

        Returns
        -------
        WordModel
            Itself.

        Raises
        ------
        CorpusError, VocabularyError
            If there is nothing to read, or no word is frequent enough.
        DivergenceError
            If training diverges. Nothing is kept then.
        KeyboardInterrupt
            After Ctrl-C. What was learned so far stays on the model.
        """
        with _encoded(corpus, self.config.threads, callback) as workspace:
            self._train(workspace, callback)
        return self

    def _train(self, workspace: Workspace, callback: Callback) -> None:
        from fastvec.kernels.skipgram import Weights
        from fastvec.models.rows import model_rows
        from fastvec.models.word_runs import WordRuns

        config = self.config
        rows = model_rows(workspace, config)
        weights = Weights(*_start(len(rows.vocabulary), config))
        _announce_compiling(callback)
        runs = WordRuns(config, rows, weights, workspace.tokens, workspace.sentences)
        edges = run_edges(workspace.sentences, run_length(workspace.words, config.window))
        longest = int(np.diff(edges).max())
        threads = min(resolve_threads(config.threads), len(edges) - 1)
        scratch = [runs.scratch(longest) for _ in range(threads)]
        runs.warm_up(scratch[0])
        history: list[EpochRecord] = []
        try:
            train_epochs(
                runs.train,
                Schedule(edges, config.epochs, config.learning_rate, config.final_rate),
                scratch,
                objective=config.loss,
                untrained_loss=runs.untrained_loss,
                callback=callback,
                history=history,
            )
            check_finite(weights, config.learning_rate)
        except KeyboardInterrupt:
            self._keep(workspace, rows.vocabulary, weights, history)
            raise
        self._keep(workspace, rows.vocabulary, weights, history)

    def _keep(
        self,
        workspace: Workspace,
        vocabulary: Vocabulary,
        weights: Weights,
        history: list[EpochRecord],
    ) -> None:
        """Take over what was learned, all of it at once."""
        from fastvec.models.rows import fill_unknown

        inputs, outputs = (np.ascontiguousarray(matrix[:, : self.config.dim]) for matrix in weights)
        if self.config.unk == "mean":
            fill_unknown(inputs, vocabulary)
        self.history, self.source = history, workspace.identity()
        self._vocabulary, self._matrices, self._vectors = vocabulary, (inputs, outputs), None

    def save(self, folder: str | PathLike[str], *, overwrite: bool = False) -> None:
        """Write the model folder; see `models.folder`.

        Raises
        ------
        ResourceError
            If the folder exists and `overwrite` is False, or the disk is full.
        """
        from fastvec.models.folder import save_folder

        tensors = {"vectors": self.vectors.matrix, "context_vectors": self.context_vectors}
        save_folder(
            folder,
            kind=self.kind,
            settings=self.config.as_dict(),
            source=self.source,
            vocabulary=self.vocabulary,
            tensors=tensors,
            history=[record.as_dict() for record in self.history],
            overwrite=overwrite,
        )

    @classmethod
    def from_folder(cls, stored: Any) -> Self:
        """Make a model of what `open_folder` returned; matrices stay memory-mapped."""
        model = cls(**stored.settings)
        model.history = [EpochRecord(**record) for record in stored.history]
        model.source = stored.source
        model._vocabulary = stored.vocabulary
        model._matrices = (stored.tensors["vectors"], stored.tensors["context_vectors"])
        return model


def _start(rows: int, config: WordConfig) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the start state: small random input rows, output rows of zeros."""
    from fastvec.models.matrices import padded_zeros, start_vectors
    from fastvec.models.plan import check_memory, word_plan

    check_memory(word_plan(rows, config))
    inputs, outputs = padded_zeros(rows, config.dim), padded_zeros(rows, config.dim)
    start_vectors(inputs, config.dim, config.seed)
    return inputs, outputs


def _announce_compiling(callback: Callback) -> None:
    """Say so when kernels must be compiled first: it takes seconds, once."""
    from fastvec.kernels.jit import compiled_before
    from fastvec.kernels.noise import draw_pooled
    from fastvec.kernels.skipgram import train_windows

    if not compiled_before(draw_pooled, train_windows):
        callback(Progress(stage="compiling", done=0, total=0))


@contextmanager
def _encoded(corpus: Any, threads: int | None, callback: Callback) -> Iterator[Workspace]:
    """Give the workspace of a corpus, made in a temporary folder unless it is one."""
    from fastvec.encoding.build import build_workspace
    from fastvec.encoding.workspace import Workspace
    from fastvec.text.corpus import Corpus

    if isinstance(corpus, Workspace):
        yield corpus
        return
    if not isinstance(corpus, Corpus):
        corpus = Corpus(corpus)
    with tempfile.TemporaryDirectory(prefix="fastvec-", ignore_cleanup_errors=True) as folder:
        yield build_workspace(corpus, Path(folder), threads=threads, callback=callback)
