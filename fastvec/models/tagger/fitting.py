"""What `fit` needs before a tagger is trained: texts, vectors, a network, and what to say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fastvec.errors import CorpusError, ParameterError
from fastvec.models.checkpoints import Checkpoints, Interval
from fastvec.models.folder import save_folder
from fastvec.models.loading import load_model
from fastvec.models.plan import Plan, gigabytes
from fastvec.models.tagger.config import TaggerConfig
from fastvec.models.tagger.corpus import TagSet, identity, lowercased
from fastvec.models.tagger.features import Lookup
from fastvec.models.tagger.history import Unfinished
from fastvec.models.tagger.inputs import NOTHING_TRAINED, TrainedRows
from fastvec.models.tagger.model import TaggerModel, word_lookup
from fastvec.models.tagger.plan import TaggerSizes, check_memory, tagger_plan
from fastvec.models.tagger.scoring import check_kind, score_of, scored
from fastvec.models.tagger.stored import TaggerParts, to_store
from fastvec.models.tagger.text import TaggedTokens
from fastvec.models.tagger.training import TaggerTraining
from fastvec.models.tagger.vectors import word_source
from fastvec.models.training import Standing
from fastvec.progress import Callback, Progress
from fastvec.text.columns import TaggedSentence, TaggedText

if TYPE_CHECKING:
    from fastvec.models.elmo.estimator import ELMo


class Texts(NamedTuple):
    """The texts of a training; ``development`` may be missing."""

    training: TaggedText
    development: TaggedText | None

    def identity(self) -> dict[str, Any]:
        """Return what tells them from others."""
        return {
            "training": identity(self.training),
            "development": self.development and identity(self.development),
        }


class Fitting(NamedTuple):
    """A training about to begin."""

    parts: TaggerParts
    model: TaggerModel
    training: TaggerTraining

    def checkpoints(
        self, kind: str, every: Interval, folder: str | PathLike[str] | None
    ) -> Checkpoints:
        """Return what saves the unfinished training to a folder now and then."""
        if folder is None:
            return Checkpoints(Interval(), lambda _: None)

        def save(_: Standing) -> None:
            training = self.training
            parts = self.parts._replace(history=training.history)
            stored = to_store(kind, parts, self.model, training.result(), training.unfinished())
            save_folder(folder, stored, overwrite=True)

        return Checkpoints(every, save)


def fresh(config: TaggerConfig, texts: Texts, vectors: Any, elmo: Any) -> TaggerParts:
    """Return the parts of a new tagger.

    Parameters
    ----------
    config : TaggerConfig
    texts : Texts
    vectors : WordVectors, path, or None
    elmo : ELMo, path, or None
    """
    words = [sentence.words for sentence in _learned(config, texts.training)]
    source = word_source(vectors, words, config.dim, config.seed)
    tags = TagSet.of([sentence.tags for sentence in texts.training.sentences], config.scheme)
    return TaggerParts(config, source, tags, _opened(elmo), texts.identity(), [])


def check_same(parts: TaggerParts, texts: Texts) -> None:
    """Refuse to resume on other texts than those that a training was begun on.

    Raises
    ------
    CorpusError
    """
    if texts.identity() != parts.texts:
        raise CorpusError(
            "the training was begun on other texts, and can be resumed on the same training and "
            "development text only; to train on these, start anew with --overwrite"
        )


def begin(
    parts: TaggerParts, texts: Texts, stopped: Unfinished | None, callback: Callback
) -> Fitting:
    """Begin a training, or go on with one that was stopped, after a look at the memory.

    Raises
    ------
    ParameterError
        If one text has entities and the other plain labels.
    ResourceError
        If it does not fit the memory.
    """
    config = parts.config
    learned = _learned(config, texts.training)
    lookup = word_lookup(config, parts.source)
    trained = _trained(parts, learned, lookup)
    plan = tagger_plan(config, _sizes(parts, texts, len(trained.rows)))
    check_memory(plan)
    for note in _notes(parts, texts, lookup, plan):
        callback(Progress(stage="starting", done=0, total=0, note=note))
    model = TaggerModel(config, parts.source, parts.tags, parts.elmo, lookup, trained)
    training = TaggerTraining(
        config,
        model.network,
        model.reader.read([sentence.words for sentence in learned]),
        TaggedTokens([sentence.tags for sentence in learned], parts.tags),
        _score(model, texts.development),
        stopped,
    )
    return Fitting(parts, model, training)


def planned(parts: TaggerParts, texts: Texts) -> Plan:
    """Return what the training will need."""
    learned = _learned(parts.config, texts.training)
    trained = _trained(parts, learned, word_lookup(parts.config, parts.source))
    return tagger_plan(parts.config, _sizes(parts, texts, len(trained.rows)))


def _learned(config: TaggerConfig, text: TaggedText) -> list[TaggedSentence]:
    """Return the sentences to learn from."""
    extra = lowercased(text).sentences if config.lowercase_augment else []
    return text.sentences + extra


def _trained(
    parts: TaggerParts, sentences: Sequence[TaggedSentence], lookup: Lookup
) -> TrainedRows:
    """Return the vectors to train; words are the less often read as unknown the commoner they are.

    Vectors that are given know words beyond the text, and need no practice with unknown ones.
    """
    if not (parts.source.random or parts.config.tune):
        return NOTHING_TRAINED
    rows = lookup.rows([word for sentence in sentences for word in sentence.words])
    distinct, counts = np.unique(rows, return_counts=True)
    return TrainedRows(distinct, parts.source.random / (1.0 + counts))


def _opened(elmo: Any) -> ELMo | None:
    """Load an ELMo, if there is to be one."""
    if elmo is None:
        return None
    if isinstance(elmo, (str, Path)):
        path, elmo = elmo, load_model(elmo)
        if elmo.kind != "elmo":
            raise ParameterError(f"{path}: holds a {elmo.kind}, but --elmo wants an ELMo")
    return elmo


def _score(model: TaggerModel, text: TaggedText | None) -> Callable[[], float] | None:
    """Return what scores the network on a text."""
    if text is None:
        return None
    check_kind(text, model.tags)
    read = model.reader.read([sentence.words for sentence in text.sentences])
    gold = [sentence.tags for sentence in text.sentences]

    def score() -> float:
        return score_of(scored(model.tags, gold, model.tag_read(read)))

    return score


def _sizes(parts: TaggerParts, texts: Texts, trained: int) -> TaggerSizes:
    copies = 2 if parts.config.lowercase_augment else 1
    elmo = parts.elmo
    return TaggerSizes(
        words=len(parts.source.words),
        dim=parts.source.matrix.shape[1],
        tuned=trained,
        tokens=copies * texts.training.tokens,
        held_out=texts.development.tokens if texts.development else 0,
        tags=len(parts.tags.names),
        layers=elmo.config.layers + 1 if elmo else 0,
        width=2 * elmo.config.dim if elmo else 0,
    )


def _notes(parts: TaggerParts, texts: Texts, lookup: Lookup, plan: Plan) -> list[str]:
    """Say what a result depends on: vectors, scheme, coverage; and what it takes."""
    tags, training = parts.tags, texts.training
    scheme = f"{tags.written}, learned as {tags.scheme}" if tags.entities else "plain labels"
    notes = [
        parts.inputs,
        f"text: {len(training.sentences):,} sentences, {training.tokens:,} tokens, "
        f"{training.documents:,} documents; {len(tags.names)} tags, {scheme}",
    ]
    texts_named = [("training", training)]
    if texts.development is not None:
        texts_named.append(("development", texts.development))
    notes += [
        f"{name}: {lookup.coverage(sentence.words for sentence in text.sentences)}"
        for name, text in texts_named
    ]
    notes.append(
        f"plan: {gigabytes(sum(plan.memory.values()))} of memory, "
        f"{gigabytes(sum(plan.disk.values()))} of disk"
    )
    return notes
