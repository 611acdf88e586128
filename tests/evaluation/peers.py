"""Slow, obvious twins of the C tool, GloVe's and fastText's analogy scores."""

from __future__ import annotations

import numpy as np


def units(matrix):
    rows = np.asarray(matrix, dtype=np.float64)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def capitals(word):
    return "".join(chr(ord(letter) - 32) if "a" <= letter <= "z" else letter for letter in word)


def word2vec_c(words, matrix, questions):
    """Return right answers and questions seen."""
    names, rows = [capitals(word) for word in words], units(matrix)
    right = seen = 0
    for question in questions:
        asked = [capitals(word) for word in question]
        if not all(word in names for word in asked):
            continue
        a, b, c = (names.index(word) for word in asked[:3])
        seen += 1
        best, answer = 0.0, ""
        for row, name in enumerate(names):
            score = (rows[b] - rows[a] + rows[c]) @ rows[row]
            if row not in (a, b, c) and score > best:
                best, answer = score, name
        right += answer == asked[3]
    return right, seen


def glove(words, matrix, questions):
    """Return right answers and questions seen; ``<unk>`` is no word of the vocabulary."""
    kept = [row for row, word in enumerate(words) if word != "<unk>"]
    index = {words[row]: place for place, row in enumerate(kept)}
    rows = units(np.asarray(matrix)[kept])
    right = seen = 0
    for question in questions:
        if all(word in index for word in question):
            a, b, c, d = (index[word] for word in question)
            scores = rows @ (rows[b] - rows[a] + rows[c])
            scores[[a, b, c]] = -np.inf
            seen += 1
            right += int(scores.argmax()) == d
    return right, seen


def fasttext(words, matrix, questions):
    """Return right answers and questions seen."""
    lowered = [tuple(word.lower() for word in question) for question in questions]
    return glove(["<unk>?" if word == "<unk>" else word for word in words], matrix, lowered)


PEERS = {"word2vec-c": word2vec_c, "glove": glove, "fasttext": fasttext}
