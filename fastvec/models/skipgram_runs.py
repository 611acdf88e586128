"""Skip-gram's work on one run: sample windows, draw noise words, train."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.noise import Noise, draw_fresh, draw_pooled
from fastvec.kernels.skipgram import Weights, train_windows
from fastvec.kernels.tiles import TARGETS, TILE
from fastvec.kernels.windows import Windows, WindowShape, WordRows, sample_windows, split_windows
from fastvec.models.configs import SkipGramConfig
from fastvec.models.rows import ModelRows
from fastvec.models.training import Run, Tally
from fastvec.samplers.unigram import keep_probabilities, keep_thresholds, noise_table

RUN_LENGTH = 10_000  # Tokens: a few milliseconds, so that Ctrl-C and progress are live.
FEWEST_RUNS = 200  # In a small corpus, so that the learning rate falls in small steps.
POOL = 256  # Noise words; their rows fit beside the contexts in a level-2 cache.


class Scratch(NamedTuple):
    """What one thread needs to itself."""

    kept: NDArray[np.int32]
    windows: Windows
    pairs: Windows
    targets: NDArray[np.int32]
    pool: NDArray[np.int32]
    scores: NDArray[np.float32]


class SkipGramRuns:
    """Everything that training a run shares: parameters, samplers, the encoded text.

    Parameters
    ----------
    config : SkipGramConfig
    rows : ModelRows
    weights : Weights
        Changed in place, by all threads at once.
    tokens : ndarray of int32, shape (N,)
    sentences : ndarray of int64
        As in a workspace.
    """

    def __init__(
        self,
        config: SkipGramConfig,
        rows: ModelRows,
        weights: Weights,
        tokens: NDArray[np.int32],
        sentences: NDArray[np.int64],
    ) -> None:
        self._config = config
        self._weights = weights
        self._tokens = np.asarray(tokens)
        self._sentences = np.asarray(sentences)
        counts = rows.vocabulary.counts
        keep = keep_thresholds(keep_probabilities(counts, config.sample, config.sample_rule))
        self._rows = WordRows(keep, rows.known, rows.unknown, rows.begin, rows.end)
        self._noise = Noise(*noise_table(counts, config.noise_exponent))
        self._shape = window_shape(config)
        self._most_contexts = self._shape.draws or 2 * config.window
        self._signs = target_signs(config.negative, self._most_contexts)
        self.train: Callable[[Run, Scratch], Tally] = (
            self._train_pairs if config.negative_sharing == "pair" else self._train_shared
        )

    def scratch(self, longest_run: int) -> Scratch:
        """Allocate what a thread needs for runs of so many tokens."""
        positions = longest_run * (3 if self._config.sentence_marks else 1)
        contexts = positions * self._most_contexts
        paired = contexts if self._config.negative_sharing == "pair" else 0
        return Scratch(
            kept=np.empty(positions, np.int32),
            windows=_room_for_windows(positions, contexts),
            pairs=_room_for_windows(paired, paired),
            targets=np.empty((max(positions, paired), self._signs.shape[0] * TARGETS), np.int32),
            pool=np.empty(POOL, np.int32),
            scores=np.empty(self._signs.size, np.float32),
        )

    def warm_up(self, scratch: Scratch) -> None:
        """Compile or load the kernels by training on nothing."""
        self.train(Run(epoch=0, number=0, start=0, stop=0, rate=0.0), scratch)

    def _train_shared(self, run: Run, scratch: Scratch) -> Tally:
        """Train with noise words shared by the contexts of a window."""
        stream = self._stream(run)
        count = self._sample(run, stream, scratch)
        draw_pooled(
            self._noise, scratch.windows.centres, count, self._config.negative, stream,
            scratch.targets, scratch.pool, self._weights.output,
        )  # fmt: skip
        return self._learn(run, scratch.windows, count, scratch)

    def _train_pairs(self, run: Run, scratch: Scratch) -> Tally:
        """Train with noise words of its own for each pair."""
        stream = self._stream(run)
        count = self._sample(run, stream, scratch)
        count = split_windows(scratch.windows, count, scratch.pairs)
        draw_fresh(
            self._noise, scratch.pairs.centres, count, self._config.negative, stream,
            scratch.targets,
        )  # fmt: skip
        return self._learn(run, scratch.pairs, count, scratch)

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

    def _learn(self, run: Run, windows: Windows, count: int, scratch: Scratch) -> Tally:
        loss = np.array([0.0, 1.0])
        train_windows(
            self._weights, windows, count, scratch.targets, self._signs, np.float32(run.rate),
            scratch.scores, loss,
        )  # fmt: skip
        pairs = int(windows.offsets[count])
        padding = self._signs.shape[0] * TARGETS - (1 + self._config.negative)
        return Tally(float(loss[0] + np.log(loss[1])) - pairs * padding * math.log(2), pairs)


def _room_for_windows(windows: int, contexts: int) -> Windows:
    return Windows(
        np.empty(windows, np.int32), np.zeros(windows + 1, np.int64), np.empty(contexts, np.int32)
    )


def window_shape(config: SkipGramConfig) -> WindowShape:
    """Turn the settings of a window into the numbers that the kernel takes."""
    smallest = 1 if config.window_shape == "shrink" else config.window
    draws = config.window_draws if config.window_shape == "sample" else 0
    return WindowShape(smallest, config.window, draws)


def target_signs(negative: int, most_contexts: int) -> NDArray[np.float32]:
    """Return the signs of a window's scores: a row for each block of targets.

    1 at the centre, -1 at noise words, 0 at what fills up the last block.
    """
    blocks = -(-(1 + negative) // TARGETS)
    signs = np.zeros(blocks * TARGETS, np.float32)
    signs[0] = 1
    signs[1 : 1 + negative] = -1
    pairs = -(-most_contexts // 2)
    return np.tile(signs.reshape(blocks, TARGETS), pairs * TILE // TARGETS)


def run_length(words: int, window: int) -> int:
    """Return the tokens of a run: short enough for a smooth rate, long against the window."""
    return max(min(RUN_LENGTH, words // FEWEST_RUNS), 20 * window, 100)
