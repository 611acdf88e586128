"""Whole commands, text file to saved vectors, one epoch, warm caches.

    python -m tests.benchmarks.process --word2vec-c PATH [--runs 3]

Also prints the start-up times of the command line.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.harness import alternate, english, parser, report, run_process

FASTVEC = [sys.executable, "-m", "fastvec_cli"]


def start_up(folder: Path, runs: int) -> None:
    """Time the command line where it has next to nothing to do."""
    small = folder / "small.txt"
    small.write_text("the quick brown fox jumps over the lazy dog every day\n" * 91)
    train = [*FASTVEC, "train", str(small), "--model", "skipgram", "-w", str(folder / "small"),
             "-o", str(folder / "small.fastvec"), "--overwrite"]  # fmt: skip
    run_process(train)
    programs = {
        "fastvec --help": lambda: run_process([*FASTVEC, "--help"]),
        "import fastvec": lambda: run_process([sys.executable, "-c", "import fastvec"]),
        "train on 1,000 words": lambda: run_process(train),
    }
    figures = alternate(programs, runs, "s")
    for name, values in figures.items():
        print(f"{name:34}{sorted(values)[len(values) // 2]:8.3f} s (median)")


def main() -> None:
    """Compare."""
    options = parser(__doc__)
    options.add_argument("--word2vec-c", type=Path, help="path of word2vec.c's binary")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start_up(folder, max(chosen.runs, 5))
        if chosen.word2vec_c is None:
            return
        corpus = chosen.corpus or english(folder, chosen.words)
        out, data = folder / "vectors.bin", folder / "data"

        def ours() -> float:
            shutil.rmtree(data, ignore_errors=True)
            return run_process(
                [*FASTVEC, "train", str(corpus), "--model", "skipgram", "--epochs", "1",
                 "--threads", str(chosen.threads), "-w", str(data), "-o", str(out), "--overwrite"]
            )  # fmt: skip

        def theirs() -> float:
            return run_process(
                [str(chosen.word2vec_c), "-train", str(corpus), "-output", str(folder / "c.bin"),
                 "-cbow", "0", "-size", "100", "-window", "5", "-negative", "5", "-hs", "0",
                 "-sample", "1e-3", "-iter", "1", "-threads", str(chosen.threads), "-binary", "1"]
            )  # fmt: skip

        figures = alternate({"fastvec": ours, "word2vec.c": theirs}, chosen.runs, "s")
        report(figures, "fastvec", "s", more_is_better=False)
        sizes = [int(path.open("rb").readline().split()[0]) for path in (out, folder / "c.bin")]
        print(f"rows written: {sizes[0]:,} and {sizes[1]:,} (word2vec.c adds </s>)")


if __name__ == "__main__":
    main()
