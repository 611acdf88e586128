"""Train GloVe on a folder of text files, and train again without counting again.

python examples/glove_folder.py           # files of the generated demonstration corpus
python examples/glove_folder.py texts/    # a folder of your own, one sentence a line

On the command line: fastvec build-vocab texts/, then fastvec train --model glove.
"""

import sys
import tempfile
import time
from pathlib import Path

import fastvec
from fastvec.datasets import toy_world, write_corpus

WINDOW = 8


def write_demonstration(folder: Path) -> Path:
    """Write the demonstration corpus as three files."""
    folder.mkdir()
    sentences = toy_world(language="english")
    for number in range(3):
        write_corpus(sentences[number::3], folder / f"part-{number}.txt")
    return folder


def main() -> None:
    """Run the example."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        texts = Path(sys.argv[1]) if len(sys.argv) > 1 else write_demonstration(place / "texts")
        # Read once, encoded once; what GloVe counts is kept there, too.
        workspace = fastvec.build_workspace(fastvec.Corpus(texts), place / "data")
        print(f"{workspace.words:,} words, {len(workspace.vocabulary):,} different ones")

        for dim in (16, 32):
            started = time.perf_counter()
            stages = set()
            model = fastvec.GloVe(dim=dim, window=WINDOW, epochs=15, seed=1)
            model.fit(workspace, callback=lambda event, seen=stages: seen.add(event.stage))
            counted = "counted and" if "co-occurrence" in stages else "only"
            seconds = time.perf_counter() - started
            first, last = model.history[0].loss, model.history[-1].loss
            print(f"dim {dim}: {counted} trained, {seconds:.1f} s, cost {first:.3f} -> {last:.3f}")

    vectors = model.vectors
    word = "king" if "king" in vectors else vectors.words[0]
    print(f"near {word}:", ", ".join(near for near, _ in vectors.most_similar(word, topn=5)))
    if all(w in vectors for w in ("man", "woman", "king")):
        answer, cosine = vectors.analogy("man", "woman", "king")[0]
        print(f"man : woman :: king : {answer} ({cosine:.2f})")


if __name__ == "__main__":
    main()
