"""GloVe: word vectors whose products are the logarithms of co-occurrences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from numpy.typing import NDArray

from fastvec.errors import ParameterError
from fastvec.models.configs import VectorConfig
from fastvec.models.glove.beginnings import (
    PARTS,
    Beginning,
    Stopped,
    fresh,
    from_vectors,
    resumed,
)
from fastvec.models.glove.config import GloVeConfig
from fastvec.models.glove.counting import Resources, count_workspace, held_out_matrix
from fastvec.models.glove.parameters import combined
from fastvec.models.vector_model import VectorModel
from fastvec.progress import Callback, Progress
from fastvec.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    from typing import Self

    from fastvec.encoding.workspace import Workspace
    from fastvec.models.folder import StoredModel
    from fastvec.models.glove.training import GloVeTraining
    from fastvec.samplers.cooccurrence_matrix import CooccurrenceMatrix
    from fastvec.text.corpus import Corpus


class GloVe(VectorModel):
    """GloVe: weighted least squares on the logarithms of co-occurrences.

    A word's two vectors, as a word and as a context, learn that their products with those
    of other words, and two biases, are the logarithm of how often the words stand together
    [1]_. The same seed gives the same bytes at any number of threads.

    Parameters
    ----------
    **settings
        Those of `GloVeConfig`, by name.

    Attributes
    ----------
    config : GloVeConfig
    vectors : WordVectors
        The words' vectors, (V, dim), as ``combine`` says; after `fit`.
    word_vectors, context_vectors : ndarray of float32, shape (V, dim)
        The two that they are made of; after `fit`.
    word_biases, context_biases : ndarray of float32, shape (V,)
        After `fit`.
    vocabulary : Vocabulary
    history : list of EpochRecord
        With the mean cost of a record as loss.

    Raises
    ------
    ParameterError
        If a setting is unknown or outside its range.

    References
    ----------
    .. [1] Pennington et al., "GloVe: Global Vectors for Word Representation", EMNLP 2014.

    Examples
    --------
    >>> model = GloVe(dim=16, min_count=1, threads=1, epochs=2)
    >>> model = model.fit([["a", "b", "c"], ["a", "c", "b"]] * 50)
    >>> model.vectors["a"].shape
    (16,)
    """

    kind: ClassVar[str] = "glove"
    config: GloVeConfig
    config_class: ClassVar[type[VectorConfig]] = GloVeConfig
    tensor_names: ClassVar[tuple[str, ...]] = ("vectors", *PARTS)

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._resources = Resources()

    @property
    def word_vectors(self) -> NDArray[Any]:
        """Vectors of words as words, (V, dim)."""
        return self._tensor("word_vectors")

    @property
    def word_biases(self) -> NDArray[Any]:
        """Biases of words as words, (V,)."""
        return self._tensor("word_biases")

    @property
    def context_biases(self) -> NDArray[Any]:
        """Biases of words as contexts, (V,)."""
        return self._tensor("context_biases")

    def fit(
        self,
        corpus: Corpus | Workspace | Any,
        *,
        memory: float = 4.0,
        tmp_dir: str | PathLike[str] | None = None,
        cooccurrence: CooccurrenceMatrix | str | PathLike[str] | None = None,
        **options: Any,
    ) -> Self:
        """Train on a corpus.

        Co-occurrences are kept in the corpus's workspace, and counted again only if the
        text, the vocabulary or the window has changed.

        Parameters
        ----------
        corpus : Corpus, Workspace, path, or list of token lists
        memory : float, default 4.0
            GB (10**9 bytes) that counting co-occurrences may use; the result does not
            depend on it.
        tmp_dir : path, optional
            Folder for counting's temporary file; by default where the co-occurrences go.
        cooccurrence : CooccurrenceMatrix or path, optional
            Co-occurrences of the model's words, in their order, that were counted already; a
            path is that of a ``cooccurrence.bin`` of Stanford's program.
        **options
            Those of `VectorModel.fit`: init, validation, resume, checkpoint,
            checkpoint_every, callback.

        Returns
        -------
        GloVe
            Itself.

        Raises
        ------
        CorpusError, VocabularyError, DivergenceError, ParameterError, KeyboardInterrupt
            As `VectorModel.fit`.
        ResourceError
            If memory or disk do not suffice.
        FormatError
            If the co-occurrences given are damaged.
        """
        self._resources = Resources(memory, tmp_dir, cooccurrence)
        self._resources.room(self.config.threads)  # Says what is wrong.
        return super().fit(corpus, **options)

    @contextmanager
    def _training(
        self, workspace: Workspace, held_out: Workspace | None, init: Any, stopped: Any,
        callback: Callback,
    ) -> Iterator[GloVeTraining]:  # fmt: skip
        from fastvec.kernels.cooccurrence import cooccurrences
        from fastvec.kernels.glove import train_block
        from fastvec.kernels.jit import compiled_before
        from fastvec.models.glove.plan import glove_plan
        from fastvec.models.glove.training import GloVeTraining
        from fastvec.models.plan import check_memory
        from fastvec.models.rows import model_rows

        rows = len(model_rows(workspace, self.config).vocabulary)
        check_memory(glove_plan(rows, self.config))
        beginning = self._begin(workspace, init, stopped)
        if beginning.note:
            callback(Progress(stage="starting", done=0, total=0, note=beginning.note))
        if not compiled_before(cooccurrences, train_block):
            callback(Progress(stage="compiling", done=0, total=0))
        with held_out_matrix(
            held_out, workspace, beginning, self.config, self._resources
        ) as judged:
            matrix = count_workspace(workspace, beginning, self.config, self._resources, callback)
            yield GloVeTraining(self.config, workspace, matrix, beginning, judged)

    def _begin(self, workspace: Workspace, init: Any, stopped: Any) -> Beginning:
        """Begin where a training was stopped, at given vectors, or at random."""
        from fastvec.models.loading import load, load_model

        if stopped is not None:
            return resumed(workspace, self.config, stopped)
        if init is None:
            if self.config.retrofit:
                raise ParameterError("retrofit needs vectors to pull to: init")
            return fresh(workspace, self.config)
        if isinstance(init, (str, PathLike)):
            init = load_model(init) if Path(init).is_dir() else load(init)
        if isinstance(init, WordVectors):
            return from_vectors(workspace, self.config, init)
        if isinstance(init, GloVe):
            own = {name: init._tensor(name) for name in PARTS}
            # As this model would combine them, for that is what retrofit pulls to.
            how = "sum" if self.config.combine == "sum" else "mean"
            matrix = combined(own["word_vectors"], own["context_vectors"], how)
            vectors = WordVectors(init.vocabulary.words, matrix, init.vocabulary.counts)
            return from_vectors(workspace, self.config, vectors, own)
        return from_vectors(workspace, self.config, init.vectors)

    @classmethod
    def _unfinished(cls, stored: StoredModel) -> Stopped | None:
        return Stopped.from_folder(stored)
