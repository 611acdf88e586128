"""The same seed gives the same bytes, at any number of threads; another seed gives others.

python examples/reproducible.py               # the generated demonstration corpus
python examples/reproducible.py corpus.txt    # a text of your own
"""

import hashlib
import sys

import fastvec
from fastvec.datasets import toy_world

RUNS = [
    {"seed": 1, "threads": 1},
    {"seed": 1, "threads": 2},
    {"seed": 1, "threads": 4},
    {"seed": 2},
]


def main() -> None:
    """Run the example."""
    corpus = fastvec.Corpus(sys.argv[1]) if len(sys.argv) > 1 else fastvec.Corpus(toy_world())
    for kind in (fastvec.SkipGram, fastvec.CBOW, fastvec.GloVe):
        # Word2vec's threads race for speed on long texts; "ordered" has them take turns.
        settings = {} if kind is fastvec.GloVe else {"updates": "ordered"}
        print(f"{kind.__name__}:")
        for run in RUNS:
            model = kind(dim=50, epochs=2, **settings, **run).fit(corpus)
            digest = hashlib.sha256(model.vectors.matrix.tobytes()).hexdigest()
            told = ", ".join(f"{name} {value}" for name, value in run.items())
            print(f"  {told:18} sha256 {digest[:16]}")


if __name__ == "__main__":
    main()
