"""Vectors of words in their sentences: fastvec's ELMo against the same network in PyTorch.

    python -m tests.benchmarks.embedding [--words 20000] [--batch 32] [--runs 5] ...

Both embed the same real sentences, each by itself, and hand over all layers of every word.
fastvec is asked as a user would ask it, `elmo.embed(sentences)`. PyTorch packs batches of so
many sentences, once in the order of the text and once by falling length; its vectors must be
the same. It has no limits of cells and projections, so fastvec's are off, too.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch.nn.utils.rnn import PackedSequence, pack_sequence, unpack_sequence

import fastvec
from fastvec.workers import single_threaded_blas
from tests.benchmarks.harness import alternate, english, parser, report, timed
from tests.reference.torch_elmo import TorchELMo

Sentences = list[list[str]]


class Theirs:
    """PyTorch's side: one packed batch after another."""

    def __init__(self, elmo: fastvec.ELMo, threads: int, batch: int) -> None:
        torch.set_num_threads(threads)
        unused = np.zeros(len(elmo.vocabulary), np.float32)  # Embedding needs no softmax.
        parameters = {**elmo.network.parameters, "softmax/bias": unused}
        self._model = TorchELMo(parameters, elmo.config.layers).eval()
        self._rows = {word: row for row, word in enumerate(elmo.vocabulary.words)}
        self._batch = batch

    def embed(self, sentences: Sentences, *, sort: bool) -> list[np.ndarray]:
        """Return the vectors of each sentence, (layers, words, 2P), in the given order."""
        order = range(len(sentences))
        if sort:
            order = sorted(order, key=lambda i: -len(sentences[i]))
        found = [np.empty(0)] * len(sentences)
        with torch.inference_mode():
            for first in range(0, len(order), self._batch):
                places = order[first : first + self._batch]
                for place, own in zip(
                    places, self._embed([sentences[i] for i in places]), strict=True
                ):
                    found[place] = own
        return found

    def _embed(self, sentences: Sentences) -> list[np.ndarray]:
        unknown = self._rows["<unk>"]
        ids = [
            torch.tensor([self._rows.get(w, unknown) for w in ("<s>", *s, "</s>")])
            for s in sentences
        ]
        directions = [self._read(0, ids), self._read(1, [own.flip(0) for own in ids])]
        forward, backward = directions
        return [
            torch.stack(
                [
                    torch.cat([left[i], right[i].flip(0)], dim=1)[1:-1]
                    for left, right in zip(forward, backward, strict=True)
                ]
            ).numpy()
            for i in range(len(sentences))
        ]

    def _read(self, direction: int, ids: list[torch.Tensor]) -> list[list[torch.Tensor]]:
        """Return every layer's rows of each sentence, in the order of reading."""
        packed = pack_sequence(ids, enforce_sorted=False)
        inputs = packed._replace(
            data=torch.nn.functional.embedding(packed.data, self._model.embedding)
        )
        found = [inputs]
        for number, layer in enumerate(self._model.stacks[direction]):
            output: PackedSequence = layer(inputs)[0]
            inputs = output._replace(data=output.data + inputs.data) if number else output
            found.append(inputs)
        return [unpack_sequence(layer) for layer in found]


def main() -> None:
    """Check that the vectors are the same, and compare."""
    options = parser(__doc__)
    options.set_defaults(words=20_000)
    for name, value in (("batch", 32), ("cells", 512), ("dim", 256), ("layers", 2)):
        options.add_argument(f"--{name}", type=int, default=value, help=f"({value})")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = chosen.corpus or english(Path(folder), chosen.words)
        sentences = [line.split() for line in text.read_text().splitlines()]
        elmo = fastvec.ELMo(
            cells=chosen.cells, dim=chosen.dim, layers=chosen.layers, cell_clip=None,
            proj_clip=None, max_size=10_000, epochs=0, threads=chosen.threads,
        ).fit(sentences)  # fmt: skip
    words = sum(map(len, sentences))
    print(f"{len(sentences):,} sentences, {words:,} words")
    theirs = Theirs(elmo, chosen.threads, chosen.batch)
    works: dict[str, Callable[[], list[np.ndarray]]] = {
        "fastvec": lambda: elmo.embed(sentences),
        "PyTorch, in order": lambda: theirs.embed(sentences, sort=False),
        "PyTorch, by length": lambda: theirs.embed(sentences, sort=True),
    }
    ours, *others = (work() for work in works.values())
    for other in others:
        for left, right in zip(ours, other, strict=True):
            np.testing.assert_allclose(left, right, atol=1e-5 * np.abs(left).max())
    programs = {name: lambda work=work: words / timed(work) for name, work in works.items()}
    with single_threaded_blas():  # fastvec does so itself; PyTorch has threads of its own.
        figures = alternate(programs, chosen.runs, "words/s")
    report(figures, "fastvec", "words/s", more_is_better=True)


if __name__ == "__main__":
    main()
