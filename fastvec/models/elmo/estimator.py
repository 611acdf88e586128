"""ELMo: deep vectors of words in their sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from fastvec.models.elmo.config import ELMoConfig, elmo_settings
from fastvec.models.elmo.history import LanguageRecord
from fastvec.models.elmo.shapes import check_stored, has_softmax
from fastvec.models.elmo.stopped import ELMoStopped
from fastvec.models.vector_model import VectorModel
from fastvec.progress import Callback, Progress

if TYPE_CHECKING:
    from typing import Self

    from fastvec.encoding.workspace import Workspace
    from fastvec.models.elmo.embedding import Layers
    from fastvec.models.elmo.language_model import LanguageModel
    from fastvec.models.elmo.language_uses import LanguageUses
    from fastvec.models.elmo.network import ELMoNetwork
    from fastvec.models.elmo.perplexity import Perplexity
    from fastvec.models.elmo.training import ELMoTraining
    from fastvec.models.folder import StoredModel

Floats = NDArray[np.float32]


class ELMo(VectorModel):
    """A bidirectional LSTM language model, whose layers are vectors of words in context.

    Each direction learns to tell the next word from those that it has read; the softmax
    and the token layer are shared by both [1]_. The same seed gives the same bytes at any
    number of threads.

    Parameters
    ----------
    preset : {"tiny", "small", "medium", "paper"}, optional
        Sizes to start from; without one they are those of "small".
    **settings
        Those of `ELMoConfig`, by name.

    Attributes
    ----------
    config : ELMoConfig
    vectors : WordVectors
        The words' vectors without a context, (V, P); after `fit`.
    vocabulary : Vocabulary
    history : list of LanguageRecord

    Raises
    ------
    ParameterError
        If a setting is unknown or outside its range.

    References
    ----------
    .. [1] Peters et al., "Deep Contextualized Word Representations", NAACL 2018.

    Examples
    --------
    >>> elmo = ELMo(preset="tiny", min_count=1, epochs=1, threads=1)
    >>> elmo = elmo.fit([["a", "b", "c"], ["a", "c"]] * 20)
    >>> [vectors.shape for vectors in elmo.embed([["a", "b"], ["c"]])]
    [(2, 2, 64), (2, 1, 64)]
    """

    kind: ClassVar[str] = "elmo"
    config_class: ClassVar[type[ELMoConfig]] = ELMoConfig
    config: ELMoConfig
    _stopped: ELMoStopped | None

    def __init__(self, *, preset: str | None = None, **settings: Any) -> None:
        super().__init__(**elmo_settings(preset, settings))

    @property
    def tensors(self) -> Mapping[str, NDArray[Any]]:
        """All arrays of the model by name; see `elmo_tensors`."""
        self.vocabulary  # noqa: B018  # Says so if there are none.
        return self._tensors

    @cached_property
    def network(self) -> ELMoNetwork:
        """The token layer and the LSTM layers."""
        if has_softmax(self.tensors):
            return self.language_model.network
        from fastvec.models.elmo.tensors import restored_network

        return restored_network(self.config, self.vocabulary, self.tensors)

    @cached_property
    def language_model(self) -> LanguageModel:
        """The network and its softmax.

        Raises
        ------
        FastvecError
            If the model came from files without a softmax.
        """
        from fastvec.models.elmo.language_model import restored_model

        return restored_model(self.config, self.vocabulary, self.tensors)

    @contextmanager
    def _training(
        self, workspace: Workspace, held_out: Workspace | None, init: Any, stopped: Any,
        callback: Callback,
    ) -> Iterator[ELMoTraining]:  # fmt: skip
        from fastvec.kernels import lstm
        from fastvec.kernels.jit import compiled_before
        from fastvec.models.elmo.beginning import begin
        from fastvec.models.elmo.training import ELMoTraining

        beginning = begin(workspace, self.config, init, stopped)
        if beginning.note:
            callback(Progress(stage="starting", done=0, total=0, note=beginning.note))
        if not compiled_before(lstm.forward_projected, lstm.backward_projected):
            callback(Progress(stage="compiling", done=0, total=0))
        yield ELMoTraining(self.config, workspace, beginning, held_out)

    def _keep(self, training: Any) -> None:
        super()._keep(training)
        self._forget_networks()

    def use_threads(self, threads: int | None) -> Self:
        """Change the number of threads; results stay the same."""
        self._forget_networks()
        return super().use_threads(threads)

    def _forget_networks(self) -> None:
        """Have the networks made again when they are next asked for."""
        for name in ("network", "language_model"):
            self.__dict__.pop(name, None)

    def embed(
        self,
        sentences: Iterable[Sequence[str]],
        layers: Layers = "all",
        *,
        weights: Sequence[float] | None = None,
        gamma: float = 1.0,
        state: Any = None,
        return_state: bool = False,
    ) -> Any:
        """Return the vectors of words in their sentences.

        A sentence's vectors depend on nothing but the sentence, unless a state is given or
        asked for: then each sentence begins where the one before it has ended, as in
        bilm-tf, and the first one at ``state``.

        Parameters
        ----------
        sentences : iterable of list of str
            Tokens, without marks of beginning and end.
        layers : {"all", "mix"} or int, default "all"
            All layers, their weighted sum, or one of them: 0 is the token layer (its
            vector twice), -1 the top.
        weights : sequence of float, optional
            s_j of a mix, one a layer; by default 1 / layers each.
        gamma : float, default 1.0
            Scale of a mix.
        state : object, optional
            What an earlier call returned.
        return_state : bool, default False
            Return the state after the last sentence, too.

        Returns
        -------
        list of ndarray of float32
            One a sentence, (layers, words, 2P), or (words, 2P) where one layer or a mix
            was asked for.
        state : object
            With ``return_state``.

        Raises
        ------
        ParameterError
            If `layers`, `weights` or `gamma` do not fit the model.

        See Also
        --------
        embed_each : the same sentence by sentence, for texts of any length.
        """
        if state is None and not return_state:
            return list(self.embed_each(sentences, layers, weights=weights, gamma=gamma))
        from fastvec.models.elmo.embedding import Embedder, LayerChoice

        choice = LayerChoice(self.config.layers + 1, layers, weights, gamma)
        found = []
        for vectors, after in Embedder(self.network).in_order(sentences, state):
            found.append(choice.of(vectors))
            state = after
        return (found, state) if return_state else found

    def embed_each(
        self,
        sentences: Iterable[Sequence[str]],
        layers: Layers = "all",
        *,
        weights: Sequence[float] | None = None,
        gamma: float = 1.0,
    ) -> Iterator[Floats]:
        """Yield what `embed` returns, under a cap of memory, whatever the text's length."""
        from fastvec.models.elmo.embedding import Embedder, LayerChoice

        choice = LayerChoice(self.config.layers + 1, layers, weights, gamma)
        return map(choice.of, Embedder(self.network).stateless(sentences))

    def perplexity(self, text: Any) -> Perplexity:
        """Return how well the model tells a text, anything that `fit` takes, over all its words.

        Raises
        ------
        CorpusError
            If the text holds no words.
        """
        from fastvec.models.elmo.perplexity import HeldOutText
        from fastvec.models.texts import encoded

        with encoded(text, self.config.threads) as workspace:
            return HeldOutText(workspace, self.vocabulary).judge(self.language_model)

    @property
    def uses(self) -> LanguageUses:
        """Gaps, probabilities of sentences, next words and new text."""
        from fastvec.models.elmo.language_uses import LanguageUses

        return LanguageUses(self.language_model, self.vocabulary, self.source.get("source"))

    def predict(self, sentence: str | Sequence[str], topn: int = 10) -> list[tuple[str, float]]:
        """Return the likeliest words for a gap ``__`` and their probabilities, from both sides.

        Raises
        ------
        ParameterError
            If there is not one gap.
        """
        return self.uses.fill(sentence, topn)

    @classmethod
    def from_bilm(
        cls,
        options: str | PathLike[str],
        weights: str | PathLike[str],
        vocabulary: str | PathLike[str] | Sequence[str] | None = None,
    ) -> Self:
        """Read a model of bilm-tf or AllenNLP.

        Parameters
        ----------
        options, weights : path
            ``options.json`` and ``weights.hdf5``. They hold no softmax.
        vocabulary : path or list of str, optional
            Its words in order; needed where the token layer is a table of words.

        Raises
        ------
        FormatError
            If a file is damaged, or not of that kind.
        """
        from fastvec.models.elmo.files import read_bilm

        config, words, tensors = read_bilm(options, weights, vocabulary)
        model = cls(**config.as_dict())
        model._vocabulary, model._tensors = words, tensors
        return model

    def save_bilm(self, folder: str | PathLike[str], *, overwrite: bool = False) -> list[str]:
        """Write ``options.json``, ``weights.hdf5`` and ``vocabulary.txt``, as bilm-tf does.

        Returns
        -------
        list of str
            What other readers would refuse, and why.
        """
        from fastvec.models.elmo.files import write_bilm

        return write_bilm(folder, self, overwrite=overwrite)

    @classmethod
    def _unfinished(cls, stored: StoredModel) -> ELMoStopped | None:
        return ELMoStopped.from_folder(stored)

    @classmethod
    def from_folder(cls, stored: StoredModel) -> Self:
        """Make a model of what `open_folder` returned; matrices stay memory-mapped."""
        model = cls(**stored.settings)
        model.history = [LanguageRecord(**record) for record in stored.history]
        model.source = stored.source
        model._vocabulary, model._tensors = stored.vocabulary, stored.tensors
        model._stopped = cls._unfinished(stored)
        check_stored(model.config, stored.vocabulary, stored.tensors)
        return model
