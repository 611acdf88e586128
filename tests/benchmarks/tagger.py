"""The tagger against PyTorch, and what vectors and ELMo are worth on named entities.

    python -m tests.benchmarks.tagger speed [--runs 3] [--threads 2] [--steps 200] ...
    python -m tests.benchmarks.tagger table --vectors word2vec=V [--elmo E] [--seeds 3] ...
    python -m tests.benchmarks.tagger table --vectors word2vec=V --sizes 500 2000 7000 --curve C.png

``speed`` trains the same architecture, a BiLSTM of 2 x 128 and a CRF, from the same parameters on
the same batches of 16, without dropout; both must have the same loss after 20 steps, to 1e-4.
``table`` trains on CoNLL-2003, WNUT-17 or the parts of speech of UD English EWT with random
vectors, each of the given ones, and each with ELMo: 15 epochs at most, batches of 16, capitals, no
characters. Vectors and ELMo are made before, by one command each:

    fastvec train english.txt english-more.txt --model skipgram -o word2vec.fastvec
    head -n 226000 english.txt > five-million.txt
    fastvec train five-million.txt --model elmo --preset small --epochs 1 -w five-million -o elmo
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import fastvec
from fastvec.evaluation.learning_curve import Point, draw_learning_curve
from fastvec.evaluation.tag_schemes import ENTITY_SCHEMES
from fastvec.layers.optimisers import Adam, clip_global_norm
from fastvec.models.tagger.config import TaggerConfig
from fastvec.models.tagger.corpus import TagSet
from fastvec.models.tagger.inputs import CapitalsPart, Features, WordPart
from fastvec.models.tagger.network import TaggerNetwork
from fastvec.models.tagger.scoring import mean_and_deviation
from fastvec.text.columns import TaggedText, read_columns
from fastvec.workers import single_threaded_blas
from tests.benchmarks.harness import alternate, data_folder, machine, report, timed

CHECKED, TOLERANCE = 20, 1e-4  # Steps after which the losses are compared, and how closely.
CORPORA = {
    "conll2003": "ner/conll2003-{}.txt.xz",
    "wnut17": "ner/wnut17-{}.txt.xz",
    "ewt": "pos/en_ewt-ud-{}.conllu.xz",
}


class Example(NamedTuple):
    """A batch: features, what PyTorch takes in their place, and tags."""

    features: Features
    inputs: np.ndarray
    tags: np.ndarray


class Task(NamedTuple):
    """What both train: settings, tags, word vectors and batches."""

    config: TaggerConfig
    tags: TagSet
    matrix: np.ndarray
    batches: list[Example]

    def network(self) -> TaggerNetwork:
        """Return a network at its start."""
        words = WordPart(self.matrix, len(self.matrix), self.matrix.mean(axis=0))
        return TaggerNetwork(self.config, {"words": words, "capitals": CapitalsPart()}, self.tags)


def task(chosen: argparse.Namespace) -> Task:
    """Draw word vectors and batches as long as those of CoNLL-2003, with tags to be learned."""
    rng = np.random.default_rng(1)
    config = TaggerConfig(cells=chosen.cells, dropout=0.0, threads=chosen.threads)
    kinds = ("PER", "LOC", "ORG", "MISC")
    tags = TagSet.of([[f"B-{kind}" for kind in kinds]], "BIOES")
    matrix = rng.normal(0, 0.4, (chosen.words, chosen.dim)).astype(np.float32)
    own = rng.integers(0, len(tags.names), len(matrix)).astype(np.int32)  # A tag for each word.
    drawn = Task(config, tags, matrix, [])
    network = drawn.network()
    for _ in range(chosen.steps):
        longest = int(rng.gamma(2.0, 8.0)) + 2
        lengths = rng.integers(max(longest - 2, 1), longest + 1, chosen.batch)
        lengths[0] = longest
        rows = rng.integers(0, len(matrix), (longest, chosen.batch)).astype(np.int32)
        capitals = rng.integers(0, 6, rows.shape).astype(np.uint8)
        features = Features(lengths, rows, capitals, np.zeros_like(rows), None, [])
        inputs = np.concatenate([part.run(features) for part in network.parts.values()], axis=2)
        drawn.batches.append(Example(features, inputs, own[rows]))
    return drawn


def ours(task: Task) -> tuple[float, list[float]]:
    """Train with fastvec; return seconds, and the loss of each batch."""
    network, optimiser = task.network(), Adam(task.config.learning_rate)
    losses = []

    def train() -> None:
        for example in task.batches:
            losses.append(network.loss_and_gradients(example.features, example.tags, None))
            gradients = {name: g for name, g in network.gradients.items() if g.size}
            clip_global_norm(gradients, task.config.clip_norm)
            optimiser.step(network.parameters, gradients, rows=network.rows)

    with single_threaded_blas():
        return timed(train), losses


def theirs(task: Task) -> tuple[float, list[float]]:
    """Train with PyTorch, which is given its inputs ready."""
    import torch

    from tests.reference.tagger import TorchTraining

    torch.set_num_threads(task.config.threads or 2)
    parameters = {name: array.copy() for name, array in task.network().parameters.items()}
    training = TorchTraining(parameters, task.config.learning_rate, task.config.clip_norm)
    losses: list[float] = []

    def train() -> None:
        for example in task.batches:
            losses.append(training.step(example.inputs, example.tags, example.features.lengths))

    return timed(train), losses


def speed(chosen: argparse.Namespace) -> None:
    """Compare speed and loss with PyTorch."""
    drawn = task(chosen)
    tokens = sum(int(example.features.lengths.sum()) for example in drawn.batches)
    short = drawn._replace(batches=drawn.batches[:CHECKED])
    programs: dict[str, Callable[[Task], tuple[float, list[float]]]] = {
        "fastvec": ours, "PyTorch": theirs,
    }  # fmt: skip
    losses = {name: np.array(train(short)[1]) for name, train in programs.items()}  # And warm up.
    distance = np.abs(losses["PyTorch"] / losses["fastvec"] - 1).max()
    print(f"losses of {CHECKED} steps differ by {distance:.1e} at most")
    assert distance < TOLERANCE, "not the same training"

    def timer(train: Callable[[Task], tuple[float, list[float]]]) -> Callable[[], float]:
        return lambda: tokens / train(drawn)[0]

    figures = alternate({n: timer(t) for n, t in programs.items()}, chosen.runs, "tokens/s")
    report(figures, "fastvec", "tokens/s", more_is_better=True)


def texts(name: str) -> dict[str, TaggedText]:
    """Read training, development and test text."""
    folder = data_folder()
    return {
        part: read_columns(folder / CORPORA[name].format(part)) for part in ("train", "dev", "test")
    }


def rows(chosen: argparse.Namespace) -> dict[str, tuple[Any, Any]]:
    """Return vectors and ELMo of each row of the table."""
    from fastvec.models.tagger.vectors import named_source

    elmo = fastvec.load_model(chosen.elmo) if chosen.elmo else None
    found: dict[str, tuple[Any, Any]] = {"random": (None, None)}
    given = dict(entry.split("=", 1) for entry in chosen.vectors)
    sources = {name: named_source(fastvec.load(path), path) for name, path in given.items()}
    found |= {name: (source, None) for name, source in sources.items()}
    if elmo is not None:
        found["ELMo"] = (None, elmo)
        found |= {f"{name} + ELMo": (source, elmo) for name, source in sources.items()}
    return {name: row for name, row in found.items() if not chosen.rows or name in chosen.rows}


def table(chosen: argparse.Namespace) -> None:
    """Print scores on the test text by row, size and seed; draw the learning curve."""
    read = texts(chosen.data)
    print(machine())
    curves: dict[str, list[Point]] = {}
    for name, (vectors, elmo) in rows(chosen).items():
        for size in chosen.sizes or [len(read["train"].sentences)]:
            part = replace(read["train"], sentences=read["train"].sentences[:size])
            scores = []
            for seed in range(1, chosen.seeds + 1):
                tagger = fastvec.Tagger(
                    vectors, elmo, cells=128, batch=16, epochs=chosen.epochs, seed=seed,
                    threads=chosen.threads,
                )  # fmt: skip
                tagger.fit(part, validation=read["dev"])
                found = tagger.evaluate(read["test"])
                scores.append(found.score)
                facts = {
                    "row": name, "size": size, "seed": seed, "test": round(found.score, 4),
                    "epochs": len(tagger.history), "shares": tagger.history[-1].shares,
                    "gamma": tagger.history[-1].gamma,
                    "coverage": round(found.coverage.share, 4),
                }  # fmt: skip
                print(json.dumps(facts), flush=True)
            mean, deviation = mean_and_deviation(scores)
            curves.setdefault(name, []).append(Point(size, mean, deviation))
            spread = f" +- {100 * deviation:.2f}" if len(scores) > 1 else ""
            print(f"{name:24} {size:7,} sentences  {100 * mean:6.2f}{spread}")
    if chosen.curve:
        kind = "F1" if tagger.tags.written in ENTITY_SCHEMES else "accuracy"
        draw_learning_curve(curves, chosen.curve, title=chosen.data, score=kind)
    with tempfile.TemporaryDirectory() as folder:  # It must survive its own files.
        tagger.save(Path(folder) / "tagger.fastvec")
        again = fastvec.load_model(Path(folder) / "tagger.fastvec").evaluate(read["test"])
        assert again.score == found.score


def main() -> None:
    """Run one of the comparisons."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    kinds = options.add_subparsers(dest="kind", required=True)
    fast, scores = kinds.add_parser("speed"), kinds.add_parser("table")
    for parser in (fast, scores):
        parser.add_argument("--threads", type=int, default=2, help="threads (2)")
    for name, default in {
        "runs": 3, "steps": 200, "batch": 16, "cells": 128, "dim": 100, "words": 20_000
    }.items():  # fmt: skip
        fast.add_argument(f"--{name}", type=int, default=default, help=f"({default})")
    scores.add_argument("--data", choices=list(CORPORA), default="conll2003")
    scores.add_argument("--vectors", action="append", default=[], metavar="NAME=PATH")
    scores.add_argument("--elmo", metavar="FOLDER")
    scores.add_argument("--rows", nargs="*", help="only these rows")
    scores.add_argument("--sizes", type=int, nargs="*", help="labelled sentences (all)")
    scores.add_argument("--seeds", type=int, default=3, help="(3)")
    scores.add_argument("--epochs", type=int, default=15, help="at most (15)")
    scores.add_argument("--curve", metavar="PICTURE", help="draw the learning curve")
    chosen = options.parse_args()
    {"speed": speed, "table": table}[chosen.kind](chosen)


if __name__ == "__main__":
    main()
