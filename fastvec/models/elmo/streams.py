"""Batches of text for a language model: sentences end to end, in rows side by side.

A direction reads a sentence of n words in n + 1 steps. Forward it is given ``<s>`` and
the words, and must tell the words and ``</s>``; backward ``</s>`` and the words from the
last to the first, and must tell the words and ``<s>``. Both read the same sentences at
the same time, and every step of either is in exactly one batch of an epoch.

The state of a row goes on from batch to batch for a stretch of sentences, and then
begins anew. Without that, a model learns nothing of the states that a sentence by
itself begins with: on small texts it was worse than chance there after an epoch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastvec.encoding.workspace import Workspace
from fastvec.models.rows import RowRules, model_rows
from fastvec.vocabulary.words import BOS, EOS, UNK, Vocabulary

LONGEST = 1_000  # Words of a sentence; the rest of it is read as further sentences.
ORDER_STREAM = 11  # Keeps the order's random numbers apart from all others of a seed.

Ids = NDArray[np.int32]


class Batch(NamedTuple):
    """What both directions read and must tell in one step of training; arrays of (T, B).

    Attributes
    ----------
    forward_inputs, backward_inputs : ndarray of int32
        Ids of the text; the two marks are the ids after its last word.
    forward_targets, backward_targets : ndarray of int32
        Rows of the model. The backward arrays stand in the order of the text, too: that
        direction begins at a row's end.
    lengths : ndarray of int64, shape (B,), or None
        Steps of each row; None where all are full.
    fresh : ndarray of bool, shape (B,)
        Rows that begin without a state.
    """

    forward_inputs: Ids
    forward_targets: Ids
    backward_inputs: Ids
    backward_targets: Ids
    lengths: NDArray[np.int64] | None
    fresh: NDArray[np.bool_]

    @property
    def steps(self) -> int:
        """Predictions of each direction."""
        return self.forward_inputs.size if self.lengths is None else int(self.lengths.sum())

    @property
    def real(self) -> NDArray[np.bool_]:
        """Where there is something to tell, (T, B)."""
        steps, rows = self.forward_inputs.shape
        if self.lengths is None:
            return np.ones((steps, rows), np.bool_)
        return np.arange(steps)[:, None] < self.lengths


def elmo_vocabulary(workspace: Workspace, rules: RowRules) -> Vocabulary:
    """Return a model's words and marks by falling count, as sampling by rank needs them.

    Raises
    ------
    VocabularyError
        If no word is frequent enough.
    ParameterError
        If ``max_size`` has no room beside the special words.
    """
    words = model_rows(workspace, rules).vocabulary
    ordered = Vocabulary.from_counts(dict(zip(words.words, words.counts.tolist(), strict=True)))
    return Vocabulary(ordered.words, ordered.counts, words.specials)


def text_rows(words: Sequence[str], vocabulary: Vocabulary) -> Ids:
    """Return the model's row of each word of a text, and of its marks, which come last."""
    index = vocabulary.index
    unknown = index[UNK]
    return np.array([*(index.get(word, unknown) for word in words), index[BOS], index[EOS]],
                    np.int32)  # fmt: skip


class TokenStream:
    """A text cut into batches.

    The random order of an epoch, and so every batch of it, follows from seed and epoch
    alone: a place in the training is an epoch and the number of a batch.

    Parameters
    ----------
    tokens : ndarray of int32, shape (N,)
    sentences : ndarray of int64
        Starts of the sentences, and the end of the last; as in a workspace.
    rows : ndarray of int32
        The model's row of each id, by `text_rows`.
    batch, unroll : int
        Most rows B, and steps T.
    carry : int
        Batches over which a state goes on, about.
    seed : int or None
        None keeps the order of the text.
    """

    def __init__(
        self, tokens: Ids, sentences: NDArray[np.int64], rows: Ids, *, batch: int, unroll: int,
        carry: int, seed: int | None,
    ) -> None:  # fmt: skip
        self._tokens, self._rows, self._unroll, self._seed = tokens, rows, unroll, seed
        self._begins, self._sizes = _pieces(np.asarray(sentences))
        self._marks = len(rows) - 2, len(rows) - 1
        self.batch = max(1, min(batch, len(self._begins)))
        # Short texts have short stretches, or some rows would end long before others.
        self._carry = min(carry, max(1, self.predictions // (8 * self.batch * unroll)))

    @property
    def predictions(self) -> int:
        """Steps of each direction in an epoch."""
        return int(self._sizes.sum()) + len(self._sizes)

    def epoch(self, number: int) -> Epoch:
        """Return the batches of an epoch."""
        order = np.arange(len(self._begins))
        if self._seed is not None:
            entropy = np.random.SeedSequence((self._seed, ORDER_STREAM, number))
            order = np.random.default_rng(entropy).permutation(order)
        return Epoch(
            self._tokens, self._begins[order], self._sizes[order], self._rows, self._marks,
            self.batch, self._unroll, self._carry,
        )  # fmt: skip


class Epoch:
    """The batches of an epoch; any of them can be had at once, in any order."""

    def __init__(
        self, tokens: Ids, begins: NDArray[np.int64], sizes: NDArray[np.int64], rows: Ids,
        marks: tuple[int, int], batch: int, unroll: int, carry: int,
    ) -> None:  # fmt: skip
        self._tokens, self._begins, self._sizes, self._rows = tokens, begins, sizes, rows
        self._marks, self._unroll = marks, unroll
        self._starts = np.concatenate([[0], np.cumsum(sizes + 1)])
        self._stretches = _stretches(self._starts, unroll, carry)
        parts = -(-np.diff(self._stretches) // unroll)
        # Batches before each stretch, if one row read them all; rows take whole stretches.
        self._parts = np.concatenate([[0], np.cumsum(parts)])
        aims = np.arange(batch + 1) * int(self._parts[-1]) // batch
        edges = self._parts[np.searchsorted(self._parts, aims)]
        self._firsts, self._lasts = edges[:-1], edges[1:]

    def __len__(self) -> int:
        return int((self._lasts - self._firsts).max())

    def __iter__(self) -> Iterator[Batch]:
        return (self[number] for number in range(len(self)))

    def __getitem__(self, number: int) -> Batch:
        """Return a batch by its number, from 0."""
        part = np.minimum(self._firsts + number, self._parts[-1] - 1)
        stretch = np.searchsorted(self._parts, part, side="right") - 1
        done = (part - self._parts[stretch]) * self._unroll
        left = self._stretches[stretch + 1] - self._stretches[stretch] - done
        over = self._firsts + number >= self._lasts
        lengths = np.where(over, 0, np.minimum(left, self._unroll))
        steps = np.arange(self._unroll)[:, None]
        places, real = self._stretches[stretch] + done, steps < lengths
        begin, size, offset = self._locate(np.where(real, places + steps, 0))
        start, end = self._marks
        inputs = self._read(begin + offset - 1, offset == 0, start)
        targets = self._read(begin + offset, offset == size, end)
        begin, size, offset = self._locate(np.where(real, places + lengths - 1 - steps, 0))
        back_inputs = self._read(begin + size - offset, offset == 0, end)
        back_targets = self._read(begin + size - 1 - offset, offset == size, start)
        return Batch(
            inputs, self._rows[targets], back_inputs, self._rows[back_targets],
            None if lengths.min() == self._unroll else lengths, done == 0,
        )  # fmt: skip

    def _locate(
        self, steps: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return begin and length of each step's sentence, and the place in it."""
        sentence = np.searchsorted(self._starts, steps, side="right") - 1
        return self._begins[sentence], self._sizes[sentence], steps - self._starts[sentence]

    def _read(self, places: NDArray[np.int64], marked: NDArray[np.bool_], mark: int) -> Ids:
        """Return the ids at places of the text, and a mark where there is to be one."""
        ids = self._tokens[np.where(marked, 0, places)]
        ids[marked] = mark
        return np.asarray(ids)


def _pieces(sentences: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where sentences begin and how long they are, long ones cut."""
    begins, sizes = sentences[:-1], np.diff(sentences)
    begins, sizes = begins[sizes > 0], sizes[sizes > 0]
    if not len(sizes) or sizes.max() <= LONGEST:
        return begins, sizes
    parts = -(-sizes // LONGEST)
    number = np.arange(parts.sum()) - np.repeat(np.cumsum(parts) - parts, parts)
    cut = np.repeat(begins, parts) + number * LONGEST
    return cut, np.minimum(np.repeat(begins + sizes, parts) - cut, LONGEST)


def _stretches(starts: NDArray[np.int64], unroll: int, carry: int) -> NDArray[np.int64]:
    """Cut an epoch into stretches of sentences, where the last batch of each is fullest."""
    edges, ends = [0], len(starts) - 1
    while (place := edges[-1]) < ends:
        begin, aim = starts[place], unroll * carry
        first = np.searchsorted(starts, begin + 3 * aim // 4)
        first = min(max(int(first), place + 1), ends)
        last = int(np.searchsorted(starts, begin + 5 * aim // 4, side="right"))
        lengths = starts[first : max(last, first + 1)] - begin
        edges.append(first + int((-lengths % unroll).argmin()))
    return starts[edges]
