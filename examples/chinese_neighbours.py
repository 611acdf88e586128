"""From raw Chinese text, without spaces, to word vectors: jieba cuts it into words meanwhile.

python examples/chinese_neighbours.py                      # a generated text
python examples/chinese_neighbours.py text.txt 苹果 国王    # a text of your own, and its words

Needs the extra chinese (jieba).
"""

import sys
import tempfile
from pathlib import Path

import fastvec
from fastvec.datasets import toy_world

WORDS = ["苹果", "国王", "北京", "星期一", "包袱"]


def generated(folder: Path) -> Path:
    """Write a text as people write it: one sentence a line, no spaces."""
    file = folder / "text.txt"
    sentences = ["".join(words) + "。" for words in toy_world(language="chinese")]
    file.write_text("\n".join(sentences), encoding="utf-8")
    return file


def main() -> None:
    """Run the example."""
    with tempfile.TemporaryDirectory() as folder:
        text = Path(sys.argv[1]) if len(sys.argv) > 1 else generated(Path(folder))
        with text.open(encoding="utf-8") as lines:
            print("text: ", next(lines).strip()[:60])
        corpus = fastvec.Corpus(text, tokenizer="zh")
        model = fastvec.SkipGram(dim=100, epochs=5, seed=1).fit(corpus)

    vectors = model.vectors
    print("words:", " ".join(vectors.words[:12]), f"... ({len(vectors):,})")
    for word in sys.argv[2:] or WORDS:
        if word in vectors:
            near = "  ".join(
                f"{name} {cosine:.2f}" for name, cosine in vectors.most_similar(word, topn=5)
            )
            print(f"{word} -> {near}")
        else:
            print(f"{word} is no word of this text; it was rare, or cut otherwise")


if __name__ == "__main__":
    main()
