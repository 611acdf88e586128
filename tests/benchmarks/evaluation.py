"""Google analogies among 100,000 words, against gensim, which must give the same score.

    python -m tests.benchmarks.evaluation [VECTORS] [--restrict 100000] [--every 20] [--runs 3]

Without VECTORS, on made ones of 100 numbers under which a part of the questions comes out.
gensim answers one question in ``--every``, of all sections, and its time is multiplied.
"""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

import fastvec
from fastvec.evaluation.analogies import evaluate_analogies
from fastvec.evaluation.files import read_questions
from tests.benchmarks.harness import alternate, data_folder, parser, report, timed


def thinned(path: Path, target: Path, every: int) -> Path:
    """Write one question in so many, and all sections."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = (line for number, line in enumerate(lines) if line[0] == ":" or number % every == 0)
    target.write_text("".join(kept), encoding="utf-8")
    return target


def made(path: Path, count: int, dim: int = 100) -> fastvec.WordVectors:
    """Make random vectors of the questions' words and of others, with noisy analogies."""
    rng = np.random.default_rng(1)
    rows: dict[str, np.ndarray] = {}
    for a, b, c, d in read_questions(path).words:
        for word in (a, b, c):
            rows.setdefault(word, rng.standard_normal(dim))
        rows.setdefault(d, rows[b] - rows[a] + rows[c] + rng.standard_normal(dim))
    others = count - len(rows)
    matrix = np.concatenate([list(rows.values()), rng.standard_normal((others, dim))])
    words = [*rows, *(f"other{row}" for row in range(others))]
    return fastvec.WordVectors(words, matrix.astype(np.float32))


def as_gensim(vectors: fastvec.WordVectors) -> Any:
    """Give the same vectors to gensim."""
    from gensim.models import KeyedVectors

    keyed = KeyedVectors(vectors.dim)
    keyed.add_vectors(vectors.words, vectors.matrix)
    return keyed


def main() -> None:
    """Compare, after checking that both score the same."""
    logging.disable(logging.CRITICAL)
    options = parser(__doc__)
    options.add_argument("vectors", type=Path, nargs="?")
    options.add_argument("--restrict", type=int, default=100_000)
    options.add_argument("--every", type=int, default=20)
    chosen = options.parse_args()
    every, limit = chosen.every, chosen.restrict
    whole = data_folder() / "analogy" / "questions-words.txt"
    vectors = fastvec.load(chosen.vectors) if chosen.vectors else made(whole, limit)
    keyed = as_gensim(vectors)
    with tempfile.TemporaryDirectory() as name, threadpool_limits(chosen.threads, user_api="blas"):
        part = thinned(whole, Path(name) / "part.txt", every)

        def ours(path: Path) -> Any:
            return evaluate_analogies(vectors.words, vectors.matrix, path, restrict=limit)

        def theirs() -> Any:
            return keyed.evaluate_word_analogies(str(part), restrict_vocab=limit)

        score, (accuracy, _) = ours(part).total, theirs()
        assert score.accuracy == accuracy, "the two do not score the same"
        scale = ours(whole).total.counted / score.counted
        print(f"{100 * accuracy:.2f} % of {score.counted} questions by both")
        programs = {
            "fastvec": lambda: timed(lambda: ours(whole)),
            "gensim": lambda: scale * timed(theirs),
        }
        report(alternate(programs, chosen.runs), "fastvec", "s", more_is_better=False)


if __name__ == "__main__":
    main()
