"""Quality: analogies and word pairs, scored by gensim's own evaluator.

    python -m tests.benchmarks.quality [--model cbow] [--loss hs] [--seeds 3] [--gensim]
        [--chinese] [--set updates=hogwild]

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
from tests.benchmarks.harness import data_folder, machine, parser, unpacked

ENGLISH = (("questions-words",), ("ws353", "simlex999", "men"))
CHINESE = (("zh-ca8-morphological", "zh-ca8-semantic"), ("zh-240", "zh-297"))
COMMONEST = 30_000
MODELS = {"skipgram": fastvec.SkipGram, "cbow": fastvec.CBOW}


def score(vectors: Any, sets: tuple[tuple[str, ...], tuple[str, ...]]) -> list[float]:
    """Return analogies in per cent, and Spearman's rho for each set of pairs."""
    data, scores = data_folder(), []
    for name in sets[0]:
        questions = str(data / "analogy" / f"{name}.txt")
        accuracy, _ = vectors.evaluate_word_analogies(questions, restrict_vocab=COMMONEST)
        scores.append(100 * accuracy)
    for name in sets[1]:
        found = vectors.evaluate_word_pairs(str(data / "wordsim" / f"{name}.tsv"))
        scores.append(float(found[1].statistic))
    return scores


def ours(workspace: Any, folder: Path, seed: int, chosen: Any) -> Any:
    """Train with default settings, write text, and have gensim read it."""
    from gensim.models import KeyedVectors

    changes = dict(change.split("=") for change in chosen.set)
    model = MODELS[chosen.model](
        seed=seed, threads=chosen.threads, loss=chosen.loss, **changes
    ).fit(workspace)
    path = folder / "vectors.txt"
    fastvec.save(model.vectors, path)
    print(f"    loss {model.history[-1].loss:.4f}", end="")
    return KeyedVectors.load_word2vec_format(str(path))


def theirs(corpus: Path, seed: int, chosen: Any) -> Any:
    """Train gensim with the same settings."""
    from gensim.models import Word2Vec

    rate = 0.05 if chosen.model == "cbow" else 0.025
    return Word2Vec(
        corpus_file=str(corpus), vector_size=100, sg=int(chosen.model == "skipgram"), window=5,
        hs=int(chosen.loss == "hs"), negative=5 if chosen.loss == "ns" else 0, sample=1e-3,
        epochs=5, alpha=rate, min_alpha=1e-4 * rate, seed=seed, workers=chosen.threads,
    ).wv  # fmt: skip


def main() -> None:
    """Score every seed."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    options = parser(__doc__)
    options.add_argument("--model", choices=MODELS, default="skipgram")
    options.add_argument("--loss", choices=("ns", "hs"), default="ns")
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--gensim", action="store_true", help="also gensim, slow")
    options.add_argument("--chinese", action="store_true", help="chinese.txt instead")
    options.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    chosen = options.parse_args()
    sets = CHINESE if chosen.chinese else ENGLISH
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        packed = "chinese" if chosen.chinese else "english"
        corpus = chosen.corpus or unpacked(packed, folder, chosen.words)
        workspace = build_workspace(Corpus(corpus), folder / "workspace")
        print(f"{chosen.model} {chosen.loss}: {', '.join(sets[0])} in %, {', '.join(sets[1])}")
        for program in ("fastvec", "gensim")[: 2 if chosen.gensim else 1]:
            rows = []
            for seed in range(1, chosen.seeds + 1):
                if program == "fastvec":
                    vectors = ours(workspace, folder, seed, chosen)
                else:
                    vectors = theirs(corpus, seed, chosen)
                rows.append(score(vectors, sets))
                print(f"  {program} seed {seed}", *(f"{value:9.3f}" for value in rows[-1]),
                      flush=True)  # fmt: skip
            means = [statistics.mean(column) for column in zip(*rows, strict=True)]
            print(f"  {program} mean  ", *(f"{value:9.3f}" for value in means), flush=True)


if __name__ == "__main__":
    main()
