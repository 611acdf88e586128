"""Vector files: load, save and first look-up, against gensim's reader and writer.

    python -m tests.benchmarks.files [--runs 3] [--rows 400000] [--dim 100]

Every load runs in a process of its own, after its imports; the peak memory is that above the
process's level after import.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

import fastvec
from tests.benchmarks.harness import alternate, parser, report, timed

_PREPARE = """
import json, sys, time
def status(name):
    for line in open("/proc/self/status"):
        if line.startswith(name):
            return int(line.split()[1]) * 1024
path = sys.argv[1]
"""
_MEASURE = """
before, start = status("VmRSS"), time.perf_counter()
vectors = load()
loaded = time.perf_counter() - start
peak = (status("VmHWM") - before) / (len(vectors) * vectors.vector_size * 4)
start = time.perf_counter()
assert look_up(vectors)
found = time.perf_counter() - start
print(json.dumps({"load": loaded, "look up": found, "peak": peak}))
"""
_OURS = """
import fastvec.vectors.formats, fastvec.models.folder
load = lambda: fastvec.load(path)
look_up = lambda vectors: "word7" in vectors
"""
_GENSIM = """
from gensim.models import KeyedVectors
load = lambda: KeyedVectors.load_word2vec_format(path, {options})
look_up = lambda vectors: "word7" in vectors
"""


def glove_like(rows: int, dim: int) -> fastvec.WordVectors:
    """Return vectors with five digits a number, as GloVe's published files have."""
    numbers = np.random.default_rng(1).standard_normal((rows, dim)) * 0.4
    digits = 10.0 ** (4 - np.floor(np.log10(np.abs(numbers))))
    matrix = (np.rint(numbers * digits) / digits).astype(np.float32)
    return fastvec.WordVectors([f"word{row}" for row in range(rows)], matrix)


def measure(program: str, path: Path) -> dict[str, float]:
    """Load a file in a process of its own."""
    command = [sys.executable, "-c", _PREPARE + program + _MEASURE, str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def compare(name: str, path: Path, options: str, runs: int) -> None:
    """Load one file with both."""
    peaks: dict[str, list[float]] = {"fastvec": [], "gensim": []}

    def run(who: str, program: str) -> Callable[[], float]:
        def call() -> float:
            found = measure(program, path)
            peaks[who].append(found["peak"])
            return found["load"]

        return call

    print(f"\n{name}, {path.stat().st_size / 1e6:,.0f} MB")
    programs = {
        "fastvec": run("fastvec", _OURS),
        "gensim": run("gensim", _GENSIM.format(options=options)),
    }
    report(alternate(programs, runs), "fastvec", "s", more_is_better=False)
    for who, values in peaks.items():
        print(f"peak of {who}: {statistics.median(values):.2f} times the matrix")


def mapped(name: str, path: Path, runs: int) -> None:
    """Load a file that is mapped, and look up the first word."""
    found = [measure(_OURS, path) for _ in range(runs + 1)][1:]  # The first warms the disk cache.
    load, look_up = (statistics.median(each[key] for each in found) for key in ("load", "look up"))
    print(f"{name:24} load {1000 * load:6.1f} ms, first look-up {1000 * look_up:6.1f} ms")


def save_folder(vectors: fastvec.WordVectors, folder: Path) -> None:
    """Write a model folder that holds the vectors."""
    from fastvec.models.folder import StoredModel
    from fastvec.models.folder import save_folder as save
    from fastvec.vocabulary.words import Vocabulary

    words = Vocabulary(vectors.words, range(len(vectors), 0, -1))
    save(
        folder, StoredModel(kind="skipgram", vocabulary=words, tensors={"vectors": vectors.matrix})
    )


def main() -> None:
    """Compare."""
    options = parser(__doc__)
    options.add_argument("--rows", type=int, default=400_000, help="words (400,000)")
    options.add_argument("--dim", type=int, default=100, help="numbers a vector (100)")
    chosen = options.parse_args()
    vectors = glove_like(chosen.rows, chosen.dim)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text, binary = folder / "v.glove.txt", folder / "v.bin"
        for path in (text, binary, folder / "v.safetensors", folder / "v.npy"):
            print(f"save {path.name:20} {timed(lambda to=path: fastvec.save(vectors, to)):8.2f} s")
        save_folder(vectors, folder / "v.fastvec")
        for path in (folder / "v.safetensors", folder / "v.fastvec", folder / "v.npy"):
            mapped(path.name, path, chosen.runs)
        compare("GloVe text", text, "no_header=True", chosen.runs)
        compare("word2vec binary", binary, "binary=True", chosen.runs)


if __name__ == "__main__":
    main()
