"""Skip-gram with negative sampling: words a second, training alone.

    python -m tests.benchmarks.skipgram [--dim 300] [--runs 3] [--word2vec-c PATH] ...

gensim runs in its fastest mode (``corpus_file``). Other peers run where the path
of their binary is given (``--word2vec-c``, ``--fasttext``, ``--pword2vec``); their
time is that of a process with two epochs less that of one with a single epoch.
"""

from __future__ import annotations

import logging
import math
import tempfile
from collections.abc import Callable
from pathlib import Path

from fastvec import SkipGram, Workspace
from fastvec.encoding.build import build_workspace
from fastvec.text.corpus import Corpus
from tests.benchmarks.harness import alternate, english, parser, report, run_process, timed

SETTINGS = {"window": 5, "negative": 5, "sample": 1e-3, "seed": 1}


def ours(workspace: Workspace, dim: int, threads: int) -> Callable[[], float]:
    """Train one epoch with default settings: loss, progress and guards are on."""
    # Compiled code is loaded before the clock starts, as gensim's is.
    SkipGram(dim=8, epochs=1, threads=1, min_count=1).fit([["a", "b"]] * 10)

    def run() -> float:
        model = SkipGram(dim=dim, epochs=1, threads=threads, **SETTINGS)
        model.fit(workspace, callback=lambda event: None)
        assert math.isfinite(model.history[-1].loss)
        return model.history[-1].words_per_second

    return run


def gensim(corpus: Path, dim: int, threads: int) -> Callable[[], float]:
    """Train one epoch of gensim from the file; the vocabulary is counted once before."""
    from gensim.models import Word2Vec

    logging.disable(logging.CRITICAL)
    model = Word2Vec(
        vector_size=dim, sg=1, workers=threads, min_count=5, alpha=0.025, min_alpha=2.5e-6,
        **SETTINGS,
    )  # fmt: skip
    model.build_vocab(corpus_file=str(corpus))

    def run() -> float:
        words = model.corpus_total_words
        seconds = timed(
            lambda: model.train(
                corpus_file=str(corpus), total_words=words, total_examples=model.corpus_count,
                epochs=1,
            )
        )  # fmt: skip
        return words / seconds

    return run


def word2vec_command(binary: Path, corpus: Path, out: Path, dim: int, threads: int) -> list[str]:
    """Return word2vec.c's command, which pWord2Vec shares, but for the epochs."""
    return [str(binary), "-train", str(corpus), "-output", str(out), "-cbow", "0", "-hs", "0",
            "-size", str(dim), "-window", "5", "-negative", "5", "-sample", "1e-3",
            "-alpha", "0.025", "-min-count", "5", "-binary", "1", "-threads", str(threads),
            "-iter"]  # fmt: skip


def fasttext_command(binary: Path, corpus: Path, out: Path, dim: int, threads: int) -> list[str]:
    """Return fastText's command, without n-grams, but for the epochs."""
    return [str(binary), "skipgram", "-input", str(corpus), "-output", str(out), "-dim", str(dim),
            "-ws", "5", "-neg", "5", "-t", "1e-3", "-lr", "0.025", "-minCount", "5",
            "-minn", "0", "-maxn", "0", "-bucket", "1", "-thread", str(threads),
            "-epoch"]  # fmt: skip


PEERS = {
    "word2vec_c": word2vec_command,
    "pword2vec": word2vec_command,
    "fasttext": fasttext_command,
}


def process(command: list[str], words: int) -> Callable[[], float]:
    """Time one epoch of another program as the difference of two runs."""

    def run() -> float:
        one, two = (run_process([*command, str(epochs)]) for epochs in (1, 2))
        return words / (two - one)

    return run


def main() -> None:
    """Compare."""
    options = parser(__doc__)
    options.add_argument("--dim", type=int, default=100)
    for peer in PEERS:
        options.add_argument(f"--{peer.replace('_', '-')}", type=Path, help="path of its binary")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus = chosen.corpus or english(Path(folder), chosen.words)
        workspace = build_workspace(Corpus(corpus), Path(folder) / "workspace")
        print(f"skip-gram, dim {chosen.dim}, {chosen.threads} threads, {workspace.words:,} words")
        programs = {
            "fastvec": ours(workspace, chosen.dim, chosen.threads),
            "gensim": gensim(corpus, chosen.dim, chosen.threads),
        }
        for peer, command in PEERS.items():
            binary = getattr(chosen, peer)
            if binary is not None:
                line = command(binary, corpus, Path(folder) / peer, chosen.dim, chosen.threads)
                programs[peer] = process(line, workspace.words)
        figures = alternate(programs, chosen.runs, "words/s")
        report(figures, "fastvec", "words/s", more_is_better=True)


if __name__ == "__main__":
    main()
