"""How the speed of skip-gram scales: threads, dim, vocabulary, sentences, corpus.

    python -m tests.benchmarks.scaling [--words 5000000] [--runs 3] [--picture scaling.png]

Each table alternates its rows ``runs`` times and shows medians. Cores that share a clock, or
a core, are not twice as fast as one: so hashing, which asks nothing of memory, is scaled too.
"""

from __future__ import annotations

import hashlib
import math
import statistics
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

import fastvec
from fastvec.encoding.build import build_workspace
from fastvec.text.corpus import Corpus
from tests.benchmarks.harness import english, machine, parser, timed

Row = tuple[str, Callable[[], tuple[float, float]]]
GENERATED = 3_000_000  # Words of the texts with sentences of one length.


def epoch(workspace: Any, **settings: Any) -> tuple[float, float]:
    """Train one epoch; return words and trained pairs a second."""
    model = fastvec.SkipGram(**{"threads": 2, "epochs": 1, **settings})
    record = model.fit(workspace).history[-1]
    assert math.isfinite(record.loss)
    return record.words_per_second, record.pairs / record.seconds


def hashing(threads: int) -> tuple[float, float]:
    """Hash with some threads; return the hashes a second, twice."""
    hashes = 1_000_000
    with ThreadPoolExecutor(threads) as pool:
        jobs = [("sha256", b"", b"", hashes)] * threads
        seconds = timed(lambda: list(pool.map(lambda job: hashlib.pbkdf2_hmac(*job), jobs)))
    return threads * hashes / seconds, threads * hashes / seconds


def zipf_sentences(length: int, words: int) -> Iterator[list[str]]:
    """Yield sentences of one length from 20,000 words with Zipf's frequencies."""
    ranks = np.arange(1, 20_001)
    generator = np.random.default_rng(1)
    drawn = generator.choice(20_000, size=words // length * length, p=1 / ranks / (1 / ranks).sum())
    for row in drawn.reshape(-1, length):
        yield [f"w{word}" for word in row]


def table(title: str, rows: list[Row], runs: int) -> list[tuple[str, float]]:
    """Alternate the rows and print their medians."""
    figures: dict[str, list[tuple[float, float]]] = {name: [] for name, _ in rows}
    for _ in range(runs):
        for name, run in rows:
            figures[name].append(run())
    print(f"\n{title:16}{'words/s':>14}{'pairs/s':>14}{'of the first':>14}")
    medians = []
    for name, values in figures.items():
        words, pairs = (statistics.median(column) for column in zip(*values, strict=True))
        medians.append((name, words))
        print(f"{name:16}{words:14,.0f}{pairs:14,.0f}{words / medians[0][1]:14.2f}", flush=True)
    return medians


def tables(folder: Path, chosen: Any) -> dict[str, list[tuple[str, float]]]:
    """Measure all tables."""
    workspace = build_workspace(Corpus(english(folder, chosen.words)), folder / "workspace")
    parts = []
    for share in (16, 4, 1):
        corpus = english(folder, chosen.words // share)
        parts.append(build_workspace(Corpus(corpus), folder / f"part{share}"))
    short, long = (
        build_workspace(
            Corpus(list(zipf_sentences(length, GENERATED))), folder / f"sentences{length}"
        )
        for length in (3, 1000)
    )
    groups: dict[str, list[Row]] = {
        "threads": [(str(n), lambda n=n: epoch(workspace, threads=n)) for n in (1, 2)],
        "hashing": [(str(n), lambda n=n: hashing(n)) for n in (1, 2)],
        "dim": [(str(d), lambda d=d: epoch(workspace, dim=d)) for d in (50, 100, 200, 300)],
        "vocabulary": [
            (f"{v:,}", lambda v=v: epoch(workspace, max_size=v, min_count=1))
            for v in (1_000, 10_000, 100_000)
        ],
        "corpus": [(f"{w.words:,} words", lambda w=w: epoch(w)) for w in parts],
        "sentences": [
            ("3 words", lambda: epoch(short)),
            ("1,000 words", lambda: epoch(long)),
            # Where no word is left out, both have two pairs a word.
            ("3, sample 0", lambda: epoch(short, sample=0)),
            ("1,000, window 1", lambda: epoch(long, sample=0, window=1)),
        ],
    }
    return {title: table(title, rows, chosen.runs) for title, rows in groups.items()}


def draw(measured: dict[str, list[tuple[str, float]]], path: Path) -> None:
    """Draw every table as bars."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    measured = {title: rows for title, rows in measured.items() if title != "hashing"}
    figure, panels = pyplot.subplots(1, len(measured), figsize=(15, 3.2), sharey=True)
    for panel, (title, rows) in zip(panels, measured.items(), strict=True):
        names, values = zip(*rows, strict=True)
        bars = panel.bar(range(len(rows)), [value / 1e6 for value in values], color="#4477aa")
        panel.bar_label(bars, fmt="%.1f", fontsize=8)
        panel.set_xticks(range(len(rows)), names, rotation=30, ha="right", fontsize=8)
        panel.set_title(title)
        panel.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("million words/s")
    figure.suptitle("fastvec skip-gram, negative sampling, two threads")
    figure.tight_layout()
    figure.savefig(path, dpi=120)


def main() -> None:
    """Measure."""
    options = parser(__doc__)
    options.set_defaults(words=5_000_000)
    options.add_argument("--picture", type=Path)
    chosen = options.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        measured = tables(Path(name), chosen)
    if chosen.picture is not None:
        draw(measured, chosen.picture)


if __name__ == "__main__":
    main()
