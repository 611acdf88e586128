"""Full softmax against a plain NumPy twin in float64: the same training, and the same scores.

    python -m tests.benchmarks.softmax_twin [--words 1000000] [--rows 10000] [--dim 100]

Both train skip-gram on the first words of english.txt for an epoch, with the same windows and
batches; the twin computes each step from the definition. It takes about a minute for fastvec
and several for the twin.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

import fastvec
from fastvec.evaluation.pairs import evaluate_pairs
from fastvec.models.word2vec import full_softmax
from tests.benchmarks.harness import data_folder, english, machine, parser


class PlainSoftmax:
    """`FullSoftmax`, without slices, threads, or compiled code."""

    def __init__(self, outputs: Any, batch: int, threads: int) -> None:
        self._outputs = outputs

    def step(self, hidden: Any, offsets: Any, targets: Any, rate: float) -> tuple[float, Any]:
        """Return the loss and the gradient by ``hidden``; move the outputs."""
        inputs, outputs = hidden.astype(np.float64), self._outputs.astype(np.float64)
        counts = np.diff(offsets)
        rows = np.repeat(np.arange(len(counts)), counts)
        logits = inputs @ outputs.T
        logits -= logits.max(axis=1, keepdims=True)
        normaliser = np.log(np.exp(logits).sum(axis=1, keepdims=True))
        loss = float((normaliser[rows, 0] - logits[rows, targets]).sum())
        by_logits = counts[:, None] * np.exp(logits - normaliser)
        np.subtract.at(by_logits, (rows, targets), 1.0)
        self._outputs[:] = outputs - rate * (by_logits.T @ inputs)
        return loss, (by_logits @ outputs).astype(hidden.dtype)


def main() -> None:
    """Train both, and print losses and scores."""
    options = parser(__doc__)
    options.add_argument("--rows", type=int, default=10_000)
    options.add_argument("--dim", type=int, default=100)
    options.set_defaults(words=1_000_000)
    chosen = options.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = fastvec.Corpus(chosen.corpus or english(folder, chosen.words))
        workspace = fastvec.build_workspace(corpus, folder / "workspace")
        models = {}
        for program, layer in (("fastvec", full_softmax.FullSoftmax), ("twin", PlainSoftmax)):
            with patch.object(full_softmax, "FullSoftmax", layer):
                models[program] = model = fastvec.SkipGram(
                    loss="softmax", max_size=chosen.rows, dim=chosen.dim, epochs=1,
                    threads=chosen.threads,
                ).fit(workspace)  # fmt: skip
            pairs = evaluate_pairs(
                *model.vectors.export_matrix(), data_folder() / "wordsim" / "ws353.tsv"
            )
            print(
                f"{program:8} loss {model.history[-1].loss:.6f}  {model.history[-1].seconds:7.1f} s"
                f"  WordSim-353 {pairs.spearman:.4f}",
                flush=True,
            )
    ours, twin = (models[program].vectors.matrix for program in ("fastvec", "twin"))
    print(f"largest difference of a number: {np.abs(ours - twin).max():.2e} "
          f"(largest number {np.abs(twin).max():.2f})")  # fmt: skip


if __name__ == "__main__":
    main()
