"""ELMo gives a word another vector in each sentence: senses come apart that one vector mixes.

包袱 is a bundle that one carries, or the punchline of a joke; a bank has money, or a river.

python examples/elmo_senses.py                            # trains on the generated corpus
python examples/elmo_senses.py elmo.fastvec bank a.txt    # your model, a word, sentences with it
"""

import sys
from pathlib import Path

import numpy as np

import fastvec
from fastvec.datasets import toy_truth, toy_world


def cosines(word, sentences, elmo):
    """Compare the word's vectors of all sentences; each is the mean of the LSTM layers."""
    pairs = zip(sentences, elmo.embed(sentences), strict=True)
    vectors = np.array([layers[1:, words.index(word)].mean(axis=0) for words, layers in pairs])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors @ vectors.T


def main() -> None:
    """Run the example."""
    if len(sys.argv) > 3:
        elmo, words = fastvec.load_model(sys.argv[1]), [sys.argv[2]]
        text = [line.split() for line in Path(sys.argv[3]).read_text("utf-8").splitlines()]
    else:
        world, words = toy_world(seed=1), ["bank", "包袱"]
        elmo = fastvec.ELMo(preset="tiny", epochs=3, seed=1).fit(world[:20_000])
        text = world[20_000:]

    for word in words:
        sentences = [list(s) for s in dict.fromkeys(map(tuple, text)) if word in s][:80]
        alike = cosines(word, sentences, elmo)
        for place in range(2):
            near, far = np.argsort(-alike[place])[[1, -1]]  # The very nearest is itself.
            print(" ".join(sentences[place]))
            for other in (near, far):
                print(f"  {alike[place, other]:.2f}  {' '.join(sentences[other])}")
        senses = toy_truth()["senses"].get(word)
        if senses:
            own = np.array([[bool({*told} & {*s}) for told in senses.values()] for s in sentences])
            same = (own[:, None] == own).all(axis=2)
            alone = np.eye(len(own), dtype=bool)
            within, across = alike[same & ~alone].mean(), alike[~same].mean()
            print(f"{word}: mean cosine within a sense {within:.3f}, across {across:.3f};")
            nearest = np.where(alone, -1, alike).argmax(axis=1)
            shared = same[np.arange(len(own)), nearest].sum()
            print(f"  the nearest sentence has the same sense for {shared} of {len(own)} sentences")


if __name__ == "__main__":
    main()
