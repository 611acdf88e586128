"""Text in, byte blocks of tokens out: files of any kind, tokenisers, iterables."""

from fastvec.text.corpus import Corpus
from fastvec.text.tokenizers import tokenize

__all__ = ["Corpus", "tokenize"]
