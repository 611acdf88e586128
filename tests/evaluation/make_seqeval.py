"""Write seqeval.json: random tags and what seqeval 1.2.2 says of them.

python tests/evaluation/make_seqeval.py
"""

from __future__ import annotations

import json
import random
import warnings
from pathlib import Path

from seqeval.metrics import classification_report

SCHEMES = {"IOB": "BI", "BIOES": "BIES"}


def main() -> None:
    """Write the file."""
    draw, cases = random.Random(1), []
    warnings.simplefilter("ignore")
    for scheme, letters in SCHEMES.items():
        for sentences in (1, 3, 12):
            tags = [
                "O",
                "O",
                *(f"{letter}-{kind}" for letter in letters for kind in ("PER", "LOC")),
            ]
            lengths = [draw.randint(1, 9) for _ in range(sentences)]
            gold = [draw.choices(tags, k=n) for n in lengths]
            predicted = [[t if draw.random() < 0.7 else draw.choice(tags) for t in s] for s in gold]
            report = classification_report(gold, predicted, output_dict=True, zero_division=0)
            scores = {
                ("total" if name == "micro avg" else name): [float(v) for v in entry.values()]
                for name, entry in report.items()
                if name not in ("macro avg", "weighted avg")
            }
            cases.append({"name": f"{scheme}-{sentences}", "gold": gold, "predicted": predicted,
                          "scores": scores})  # fmt: skip
    lines = ",\n".join(json.dumps(case) for case in cases)
    (Path(__file__).parent / "seqeval.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
