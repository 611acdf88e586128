"""Read vectors of GloVe, fastText or word2vec, whatever the file looks like, and use them.

python examples/load_vectors.py                                  # two small files, one damaged
python examples/load_vectors.py glove.6B.zip/glove.6B.100d.txt   # files of your own
python examples/load_vectors.py wiki.en.vec GoogleNews-vectors-negative300.bin.gz

The first words of each file are compared; nothing has to be said about its format.
"""

import sys
import tempfile
from pathlib import Path

import fastvec

GLOVE = """\
king 0.9 0.8 0.1
queen 0.9 0.1 0.8
. . . 0.1 0.1 0.1
man 0.2 0.9 0.1
king 0.5 0.5 0.5
woman 0.2 0.1 0.9
"""
FASTTEXT = "5 3\nking 0.9 0.8 0.1\nqueen 0.9 0.1 0.8\nman 0.2 0.9 0.1\nwoman 0.2 0.1 0.9\n"


def main() -> None:
    """Run the example."""
    with tempfile.TemporaryDirectory() as folder:
        small = {Path(folder) / "glove.txt": GLOVE, Path(folder) / "fasttext.vec": FASTTEXT}
        for file, content in small.items():
            file.write_text(content)
        for file in sys.argv[1:] or small:
            vectors = fastvec.load(file, limit=400_000)
            print(f"{Path(file).name}: {len(vectors):,} words of {vectors.dim} numbers")
            for repair in vectors.report:
                print("  repaired:", repair)
            word = "king" if "king" in vectors else vectors.words[0]
            near = ", ".join(f"{w!r} {s:.2f}" for w, s in vectors.most_similar(word, topn=3))
            print(f"  near {word!r}: {near}")
            if all(w in vectors for w in ("man", "woman", "king")):
                print("  man : woman :: king :", vectors.analogy("man", "woman", "king")[0][0])

        fastvec.save(vectors, Path(folder) / "vectors.safetensors")  # Loads at once, any size.
        again = fastvec.load(Path(folder) / "vectors.safetensors")
        print("written and read again:", bool((again.matrix == vectors.matrix).all()))


if __name__ == "__main__":
    main()
