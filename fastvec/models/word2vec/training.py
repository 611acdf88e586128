"""One training of a word model: what it works on, who looks after it, what it has reached."""

from __future__ import annotations

from contextlib import nullcontext

import numpy as np
from numpy.typing import NDArray

from fastvec.encoding.workspace import Workspace
from fastvec.errors import FormatError
from fastvec.kernels.skipgram import Weights
from fastvec.models.checkpoints import Checkpoints
from fastvec.models.configs import WordConfig
from fastvec.models.matching import FROZEN, SKIPPED
from fastvec.models.rows import fill_unknown
from fastvec.models.schedule import Run, Schedule, most_tokens, run_edges
from fastvec.models.training import Standing, check_finite, train_epochs
from fastvec.models.watch import Watch
from fastvec.models.word2vec.beginnings import Beginning
from fastvec.models.word2vec.held_out import HeldOut, held_out_runs
from fastvec.models.word2vec.runs import WordRuns
from fastvec.models.word2vec.stopped import Stopped
from fastvec.models.word2vec.updates import make_updates
from fastvec.progress import Callback
from fastvec.vocabulary.words import Vocabulary
from fastvec.workers import resolve_threads, single_threaded_blas


class WordTraining:
    """A training of skip-gram or CBOW.

    Parameters
    ----------
    config : WordConfig
    workspace : Workspace
    beginning : Beginning
        Its weights and standing are changed in place.
    validation : Workspace or None
        Held-out text.
    """

    def __init__(
        self,
        config: WordConfig,
        workspace: Workspace,
        beginning: Beginning,
        validation: Workspace | None = None,
    ) -> None:
        self._config, self._workspace, self._beginning = config, workspace, beginning
        rows, width = beginning.rows, beginning.weights.input.shape[1]
        skipped = beginning.states == SKIPPED
        runs = WordRuns(config, rows, width, workspace.tokens, workspace.sentences, skipped)
        self._untrained_loss = runs.objective.untrained_loss
        threads = resolve_threads(config.threads)
        self._edges = run_edges(workspace.sentences, most_tokens(config, workspace.words))
        if self.standing.run >= len(self._edges):
            raise FormatError(
                "the training was stopped by another version of fastvec, or its record is damaged; "
                "use its vectors as the start of a new one: --init"
            )
        frozen = beginning.states == FROZEN
        self._updates = make_updates(config, runs, beginning.weights, frozen, self._edges, threads)
        held_out = None
        if validation is not None:
            own = held_out_runs(config, rows, width, validation, workspace.vocabulary)
            held_out = HeldOut(own, beginning.weights, validation.sentences, threads).loss
        self._watch = Watch(
            self.standing.history, config.patience, held_out, self._matrices, beginning.best
        )

    @property
    def standing(self) -> Standing:
        """How far it has come."""
        return self._beginning.standing

    def run(self, callback: Callback, checkpoints: Checkpoints) -> None:
        """Train to the end.

        Raises
        ------
        DivergenceError
        """
        self._watch.checkpoints = checkpoints
        config = self._config
        # To limit BLAS takes as long as a step of a small softmax.
        with single_threaded_blas() if config.loss == "softmax" else nullcontext():
            # Compile or load the kernels by training on nothing.
            list(self._updates.train([Run(epoch=0, number=0, start=0, stop=0, rate=0.0)]))
            train_epochs(
                self._updates.train,
                Schedule(self._edges, config.epochs, config.learning_rate, config.final_rate),
                self.standing,
                objective=config.loss,
                untrained_loss=self._untrained_loss,
                callback=callback,
                supervisor=self._watch,
            )
        check_finite(self._beginning.weights, config.learning_rate)

    def _matrices(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Copy both matrices as they are, without padding."""
        inputs, outputs = (matrix.copy() for matrix in self._own())
        return inputs, outputs

    def _own(self) -> Weights:
        """Return the model's own part of both matrices."""
        rows, dim = len(self._beginning.states), self._config.dim
        return Weights(*(matrix[:rows, :dim] for matrix in self._beginning.weights))

    def stopped(self) -> Stopped:
        """Return what resuming needs; the arrays are the training's own."""
        return Stopped(
            self._beginning.rows.vocabulary,
            *self._own(),
            self._beginning.states,
            self.standing,
            self._workspace.identity(),
            self._watch.best,
        )

    def result(self) -> tuple[Vocabulary, dict[str, NDArray[np.float32]]]:
        """Return the words and both matrices: of the best epoch, where one was looked for."""
        vocabulary = self._beginning.rows.vocabulary
        inputs, outputs = self._watch.best or self._matrices()
        inputs = np.array(inputs)  # That of a stopped training is memory-mapped.
        if self._config.unk == "mean":
            fill_unknown(inputs, vocabulary)
        kept = np.flatnonzero(self._beginning.states != SKIPPED)
        if len(kept) < len(vocabulary):
            vocabulary = Vocabulary(
                [vocabulary.words[row] for row in kept], vocabulary.counts[kept],
                vocabulary.specials,
            )  # fmt: skip
            inputs = inputs[kept]
            # The tree has a node less than words, whichever these are.
            outputs = outputs[: len(kept)] if self._config.loss == "hs" else outputs[kept]
        return vocabulary, {"vectors": inputs, "context_vectors": outputs}
