"""Settings of ELMo, and the sizes that its presets stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from fastvec.errors import ParameterError
from fastvec.models.configs import NO_LIMIT, Config, setting

ADAM_RATE, ADAGRAD_RATE = 0.003, 0.2  # The second is bilm-tf's.
PAPER_FILTERS = "1x32 2x32 3x64 4x128 5x256 6x512 7x1024"
SMALL_FILTERS = "1x16 2x16 3x32 4x64"

ENCODER = ("dim", "cells", "layers", "input", "cell_clip", "proj_clip", "skip_connections")
CHARACTERS = ("filters", "char_dim", "highway", "activation", "max_characters")

# Sizes only: what they leave out keeps its default, whatever the preset.
ELMO_PRESETS: dict[str, dict[str, Any]] = {
    "tiny": {
        "layers": 1, "cells": 64, "dim": 32, "loss": "softmax", "batch": 16, "dropout": 0.0,
        "filters": "1x8 2x8 3x16", "learning_rate": 0.01,
    },
    "small": {"layers": 2, "cells": 256, "dim": 128, "max_size": 30_000, "samples": 1024},
    "medium": {"layers": 2, "cells": 512, "dim": 256, "max_size": 50_000, "samples": 2048},
    "paper": {
        "layers": 2, "cells": 4096, "dim": 512, "max_size": 800_000, "samples": 8192,
        "input": "characters", "filters": PAPER_FILTERS, "batch": 128, "epochs": 10,
        "optimiser": "adagrad",
    },
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ELMoConfig(Config):
    """Settings of ELMo; the defaults are those of the preset "small", without its size limit."""

    dim: int = setting(
        128,
        "Length of a token vector and of what each direction gives (the projection); as many as "
        "cells means no projection.",
        low=1,
        high=100_000,
    )
    min_count: int = setting(2, "Leave out words seen less often.", low=1, high=NO_LIMIT)
    input: str = setting(
        "words",
        "The token layer reads whole words, or their characters, so that it knows every word.",
        choices=("words", "characters"),
    )
    cells: int = setting(256, "Memory cells of an LSTM layer.", low=1, high=1_000_000)
    layers: int = setting(2, "LSTM layers of each direction.", low=1, high=100)
    loss: str = setting(
        "sampled",
        "Softmax over some words drawn by rank for each batch, or over all of them (softmax, "
        "exact).",
        choices=("sampled", "softmax"),
    )
    samples: int = setting(1024, "Words that a batch draws with loss 'sampled'.", low=1, high=10**7)
    batch: int = setting(32, "Texts that are read side by side.", low=1, high=100_000)
    unroll: int = setting(20, "Words that gradients reach back over.", low=1, high=10_000)
    carry: int = setting(
        16,
        "Batches over which the state of the LSTM layers goes on, about, before it begins anew.",
        low=1,
        high=10**9,
    )
    optimiser: str = setting(
        "adam",
        "Rule of the updates; adagrad, bilm-tf's, learns more slowly.",
        choices=("adam", "adagrad"),
    )
    learning_rate: float | None = setting(
        None,
        "Learning rate at the start; default: 0.003, or 0.2 with adagrad.",
        low=1e-9,
        high=1e6,
    )
    final_rate: float = setting(
        1.0, "Share of the learning rate that is left at the end.", low=0.0, high=1.0
    )
    warmup: int = setting(0, "Steps over which the learning rate rises.", low=0, high=10**9)
    clip_norm: float = setting(10.0, "Largest norm of all gradients together.", low=1e-9, high=1e9)
    dropout: float = setting(
        0.1, "Share of each layer's inputs left out while training.", low=0.0, high=0.99
    )
    cell_clip: float | None = setting(
        3.0, "Largest value of a cell; none without.", low=1e-9, high=1e9
    )
    proj_clip: float | None = setting(
        3.0, "Largest value of a projection; none without.", low=1e-9, high=1e9
    )
    skip_connections: bool = setting(True, "Add a layer's input to its output, from the second on.")
    shared_softmax: bool = setting(
        False, "The softmax and the token layer share one vector a word (input 'words')."
    )
    filters: str = setting(
        SMALL_FILTERS, "Character filters, WIDTHxNUMBER each, separated by spaces."
    )
    char_dim: int = setting(16, "Length of a character's vector.", low=1, high=10_000)
    highway: int = setting(2, "Highway layers above the filters.", low=0, high=100)
    activation: str = setting("relu", "Function of the filters.", choices=("relu", "tanh"))
    max_characters: int = setting(
        50, "Bytes of a word that are read, with two for its marks.", low=3, high=10_000
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        widths = [width for width, _ in self.filter_sizes]
        if max(widths) > self.max_characters:
            raise ParameterError(
                f"filters must be at most max_characters wide, {self.max_characters}, but one is "
                f"{max(widths)}"
            )
        if self.shared_softmax and self.input != "words":
            raise ParameterError("shared_softmax must have input 'words', but has 'characters'")

    @property
    def unk(self) -> str:
        """Words outside the vocabulary are trained as one word."""
        return "trained"

    @property
    def sentence_marks(self) -> bool:
        """``<s>`` and ``</s>`` are words."""
        return True

    @property
    def encoder_settings(self) -> dict[str, Any]:
        """What parameters, and a sentence's vectors, depend on: sizes and functions."""
        names = ENCODER if self.input == "words" else ENCODER + CHARACTERS
        return {name: getattr(self, name) for name in names}

    @property
    def filter_sizes(self) -> list[tuple[int, int]]:
        """Width and number of each kind of character filter."""
        return parse_filters(self.filters)

    @property
    def first_rate(self) -> float:
        """The learning rate at the start."""
        if self.learning_rate is not None:
            return self.learning_rate
        return ADAM_RATE if self.optimiser == "adam" else ADAGRAD_RATE

    @property
    def projection(self) -> int | None:
        """Width of the projection, or None where there is none."""
        return None if self.dim == self.cells else self.dim


def parse_filters(text: str) -> list[tuple[int, int]]:
    """Read ``"1x16 2x32"``.

    Raises
    ------
    ParameterError
        If it is something else.

    Examples
    --------
    >>> parse_filters("1x16 2x32")
    [(1, 16), (2, 32)]
    """
    found = [re.fullmatch(r"([1-9]\d{0,3})x([1-9]\d{0,5})", part) for part in str(text).split()]
    if not found or None in found:
        raise ParameterError(f"filters must be like '1x16 2x32', but is {text!r}")
    return [(int(match[1]), int(match[2])) for match in found if match]


def elmo_settings(preset: str | None, settings: dict[str, Any]) -> dict[str, Any]:
    """Fill settings up with those of a preset.

    Raises
    ------
    ParameterError
        If there is no such preset.
    """
    if preset is None:
        return settings
    if preset not in ELMO_PRESETS:
        raise ParameterError(f"preset must be one of {', '.join(ELMO_PRESETS)}, but is {preset!r}")
    return {**ELMO_PRESETS[preset], **settings}
