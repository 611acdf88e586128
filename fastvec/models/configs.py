"""Settings of the models: names, defaults, ranges and what each one means, stated once.

The command line makes its options and help from these classes.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from fastvec.errors import ParameterError

NO_LIMIT = 2**62


def setting(
    default: Any,
    help: str,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    choices: tuple[str, ...] = (),
) -> Any:
    """Declare a setting with its range, both ends included, or its choices."""
    about = {"help": help, "low": low, "high": high, "choices": choices}
    return field(default=default, metadata=about)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings that are checked when they are set."""

    def __post_init__(self) -> None:
        for item in fields(self):
            _check(item.name, getattr(self, item.name), item)

    def as_dict(self) -> dict[str, Any]:
        """Return all settings by name."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Config(Settings):
    """Settings that every model of words has."""

    dim: int = setting(100, "Length of a vector.", low=1, high=10_000_000)
    min_count: int = setting(5, "Leave out words seen less often.", low=1, high=NO_LIMIT)
    max_size: int | None = setting(
        None,
        "Most rows of the model, special words included; default: no limit.",
        low=1,
        high=2**31 - 1,
    )
    epochs: int = setting(
        5, "Passes over the corpus; 0 writes the start state.", low=0, high=10_000
    )
    threads: int | None = setting(None, "Threads; default: all usable cores.", low=1, high=1024)
    patience: int | None = setting(
        None,
        "With validation, stop after so many epochs without a lower held-out loss, and keep the "
        "vectors of the best one; default: train all epochs.",
        low=1,
        high=10_000,
    )
    seed: int = setting(1, "Seed of all random numbers.", low=0, high=2**63 - 1)


@dataclass(frozen=True, kw_only=True)
class VectorConfig(Config):
    """Settings that all models of word vectors share."""

    new_words: str = setting(
        "random",
        "With init, words without a vector start at random, at the mean of the vectors, or are "
        "left out (skip).",
        choices=("random", "mean", "skip"),
    )
    old_words: str = setting(
        "drop",
        "With init, words that the text lacks are dropped, or kept as further rows.",
        choices=("drop", "keep"),
    )
    freeze_old: bool = setting(False, "With init, leave the vectors that it gives as they are.")
    unk: str = setting(
        "none",
        "Words outside the vocabulary are skipped (none), trained as one word <unk> (trained), or "
        "skipped and given the mean of the rarest vectors as <unk> (mean).",
        choices=("none", "trained", "mean"),
    )
    sentence_marks: bool = setting(False, "Train <s> and </s> around every sentence.")


@dataclass(frozen=True, kw_only=True)
class WordConfig(VectorConfig):
    """Settings that skip-gram and CBOW share; the defaults are word2vec.c's."""

    window: int = setting(5, "Most words on each side of the centre.", low=1, high=1000)
    window_shape: str = setting(
        "shrink",
        "Contexts of a word: all within a random radius up to the window (shrink), all in the "
        "window (full), or some drawn at random from it (sample).",
        choices=("shrink", "full", "sample"),
    )
    window_draws: int = setting(
        1, "Random contexts a word with window shape 'sample'.", low=1, high=1000
    )
    loss: str = setting(
        "ns",
        "Objective: negative sampling, hierarchical softmax, or the full softmax over all words "
        "(exact, and slow above some 10,000 of them).",
        choices=("ns", "hs", "softmax"),
    )
    batch: int = setting(128, "Centres a step of the full softmax.", low=1, high=100_000)
    negative: int = setting(5, "Noise words against each observed word.", low=1, high=1000)
    negative_sharing: str = setting(
        "pool",
        "Noise words shared by a window's contexts and drawn from a small pool that is renewed "
        "all the time (pool, fast), or drawn anew for every pair (pair, classic).",
        choices=("pool", "pair"),
    )
    noise_exponent: float = setting(
        0.75, "Noise words are drawn in proportion to count to this power.", low=-5.0, high=5.0
    )
    sample: float = setting(
        1e-3,
        "Thin out words whose share of the text is above this; 0 keeps all.",
        low=0.0,
        high=1.0,
    )
    sample_rule: str = setting(
        "word2vec",
        "Chance to keep a word with share f and threshold t: sqrt(t/f) + t/f (word2vec), or "
        "sqrt(t/f) (paper).",
        choices=("word2vec", "paper"),
    )
    learning_rate: float = setting(0.025, "Learning rate at the start.", low=1e-9, high=1e6)
    final_rate: float = setting(
        1e-4, "Share of the learning rate that is left at the end.", low=0.0, high=1.0
    )
    updates: str = setting(
        "auto",
        "Threads train rounds of private blocks, merged in order: the same bytes with any number "
        "of threads (ordered); or change the same rows at once (hogwild); auto is the faster: "
        "ordered for full softmax and below a million words, hogwild otherwise.",
        choices=("auto", "ordered", "hogwild"),
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.freeze_old and self.updates == "hogwild":
            raise ParameterError("freeze_old must have updates 'ordered', but has 'hogwild'")

    @property
    def racing(self) -> bool:
        """Whether threads change the same rows at once."""
        faster = self.loss != "softmax" and not self.freeze_old
        return self.updates == "hogwild" or (self.updates == "auto" and faster)


@dataclass(frozen=True, kw_only=True)
class SkipGramConfig(WordConfig):
    """Settings of skip-gram."""


@dataclass(frozen=True, kw_only=True)
class CBOWConfig(WordConfig):
    """Settings of CBOW."""

    learning_rate: float = setting(0.05, "Learning rate at the start.", low=1e-9, high=1e6)
    cbow_combine: str = setting(
        "mean", "Contexts act through their mean or their sum.", choices=("mean", "sum")
    )
    cbow_gradient: str = setting(
        "classic",
        "With the mean, each context moves by the whole error (classic, word2vec.c), or by its "
        "share of it, the true gradient (corrected).",
        choices=("classic", "corrected"),
    )


def _check(name: str, value: Any, item: Any) -> None:
    """Refuse a value of the wrong kind or outside its range."""
    kind, about = str(item.type), item.metadata
    if value is None and "None" in kind:
        return
    if about["choices"]:
        if value not in about["choices"]:
            allowed = ", ".join(map(repr, about["choices"]))
            raise ParameterError(f"{name} must be one of {allowed}, but is {value!r}")
        return
    if kind == "bool":
        if not isinstance(value, bool):
            raise ParameterError(f"{name} must be True or False, but is {value!r}")
        return
    if kind == "str":
        if not isinstance(value, str):
            raise ParameterError(f"{name} must be text, but is {value!r}")
        return
    whole = kind.startswith("int")
    number = isinstance(value, int) or (not whole and isinstance(value, float))
    if not number or isinstance(value, bool):
        raise ParameterError(
            f"{name} must be a {'whole ' if whole else ''}number, but is {value!r}"
        )
    low, high = about["low"], about["high"]
    if not low <= value <= high:
        open_ended = value < low and high >= NO_LIMIT
        span = f"at least {low}" if open_ended else f"between {low:,} and {high:,}"
        raise ParameterError(f"{name} must be {span}, but is {value}")
