"""Settings of the tagger."""

from __future__ import annotations

from dataclasses import dataclass

from fastvec.models.configs import Settings, setting


@dataclass(frozen=True, kw_only=True)
class TaggerConfig(Settings):
    """Settings of the tagger."""

    cells: int = setting(128, "Cells of the LSTM in each direction.", low=1, high=100_000)
    layers: int = setting(1, "LSTM layers of each direction.", low=1, high=100)
    decoder: str = setting(
        "crf",
        "Tags of a sentence are chosen together, with learned transitions (crf), or each by itself "
        "(softmax); decoding keeps to valid sequences either way.",
        choices=("crf", "softmax"),
    )
    scheme: str = setting(
        "BIOES",
        "Tag scheme that is learned; files are read and written in their own.",
        choices=("BIOES", "IOB2", "IOB1"),
    )
    lookup: str = setting(
        "chain",
        "A word without a vector takes that of its lower case, then of its digits as zeros "
        "(chain), or none (exact).",
        choices=("chain", "exact"),
    )
    tune: bool = setting(False, "Train the vectors of the training words, too.")
    dim: int = setting(
        100, "Length of random vectors, where no vectors are given.", low=1, high=1_000_000
    )
    capitals: str = setting(
        "yes", "Tell the network how a word is capitalised.", choices=("yes", "no")
    )
    characters: int = setting(
        0, "Numbers that a convolution over a word's characters gives; 0 for none.",
        low=0, high=100_000,
    )  # fmt: skip
    lowercase_augment: bool = setting(False, "Train on a lower-cased copy of each sentence, too.")
    dropout: float = setting(
        0.5, "Share of the LSTM's inputs and outputs left out while training.", low=0.0, high=0.99
    )
    batch: int = setting(16, "Sentences of a batch, alike in length.", low=1, high=100_000)
    epochs: int = setting(15, "Passes over the training text, at most.", low=0, high=10_000)
    patience: int = setting(
        5,
        "With a development text, stop after so many epochs without a better score; the best "
        "epoch is kept.",
        low=1,
        high=10_000,
    )
    learning_rate: float = setting(0.002, "Learning rate of Adam.", low=1e-9, high=1e3)
    clip_norm: float = setting(5.0, "Largest norm of all gradients together.", low=1e-9, high=1e9)
    mix_penalty: float = setting(
        0.001, "L2 penalty on the weights of ELMo's layers.", low=0.0, high=1e3
    )
    threads: int | None = setting(None, "Threads; default: all usable cores.", low=1, high=1024)
    seed: int = setting(1, "Seed of all random numbers.", low=0, high=2**63 - 1)
