"""Settings of GloVe."""

from __future__ import annotations

from dataclasses import dataclass

from fastvec.errors import ParameterError
from fastvec.models.configs import VectorConfig, setting


@dataclass(frozen=True, kw_only=True)
class GloVeConfig(VectorConfig):
    """Settings of GloVe; the defaults are those of Stanford's program."""

    window: int = setting(15, "Most words on each side of the centre.", low=1, high=1000)
    window_side: str = setting(
        "both",
        "Contexts of a word stand on both sides of it, before it (left), or after it (right).",
        choices=("both", "left", "right"),
    )
    distance_weighting: str = setting(
        "harmonic",
        "A context at distance d counts 1/d (harmonic), or 1 (flat).",
        choices=("harmonic", "flat"),
    )
    across_sentences: bool = setting(False, "Windows reach over the ends of sentences.")
    x_max: float = setting(100.0, "Co-occurrences from here on count fully.", low=1e-9, high=1e15)
    alpha: float = setting(0.75, "Rarer ones count (X / x_max) to this power.", low=0.0, high=10.0)
    epochs: int = setting(
        25, "Passes over the co-occurrences; 0 writes the start state.", low=0, high=10_000
    )
    learning_rate: float = setting(0.05, "Learning rate of AdaGrad.", low=1e-9, high=1e6)
    bias_eta: str = setting(
        "paper",
        "Biases step at the learning rate (paper), or at a rate of 1, as Stanford's program has "
        "done since 2020 (head).",
        choices=("paper", "head"),
    )
    clip: float = setting(100.0, "Most that one number of a gradient may be.", low=1e-9, high=1e30)
    combine: str = setting(
        "mean",
        "A word's vector: mean or sum of its two vectors, that as a word, or both side by side.",
        choices=("mean", "sum", "word", "both"),
    )
    retrofit: float = setting(
        0.0,
        "With init, pull the vectors towards those given, with this strength (mittens); 0 does "
        "not.",
        low=0.0,
        high=1e6,
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.retrofit and self.combine not in ("mean", "sum"):
            raise ParameterError(
                f"combine must be 'mean' or 'sum' with retrofit, but is {self.combine!r}"
            )

    @property
    def loss(self) -> str:
        """What the loss is called."""
        return "glove"
