"""Quality on English: Google analogies and word pairs, scored by gensim's own evaluator.

    python -m tests.benchmarks.quality [--seeds 3] [--gensim] [--sharing pair]

Vectors go through a word2vec text file, so that what is scored is what a user gets.
"""

from __future__ import annotations

import logging
import statistics
import tempfile
import warnings
from pathlib import Path
from typing import Any

import fastvec
from fastvec.encoding.build import build_workspace
from fastvec.text.corpus import Corpus
from tests.benchmarks.harness import data_folder, english, machine, parser

PAIRS = ("ws353", "simlex999", "men")
COMMONEST = 30_000


def score(vectors: Any) -> list[float]:
    """Return analogies in per cent, and Spearman's rho for each set of pairs."""
    data = data_folder()
    questions = str(data / "analogy" / "questions-words.txt")
    accuracy, _ = vectors.evaluate_word_analogies(questions, restrict_vocab=COMMONEST)
    scores = [100 * accuracy]
    for name in PAIRS:
        found = vectors.evaluate_word_pairs(str(data / "wordsim" / f"{name}.tsv"))
        scores.append(float(found[1].statistic))
    return scores


def ours(workspace: Any, folder: Path, seed: int, chosen: Any) -> Any:
    """Train with default settings, write text, and have gensim read it."""
    from gensim.models import KeyedVectors

    model = fastvec.SkipGram(
        seed=seed, threads=chosen.threads, negative_sharing=chosen.sharing
    ).fit(workspace)
    path = folder / "vectors.txt"
    fastvec.save(model.vectors, path)
    print(f"    loss {model.history[-1].loss:.4f}", end="")
    return KeyedVectors.load_word2vec_format(str(path))


def theirs(corpus: Path, seed: int, threads: int) -> Any:
    """Train gensim with the same settings."""
    from gensim.models import Word2Vec

    return Word2Vec(
        corpus_file=str(corpus), vector_size=100, sg=1, window=5, negative=5, sample=1e-3,
        epochs=5, alpha=0.025, min_alpha=2.5e-6, seed=seed, workers=threads,
    ).wv  # fmt: skip


def main() -> None:
    """Score every seed."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    options = parser(__doc__)
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--gensim", action="store_true", help="also gensim, slow")
    options.add_argument("--sharing", default="pool", choices=("pool", "pair"))
    chosen = options.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = chosen.corpus or english(folder, chosen.words)
        workspace = build_workspace(Corpus(corpus), folder / "workspace")
        print(f"{'':12}analogies %  " + "  ".join(f"{pair:>9}" for pair in PAIRS))
        for program in ("fastvec", "gensim")[: 2 if chosen.gensim else 1]:
            rows = []
            for seed in range(1, chosen.seeds + 1):
                if program == "fastvec":
                    vectors = ours(workspace, folder, seed, chosen)
                else:
                    vectors = theirs(corpus, seed, chosen.threads)
                rows.append(score(vectors))
                print(f"  {program} seed {seed}", *(f"{value:9.3f}" for value in rows[-1]),
                      flush=True)  # fmt: skip
            means = [statistics.mean(column) for column in zip(*rows, strict=True)]
            print(f"  {program} mean  ", *(f"{value:9.3f}" for value in means), flush=True)


if __name__ == "__main__":
    main()
