"""GloVe against Stanford's own programs: counting, training, cost and quality.

    python -m tests.benchmarks.glove --glove DIR [--words 300000] [--runs 3] [--epochs 15]
        [--parts counting,training,threads,cost,quality]

DIR is a built clone of Stanford's GloVe: its programs lie in ``DIR/build``. Both count with
4 GB of memory, window 10, and train dim 100, x_max 10, and biases at a rate of 1 (``head``).
Their training time is that of a process with three epochs less that of one with a single
epoch, halved; fastvec's is that of its own epochs, with all guards on.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import tempfile
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import fastvec
from fastvec.evaluation.analogies import evaluate_analogies
from fastvec.evaluation.pairs import evaluate_pairs
from fastvec.kernels.windows import WordRows
from fastvec.models.glove.counting import FOLDER, context_window
from fastvec.progress import silent
from fastvec.samplers.cooccurrence import Room, Text, obtain_cooccurrences
from fastvec.samplers.cooccurrence_matrix import CooccurrenceMatrix
from fastvec.samplers.glove_file import read_cooccurrence
from fastvec.samplers.grid import Grid
from tests.benchmarks.evaluation import as_gensim
from tests.benchmarks.harness import (
    alternate,
    data_folder,
    english,
    machine,
    parser,
    report,
    run_process,
    timed,
)
from tests.benchmarks.process import FASTVEC
from tests.benchmarks.quality import score

PARTS = ("counting", "training", "threads", "cost", "quality")
SETTINGS: dict[str, Any] = {
    "dim": 100, "window": 10, "x_max": 10.0, "bias_eta": "head", "combine": "sum",
}  # fmt: skip
MEMORY = 4.0  # GB, of both.
LITTLE = 0.064
SETS = (("questions-words",), ("ws353",))


class Stanford:
    """Stanford's programs, and their files in a folder.

    Parameters
    ----------
    build : path
        Where the programs lie.
    corpus, folder : path
    vocabulary : Vocabulary
        That of fastvec: vocab_count puts words with letters beyond ASCII before others of
        the same count.
    threads : int
    """

    def __init__(
        self, build: Path, corpus: Path, folder: Path, vocabulary: fastvec.Vocabulary, threads: int
    ) -> None:
        self._build, self._corpus, self.folder, self._threads = build, corpus, folder, threads
        folder.mkdir()
        self.counts, self._shuffled = folder / "cooccurrence.bin", folder / "shuffled.bin"
        vocabulary.save(folder / "vocab.txt")

    def _run(self, line: str) -> str:
        """Run one program with the shell's redirections; return what it says."""
        command = f"{self._build.resolve()}/{line}"
        done = subprocess.run(
            command, shell=True, check=True, cwd=self.folder, stderr=subprocess.PIPE, text=True
        )
        return done.stderr

    def count(self) -> None:
        """Count and shuffle."""
        self._run(
            f"cooccur -memory {MEMORY} -vocab-file vocab.txt -verbose 0 "
            f"-window-size {SETTINGS['window']} < {self._corpus} > {self.counts.name}"
        )
        self._run(
            f"shuffle -memory {MEMORY} -verbose 0 < {self.counts.name} > {self._shuffled.name}"
        )

    def train(self, epochs: int) -> list[float]:
        """Train anew; return each epoch's cost. The vectors are in vectors.txt then."""
        said = self._run(
            f"glove -save-file vectors -threads {self._threads} -input-file {self._shuffled.name} "
            f"-x-max {SETTINGS['x_max']} -iter {epochs} -vector-size {SETTINGS['dim']} -binary 0 "
            f"-vocab-file vocab.txt -verbose 2 -seed 1"
        )
        return [float(cost) for cost in re.findall(r"cost: ([\d.]+|nan)", said)]

    def records_per_second(self) -> float:
        """Time two epochs."""
        one, three = (timed(lambda n=n: self.train(n)) for n in (1, 3))
        return 2 * (os.path.getsize(self._shuffled) // 16) / (three - one)

    def vectors(self) -> fastvec.WordVectors:
        """Read what was trained."""
        return fastvec.load(self.folder / "vectors.txt")


def glove(**settings: Any) -> fastvec.GloVe:
    """Make a model with the settings of this comparison."""
    return fastvec.GloVe(**{**SETTINGS, **settings})


def count(workspace: fastvec.Workspace, memory: float, threads: int) -> CooccurrenceMatrix:
    """Count anew, with memory in GB, and arrange in blocks."""
    config = glove().config
    known = workspace.vocabulary.leading(config.min_count)
    rows = WordRows(np.ones(known, np.int64), known, -1, -1, -1)
    text = Text(workspace.tokens, workspace.sentences, rows, known)
    with tempfile.TemporaryDirectory(dir=workspace.folder) as folder:
        room = Room(int(memory * 1e9), None, threads)
        place = Path(folder, FOLDER)
        matrix = obtain_cooccurrences(text, context_window(config), place, {}, room, silent)
        Grid(matrix)
    return matrix  # Mapped: its files are gone only when it is.


def compare_counting(workspace: fastvec.Workspace, peer: Stanford, chosen: Namespace) -> None:
    """Time counting, shuffling or arranging included; then compare what was counted."""
    corpus = chosen.text

    def from_text() -> float:
        with tempfile.TemporaryDirectory(dir=peer.folder) as folder:
            build = ["build-vocab", str(corpus), "-w", folder, "--threads", str(chosen.threads)]
            encoding = run_process([*FASTVEC, *build])
        return encoding + from_workspace()

    def from_workspace() -> float:
        return timed(lambda: count(workspace, MEMORY, chosen.threads))

    count(workspace, MEMORY, chosen.threads)  # Compiled code is loaded before the clock starts.
    programs = {
        "fastvec": from_workspace,
        "fastvec, encoding the text first": from_text,
        "GloVe, cooccur and shuffle": lambda: timed(peer.count),
    }
    report(alternate(programs, chosen.runs, "s"), "fastvec", "s", more_is_better=False)
    ours = count(workspace, MEMORY, chosen.threads)
    theirs = read_cooccurrence(peer.counts, len(ours))
    check_same(ours, theirs)
    little = count(workspace, LITTLE, chosen.threads)
    pairs = zip(vars(ours).values(), vars(little).values(), strict=True)
    same = all(np.array_equal(a, b) for a, b in pairs)
    print(f"with {1000 * LITTLE:.0f} MB: {'identical' if same else 'ANOTHER MATRIX'}")


def check_same(ours: CooccurrenceMatrix, theirs: CooccurrenceMatrix) -> None:
    """Print whether two matrices have the same entries, and how far values are apart."""
    same = np.array_equal(ours.starts, theirs.starts) and np.array_equal(
        ours.columns, theirs.columns
    )
    print(f"entries: {ours.entries:,} and {theirs.entries:,}, {'the same' if same else 'NOT SAME'}")
    if same:
        apart = np.abs(np.asarray(theirs.values) / ours.values - 1).max()
        print(f"values: at most {apart:.1e} apart, relatively")


def ours_per_second(workspace: fastvec.Workspace, threads: int) -> Callable[[], float]:
    """Time two epochs; co-occurrences are counted already."""

    def run() -> float:
        history = glove(epochs=2, threads=threads).fit(workspace).history
        return sum(r.pairs for r in history) / sum(r.seconds for r in history)

    run()  # Compiled code is loaded, and co-occurrences are counted, before the clock starts.
    return run


def compare_training(workspace: fastvec.Workspace, peer: Stanford, chosen: Namespace) -> None:
    """Time epochs."""
    programs = {
        "fastvec": ours_per_second(workspace, chosen.threads),
        "GloVe": peer.records_per_second,
    }
    figures = alternate(programs, chosen.runs, "records/s")
    report(figures, "fastvec", "records/s", more_is_better=True)


def compare_threads(workspace: fastvec.Workspace, chosen: Namespace) -> None:
    """Time one thread and two, and compare their vectors."""
    programs = {f"{n} threads": ours_per_second(workspace, n) for n in (2, 1)}
    figures = alternate(programs, chosen.runs, "records/s")
    report(figures, "2 threads", "records/s", more_is_better=True)
    made = {glove(epochs=1, threads=n).fit(workspace).vectors.matrix.tobytes() for n in (1, 2, 4)}
    print(f"1, 2 and 4 threads: {'the same bytes' if len(made) == 1 else 'OTHER BYTES'}")


def compare_cost(ours: fastvec.GloVe, theirs: list[float]) -> None:
    """Print the cost of each epoch."""
    print(f"\n{'epoch':>5} {'fastvec':>10} {'GloVe':>10} {'ratio':>7}")
    for record, cost in zip(ours.history, theirs, strict=True):
        print(f"{record.epoch:5} {record.loss:10.6f} {cost:10.6f} {record.loss / cost:7.4f}")
    later = [r.loss / cost for r, cost in zip(ours.history, theirs, strict=True)][1:]
    if later:
        print(f"from epoch 2 on at most {max(later):.4f}, median {statistics.median(later):.4f}")


def compare_quality(ours: fastvec.WordVectors, theirs: fastvec.WordVectors) -> None:
    """Print analogies and word pairs, scored by gensim and under GloVe's own protocol."""
    data = data_folder()
    questions, pairs = data / "analogy/questions-words.txt", data / "wordsim/ws353.tsv"
    print(f"\n{'':8} {'analogies %':>12} {'WordSim-353':>12} {'glove protocol %':>17} {'rho':>6}")
    for name, vectors in (("fastvec", ours), ("GloVe", theirs)):
        found = score(as_gensim(vectors), SETS)
        own = evaluate_analogies(vectors.words, vectors.matrix, questions, protocol="glove").total
        rho = evaluate_pairs(vectors.words, vectors.matrix, pairs, protocol="glove").spearman
        print(f"{name:8} {found[0]:12.2f} {found[1]:12.4f} {100 * own.accuracy:17.2f} {rho:6.3f}")


def main() -> None:
    """Compare."""
    options = parser(__doc__)
    options.add_argument("--glove", type=Path, required=True, help="built clone of GloVe")
    options.add_argument("--epochs", type=int, default=15)
    options.add_argument("--parts", default=",".join(PARTS), help="what to compare (all)")
    chosen = options.parse_args()
    parts = chosen.parts.split(",")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        chosen.text = chosen.corpus or english(folder, chosen.words)
        workspace = fastvec.build_workspace(fastvec.Corpus(chosen.text), folder / "workspace")
        vocabulary = workspace.vocabulary.cut(min_count=glove().config.min_count)
        build, place = chosen.glove / "build", folder / "glove"
        peer = Stanford(build, chosen.text, place, vocabulary, chosen.threads)
        print(machine())
        print(f"{workspace.words:,} words, {chosen.threads} threads, {SETTINGS}")
        peer.count()
        if "counting" in parts:
            compare_counting(workspace, peer, chosen)
        if "training" in parts:
            compare_training(workspace, peer, chosen)
        if "threads" in parts:
            compare_threads(workspace, chosen)
        if {"cost", "quality"} & set(parts):
            theirs = peer.train(chosen.epochs)
            ours = glove(epochs=chosen.epochs, threads=chosen.threads).fit(workspace)
            compare_cost(ours, theirs)
            if "quality" in parts:
                compare_quality(ours.vectors, peer.vectors())


if __name__ == "__main__":
    main()
