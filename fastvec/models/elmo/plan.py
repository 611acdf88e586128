"""What a training of ELMo will need, before it starts."""

from __future__ import annotations

from fastvec.models.elmo.config import ELMoConfig
from fastvec.models.elmo.shapes import ENCODER, SOFTMAX, TOKENS, count, parameter_shapes
from fastvec.models.plan import BASE_MEMORY, BYTES_A_WORD, Plan
from fastvec.workers import resolve_threads

# What a core of a laptop gets through in matrix products, everything between them included.
FLOPS_A_CORE = 3.0e10
NUMBER = 4  # Bytes.
PASSES = 6  # Operations a parameter and step: two forward, twice as many backward.


def elmo_plan(rows: int, config: ELMoConfig, words: int = 0, distinct: int | None = None) -> Plan:
    """Plan a training of ELMo.

    Parameters
    ----------
    rows : int
        Rows of the model, V.
    config : ELMoConfig
    words : int
        Words of the corpus, N.
    distinct : int or None
        Different words of the corpus; None takes `rows`.

    Returns
    -------
    Plan
    """
    distinct = rows if distinct is None else distinct
    shapes = parameter_shapes(config, rows)
    encoder, tokens, softmax = (count(shapes, part) for part in (ENCODER, TOKENS, SOFTMAX))
    table, characters = (tokens, 0) if config.input == "words" else (0, tokens)
    whole = exact(config, rows)
    sets = 3 if config.optimiser == "adagrad" else 4  # Parameters, gradients, optimiser.
    sparse = table + (0 if whole else softmax)  # Gradients of some rows only.
    examples = 2 * config.batch * config.unroll
    told = rows if whole else config.samples
    flops = PASSES * (encoder + 2 * told * config.dim + _convolved(config, characters))
    return Plan(
        memory={
            f"{config.layers} layers of {config.cells} cells, both directions": NUMBER
            * sets
            * encoder,
            f"{rows} words x {config.dim}": NUMBER * (sets * (softmax + table) - sparse),
            "characters": NUMBER * (sets * characters) + _text_characters(config, distinct),
            "a batch": NUMBER * examples * (told + 8 * config.layers * config.cells),
            "words": BYTES_A_WORD * distinct,
            "program": BASE_MEMORY,
        },
        disk={
            "workspace": 4 * words + 12 * distinct,
            "model": NUMBER * (encoder + tokens + softmax) + 12 * rows,
            "checkpoint": NUMBER * (sets - 2) * (encoder + tokens + softmax),
        },
        seconds=words * config.epochs * flops / (FLOPS_A_CORE * resolve_threads(config.threads)),
    )


def exact(config: ELMoConfig, rows: int) -> bool:
    """Tell whether the softmax is over all words: as it should be, or as they are few anyway."""
    return config.loss == "softmax" or 2 * config.samples >= rows


def _convolved(config: ELMoConfig, characters: int) -> int:
    """Return the products that a word's characters take."""
    if config.input == "words":
        return 0
    filters = sum(width * config.char_dim * number for width, number in config.filter_sizes)
    return characters + filters * (config.max_characters - 2)


def _text_characters(config: ELMoConfig, distinct: int) -> int:
    """Return the bytes of the characters of all words."""
    return 0 if config.input == "words" else NUMBER * config.max_characters * distinct
