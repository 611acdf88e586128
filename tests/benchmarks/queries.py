"""Nearest words of a thousand words, and of one, on random vectors, against gensim.

    python -m tests.benchmarks.queries [--rows 400000] [--dim 300] [--asked 1000] [--every 10]

Both use as many BLAS threads as ``--threads`` says. Answers are compared first. gensim answers
one question in ``--every``, and its time is multiplied. One query is also compared with the
product of the matrix and a vector alone, the least that it could take.
"""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from fastvec.vectors.word_vectors import WordVectors
from tests.benchmarks.harness import alternate, parser, report, timed


def made(rows: int, dim: int) -> tuple[WordVectors, Any]:
    """Make the same random vectors for both, of different lengths."""
    from gensim.models import KeyedVectors

    rng = np.random.default_rng(1)
    matrix = rng.standard_normal((rows, dim), dtype=np.float32)
    matrix *= rng.uniform(0.5, 3.0, (rows, 1)).astype(np.float32)
    words = [f"w{row}" for row in range(rows)]
    keyed = KeyedVectors(dim)
    keyed.vectors, keyed.index_to_key = matrix, words
    keyed.key_to_index = {word: row for row, word in enumerate(words)}
    return WordVectors(words, matrix), keyed


def check(vectors: WordVectors, keyed: Any, words: list[str]) -> None:
    """Stop if the two do not answer the same."""
    for word, answer in zip(words, vectors.most_similar_batch(words), strict=True):
        theirs = keyed.most_similar(word)
        assert [near for near, _ in answer] == [near for near, _ in theirs], word
        np.testing.assert_allclose([c for _, c in answer], [c for _, c in theirs], atol=1e-5)


def main() -> None:
    """Compare, after checking that both answer the same."""
    logging.disable(logging.CRITICAL)
    options = parser(__doc__)
    options.add_argument("--rows", type=int, default=400_000)
    options.add_argument("--dim", type=int, default=300)
    options.add_argument("--asked", type=int, default=1000)
    options.add_argument("--every", type=int, default=10)
    chosen = options.parse_args()
    vectors, keyed = made(chosen.rows, chosen.dim)
    words = vectors.words[:: max(1, chosen.rows // chosen.asked)][: chosen.asked]
    part, query = words[:: chosen.every], np.ascontiguousarray(vectors.matrix[0])
    with threadpool_limits(chosen.threads, user_api="blas"):
        check(vectors, keyed, words[:20])
        batch = {
            "fastvec": lambda: timed(lambda: vectors.most_similar_batch(words)),
            "gensim": lambda: (
                len(words) / len(part) * timed(lambda: [keyed.most_similar(word) for word in part])
            ),
        }
        report(alternate(batch, chosen.runs), "fastvec", "s", more_is_better=False)
        single = {
            "fastvec": lambda: 1000 * timed(lambda: vectors.most_similar(words[0])),
            "gensim": lambda: 1000 * timed(lambda: keyed.most_similar(words[0])),
            "the product alone": lambda: 1000 * timed(lambda: vectors.matrix @ query),
        }
        report(alternate(single, 9, "ms"), "fastvec", "ms", more_is_better=False)


if __name__ == "__main__":
    main()
