"""What a training of the tagger will need, before it starts."""

from __future__ import annotations

from typing import NamedTuple

from fastvec.errors import ResourceError
from fastvec.models.plan import BASE_MEMORY, BYTES_A_WORD, Plan, available_memory, gigabytes
from fastvec.models.tagger.config import TaggerConfig
from fastvec.workers import resolve_threads

# What a core of a laptop gets through with small batches, everything between products included.
FLOPS_A_CORE = 8.0e9
NUMBER = 4  # Bytes.
PASSES = 6  # Operations a parameter and step: two forward, twice as many backward.
SETS = 4  # Copies of a trained parameter: itself, its gradient, two means of Adam.
BEST = 1  # And what it was in the best epoch.
LONGEST = 100  # Tokens of a sentence that is long.


class TaggerSizes(NamedTuple):
    """What the needs of a training depend on, beside its settings.

    Attributes
    ----------
    words, dim : int
        Word vectors.
    tuned : int
        Those of them that are trained.
    tokens, held_out : int
        Of the training text, lower-cased copies included, and of the development text.
    tags : int
    layers, width : int
        Of the language model; 0 without one.
    """

    words: int
    dim: int
    tuned: int
    tokens: int
    held_out: int
    tags: int
    layers: int = 0
    width: int = 0


def tagger_plan(config: TaggerConfig, sizes: TaggerSizes) -> Plan:
    """Plan a training of the tagger.

    Parameters
    ----------
    config : TaggerConfig
    sizes : TaggerSizes

    Returns
    -------
    Plan
    """
    inputs = sizes.dim + config.characters + sizes.width + 6
    encoder = 2 * 4 * config.cells * (inputs + config.cells + 1)
    encoder += (config.layers - 1) * 2 * 4 * config.cells * (2 * config.cells + 1)
    top = sizes.tags * (2 * config.cells + 1 + sizes.tags)
    context = NUMBER * sizes.layers * sizes.width * (sizes.tokens + sizes.held_out)
    memory = {
        f"{sizes.words:,} words x {sizes.dim}, mapped where a file allows it": NUMBER
        * sizes.words
        * sizes.dim,
        "a copy of them, to save": NUMBER * sizes.words * sizes.dim,
        "words": BYTES_A_WORD * sizes.words,
        f"{sizes.tuned:,} trained vectors": NUMBER * (SETS + BEST) * sizes.tuned * sizes.dim,
        f"{config.layers} x {config.cells} cells, both directions": NUMBER
        * (SETS + BEST)
        * (encoder + top),
        "a batch": NUMBER * config.batch * LONGEST * (2 * inputs + 16 * config.cells),
        "texts": 3 * BYTES_A_WORD * (sizes.tokens + sizes.held_out),
        "program": BASE_MEMORY,
    }
    flops = PASSES * (encoder + top) * sizes.tokens + PASSES / 3 * (encoder + top) * sizes.held_out
    threads = min(resolve_threads(config.threads), 2)
    return Plan(
        memory={name: size for name, size in memory.items() if size},
        disk={
            "model": NUMBER * (sizes.words * sizes.dim + encoder + top),
            "temporary, vectors of ELMo": context,
        },
        seconds=config.epochs * flops / (FLOPS_A_CORE * threads),
    )


def check_memory(plan: Plan) -> None:
    """Refuse a plan that does not fit.

    Raises
    ------
    ResourceError
        Naming the bytes by purpose.
    """
    needed, there = sum(plan.memory.values()), available_memory()
    if there is None or needed <= there:
        return
    parts = "; ".join(f"{name}: {gigabytes(size)}" for name, size in plan.memory.items())
    raise ResourceError(
        f"training needs {gigabytes(needed)} of memory ({needed} bytes), but {gigabytes(there)} "
        f"are free ({parts}); use fewer word vectors (fastvec convert --limit), cells, or a "
        "smaller batch"
    )
