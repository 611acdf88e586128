"""Counting and encoding, from a plain file to a finished workspace.

    python -m tests.benchmarks.vocabulary [--runs 5] [--repeat 10] [--glove PATH]

gensim counts only (``build_vocab(corpus_file=...)``), and so does GloVe's
``vocab_count``, whose path ``--glove`` takes; we count, encode and write.
``--repeat`` concatenates the corpus with itself and prints peak memory.
"""

from __future__ import annotations

import logging
import resource
import shutil
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from fastvec.encoding.build import build_workspace
from fastvec.text.corpus import Corpus
from tests.benchmarks.harness import alternate, english, parser, report, timed


def main() -> None:
    """Compare, after checking that both count the same."""
    options = parser(__doc__)
    options.add_argument("--repeat", type=int, default=1)
    options.add_argument("--glove", type=Path, help="path of GloVe's vocab_count")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = chosen.corpus or english(folder, chosen.words)
        target = folder / "workspace"
        build_workspace(Corpus(corpus), target, threads=chosen.threads)
        if chosen.repeat > 1:
            repeated(corpus, folder, chosen.repeat, chosen.threads)
            return
        from gensim.models import Word2Vec

        logging.disable(logging.CRITICAL)
        model = Word2Vec(workers=chosen.threads, min_count=1)
        model.build_vocab(corpus_file=str(corpus))
        made = build_workspace(Corpus(corpus), target, threads=chosen.threads)
        counts = dict(zip(made.vocabulary.words, made.vocabulary.counts.tolist(), strict=True))
        theirs = {word: model.wv.get_vecattr(word, "count") for word in model.wv.index_to_key}
        assert Counter(counts) == Counter(theirs), "the two do not count the same"
        words = made.words

        def ours() -> float:
            shutil.rmtree(target)  # A workspace from nothing, as gensim counts from nothing.
            return words / timed(
                lambda: build_workspace(Corpus(corpus), target, threads=chosen.threads)
            )

        def gensim() -> float:
            peer = Word2Vec(workers=chosen.threads, min_count=5)
            return words / timed(lambda: peer.build_vocab(corpus_file=str(corpus)))

        def glove() -> float:
            command = [str(chosen.glove), "-min-count", "5", "-verbose", "0"]
            with corpus.open("rb") as text:
                return words / timed(
                    lambda: subprocess.run(
                        command, check=True, stdin=text, stdout=subprocess.DEVNULL
                    )
                )

        programs = {"fastvec": ours, "gensim": gensim}
        if chosen.glove is not None:
            programs["GloVe vocab_count"] = glove
        figures = alternate(programs, chosen.runs, "words/s")
        report(figures, "fastvec", "words/s", more_is_better=True)


def repeated(corpus: Path, folder: Path, times: int, threads: int) -> None:
    """Encode the corpus several times over and print the peak memory of this process."""
    longer = folder / "repeated.txt"
    with longer.open("wb") as out:
        for _ in range(times):
            with corpus.open("rb") as text:
                shutil.copyfileobj(text, out, 1 << 20)
    seconds = timed(lambda: build_workspace(Corpus(longer), folder / "repeated", threads=threads))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{times} times the corpus: {seconds:.1f} s, peak memory {peak / 1000:,.0f} MB")


if __name__ == "__main__":
    main()
