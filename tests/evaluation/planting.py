"""Vectors under which a part of a file's questions comes out."""

from __future__ import annotations

import numpy as np

from fastvec.vectors.word_vectors import WordVectors


def planted(questions, *, seed=1, dim=12, noise=0.7, missing=0.1):
    """Give vectors of most words of some questions, under which a part of them comes out.

    A tenth of the words is there in capitals and a tenth in capitals as well.
    """
    rng = np.random.default_rng(seed)
    rows = {}
    for question in questions:
        for word in question:
            rows.setdefault(word, rng.standard_normal(dim))
        if len(question) == 4:
            a, b, c, d = question
            rows[d] = rows[b] - rows[a] + rows[c] + noise * rng.standard_normal(dim)
    kept = {word: row for word, row in rows.items() if rng.random() > missing}
    for word in list(kept):
        if rng.random() < 0.1:
            kept.setdefault(word.upper(), kept[word] + rng.standard_normal(dim) / 2)
        if rng.random() < 0.1:
            kept[word.upper()] = kept.pop(word)
    words = list(kept)
    rng.shuffle(words)
    return WordVectors(words, np.array([kept[word] for word in words], dtype=np.float32))
