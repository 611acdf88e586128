"""Train skip-gram on a text, look around in the vectors, and save them.

python examples/skipgram_analogies.py               # the generated demonstration corpus
python examples/skipgram_analogies.py corpus.txt    # a text of your own
"""

import sys
import tempfile
from pathlib import Path

import fastvec
from fastvec.datasets import toy_world


def main() -> None:
    """Run the example."""
    corpus = fastvec.Corpus(sys.argv[1]) if len(sys.argv) > 1 else fastvec.Corpus(toy_world())
    model = fastvec.SkipGram(dim=100, window=5, negative=5, epochs=5, seed=1).fit(corpus)
    for record in model.history:
        speed = f"{record.words_per_second:,.0f} words/s"
        print(f"epoch {record.epoch}: ns loss {record.loss:.3f}, {speed}")

    vectors = model.vectors
    word = "king" if "king" in vectors else vectors.words[0]
    print(f"near {word}:", ", ".join(near for near, _ in vectors.most_similar(word, topn=5)))
    if all(w in vectors for w in ("man", "woman", "king")):
        answer, cosine = vectors.analogy("man", "woman", "king")[0]
        print(f"man : woman :: king : {answer} ({cosine:.2f})")

    with tempfile.TemporaryDirectory() as folder:
        model.save(Path(folder) / "model.fastvec")  # Everything, memory-mapped when loaded.
        fastvec.save(vectors, Path(folder) / "vectors.txt")  # For other programs.
        again = fastvec.load(Path(folder) / "vectors.txt")
        print(f"saved and loaded {len(again)} vectors of {again.dim} numbers")


if __name__ == "__main__":
    main()
