"""Transfer learning: a tagger finds a durian cultivator's name, though it never saw these words.

It learns from a few tagged sentences about orange farmers, on random vectors and on vectors
trained on text without tags, where robert is like sally and durian like orange.

python examples/ner_transfer.py               # prints what each tagger finds
python examples/ner_transfer.py curve.png     # and draws F1 against the number of sentences
"""

import sys

import fastvec
from fastvec.datasets import toy_entities, toy_world
from fastvec.evaluation.learning_curve import Point, draw_learning_curve

SENTENCE = "robert lin is a durian cultivator in the valley"
SIZES = (25, 50, 100, 200)


def tagger_on(vectors, sentences):
    """Train a small tagger."""
    tagger = fastvec.Tagger(vectors, dim=50, cells=32, batch=4, epochs=30, threads=1, seed=1)
    return tagger.fit(sentences)


def main() -> None:
    """Run the example."""
    train, test = toy_entities()
    farmers = [s for s in train if "farmer" in s[0] and "B-PER" in s[1]][:20]
    labelled = [*farmers, *train[:80]]
    print("learns from:", " ".join(farmers[0][0]), "...")

    vectors = fastvec.SkipGram(dim=50, min_count=1, seed=1).fit(toy_world()).vectors
    for name, given in (("random vectors", None), ("word2vec", vectors)):
        tagger = tagger_on(given, labelled)
        found = [f"{entity.text} ({entity.type})" for entity in tagger.entities(SENTENCE)]
        score = tagger.evaluate(test).score
        print(f"{name}: {SENTENCE}: {', '.join(found) or 'nothing'}; F1 on new words {score:.3f}")

    if len(sys.argv) > 1:
        curves = {
            name: [Point(n, tagger_on(given, train[:n]).evaluate(test).score) for n in SIZES]
            for name, given in (("random", None), ("word2vec", vectors))
        }
        draw_learning_curve(curves, sys.argv[1], title="People and places of the toy world")


if __name__ == "__main__":
    main()
