"""Where a training of ELMo begins: at random, at given vectors or a model, or where it stopped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.encoding.workspace import Workspace
from fastvec.errors import CorpusError, ParameterError
from fastvec.models.elmo.config import ELMoConfig
from fastvec.models.elmo.language_model import LanguageModel
from fastvec.models.elmo.plan import elmo_plan
from fastvec.models.elmo.shapes import SOFTMAX, TABLE, VECTORS, has_softmax
from fastvec.models.elmo.stopped import Arrays, ELMoStanding, ELMoStopped
from fastvec.models.elmo.streams import elmo_vocabulary
from fastvec.models.elmo.tensors import restore
from fastvec.models.loading import load, load_model
from fastvec.models.plan import check_memory
from fastvec.models.vector_model import VectorModel
from fastvec.vectors.word_vectors import WordVectors
from fastvec.vocabulary.words import Vocabulary

if TYPE_CHECKING:
    from fastvec.models.elmo.estimator import ELMo


class ELMoBeginning(NamedTuple):
    """Everything that a training starts from, changed in place by it.

    Attributes
    ----------
    vocabulary : Vocabulary
    model : LanguageModel
    standing : ELMoStanding
    training : mapping of str to ndarray
        The optimiser's state and that of the LSTM layers, where it was stopped.
    best : mapping of str to ndarray or None
        The model after the best epoch so far, where one is looked for.
    note : str
        What the user should know.
    """

    vocabulary: Vocabulary
    model: LanguageModel
    standing: ELMoStanding
    training: Arrays = {}  # noqa: RUF012  # Never changed.
    best: Arrays | None = None
    note: str = ""


def begin(
    workspace: Workspace, config: ELMoConfig, init: Any, stopped: ELMoStopped | None
) -> ELMoBeginning:
    """Begin where a training was stopped, at given vectors or a model, or at random.

    Parameters
    ----------
    workspace : Workspace
    config : ELMoConfig
    init : WordVectors, ELMo, path, or None
    stopped : ELMoStopped or None

    Raises
    ------
    ParameterError
        If `init` does not fit the settings.
    CorpusError
        If the text is not the one that the stopped training was begun on.
    ResourceError
        If it does not fit the memory.
    """
    if stopped is not None:
        return _resumed(workspace, config, stopped)
    if isinstance(init, (str, Path)):
        init = load_model(init) if Path(init).is_dir() else load(init)
    if isinstance(init, VectorModel) and init.kind != "elmo":
        init = init.vectors
    vocabulary = elmo_vocabulary(workspace, config)
    check_memory(elmo_plan(len(vocabulary), config))
    model = LanguageModel(config, vocabulary)
    note = ""
    if isinstance(init, WordVectors):
        note = _take_vectors(model, config, vocabulary, init)
    elif init is not None:
        note = _take_model(model, config, vocabulary, init)
    return ELMoBeginning(vocabulary, model, ELMoStanding(), note=note)


def _resumed(workspace: Workspace, config: ELMoConfig, stopped: ELMoStopped) -> ELMoBeginning:
    if workspace.identity()["sha256"] != stopped.source.get("sha256"):
        raise CorpusError(
            "the training was begun on other text, and can be resumed on that text only; to go "
            "on with this one, use the model as the start: --init"
        )
    check_memory(elmo_plan(len(stopped.vocabulary), config))
    model = LanguageModel(config, stopped.vocabulary)
    restore(model.parameters, stopped.tensors)
    standing = ELMoStanding.from_dict(stopped.standing.as_dict())
    return ELMoBeginning(stopped.vocabulary, model, standing, stopped.training, stopped.best)


def _take_vectors(
    model: LanguageModel, config: ELMoConfig, vocabulary: Vocabulary, vectors: WordVectors
) -> str:
    """Start the token layer from word vectors, where a word has one."""
    if config.input != "words":
        raise ParameterError(
            "input must be 'words' to start from word vectors, but is 'characters'"
        )
    if vectors.dim != config.dim:
        raise ParameterError(
            f"dim must be that of the vectors of init, {vectors.dim}, but is {config.dim}"
        )
    ours, theirs = _shared(vocabulary, vectors.key_to_index)
    model.network.parameters[TABLE][ours] = vectors.matrix[theirs]
    return (
        f"init: {len(ours)} of {len(vocabulary)} words have a vector, "
        f"{len(vocabulary) - len(ours)} are new; all above the token layer is new"
    )


def _take_model(model: LanguageModel, config: ELMoConfig, vocabulary: Vocabulary, old: ELMo) -> str:
    """Start from a model: its encoder, and the rows of the words that it knows."""
    for name, theirs in old.config.encoder_settings.items():
        ours = getattr(config, name)
        if ours != theirs:
            raise ParameterError(
                f"{name} must be that of the model of init, {theirs!r}, but is {ours!r}"
            )
    tensors, parameters = old.tensors, model.parameters
    by_word = {TABLE: VECTORS, f"{SOFTMAX}weights": f"{SOFTMAX}weights",
               f"{SOFTMAX}bias": f"{SOFTMAX}bias"}  # fmt: skip
    restore({name: array for name, array in parameters.items() if name not in by_word}, tensors)
    ours, theirs = _shared(vocabulary, old.vocabulary.index)
    for name, source in by_word.items():
        if name in parameters and source in tensors:
            parameters[name][ours] = tensors[source][theirs]
    softmax = f"{len(ours)} rows kept" if has_softmax(tensors) else "new"
    return (
        f"init: the encoder is that of the model; {len(ours)} of {len(vocabulary)} words are "
        f"known to it, {len(vocabulary) - len(ours)} are new; the softmax is remade ({softmax})"
    )


def _shared(vocabulary: Vocabulary, index: Any) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows of the words that another vocabulary has, here and there."""
    places = np.array([index.get(word, -1) for word in vocabulary.words], np.intp)
    known = np.flatnonzero(places >= 0)
    return known, places[known]
