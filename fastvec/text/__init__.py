"""Text in, byte blocks of tokens out: files of any kind, tokenisers, iterables."""
