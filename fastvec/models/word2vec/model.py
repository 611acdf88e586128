"""What skip-gram and CBOW share: how they are trained, and filling gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from fastvec.models.configs import WordConfig
from fastvec.models.vector_model import VectorModel
from fastvec.models.word2vec.stopped import Stopped
from fastvec.progress import Callback

if TYPE_CHECKING:
    from fastvec.encoding.workspace import Workspace
    from fastvec.models.folder import StoredModel
    from fastvec.models.word2vec.training import WordTraining


class WordModel(VectorModel):
    """A model that learns from words and their contexts; `SkipGram` and `CBOW` derive from it."""

    config: WordConfig
    config_class: ClassVar[type[WordConfig]]

    @contextmanager
    def _training(
        self, workspace: Workspace, held_out: Workspace | None, init: Any, stopped: Any,
        callback: Callback,
    ) -> Iterator[WordTraining]:  # fmt: skip
        from fastvec.models.word2vec.fitting import announce, begin
        from fastvec.models.word2vec.training import WordTraining

        beginning = begin(workspace, self.config, init, stopped)
        announce(beginning, self.config, callback)
        yield WordTraining(self.config, workspace, beginning, held_out)

    @classmethod
    def _unfinished(cls, stored: StoredModel) -> Stopped | None:
        return Stopped.from_folder(stored)

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
        fastvec.models.word2vec.predict.GapFiller : how; faster for many sentences.
        """
        from fastvec.models.word2vec.predict import GapFiller

        filler = GapFiller(self)
        return filler.best(filler.context(sentence, window).rows, topn)
