"""What a model's layers know of senses and of parts of speech.

    python -m tests.benchmarks.contexts elmo.fastvec [--vectors vectors.fastvec] [--most N]

Senses: same or different on WiC, and the nearest sense on CoarseWSD-20, by each layer and
by their mean, against the word's static vector, that of the model's own token layer, and the
mean of the static vectors within five words on each side. Parts of speech: a linear probe on
UD English EWT. Text is in lower case, and without punctuation for senses. Without --vectors
the static vectors are those of the model's token layer.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import fastvec
from fastvec.evaluation.confidence import lead_interval
from fastvec.evaluation.probe import LinearProbe
from fastvec.evaluation.word_in_context import (
    Embed,
    Score,
    SenseUse,
    Use,
    UsePair,
    judge_senses,
    plain,
    read_pairs,
    read_senses,
    right_pairs,
    static_embedder,
    window_embedder,
)
from fastvec.text.columns import read_columns
from tests.benchmarks.harness import data_folder, machine

SEED = 1
STATIC = ("static vector", "own token layer's vector")


def embedder(elmo: Any, layer: Any) -> Embed:
    """Return an embedder by one of a model's layers, or by their mean ("mix")."""

    def embed(uses: Sequence[Use]) -> np.ndarray:
        sentences = [use.tokens for use in uses]
        each = zip(elmo.embed_each(sentences, layer), uses, strict=True)
        return np.stack([vectors[use.place] for vectors, use in each])

    return embed


def embedders(elmo: Any, static: Any) -> dict[str, Embed]:
    """Return all that is compared, by name."""
    layers: list[Any] = [*range(elmo.config.layers + 1), "mix"]
    return {
        STATIC[0]: static_embedder(static),
        STATIC[1]: static_embedder(elmo.vectors),
        "mean of 5 words each side": window_embedder(static, 5),
        **{f"layer {layer}" if layer != "mix" else "mean of layers": embedder(elmo, layer)
           for layer in layers},
    }  # fmt: skip


def told(name: str, score: Score) -> None:
    """Print a share of right answers."""
    low, high = score.interval
    print(f"  {name:28} {score.accuracy:6.1%}  ({low:.1%} to {high:.1%} of {score.answers:,})",
          flush=True)  # fmt: skip


def wic(folder: Path, ways: dict[str, Embed]) -> None:
    """Judge same and different senses; the threshold is chosen on the training part."""
    parts = []
    for part in ("train", "test"):
        pairs = read_pairs(folder / f"{part}.data.txt", folder / f"{part}.gold.txt")
        parts.append([UsePair(p.word, plain(p.first), plain(p.second), p.same) for p in pairs])
    print("\nWiC, threshold of the cosine from train, accuracy on test (chance 50 %):")
    answers = {}
    for name, embed in ways.items():
        answers[name], _ = right_pairs(*parts, embed)
        told(name, Score.of(answers[name], SEED))
    for base in STATIC:
        print(f"\nWiC, points above the {base}, on the same pairs:")
        for name, own in answers.items():
            lead, (low, high) = lead_interval(own, answers[base], SEED)
            print(f"  {name:28} {100 * lead:+6.1f}  ({100 * low:+.1f} to {100 * high:+.1f})")


def senses(folder: Path, ways: dict[str, Embed], most: int) -> None:
    """Judge nearest senses."""
    parts = []
    for part in ("train", "test"):
        uses = read_senses(folder / f"coarsewsd20-{part}.tsv.xz")
        step = max(1, len(uses) // most) if most else 1
        parts.append([SenseUse(u.word, u.sense, plain(u.use)) for u in uses[::step]])
    print("\nCoarseWSD-20, nearest mean vector of a sense; a static vector gives the commonest:")
    for name, embed in ways.items():
        told(name, judge_senses(*parts, embed))


def speech(folder: Path, elmo: Any, most: int) -> None:
    """Judge parts of speech by a linear probe on each layer."""
    parts = []
    for part in ("train", "test"):
        text = read_columns(folder / f"en_ewt-ud-{part}.conllu.xz", word="form", tag="upos")
        parts.append(text.sentences[: most or None])
    tags = [[tag for sentence in part for tag in sentence.tags] for part in parts]
    print("\nUD English EWT, universal parts of speech by a linear probe:")

    def vectors(part: Any, layer: Any) -> np.ndarray:
        sentences = [[word.lower() for word in sentence.words] for sentence in part]
        return np.concatenate(list(elmo.embed_each(sentences, layer)))

    for layer in [*range(elmo.config.layers + 1), "mix"]:
        probe = LinearProbe().fit(vectors(parts[0], layer), tags[0])
        name = f"layer {layer}" if layer != "mix" else "mean of layers"
        told(name, probe.judge(vectors(parts[1], layer), tags[1]))


def main() -> None:
    """Judge a model."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("model", help="model folder of ELMo")
    options.add_argument("--vectors", help="static vectors to compare with")
    options.add_argument("--most", type=int, default=0, help="examples of each part (all)")
    chosen = options.parse_args()
    print(machine())
    elmo, folder = fastvec.load_model(chosen.model), data_folder()
    static = fastvec.load(chosen.vectors) if chosen.vectors else elmo.vectors
    ways = embedders(elmo, static)
    jobs: list[Callable[[], None]] = [
        lambda: wic(folder / "wic", ways),
        lambda: senses(folder / "wic", ways, chosen.most),
        lambda: speech(folder / "pos", elmo, chosen.most),
    ]
    for job in jobs:
        job()


if __name__ == "__main__":
    main()
