"""One-hot vectors and the vocabulary: where every course on word vectors begins.

python examples/one_hot.py
"""

from fastvec import Vocabulary

SENTENCES = [
    ["i", "want", "a", "glass", "of", "orange", "juice"],
    ["i", "want", "a", "glass", "of", "apple", "juice"],
]


def main() -> None:
    """Run the example."""
    vocabulary = Vocabulary.from_sentences(SENTENCES).with_specials({"<unk>": 0})
    print("words:", vocabulary.words)

    orange, apple = vocabulary.one_hot("orange"), vocabulary.one_hot("apple")
    print("orange:", orange.astype(int).tolist())
    print("orange . apple =", int(orange @ apple), "(one-hot vectors know no likeness)")

    rows = vocabulary.one_hot(["a", "glass", "of", "durian"], oov="unk")
    print("a sentence:", rows.shape, "with", rows.nnz, "ones;", vocabulary.decode(rows))


if __name__ == "__main__":
    main()
