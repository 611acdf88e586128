"""Have a training break off, go on another day: the result is the same, byte for byte.

python examples/resume.py               # the generated demonstration corpus
python examples/resume.py corpus.txt    # a text of your own

On the command line: fastvec train ... --checkpoint-every 1, and later the same with --resume.
"""

import sys
import tempfile
from pathlib import Path

import fastvec
from fastvec.datasets import toy_world

SETTINGS = {"dim": 50, "epochs": 4, "updates": "ordered", "seed": 1}


class PowerFailureError(Exception):
    """What we play here."""


def fail_in_epoch_3(event):
    """Break off in the middle of the work."""
    if event.epoch == 3:
        raise PowerFailureError


def main() -> None:
    """Run the example."""
    corpus = fastvec.Corpus(sys.argv[1]) if len(sys.argv) > 1 else fastvec.Corpus(toy_world())
    whole = fastvec.SkipGram(**SETTINGS).fit(corpus)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "model.fastvec"
        try:
            fastvec.SkipGram(**SETTINGS).fit(
                corpus, checkpoint=folder, checkpoint_every=1, callback=fail_in_epoch_3
            )
        except PowerFailureError:
            print("the power failed in epoch 3")
        later = fastvec.load_model(folder)
        print("saved:", len(later.history), "epochs; can be resumed:", later.unfinished)
        later.fit(corpus, resume=True)

    for record in later.history:
        print(f"epoch {record.epoch}: ns loss {record.loss:.4f}, rate {record.learning_rate:.4f}")
    same = whole.vectors.matrix.tobytes() == later.vectors.matrix.tobytes()
    print("same bytes as without a break:", same)


if __name__ == "__main__":
    main()
