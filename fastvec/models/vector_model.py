"""What skip-gram, CBOW and GloVe share: settings and a corpus in, word vectors out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from os import PathLike
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FastvecError, ParameterError
from fastvec.models.checkpoints import Checkpoints, Interval
from fastvec.models.configs import Config
from fastvec.models.folder import StoredModel, save_folder
from fastvec.models.training import EpochRecord, Standing
from fastvec.progress import Callback, silent
from fastvec.vectors.word_vectors import WordVectors
from fastvec.vocabulary.words import Vocabulary

if TYPE_CHECKING:
    from typing import Self

    from fastvec.encoding.workspace import Workspace
    from fastvec.text.corpus import Corpus


class Unfinished(Protocol):
    """All that resuming a training needs; one for each kind of model."""

    @property
    def standing(self) -> Standing:
        """How far it has come."""

    @property
    def source(self) -> dict[str, Any]:
        """The corpus; ``Workspace.identity()``."""

    def as_stored(self, kind: str, settings: dict[str, Any]) -> StoredModel:
        """Return what a model folder should hold."""


class Training(Protocol):
    """A training under way."""

    def run(self, callback: Callback, checkpoints: Checkpoints) -> None:
        """Train to the end."""

    def stopped(self) -> Any:
        """Return what resuming needs: an `Unfinished`."""

    def result(self) -> tuple[Vocabulary, Mapping[str, NDArray[np.float32]]]:
        """Return the words, and the tensors of a model folder."""


class VectorModel(ABC):
    """A model that is trained to have vectors of words."""

    kind: ClassVar[str]
    config_class: ClassVar[type[Config]]
    tensor_names: ClassVar[tuple[str, ...]] = ("vectors", "context_vectors")

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
        self._tensors: Mapping[str, NDArray[np.float32]] = {}
        self._vectors: WordVectors | None = None
        self._stopped: Unfinished | None = None

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
        if self._vectors is None:
            self._vectors = WordVectors(
                vocabulary.words, self._tensors["vectors"], vocabulary.counts, vocabulary.specials
            )
        return self._vectors

    @property
    def context_vectors(self) -> NDArray[np.float32]:
        """The other matrix, (V, dim)."""
        return self._tensor("context_vectors")

    def _tensor(self, name: str) -> NDArray[np.float32]:
        """Return what was trained, by its name in a model folder."""
        self.vocabulary  # noqa: B018  # Says so if there is none.
        return self._tensors[name]

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
        init: WordVectors | VectorModel | str | PathLike[str] | None = None,
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
        init : WordVectors, VectorModel, path, or None
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
        VectorModel
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
        from fastvec.models.texts import encoded

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
            stopped = self._stopped if resume else None
            with self._training(workspace, held_out, init, stopped, callback) as training:
                self._run(training, self._checkpoints(training, every, checkpoint), callback)
        return self

    @abstractmethod
    def _training(
        self, workspace: Workspace, held_out: Workspace | None, init: Any, stopped: Any,
        callback: Callback,
    ) -> AbstractContextManager[Training]:  # fmt: skip
        """Begin a training; what it needs meanwhile lasts as long as the context."""

    def _checkpoints(
        self, training: Training, every: Interval, folder: str | PathLike[str] | None
    ) -> Checkpoints:
        """Return what saves an unfinished training now and then."""
        if folder is None:
            return Checkpoints(Interval(), lambda _: None)
        return Checkpoints(
            every,
            lambda _: save_folder(folder, self._stored(training.stopped()), overwrite=True),
        )

    def _run(self, training: Training, checkpoints: Checkpoints, callback: Callback) -> None:
        try:
            with checkpoints.explained():
                training.run(callback, checkpoints)
        except KeyboardInterrupt:
            self._keep(training)
            self._stopped = training.stopped()
            raise
        self._keep(training)
        self._stopped = None

    def _keep(self, training: Training) -> None:
        """Take over what was learned, all of it at once."""
        vocabulary, tensors = training.result()
        stopped = training.stopped()
        self.history, self.source = stopped.standing.history, stopped.source
        self._vocabulary, self._tensors, self._vectors = vocabulary, tensors, None

    def save(self, folder: str | PathLike[str], *, overwrite: bool = False) -> None:
        """Write the model folder; see `models.folder`.

        Raises
        ------
        ResourceError
            If the folder exists and `overwrite` is False, or the disk is full.
        """
        save_folder(folder, self._stored(self._stopped), overwrite=overwrite)

    def _stored(self, stopped: Unfinished | None) -> StoredModel:
        """Return what a folder should hold: an unfinished training, or else the model."""
        settings = self.config.as_dict()
        if stopped is not None:
            return stopped.as_stored(self.kind, settings)
        return StoredModel(
            kind=self.kind,
            settings=settings,
            source=self.source,
            vocabulary=self.vocabulary,
            tensors=self._tensors,
            history=[record.as_dict() for record in self.history],
        )

    @classmethod
    @abstractmethod
    def _unfinished(cls, stored: StoredModel) -> Unfinished | None:
        """Return what a folder holds of a training that was stopped."""

    @classmethod
    def from_folder(cls, stored: StoredModel) -> Self:
        """Make a model of what `open_folder` returned; matrices stay memory-mapped."""
        model = cls(**stored.settings)
        model.history = [EpochRecord(**record) for record in stored.history]
        model.source = stored.source
        model._vocabulary = stored.vocabulary
        model._tensors = {name: stored.tensors[name] for name in cls.tensor_names}
        model._stopped = cls._unfinished(stored)
        return model
