"""Words, their counts and their numbers. Needs no Numba."""

from fastvec.vocabulary.words import BOS, EOS, PAD, UNK, Vocabulary

__all__ = ["BOS", "EOS", "PAD", "UNK", "Vocabulary"]
