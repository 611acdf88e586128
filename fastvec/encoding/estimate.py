"""How large a corpus is, from its first part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from fastvec.encoding.counting import Counter
from fastvec.text.corpus import Corpus
from fastvec.workers import usable_cores

SAMPLE_BYTES = 1 << 27
# New words keep coming, ever more slowly: distinct words grow about like N ** 0.6
# (Heaps' law; measured 0.58 to 0.64 on English and Chinese Wikipedia).
HEAPS = 0.6


class CorpusSize(NamedTuple):
    """Size of a corpus; ``exact`` if all of it was read."""

    words: int
    distinct: int
    known: int  # Words that are frequent enough.
    exact: bool


def estimate_corpus(corpus: Corpus, min_count: int) -> CorpusSize:
    """Count a corpus's first part and draw it out to the whole.

    Parameters
    ----------
    corpus : Corpus
    min_count : int
        Words seen less often are not known.

    Returns
    -------
    CorpusSize
    """
    counter = Counter(corpus.separators, usable_cores())
    cut = False

    def first_blocks() -> Iterator[bytes]:
        nonlocal cut
        taken = 0
        for block in corpus.blocks():
            yield block
            taken += len(block)
            cut = taken >= SAMPLE_BYTES
            if cut:
                return

    words = sum(len(block.ids) for block in counter.encode(first_blocks()))
    if words == 0:
        return CorpusSize(0, 0, 0, exact=True)
    share = 1.0
    if cut and corpus.total_bytes:
        share = max(corpus.total_bytes / max(corpus.position(), 1), 1.0)
    counts = counter.finish(lowercase=corpus.lowercase).counts
    growth = share**HEAPS
    # In `share` times the text a word is seen so much more often.
    known = int(np.sum(counts * share >= min_count))
    return CorpusSize(
        words=round(words * share),
        distinct=round(len(counts) * growth),
        known=known
        if share == 1.0
        else max(known, round(int(np.sum(counts >= min_count)) * growth)),
        exact=share == 1.0,
    )
