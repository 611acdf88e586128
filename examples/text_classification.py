"""Classify texts by the mean of their words' vectors, from few labels, with scikit-learn.

Vectors know from text without labels that a mango is like an apple, so what was learned about
apples holds for mangoes. Counted words know nothing of the kind.

python examples/text_classification.py                     # generated sentences, four topics
python examples/text_classification.py reviews.tsv         # your own: label TAB text
python examples/text_classification.py reviews.tsv glove.6B.100d.txt
"""

import sys

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import fastvec
from fastvec.datasets import toy_truth, toy_world


def generated():
    """Label sentences by the word they are about; every other such word is for the test."""
    groups = {name: toy_truth()["groups"][name] for name in ("fruits", "animals", "capitals")}
    topic = {word: name for name, words in groups.items() for word in words}
    seen = {word for words in groups.values() for word in words[::2]}
    about = [(s, {*s} & {*topic}) for s in toy_world(language="english")]
    known = [
        (topic[word], s, word in seen) for s, words in about if len(words) == 1 for word in words
    ]
    return [(t, s) for t, s, old in known if old][:12], [(t, s) for t, s, old in known if not old]


def own(path):
    """Read lines of label TAB text; a fifth is for the test."""
    with open(path, encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t", 1) for line in file if "\t" in line]
    texts = [(label, text.lower().split()) for label, text in rows]
    return train_test_split(texts, test_size=0.2, random_state=1)


def main() -> None:
    """Run the example."""
    train, test = own(sys.argv[1]) if len(sys.argv) > 1 else generated()
    (labels, texts), (truths, new) = zip(*train, strict=True), zip(*test, strict=True)
    given = fastvec.load(sys.argv[2]) if len(sys.argv) > 2 else None
    vectors = given or fastvec.SkipGram().fit([*texts, *new]).vectors

    def means(texts):
        return np.array([vectors.mean_vector(text, oov="skip") for text in texts])

    print(f"{len(train):,} labelled texts, tested on {len(test):,}")
    counted, averaged = CountVectorizer(analyzer=list), FunctionTransformer(means)
    for name, features in (("counted words", counted), ("mean vectors", averaged)):
        model = make_pipeline(features, LogisticRegression(C=100, max_iter=1000)).fit(texts, labels)
        print(f"{name:>14}: {model.score(new, truths):6.1%} right")


if __name__ == "__main__":
    main()
