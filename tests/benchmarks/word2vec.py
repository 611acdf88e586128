"""Skip-gram and CBOW: words a second, training alone.

    python -m tests.benchmarks.word2vec [--model cbow] [--loss hs] [--dim 300] [--runs 3]
        [--ordered] [--word2vec-c PATH] [--pword2vec PATH] [--fasttext PATH]

gensim runs in its fastest mode (``corpus_file``). Other peers run where the path
of their binary is given; their time is that of a process with two epochs less
that of one with a single epoch.
"""

from __future__ import annotations

import logging
import math
import tempfile
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import fastvec
from fastvec.encoding.build import build_workspace
from fastvec.text.corpus import Corpus
from tests.benchmarks.harness import alternate, english, parser, report, run_process, timed

SETTINGS = {"window": 5, "sample": 1e-3, "seed": 1}
MODELS = {"skipgram": fastvec.SkipGram, "cbow": fastvec.CBOW}


def ours(workspace: fastvec.Workspace, chosen: Namespace, **changes: object) -> Callable[[], float]:
    """Train one epoch with default settings: loss, progress and guards are on."""
    settings = {"dim": chosen.dim, "threads": chosen.threads, "loss": chosen.loss, **changes}
    make = MODELS[chosen.model]
    # Compiled code is loaded before the clock starts, as gensim's is.
    make(**{**settings, "dim": 8, "epochs": 1, "min_count": 1}).fit([["a", "b"]] * 10)

    def run() -> float:
        model = make(**settings, **SETTINGS, epochs=1)
        model.fit(workspace, callback=lambda event: None)
        assert math.isfinite(model.history[-1].loss)
        return float(model.history[-1].words_per_second)

    return run


def gensim(corpus: Path, chosen: Namespace) -> Callable[[], float]:
    """Train one epoch of gensim from the file; the vocabulary is counted once before."""
    from gensim.models import Word2Vec

    logging.disable(logging.CRITICAL)
    rate = 0.05 if chosen.model == "cbow" else 0.025
    model = Word2Vec(
        vector_size=chosen.dim, sg=int(chosen.model == "skipgram"), hs=int(chosen.loss == "hs"),
        negative=5 if chosen.loss == "ns" else 0, workers=chosen.threads, min_count=5, alpha=rate,
        min_alpha=1e-4 * rate, **SETTINGS,
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
        return float(words / seconds)

    return run


def word2vec_command(binary: Path, corpus: Path, out: Path, chosen: Namespace) -> list[str]:
    """Return word2vec.c's command, which pWord2Vec shares, but for the epochs."""
    cbow, hs = chosen.model == "cbow", chosen.loss == "hs"
    return [str(binary), "-train", str(corpus), "-output", str(out), "-cbow", str(int(cbow)),
            "-hs", str(int(hs)), "-negative", "0" if hs else "5", "-size", str(chosen.dim),
            "-window", "5", "-sample", "1e-3", "-alpha", "0.05" if cbow else "0.025",
            "-min-count", "5", "-binary", "1", "-threads", str(chosen.threads),
            "-iter"]  # fmt: skip


def pword2vec_command(binary: Path, corpus: Path, out: Path, chosen: Namespace) -> list[str]:
    """Return pWord2Vec's command: it has skip-gram with negative sampling only."""
    return [str(binary), "-train", str(corpus), "-output", str(out), "-negative", "5", "-size",
            str(chosen.dim), "-window", "5", "-sample", "1e-3", "-alpha", "0.025", "-min-count",
            "5", "-binary", "1", "-threads", str(chosen.threads), "-iter"]  # fmt: skip


def fasttext_command(binary: Path, corpus: Path, out: Path, chosen: Namespace) -> list[str]:
    """Return fastText's command, without n-grams, but for the epochs."""
    return [str(binary), chosen.model, "-input", str(corpus), "-output", str(out), "-dim",
            str(chosen.dim), "-ws", "5", "-neg", "5", "-loss", chosen.loss, "-t", "1e-3", "-lr",
            "0.05" if chosen.model == "cbow" else "0.025", "-minCount", "5", "-minn", "0", "-maxn",
            "0", "-bucket", "1", "-thread", str(chosen.threads), "-epoch"]  # fmt: skip


PEERS = {
    "word2vec_c": word2vec_command,
    "pword2vec": pword2vec_command,
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
    options.add_argument("--model", choices=MODELS, default="skipgram")
    options.add_argument("--loss", choices=("ns", "hs"), default="ns")
    options.add_argument("--dim", type=int, default=100)
    options.add_argument("--ordered", action="store_true", help="also fastvec's ordered rounds")
    options.add_argument("--no-gensim", action="store_true")
    for peer in PEERS:
        options.add_argument(f"--{peer.replace('_', '-')}", type=Path, help="path of its binary")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus = chosen.corpus or english(Path(folder), chosen.words)
        workspace = build_workspace(Corpus(corpus), Path(folder) / "workspace")
        print(f"{chosen.model}, {chosen.loss}, dim {chosen.dim}, {chosen.threads} threads, "
              f"{workspace.words:,} words")  # fmt: skip
        programs = {"fastvec": ours(workspace, chosen)}
        if chosen.ordered:
            programs["fastvec ordered"] = ours(workspace, chosen, updates="ordered")
        if not chosen.no_gensim:
            programs["gensim"] = gensim(corpus, chosen)
        for peer, command in PEERS.items():
            binary = getattr(chosen, peer)
            if binary is not None:
                line = command(binary, corpus, Path(folder) / peer, chosen)
                programs[peer] = process(line, workspace.words)
        figures = alternate(programs, chosen.runs, "words/s")
        report(figures, "fastvec", "words/s", more_is_better=True)


if __name__ == "__main__":
    main()
