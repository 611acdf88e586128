"""A tagger as the content of a model folder, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import FastvecError, FormatError, ParameterError
from fastvec.models.folder import DAMAGE, StoredModel
from fastvec.models.tagger.config import TaggerConfig
from fastvec.models.tagger.context import PREFIX, packed, unpacked
from fastvec.models.tagger.corpus import TagSet
from fastvec.models.tagger.history import Arrays, TaggerRecord, TaggerStanding, Unfinished
from fastvec.models.tagger.model import TABLE, TaggerModel, word_lookup
from fastvec.models.tagger.training import restore
from fastvec.models.tagger.vectors import WordSource
from fastvec.vocabulary.words import UNK

if TYPE_CHECKING:
    from fastvec.models.elmo.estimator import ELMo

CURRENT, OPTIMISER, BEST, NORM = "current/", "optimiser/", "best/", "largest_norm"


class TaggerParts(NamedTuple):
    """What a tagger consists of.

    Attributes
    ----------
    config : TaggerConfig
    source : WordSource
    tags : TagSet
    elmo : ELMo or None
    texts : dict
        What tells the training and development text from others.
    history : list of TaggerRecord
    """

    config: TaggerConfig
    source: WordSource
    tags: TagSet
    elmo: ELMo | None
    texts: dict[str, Any]
    history: list[TaggerRecord]

    @property
    def inputs(self) -> str:
        """What the tagger reads of words, for people."""
        parts = [f"vectors: {self.source.name}"]
        parts += ["capitals"] if self.config.capitals == "yes" else []
        parts += [f"characters: {self.config.characters}"] if self.config.characters else []
        if self.elmo is not None:
            config = self.elmo.config
            parts += [f"ELMo: {config.layers + 1} layers of {2 * config.dim}"]
        return ", ".join(parts)


def to_store(
    kind: str, parts: TaggerParts, model: TaggerModel, parameters: Arrays,
    stopped: Unfinished | None,
) -> StoredModel:  # fmt: skip
    """Return what a model folder should hold."""
    elmo_settings, elmo_tensors = (None, {}) if parts.elmo is None else packed(parts.elmo)
    settings = {
        "config": parts.config.as_dict(),
        "tags": list(parts.tags.names),
        "scheme": parts.tags.scheme,
        "written": parts.tags.written,
        "vectors": parts.source.name,
        "random": parts.source.random,
        "elmo": elmo_settings,
    }
    extra: dict[str, NDArray[Any]] = {}
    if stopped is not None:
        extra = _prefixed(CURRENT, stopped.parameters) | _prefixed(OPTIMISER, stopped.optimiser)
        extra |= _prefixed(BEST, stopped.best or {})
        extra[NORM] = np.array([stopped.largest_norm])
    return StoredModel(
        kind=kind,
        settings=settings,
        source=parts.texts,
        vocabulary=parts.source.vocabulary,
        tensors={**model.tensors(parameters), **elmo_tensors},
        history=[record.as_dict() for record in parts.history],
        standing=None if stopped is None else stopped.standing.as_dict(),
        training_tensors=extra,
    )


def from_store(stored: StoredModel) -> tuple[TaggerParts, TaggerModel, Unfinished | None]:
    """Make a tagger of what a folder holds; the vectors stay memory-mapped.

    Raises
    ------
    ParameterError
        If the parts are not those of a tagger.
    """
    try:
        return _assembled(stored)
    except (*DAMAGE, ArithmeticError, IndexError, FastvecError) as error:
        raise ParameterError(f"{type(error).__name__}: {error}") from error


def _assembled(stored: StoredModel) -> tuple[TaggerParts, TaggerModel, Unfinished | None]:
    """Put the parts together."""
    settings, vocabulary = stored.settings, stored.vocabulary
    matrix, unknown = stored.tensors["vectors"], vocabulary.index[UNK]
    source = WordSource(
        settings["vectors"], vocabulary.words, vocabulary.counts, matrix, unknown,
        np.array(matrix[unknown]), random=settings["random"],
    )  # fmt: skip
    parts = TaggerParts(
        config=TaggerConfig(**settings["config"]),
        source=source,
        tags=TagSet(list(settings["tags"]), settings["scheme"], settings["written"]),
        elmo=None if settings["elmo"] is None else unpacked(settings["elmo"], stored.tensors),
        texts=stored.source,
        history=[TaggerRecord(**record) for record in stored.history],
    )
    _check_sizes(parts, stored.tensors)
    lookup = word_lookup(parts.config, source)
    model = TaggerModel(parts.config, source, parts.tags, parts.elmo, lookup)
    own = {n: array for n, array in model.network.parameters.items() if n != TABLE}
    restore(own, {n: array for n, array in stored.tensors.items() if not n.startswith(PREFIX)})
    return parts, model, _unfinished(stored)


def _check_sizes(parts: TaggerParts, tensors: Arrays) -> None:
    """Refuse settings that are not those of the arrays, before memory is taken for them."""
    config = parts.config
    top = tensors[f"encoder/forward/{config.layers - 1}/bias"]
    if (top.shape, tensors["linear/bias"].shape) != (
        (4 * config.cells,),
        (len(parts.tags.names),),
    ):
        raise FormatError("its settings are not those of its arrays")


def _unfinished(stored: StoredModel) -> Unfinished | None:
    """Return what is left of a training that was stopped."""
    if stored.standing is None:
        return None
    extra = stored.training_tensors
    return Unfinished(
        TaggerStanding.from_dict(stored.standing),
        _part(CURRENT, extra),
        _part(OPTIMISER, extra),
        _part(BEST, extra) or None,
        float(extra[NORM][0]),
    )


def _prefixed(prefix: str, arrays: Arrays) -> dict[str, NDArray[Any]]:
    return {prefix + name: array for name, array in arrays.items()}


def _part(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> Arrays:
    """Return the arrays with a prefix, without it."""
    return {
        name.removeprefix(prefix): array for name, array in arrays.items()
        if name.startswith(prefix)
    }  # fmt: skip
