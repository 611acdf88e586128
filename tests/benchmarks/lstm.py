"""A bidirectional LSTM language model: fastvec, PyTorch, and NumPy's sgemm alone.

    python -m tests.benchmarks.lstm [--batch 32] [--steps 20] [--runs 5] ...

A training step is forward, full softmax in both directions, backward and AdaGrad;
inference is the LSTM layers alone. Both programs start from the same weights and see
the same batch, and must agree on the first loss. PyTorch has no skip connections and
no limits here, so fastvec's are off, too. sgemm does nothing but the matrix products
of a step, each as one call on all threads: the ratio to it is the share of its speed.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch.nn import functional

from fastvec.layers.bidirectional import Bidirectional
from fastvec.layers.layer import zero_gradients
from fastvec.layers.optimisers import AdaGrad
from fastvec.layers.word_softmax import WordSoftmax
from fastvec.workers import single_threaded_blas
from tests.benchmarks.harness import alternate, parser, report, timed
from tests.golden.make_lstm import torch_lstm

RATE = 0.01


class Task(NamedTuple):
    batch: int
    steps: int
    width: int
    cells: int
    projection: int
    layers: int
    words: int
    threads: int
    repeats: int

    @property
    def tokens(self) -> int:
        return self.batch * self.steps

    def products(self, *, training: bool) -> Iterator[tuple[int, int, int, int]]:
        """Yield the shapes of both directions' products, and how often each is needed."""
        sizes = self.tokens, self.batch
        for layer in range(self.layers):
            width, gates = self.projection if layer else self.width, 4 * self.cells
            yield sizes[0], width, gates, 2
            yield sizes[1], self.projection, gates, 2 * self.steps
            yield sizes[1], self.cells, self.projection, 2 * self.steps
            if training:
                yield sizes[0], gates, width, 2
                yield sizes[1], gates, self.projection, 2 * self.steps
                yield sizes[1], self.projection, self.cells, 2 * self.steps
                yield width, sizes[0], gates, 2
                yield self.projection, sizes[0], gates, 2
                yield self.cells, sizes[0], self.projection, 2
        if training and self.words:
            yield sizes[0], self.projection, self.words, 2
            yield sizes[0], self.words, self.projection, 2
            yield self.words, sizes[0], self.projection, 2

    def gigaflops(self, *, training: bool) -> float:
        """Return the operations of a step."""
        return sum(2e-9 * m * k * n * c for m, k, n, c in self.products(training=training))


class Ours:
    """fastvec's layers."""

    def __init__(self, task: Task, inputs: np.ndarray, targets: np.ndarray) -> None:
        rng = np.random.default_rng(1)
        self.inputs, self.targets, self.tokens = inputs, targets.reshape(2, -1), task.tokens
        self.encoder = Bidirectional(
            task.width, task.cells, task.projection, task.layers, rng,
            threads=task.threads, skip_connections=False, cell_clip=None, proj_clip=None,
        )  # fmt: skip
        self.softmax = WordSoftmax(task.words, task.projection, rng, threads=task.threads)
        self.optimiser = AdaGrad(RATE)
        self.empty = [None] * (task.layers - 1)

    def train(self) -> float:
        """Take a training step, and return its loss."""
        zero_gradients(self.encoder)
        zero_gradients(self.softmax)
        *outputs, _ = self.encoder.forward(self.inputs)
        loss, gradients = 0.0, []
        for output, targets in zip(outputs, self.targets, strict=True):
            hidden = output[-1].reshape(self.tokens, -1)
            part, gradient = self.softmax.loss_and_gradient(hidden, targets)
            loss += part
            gradients.append([*self.empty, gradient.reshape(output[-1].shape)])
        self.encoder.backward(*gradients)
        for layer in (self.encoder, self.softmax):
            self.optimiser.step(layer.parameters, layer.gradients)
        return loss

    def infer(self) -> None:
        """Compute the outputs of all layers."""
        self.encoder.run(self.inputs)


class Theirs:
    """The same in PyTorch."""

    def __init__(self, ours: Ours, threads: int) -> None:
        torch.set_num_threads(threads)
        stacks = (ours.encoder.forward_stack, ours.encoder.backward_stack)
        self.lstms = [torch_lstm(stack) for stack in stacks]
        self.inputs = torch.from_numpy(ours.inputs)
        self.targets = torch.from_numpy(ours.targets).long()
        words, width = ours.softmax.parameters["weights"].shape
        self.softmax = torch.nn.Linear(width, words)
        with torch.no_grad():
            self.softmax.weight[:] = torch.from_numpy(ours.softmax.parameters["weights"])
            self.softmax.bias.zero_()
        modules = torch.nn.ModuleList([*self.lstms, self.softmax])
        self.optimiser = torch.optim.Adagrad(
            modules.parameters(), lr=RATE, initial_accumulator_value=1.0, eps=0.0
        )

    def outputs(self) -> list[torch.Tensor]:
        forward, backward = self.lstms
        return [forward(self.inputs)[0], backward(self.inputs.flip(0))[0].flip(0)]

    def train(self) -> float:
        self.optimiser.zero_grad()
        outputs = [output.flatten(0, 1) for output in self.outputs()]
        loss = sum(
            functional.cross_entropy(self.softmax(output), targets, reduction="sum")
            for output, targets in zip(outputs, self.targets, strict=True)
        )
        loss.backward()
        self.optimiser.step()
        return loss.item()

    def infer(self) -> None:
        with torch.inference_mode():
            self.outputs()


def sgemm_seconds(task: Task, *, training: bool) -> float:
    """Return the seconds of all products of a step, each in its best of a few calls."""
    rng, total = np.random.default_rng(1), 0.0
    with threadpool_limits(task.threads):
        for m, k, n, number in task.products(training=training):
            left, right = (rng.random(shape, np.float32) for shape in ((m, k), (k, n)))
            out = np.empty((m, n), np.float32)
            times = [timed(lambda: np.matmul(left, right, out=out)) for _ in range(5)]  # noqa: B023
            total += number * min(times)
    return total


def compare(
    name: str, task: Task, works: dict[str, Callable[[], object]], runs: int, *, training: bool
) -> None:
    """Print tokens a second of both, and fastvec's operations against sgemm's."""
    for work in works.values():
        work()
    per_step = task.gigaflops(training=training)
    print(f"\n{name}: {task.tokens} tokens, {per_step:.2f} billion operations a step")

    def rate(work: Callable[[], object]) -> float:
        seconds = timed(lambda: [work() for _ in range(task.repeats)])
        return task.repeats * task.tokens / seconds

    programs = {key: lambda work=work: rate(work) for key, work in works.items()}
    programs["sgemm"] = lambda: task.tokens / sgemm_seconds(task, training=training)
    figures = alternate(programs, runs, "tokens/s")
    report(figures, "fastvec", "tokens/s", more_is_better=True)
    for key, values in figures.items():
        speed = statistics.median(values) / task.tokens * per_step
        print(f"{key:12} {speed:8.1f} Gflop/s")


def main() -> None:
    options = parser(__doc__)
    for name, value in (
        ("batch", 32), ("steps", 20), ("width", 256), ("cells", 512), ("projection", 256),
        ("layers", 2), ("vocabulary", 10_000), ("repeats", 5),
    ):  # fmt: skip
        options.add_argument(f"--{name}", type=int, default=value, help=f"({value})")
    chosen = options.parse_args()
    task = Task(
        chosen.batch, chosen.steps, chosen.width, chosen.cells, chosen.projection, chosen.layers,
        chosen.vocabulary, chosen.threads, chosen.repeats,
    )  # fmt: skip
    rng = np.random.default_rng(1)
    shape = task.steps, task.batch
    inputs = rng.standard_normal((*shape, task.width), np.float32)
    ours = Ours(task, inputs, rng.integers(0, task.words, (2, *shape)).astype(np.int32))
    theirs = Theirs(ours, task.threads)
    with single_threaded_blas():
        losses = ours.train(), theirs.train()
        print("losses of the first step:", *losses)
        np.testing.assert_allclose(*losses, rtol=1e-5)
        for name, part in (("training", "train"), ("inference", "infer")):
            works = {"fastvec": getattr(ours, part), "PyTorch": getattr(theirs, part)}
            compare(name, task, works, chosen.runs, training=part == "train")


if __name__ == "__main__":
    main()
