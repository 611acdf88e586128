"""The loss of held-out text: a fixed set of windows and noise words, the same after each epoch."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fastvec.encoding.workspace import Workspace
from fastvec.kernels.skipgram import Weights
from fastvec.models.configs import WordConfig
from fastvec.models.rows import ModelRows
from fastvec.models.schedule import RUN_LENGTH, Run, run_edges
from fastvec.models.texts import ids_in
from fastvec.models.word2vec.hogwild import InPlace
from fastvec.models.word2vec.runs import WordRuns
from fastvec.vocabulary.words import Vocabulary


def held_out_runs(
    config: WordConfig, rows: ModelRows, width: int, text: Workspace, training: Vocabulary
) -> WordRuns:
    """Return the work of a held-out text, in the ids of the training text.

    Parameters
    ----------
    config : WordConfig
    rows : ModelRows
    width : int
        Length of a row in memory.
    text : Workspace
    training : Vocabulary
        That of the workspace that is trained on.
    """
    return WordRuns(config, rows, width, ids_in(training, text), text.sentences)


class HeldOut:
    """A held-out text, and the weights that are judged by it.

    Parameters
    ----------
    runs : WordRuns
    weights : Weights
    sentences : ndarray of int64
        As in a workspace.
    threads : int
    """

    def __init__(
        self, runs: WordRuns, weights: Weights, sentences: NDArray[np.int64], threads: int
    ) -> None:
        edges = run_edges(sentences, RUN_LENGTH).tolist()
        # At a rate of 0 nothing moves; and no epoch of training has the number 0.
        self._runs = [Run(0, number, *edge, 0.0) for number, edge in enumerate(pairwise(edges))]
        longest = max(run.stop - run.start for run in self._runs)
        self._updates = InPlace(runs, weights, longest, min(threads, len(self._runs)))

    def loss(self) -> float:
        """Return the mean loss; NaN where the text has no window of known words."""
        tallies = list(self._updates.train(self._runs))
        pairs = sum(tally.pairs for tally in tallies)
        return sum(tally.loss for tally in tallies) / pairs if pairs else math.nan
