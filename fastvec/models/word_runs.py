"""A word model's work on one run: sample windows, then train them for its objective."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.cbow import Mixing
from fastvec.kernels.noise import Noise
from fastvec.kernels.skipgram import Weights
from fastvec.kernels.tiles import TARGETS
from fastvec.kernels.windows import Windows, WindowShape, WordRows, sample_windows, split_windows
from fastvec.models.architectures import Architecture, CBOWArchitecture, SkipGramArchitecture
from fastvec.models.configs import CBOWConfig, WordConfig
from fastvec.models.objectives import Drawing, HierarchicalSoftmax, NegativeSampling, Objective
from fastvec.models.rows import ModelRows
from fastvec.models.training import Run, Tally
from fastvec.samplers.huffman import huffman_tree
from fastvec.samplers.unigram import keep_probabilities, keep_thresholds, noise_table


class Scratch(NamedTuple):
    """What one thread needs to itself."""

    kept: NDArray[np.int32]
    windows: Windows
    pairs: Windows
    drawing: Drawing


class WordRuns:
    """Everything that training a run shares: parameters, samplers, the encoded text.

    Parameters
    ----------
    config : WordConfig
        `SkipGramConfig` or `CBOWConfig`.
    rows : ModelRows
    weights : Weights
        Changed in place, by all threads at once.
    tokens : ndarray of int32, shape (N,)
    sentences : ndarray of int64
        As in a workspace.
    """

    def __init__(
        self,
        config: WordConfig,
        rows: ModelRows,
        weights: Weights,
        tokens: NDArray[np.int32],
        sentences: NDArray[np.int64],
    ) -> None:
        self._config = config
        self._tokens = np.asarray(tokens)
        self._sentences = np.asarray(sentences)
        counts = rows.vocabulary.counts
        keep = keep_thresholds(keep_probabilities(counts, config.sample, config.sample_rule))
        self._rows = WordRows(keep, rows.known, rows.unknown, rows.begin, rows.end)
        self._shape = window_shape(config)
        self._most_contexts = self._shape.draws or 2 * config.window
        # Pairs of their own exist where contexts act one by one.
        self._split = config.negative_sharing == "pair" and not isinstance(config, CBOWConfig)
        self._objective = _objective(config, counts, weights, self._most_contexts)
        self.untrained_loss = self._objective.untrained_loss

    def scratch(self, longest_run: int) -> Scratch:
        """Allocate what a thread needs for runs of so many tokens."""
        positions = longest_run * (3 if self._config.sentence_marks else 1)
        contexts = positions * self._most_contexts
        pairs = contexts if self._split else 0
        return Scratch(
            kept=np.empty(positions, np.int32),
            windows=_room_for_windows(positions, contexts),
            pairs=_room_for_windows(pairs, pairs),
            drawing=self._objective.scratch(max(positions, pairs)),
        )

    def warm_up(self, scratch: Scratch) -> None:
        """Compile or load the kernels by training on nothing."""
        self.train(Run(epoch=0, number=0, start=0, stop=0, rate=0.0), scratch)

    def train(self, run: Run, scratch: Scratch) -> Tally:
        """Train on a run; return its summed loss and its examples."""
        stream = self._stream(run)
        count, windows = self._sample(run, stream, scratch), scratch.windows
        if self._split:
            count, windows = split_windows(windows, count, scratch.pairs), scratch.pairs
        return self._objective.learn(windows, count, stream, run.rate, scratch.drawing)

    def _stream(self, run: Run) -> NDArray[np.int64]:
        """Give a run random numbers of its own, whichever thread takes it."""
        source = np.random.SeedSequence((self._config.seed, run.epoch, run.number))
        return source.generate_state(4).astype(np.int64)

    def _sample(self, run: Run, stream: NDArray[np.int64], scratch: Scratch) -> int:
        first = np.searchsorted(self._sentences, run.start, side="right")
        last = np.searchsorted(self._sentences, run.stop, side="left")
        ends = np.minimum(self._sentences[first : last + 1], run.stop) - run.start
        tokens = self._tokens[run.start : run.stop]
        return sample_windows(
            tokens, ends, self._rows, self._shape, stream, scratch.kept, scratch.windows
        )


def _objective(
    config: WordConfig, counts: NDArray[np.int64], weights: Weights, most_contexts: int
) -> Objective:
    """Put architecture and objective together."""
    architecture: Architecture = SkipGramArchitecture(weights)
    if isinstance(config, CBOWConfig):
        architecture = CBOWArchitecture(weights, cbow_mixing(config))
    if config.loss == "hs":
        tree = huffman_tree(counts, TARGETS)
        return HierarchicalSoftmax(architecture, tree, most_contexts, weights.input.shape[1])
    return NegativeSampling(
        architecture,
        Noise(*noise_table(counts, config.noise_exponent)),
        weights.input.shape[1],
        negative=config.negative,
        sharing=config.negative_sharing,
        most_contexts=most_contexts,
    )


def cbow_mixing(config: CBOWConfig) -> Mixing:
    """Turn the settings of CBOW into the numbers that the kernel takes."""
    mean = config.cbow_combine == "mean"
    corrected = config.cbow_gradient == "corrected"
    return Mixing(forward=float(mean), backward=float(mean and corrected))


def _room_for_windows(windows: int, contexts: int) -> Windows:
    return Windows(
        np.empty(windows, np.int32), np.zeros(windows + 1, np.int64), np.empty(contexts, np.int32)
    )


def window_shape(config: WordConfig) -> WindowShape:
    """Turn the settings of a window into the numbers that the kernel takes."""
    smallest = 1 if config.window_shape == "shrink" else config.window
    draws = config.window_draws if config.window_shape == "sample" else 0
    return WindowShape(smallest, config.window, draws)
