"""What skip-gram and CBOW share: settings and a corpus in, word vectors out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from os import PathLike
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FastvecError, ParameterError
from fastvec.models.checkpoints import Checkpoints, Interval
from fastvec.models.configs import WordConfig
from fastvec.models.folder import StoredModel, save_folder
from fastvec.models.stopped import Stopped
from fastvec.models.training import EpochRecord
from fastvec.progress import Callback, silent
from fastvec.vectors.word_vectors import WordVectors
from fastvec.vocabulary.words import Vocabulary

if TYPE_CHECKING:
    from typing import Self

    from fastvec.encoding.workspace import Workspace
    from fastvec.models.word_training import WordTraining
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
        self._stopped: Stopped | None = None

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

    @property
    def unfinished(self) -> bool:
        """Whether training was stopped before its end, and can be resumed."""
        return self._stopped is not None

    def use_threads(self, threads: int | None) -> Self:
        """Change the number of threads, the only setting that a resumed training may change."""
        self.config = replace(self.config, threads=threads)
        return self

    def fit(
        self,
        corpus: Corpus | Workspace | Any,
        *,
        init: WordVectors | WordModel | str | PathLike[str] | None = None,
        validation: Corpus | Workspace | Any = None,
        resume: bool = False,
        checkpoint: str | PathLike[str] | None = None,
        checkpoint_every: str | int = "5m",
        callback: Callback = silent,
    ) -> Self:
        """Train on a corpus.

        Parameters
        ----------
        corpus : Corpus, Workspace, path, or list of token lists
            Anything but a workspace is encoded into a temporary folder first.
        init : WordVectors, WordModel, path, or None
            Vectors to start from; `new_words`, `old_words` and `freeze_old` say how.
        validation : Corpus, Workspace, path, list of token lists, or None
            Held-out text. Its loss is in the history, over windows and noise words
            that are the same after each epoch.
        resume : bool, default False
            Go on with a training that Ctrl-C or a crash has stopped, on the same text.
        checkpoint : path or None
            Model folder to save to while training; `load_model` reads it.
        checkpoint_every : str or int, default "5m"
            A number of epochs (``"1"``), a time (``"30s"``, ``"10m"``, ``"1h"``) or ``"never"``.
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
            If training diverges. The model stays as it was, and so does the last checkpoint.
        ParameterError
            If there is nothing to resume, or `init` does not fit.
        KeyboardInterrupt
            After Ctrl-C. What was learned so far stays on the model, and can be resumed.
        """
        from fastvec.models.fitting import announce, begin, encoded
        from fastvec.models.word_training import WordTraining

        every = Interval.parse(checkpoint_every)
        if resume and self._stopped is None:
            raise ParameterError(
                "there is no unfinished training to resume; to train finished vectors further, "
                "use them as init"
            )
        if self.config.patience is not None and validation is None:
            raise ParameterError("patience needs a validation text")
        threads = self.config.threads
        with (
            encoded(corpus, threads, callback) as workspace,
            encoded(validation, threads) as held_out,
        ):
            beginning = begin(workspace, self.config, init, self._stopped if resume else None)
            announce(beginning, self.config, callback)
            training = WordTraining(self.config, workspace, beginning, held_out)
            self._run(training, self._checkpoints(training, every, checkpoint), callback)
        return self

    def _checkpoints(
        self, training: WordTraining, every: Interval, folder: str | PathLike[str] | None
    ) -> Checkpoints:
        """Return what saves an unfinished training now and then."""
        if folder is None:
            return Checkpoints(Interval(), lambda _: None)
        return Checkpoints(
            every,
            lambda _: save_folder(folder, self._stored(training.stopped()), overwrite=True),
        )

    def _run(self, training: WordTraining, checkpoints: Checkpoints, callback: Callback) -> None:
        try:
            with checkpoints.explained():
                training.run(callback, checkpoints)
        except KeyboardInterrupt:
            self._keep(training)
            self._stopped = training.stopped()
            raise
        self._keep(training)
        self._stopped = None

    def _keep(self, training: WordTraining) -> None:
        """Take over what was learned, all of it at once."""
        vocabulary, inputs, outputs = training.result()
        stopped = training.stopped()
        self.history, self.source = stopped.standing.history, stopped.source
        self._vocabulary, self._matrices, self._vectors = vocabulary, (inputs, outputs), None

    def predict(
        self, sentence: str | Sequence[str], topn: int = 10, *, window: int | None = None
    ) -> list[tuple[str, float]]:
        """Return the likeliest words for a gap and their probabilities.

        Parameters
        ----------
        sentence : str or sequence of str
            Text with one gap ``__``; or tokens with one; or contexts without.
        topn : int, default 10
            Number of words to return, at least 1.
        window : int, optional
            Most words on each side; by default the model's.

        Returns
        -------
        list of (str, float)
            Best first; over the whole vocabulary the probabilities sum to 1.

        Raises
        ------
        ParameterError
            If there is not one gap, or a setting is outside its range.
        UnknownWordError
            If no word around the gap is known.

        See Also
        --------
        fastvec.models.predict.GapFiller : how; faster for many sentences.
        """
        from fastvec.models.predict import GapFiller

        filler = GapFiller(self)
        return filler.best(filler.context(sentence, window).rows, topn)

    def save(self, folder: str | PathLike[str], *, overwrite: bool = False) -> None:
        """Write the model folder; see `models.folder`.

        Raises
        ------
        ResourceError
            If the folder exists and `overwrite` is False, or the disk is full.
        """
        save_folder(folder, self._stored(self._stopped), overwrite=overwrite)

    def _stored(self, stopped: Stopped | None) -> StoredModel:
        """Return what a folder should hold: an unfinished training, or else the model."""
        settings = self.config.as_dict()
        if stopped is not None:
            return stopped.as_stored(self.kind, settings)
        return StoredModel(
            kind=self.kind,
            settings=settings,
            source=self.source,
            vocabulary=self.vocabulary,
            tensors={"vectors": self.vectors.matrix, "context_vectors": self.context_vectors},
            history=[record.as_dict() for record in self.history],
        )

    @classmethod
    def from_folder(cls, stored: Any) -> Self:
        """Make a model of what `open_folder` returned; matrices stay memory-mapped."""
        model = cls(**stored.settings)
        model.history = [EpochRecord(**record) for record in stored.history]
        model.source = stored.source
        model._vocabulary = stored.vocabulary
        model._matrices = stored.tensors["vectors"], stored.tensors["context_vectors"]
        model._stopped = Stopped.from_folder(stored)
        return model
