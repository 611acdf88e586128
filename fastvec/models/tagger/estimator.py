"""The tagger: named entities, or any other tags of words, learned from a column file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from os import PathLike
from typing import TYPE_CHECKING, Any, ClassVar

from fastvec.errors import FastvecError, ParameterError
from fastvec.models.checkpoints import Checkpoints, Interval
from fastvec.models.folder import StoredModel, save_folder
from fastvec.models.tagger.config import TaggerConfig
from fastvec.models.tagger.corpus import TagSet, lowercased, tagged_text
from fastvec.models.tagger.fitting import Fitting, Texts, begin, check_same, fresh
from fastvec.models.tagger.history import TaggerRecord, Unfinished
from fastvec.models.tagger.model import TaggerModel
from fastvec.models.tagger.scoring import Evaluation, evaluate
from fastvec.models.tagger.stored import TaggerParts, from_store, to_store
from fastvec.models.tagger.tagging import Entity, entities_of, tokens_of
from fastvec.models.tagger.training import copied, restore
from fastvec.models.tagger.vectors import WordSource
from fastvec.progress import Callback, silent
from fastvec.text.columns import TaggedText
from fastvec.text.marks import split_sentences
from fastvec.vectors.word_vectors import WordVectors

if TYPE_CHECKING:
    from typing import Self

    from fastvec.models.elmo.estimator import ELMo
    from fastvec.vocabulary.words import Vocabulary

Column = int | str | None


class Tagger:
    """A bidirectional LSTM over word vectors, with a CRF or softmax over tags.

    It sees a word's vector, its capitals, and, if asked to, its characters [1]_ and the
    layers of an ELMo, mixed by weights that it learns [2]_. Words that were not in the
    training text have their vectors, too: of the whole file. The same seed gives the same
    bytes at any number of threads.

    Parameters
    ----------
    vectors : WordVectors, path, or None
        None, or "random": a random vector for each training word, for comparison.
    elmo : ELMo, path of a model folder, or None
    **settings
        Those of `TaggerConfig`, by name.

    Attributes
    ----------
    config : TaggerConfig
    tags : TagSet
        The tags and their scheme; after `fit`.
    vectors : WordVectors
        After `fit`, tuned if asked for, with ``<unk>`` for all unknown words.
    history : list of TaggerRecord
        Loss and score of each epoch, and the mix of ELMo's layers.

    Raises
    ------
    ParameterError
        If a setting is unknown or outside its range.

    References
    ----------
    .. [1] Lample et al., "Neural Architectures for Named Entity Recognition", NAACL 2016.
    .. [2] Peters et al., "Deep Contextualized Word Representations", NAACL 2018.

    Examples
    --------
    >>> text = [(["Sally", "sings"], ["B-PER", "O"]), (["we", "sing"], ["O", "O"])] * 20
    >>> tagger = Tagger(cells=8, epochs=20, dropout=0.0, threads=1).fit(text)
    >>> tagger.predict([["Sally", "sings"]])
    [['B-PER', 'O']]
    """

    kind: ClassVar[str] = "tagger"

    def __init__(
        self,
        vectors: WordVectors | WordSource | str | PathLike[str] | None = None,
        elmo: ELMo | str | PathLike[str] | None = None,
        **settings: Any,
    ) -> None:
        try:
            self.config = TaggerConfig(**settings)
        except TypeError as error:
            raise ParameterError(f"Tagger: {str(error).split('__init__() ')[-1]}") from None
        self._given, self._given_elmo = vectors, elmo
        self._parts: TaggerParts | None = None
        self._model: TaggerModel | None = None
        self._stopped: Unfinished | None = None

    @property
    def parts(self) -> TaggerParts:
        """What the tagger consists of."""
        if self._parts is None:
            raise FastvecError("this Tagger has not been trained: call fit first")
        return self._parts

    @property
    def model(self) -> TaggerModel:
        """The network and what turns sentences into its inputs."""
        self.parts  # noqa: B018  # Says so if there is none.
        assert self._model is not None
        return self._model

    @property
    def tags(self) -> TagSet:
        """The tags and their scheme."""
        return self.parts.tags

    @property
    def history(self) -> list[TaggerRecord]:
        """A record for each epoch."""
        return [] if self._parts is None else self._parts.history

    @property
    def vocabulary(self) -> Vocabulary:
        """The words that have vectors."""
        return self.parts.source.vocabulary

    @property
    def vectors(self) -> WordVectors:
        """The words' vectors."""
        matrix = self.model.tensors(self.model.network.parameters)["vectors"]
        vocabulary = self.vocabulary
        return WordVectors(vocabulary.words, matrix, vocabulary.counts, vocabulary.specials)

    @property
    def unfinished(self) -> bool:
        """Whether training was stopped before its end, and can be resumed."""
        return self._stopped is not None

    def use_threads(self, threads: int | None) -> Self:
        """Change the number of threads, the only setting that a resumed training may change."""
        self.config = replace(self.config, threads=threads)
        if self._parts is not None:
            self._parts = self._parts._replace(config=self.config)
        return self

    def fit(
        self,
        text: Any,
        *,
        validation: Any = None,
        word: Column = None,
        tag: Column = -1,
        resume: bool = False,
        checkpoint: str | PathLike[str] | None = None,
        checkpoint_every: str | int = "5m",
        callback: Callback = silent,
    ) -> Self:
        """Learn from tagged sentences.

        Parameters
        ----------
        text : path, TaggedText, or list of (words, tags)
            A column file, packed or not, or sentences.
        validation : the same, or None
            Development text. After each epoch it is tagged and scored; the best epoch is
            kept, and training stops when `patience` is at its end.
        word, tag : int, str or None
            Columns of a file; see `text.columns.read_columns`.
        resume : bool, default False
            Go on with a training that Ctrl-C or a crash has stopped, on the same texts.
        checkpoint : path or None
            Model folder to save to while training; `load_model` reads it.
        checkpoint_every : str or int, default "5m"
            A number of epochs (``"1"``), a time (``"30s"``, ``"10m"``, ``"1h"``) or ``"never"``.
        callback : callable, default does nothing
            Gets `Progress` events.

        Returns
        -------
        Tagger
            Itself.

        Raises
        ------
        CorpusError, FormatError
            If a text cannot be read, naming file and line.
        DivergenceError
            If training diverges. The model stays as it was, and so does the last checkpoint.
        ParameterError
            If there is nothing to resume, or the texts do not fit.
        KeyboardInterrupt
            After Ctrl-C. What was learned so far stays on the model, and can be resumed.
        """
        every = Interval.parse(checkpoint_every)
        if resume and self._stopped is None:
            raise ParameterError("there is no unfinished training to resume")
        texts = Texts(
            tagged_text(text, word=word, tag=tag),
            None if validation is None else tagged_text(validation, word=word, tag=tag),
        )
        if resume:
            parts = self.parts
            check_same(parts, texts)
        else:
            parts = fresh(self.config, texts, self._given, self._given_elmo)
        fitting = begin(parts, texts, self._stopped if resume else None, callback)
        self._run(fitting, fitting.checkpoints(self.kind, every, checkpoint), callback)
        return self

    def predict(self, sentences: Iterable[Sequence[str] | str]) -> list[list[str]]:
        """Return the tags of each sentence, in the scheme of the training text.

        Parameters
        ----------
        sentences : iterable of list of str, or of str
            Tokens; a text of one sentence is split by `text.marks.split_sentences`.
        """
        return self.model.tag([tokens_of(sentence) for sentence in sentences])

    def entities(self, text: str, splitter: str = "marks") -> list[Entity]:
        """Return the entities of a plain text, one sentence a line, with their places in it.

        Raises
        ------
        ParameterError
            If there is no such splitter, or the tagger's tags are plain labels.
        """
        if not self.tags.entities:
            raise ParameterError("the tags are plain labels, not entities; use predict")
        lines = split_sentences(text, splitter)
        found = self.model.tag([[token.text for token in line] for line in lines])
        return [
            entity
            for line, tags in zip(lines, found, strict=True)
            for entity in entities_of(text, line, tags)
        ]

    def evaluate(
        self, text: Any, *, word: Column = None, tag: Column = -1, lowercase: bool = False
    ) -> Evaluation:
        """Tag a text and score that: entities by F1, plain labels by accuracy.

        Parameters
        ----------
        text : path, TaggedText, or list of (words, tags)
        word, tag : int, str or None
            Columns of a file.
        lowercase : bool, default False
            Fold the words to lower case before.

        Raises
        ------
        CorpusError, FormatError
            If the text cannot be read.
        ParameterError
            If it has entities and the tagger plain labels, or the other way round.
        """
        tagged: TaggedText = tagged_text(text, word=word, tag=tag)
        return evaluate(self.model, lowercased(tagged) if lowercase else tagged)

    def save(self, folder: str | PathLike[str], *, overwrite: bool = False) -> None:
        """Write the model folder, ELMo included; see `models.folder`.

        Raises
        ------
        ResourceError
            If the folder exists and `overwrite` is False, or the disk is full.
        """
        parameters = self.model.network.parameters
        stored = to_store(self.kind, self.parts, self.model, parameters, self._stopped)
        save_folder(folder, stored, overwrite=overwrite)

    @classmethod
    def from_folder(cls, stored: StoredModel) -> Self:
        """Make a tagger of what `open_folder` returned; vectors stay memory-mapped."""
        parts, model, stopped = from_store(stored)
        vectors = None if parts.source.random else parts.source
        tagger = cls(vectors, parts.elmo, **parts.config.as_dict())
        tagger._parts, tagger._model, tagger._stopped = parts, model, stopped
        return tagger

    def _run(self, fitting: Fitting, checkpoints: Checkpoints, callback: Callback) -> None:
        try:
            with checkpoints.explained():
                fitting.training.run(callback, checkpoints)
        except KeyboardInterrupt:
            left = fitting.training.unfinished()
            self._keep(fitting, left._replace(parameters=copied(left.parameters)))
            raise
        self._keep(fitting, None)

    def _keep(self, fitting: Fitting, stopped: Unfinished | None) -> None:
        """Take over what was learned, all of it at once."""
        training, model = fitting.training, fitting.model
        restore(model.network.parameters, training.result())
        self._parts = fitting.parts._replace(history=training.history)
        self._model, self._stopped = model, stopped
