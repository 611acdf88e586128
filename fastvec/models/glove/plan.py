"""What a GloVe training will need."""

from __future__ import annotations

import numpy as np

from fastvec.models.glove.config import GloVeConfig
from fastvec.models.glove.counting import context_window
from fastvec.models.glove.parameters import row_width
from fastvec.models.plan import BASE_MEMORY, BYTES_A_WORD, Plan
from fastvec.samplers.cooccurrence_matrix import ENTRY_BYTES
from fastvec.samplers.grid import MOST_GROUPS
from fastvec.samplers.row_counting import expected_entries
from fastvec.workers import resolve_threads

BYTES_A_CORE = 4.0e9  # Of parameters that training moves in a second.
CONTEXTS_A_CORE = 8.0e7  # That counting visits in a second.
CLUSTERED = 0.6  # Entries there are, of those there would be if words met by chance.


def glove_plan(rows: int, config: GloVeConfig, words: int = 0, distinct: int | None = None) -> Plan:
    """Plan a run of GloVe, on text whose words are distributed as Zipf's law has it.

    Parameters
    ----------
    rows : int
        Rows of the model, V.
    config : GloVeConfig
    words : int
        Words of the corpus, N.
    distinct : int or None
        Different words of the corpus; None takes `rows`.

    Returns
    -------
    Plan
    """
    distinct = rows if distinct is None else distinct
    threads, width = resolve_threads(config.threads), row_width(config.dim)
    shares = 1 / np.arange(1, rows + 1)
    counts = np.maximum(words * shares / shares.sum(), 1).astype(np.int64)
    span = context_window(config).span
    entries = int(CLUSTERED * expected_entries(counts, span)) if words else 0
    counting = words * span / CONTEXTS_A_CORE
    training = entries * config.epochs * 4 * 4 * width / BYTES_A_CORE
    return Plan(
        memory={
            f"2 matrices of {rows} x {config.dim}, with AdaGrad's sums": 8 * rows * width,
            "where blocks meet": 4 * rows * (MOST_GROUPS + 1),
            "words": BYTES_A_WORD * distinct,
            "program": BASE_MEMORY,
        },
        disk={
            "workspace": 4 * words + 12 * distinct,
            f"about {entries} co-occurrences": ENTRY_BYTES * entries,
            "known words, for counting": 4 * words,
            "model": 12 * rows * (config.dim + 1),
        },
        seconds=(counting + training) / threads,
    )
