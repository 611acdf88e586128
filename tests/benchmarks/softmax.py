"""Full softmax over skip-gram windows: fastvec, PyTorch, and the matrix products alone.

    python -m tests.benchmarks.softmax [--batches 100] [--dim 100] [--runs 3] ...

Each run trains the same batches from the same start, 512 centres with about five
targets each, all drawn by Zipf's law. PyTorch runs by autograd and SGD, and by hand
in place, the least work that it can do. Both must end at fastvec's loss. The last
line of ratios is fastvec's share of sgemm's speed, since nothing needs less time.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from torch.nn import functional

from fastvec.kernels.skipgram import Weights
from fastvec.kernels.windows import Windows
from fastvec.models.matrices import padded_dim, padded_zeros
from fastvec.models.word2vec.architectures import SkipGramArchitecture
from fastvec.models.word2vec.full_softmax import SoftmaxObjective
from fastvec.workers import single_threaded_blas
from tests.benchmarks.harness import alternate, report, timed

BATCH = 512
RATE = 0.0025  # Ten times as much diverges: the commonest words are hundreds of times in a batch.
Trainer = Callable[["Task"], tuple[float, float]]  # seconds, the last batch's mean loss


class Batch(NamedTuple):
    centres: NDArray[np.int64]
    offsets: NDArray[np.int64]
    targets: NDArray[np.int32]


class Task(NamedTuple):
    inputs: NDArray[np.float32]
    batches: list[Batch]
    dim: int
    threads: int


def drawn(chosen: argparse.Namespace) -> Task:
    """Draw start vectors and batches."""
    generator = np.random.default_rng(1)
    words, dim = chosen.vocabulary, chosen.dim
    inputs = padded_zeros(words, dim)
    inputs[:, :dim] = generator.uniform(-0.2, 0.2, (words, dim))  # Learns at once.
    shares = 1 / np.arange(1, words + 1)
    shares /= shares.sum()
    batches = []
    for _ in range(chosen.batches):
        offsets = np.cumsum(np.append(0, generator.integers(1, 10, BATCH)))
        centres, targets = (generator.choice(words, n, p=shares) for n in (BATCH, offsets[-1]))
        batches.append(Batch(centres, offsets, targets.astype(np.int32)))
    return Task(inputs, batches, dim, chosen.threads)


def ours(task: Task) -> tuple[float, float]:
    """Train as skip-gram does."""
    weights = Weights(task.inputs.copy(), padded_zeros(*task.inputs.shape))
    objective = SoftmaxObjective(SkipGramArchitecture(), len(task.inputs), BATCH, task.threads)
    windows = [Windows(batch.centres.astype(np.int32), *batch[1:]) for batch in task.batches]
    losses = []

    def train() -> None:
        for batch in windows:
            tally = objective.learn(weights, batch, BATCH, None, RATE, None)
            losses.append(tally.loss / tally.pairs)

    with single_threaded_blas():
        return timed(train), losses[-1]


class Tensors:
    """Parameters and batches as PyTorch wants them."""

    def __init__(self, task: Task) -> None:
        torch.set_num_threads(task.threads)
        self.inputs = torch.tensor(task.inputs[:, : task.dim].copy())
        self.outputs = torch.zeros_like(self.inputs)
        self.batches = []
        for centres, offsets, targets in task.batches:
            counts = np.diff(offsets)
            owners = np.repeat(np.arange(BATCH), counts)
            parts = (centres, counts[:, None], owners, targets.astype(np.int64))
            self.batches.append([torch.from_numpy(part) for part in parts])


def autograd(task: Task) -> tuple[float, float]:
    """Train with PyTorch's own derivatives and optimiser."""
    tensors = Tensors(task)
    inputs, outputs = (torch.nn.Parameter(t) for t in (tensors.inputs, tensors.outputs))
    optimiser = torch.optim.SGD([inputs, outputs], lr=RATE)
    losses = []

    def train() -> None:
        for centres, _, owners, targets in tensors.batches:
            logits = functional.embedding(centres, inputs, sparse=True) @ outputs.T
            loss = -torch.log_softmax(logits, 1)[owners, targets].sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(loss.item() / len(targets))

    return timed(train), losses[-1]


@torch.no_grad()
def by_hand(task: Task) -> tuple[float, float]:
    """Train with PyTorch's products, everything else in place."""
    tensors = Tensors(task)
    inputs, outputs = tensors.inputs, tensors.outputs
    logits, one = torch.empty(BATCH, len(outputs)), torch.tensor(-1.0)
    losses = []

    def train() -> None:
        for centres, counts, owners, targets in tensors.batches:
            hidden = inputs[centres]
            torch.mm(hidden, outputs.T, out=logits)
            normalisers = torch.logsumexp(logits, 1, keepdim=True)
            loss = (counts * normalisers).sum() - logits[owners, targets].sum()
            logits.sub_(normalisers).exp_().mul_(counts)
            logits.index_put_((owners, targets), one, accumulate=True)
            gradient = logits @ outputs
            outputs.addmm_(logits.T, hidden, alpha=-RATE)
            inputs.index_add_(0, centres, gradient, alpha=-RATE)
            losses.append(loss.item() / len(targets))

    return timed(train), losses[-1]


def products(task: Task) -> float:
    """Time the three matrix products alone, on BLAS's own threads."""
    hidden, outputs = task.inputs[:BATCH], task.inputs
    logits = np.empty((BATCH, len(outputs)), np.float32)
    by_hidden, by_outputs = np.empty_like(hidden), np.empty_like(outputs)

    def multiply() -> None:
        for _ in task.batches:
            np.matmul(hidden, outputs.T, out=logits)
            np.matmul(logits, outputs, out=by_hidden)
            np.matmul(logits.T, hidden, out=by_outputs)

    with threadpool_limits(task.threads, user_api="blas"):
        return timed(multiply)


def main() -> None:
    """Compare."""
    options = argparse.ArgumentParser(description=__doc__)
    for name, default in {
        "runs": 3, "threads": 2, "batches": 100, "dim": 100, "vocabulary": 10_000
    }.items():  # fmt: skip
        options.add_argument(f"--{name}", type=int, default=default, help=f"({default})")
    chosen = options.parse_args()
    task = drawn(chosen)
    trainers: dict[str, Trainer] = {
        "fastvec": ours, "PyTorch, by hand": by_hand, "PyTorch, autograd": autograd,
    }  # fmt: skip
    short = task._replace(batches=task.batches[:1])
    losses: dict[str, float] = {}

    def timer(name: str, train: Trainer) -> Callable[[], float]:
        train(short)  # Compiled code is loaded, and memory touched, before the clock starts.

        def run() -> float:
            seconds, losses[name] = train(task)
            return 1000 * seconds / len(task.batches)

        return run

    programs = {name: timer(name, train) for name, train in trainers.items()}
    programs["three sgemm"] = lambda: 1000 * products(task) / len(task.batches)
    width = padded_dim(task.dim)
    print(
        f"{len(task.inputs):,} words, dim {task.dim} ({width} in memory), torch {torch.__version__}"
    )
    figures = alternate(programs, chosen.runs, "ms a batch")
    report(figures, "fastvec", "ms a batch", more_is_better=False)
    for name, loss in losses.items():
        print(f"mean loss of the last batch, {name:20} {loss:.6f}")
        assert abs(loss / losses["fastvec"] - 1) < 1e-4, "not the same training"


if __name__ == "__main__":
    main()
