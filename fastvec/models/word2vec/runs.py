"""A word model's work on one run: sample windows, then train them for its objective."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from fastvec.kernels.blocks import sample_private
from fastvec.kernels.cbow import Mixing
from fastvec.kernels.hot import Hot, sample_copies
from fastvec.kernels.noise import Noise
from fastvec.kernels.simd import vector_room
from fastvec.kernels.windows import Windows, WindowShape, WordRows, sample_windows, split_windows
from fastvec.models.configs import CBOWConfig, WordConfig
from fastvec.models.matrices import aligned_empty
from fastvec.models.rows import ModelRows
from fastvec.models.schedule import Run
from fastvec.models.word2vec.architectures import (
    Architecture,
    CBOWArchitecture,
    SkipGramArchitecture,
)
from fastvec.models.word2vec.full_softmax import SoftmaxObjective
from fastvec.models.word2vec.objectives import (
    NegativeSampling,
    Objective,
    Private,
    PrivateObjective,
)
from fastvec.models.word2vec.tree_objective import HierarchicalSoftmax
from fastvec.samplers.huffman import HuffmanTree, huffman_tree
from fastvec.samplers.unigram import keep_probabilities, keep_thresholds, noise_table
from fastvec.workers import resolve_threads

STREAMS = 1024  # Made at once, because making one alone takes as long as training on 30 words.


class Scratch(NamedTuple):
    """What one thread needs to itself."""

    kept: NDArray[np.int32]
    kept_ends: NDArray[np.int64]
    windows: Windows
    pairs: Windows
    stream: NDArray[np.int64]
    drawing: Any


class WordRuns:
    """Everything that training a run shares: parameters, samplers, the encoded text.

    Parameters
    ----------
    config : WordConfig
        `SkipGramConfig` or `CBOWConfig`.
    rows : ModelRows
    dim : int
        Length of a row in memory.
    tokens : ndarray of int32, shape (N,)
    sentences : ndarray of int64
        As in a workspace.
    skipped : ndarray of bool, shape (V,), or None
        Rows that are neither trained nor noise.
    """

    def __init__(
        self,
        config: WordConfig,
        rows: ModelRows,
        dim: int,
        tokens: NDArray[np.int32],
        sentences: NDArray[np.int64],
        skipped: NDArray[np.bool_] | None = None,
    ) -> None:
        self._config = config
        self._tokens = np.asarray(tokens)
        self._sentences = np.asarray(sentences)
        counts = rows.vocabulary.counts
        keep = keep_thresholds(keep_probabilities(counts, config.sample, config.sample_rule))
        if skipped is None:
            skipped = np.zeros(len(counts), np.bool_)
        keep[skipped] = 0
        self._rows = WordRows(keep, rows.known, rows.unknown, rows.begin, rows.end)
        self._shape = window_shape(config)
        self.most_contexts = self._shape.draws or 2 * config.window
        # Pairs of their own exist where contexts act one by one.
        self._split = _pairs_apart(config)
        self.objective = _objective(config, counts, skipped, dim, self.most_contexts)

    def scratch(self, longest_run: int, hot: Hot | None = None) -> Scratch:
        """Allocate what a thread needs for runs of so many tokens; ``hot`` are its copies."""
        positions = longest_run * (3 if self._config.sentence_marks else 1)
        contexts = positions * self.most_contexts
        pairs = contexts if self._split else 0
        slack = vector_room(self._shape.largest)
        return Scratch(
            kept=np.empty(positions + slack, np.int32),
            kept_ends=np.empty(longest_run + 1, np.int64),
            windows=_room_for_windows(positions, contexts + slack),
            pairs=_room_for_windows(pairs, pairs),
            stream=aligned_empty(4, dtype=np.int64),
            drawing=self.objective.scratch(max(positions, pairs), hot),
        )

    def most_rows(self, longest_run: int) -> tuple[int, int]:
        """Return the most input rows and output rows that a run of so many tokens can touch."""
        positions = longest_run * (3 if self._config.sentence_marks else 1)
        windows = positions * self.most_contexts if self._split else positions
        return positions, self._private_objective().most_targets(windows)

    def draw(self, run: Run, scratch: Scratch) -> tuple[Windows, int, Any]:
        """Return a run's windows, how many there are, and their targets."""
        stream = self._stream(run, scratch)
        windows, count = self._windows(run, scratch, stream)
        return windows, count, self.objective.draw(windows, count, stream, scratch.drawing)

    def hottest(self, rows: int) -> tuple[int, int]:
        """Return where the input and the output rows begin that move most often."""
        return 0, self._private_objective().hottest(rows)

    def draw_hot(
        self, run: Run, scratch: Scratch, hot: tuple[Hot, Hot]
    ) -> tuple[Windows, int, Any]:
        """Draw a run, and have a thread's copies stand for hot rows; see `kernels.hot`."""
        stream, (tokens, ends), (near, far) = self._stream(run, scratch), self._text(run), hot
        count = sample_copies(
            tokens, ends, self._rows, self._shape, stream, scratch.kept, scratch.kept_ends,
            scratch.windows, near,
        )  # fmt: skip
        windows, count = self._apart(scratch, count)
        targets = self._private_objective().draw_hot(windows, count, stream, scratch.drawing, far)
        return windows, count, targets

    def together(self, run: Run, threads: int) -> int:
        """Return how many runs hot rows move with; see `kernels.hot`."""
        return max(threads, int(run.done / self._private_objective().settling))

    def draw_private(
        self, run: Run, scratch: Scratch, private: Private, block: int
    ) -> tuple[Windows, int, Any]:
        """Do the same in places among a block's private rows; see `kernels.blocks`."""
        stream, (tokens, ends) = self._stream(run, scratch), self._text(run)
        count = sample_private(
            tokens, ends, self._rows, self._shape, stream, scratch.kept, scratch.kept_ends,
            scratch.windows, private.words, private.near, block,
        )  # fmt: skip
        windows, count = self._apart(scratch, count)
        targets = self._private_objective().draw_private(
            windows, count, stream, scratch.drawing, private, block
        )
        return windows, count, targets

    def _windows(
        self, run: Run, scratch: Scratch, stream: NDArray[np.int64]
    ) -> tuple[Windows, int]:
        tokens, ends = self._text(run)
        count = sample_windows(
            tokens, ends, self._rows, self._shape, stream, scratch.kept, scratch.kept_ends,
            scratch.windows,
        )  # fmt: skip
        return self._apart(scratch, count)

    def _private_objective(self) -> PrivateObjective:
        # `updates.make_updates` never has the full softmax work on private rows.
        return cast(PrivateObjective, self.objective)

    def _apart(self, scratch: Scratch, count: int) -> tuple[Windows, int]:
        """Make a window of each pair, where pairs have noise words of their own."""
        if not self._split:
            return scratch.windows, count
        return scratch.pairs, split_windows(scratch.windows, count, scratch.pairs)

    def _stream(self, run: Run, scratch: Scratch) -> NDArray[np.int64]:
        """Give a run random numbers of its own, whichever thread takes it."""
        group, place = divmod(run.number, STREAMS)
        scratch.stream[:] = _streams(self._config.seed, run.epoch, group)[place]
        return scratch.stream

    def _text(self, run: Run) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return a run's tokens, and where its sentences end in them."""
        first, last = self._sentences.searchsorted((run.start + 1, run.stop))
        ends = np.minimum(self._sentences[first : last + 1], run.stop) - run.start
        return self._tokens[run.start : run.stop], ends


def _objective(
    config: WordConfig,
    counts: NDArray[np.int64],
    skipped: NDArray[np.bool_],
    dim: int,
    most_contexts: int,
) -> Objective:
    """Put architecture and objective together."""
    architecture: Architecture = SkipGramArchitecture()
    if isinstance(config, CBOWConfig):
        architecture = CBOWArchitecture(cbow_mixing(config))
    if config.loss == "softmax":
        threads = resolve_threads(config.threads)
        return SoftmaxObjective(architecture, len(counts), config.batch, threads)
    if config.loss == "hs":
        return HierarchicalSoftmax(
            architecture, _tree(counts, skipped, architecture.block), dim, most_contexts
        )
    return NegativeSampling(
        architecture,
        Noise(*noise_table(np.where(skipped, 0, counts), config.noise_exponent)),
        dim,
        most_contexts,
        negative=config.negative,
        sharing=config.negative_sharing,
    )


def _tree(counts: NDArray[np.int64], skipped: NDArray[np.bool_], block: int) -> HuffmanTree:
    """Build the tree of the other words; skipped ones have no path."""
    tree = huffman_tree(counts[~skipped], block)
    lengths, room = np.zeros((2, len(counts)), np.int64)
    lengths[~skipped], room[~skipped] = tree.lengths, np.diff(tree.offsets)
    return tree._replace(lengths=lengths, offsets=np.concatenate([[0], np.cumsum(room)]))


def _pairs_apart(config: WordConfig) -> bool:
    """Tell whether every pair has noise words of its own."""
    noisy = config.loss == "ns" and config.negative_sharing == "pair"
    return noisy and not isinstance(config, CBOWConfig)


def cbow_mixing(config: CBOWConfig) -> Mixing:
    """Turn the settings of CBOW into the numbers that the kernel takes."""
    mean = config.cbow_combine == "mean"
    corrected = config.cbow_gradient == "corrected"
    return Mixing(forward=float(mean), backward=float(mean and corrected))


@lru_cache(maxsize=16)
def _streams(seed: int, epoch: int, group: int) -> NDArray[np.int64]:
    """Return the random streams of a group of runs, (STREAMS, 4)."""
    source = np.random.SeedSequence((seed, epoch, group))
    return source.generate_state(4 * STREAMS).astype(np.int64).reshape(STREAMS, 4)


def _room_for_windows(windows: int, contexts: int) -> Windows:
    return Windows(
        np.empty(windows, np.int32), np.zeros(windows + 1, np.int64), np.empty(contexts, np.int32)
    )


def window_shape(config: WordConfig) -> WindowShape:
    """Turn the settings of a window into the numbers that the kernel takes."""
    smallest = 1 if config.window_shape == "shrink" else config.window
    draws = config.window_draws if config.window_shape == "sample" else 0
    return WindowShape(smallest, config.window, draws)
