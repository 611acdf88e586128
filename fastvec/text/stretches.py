"""A corpus as tokens, in stretches that fit the memory however long a line is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastvec.text.corpus import Corpus

Stretch = list[str | None]
Stretches = Iterator[Stretch]

_ASCII = re.compile(r"[^ \t\v\f\r]+")
_LISTED = re.compile("[^\udcff]+")  # The bytes of `separators`, decoded.


def stretches(corpus: Corpus) -> Stretches:
    """Read a corpus token by token, in memory that does not grow with the length of lines.

    Yields
    ------
    list of str and None
        Tokens in their order; None ends a sentence, which may be longer than a stretch.
        Sentences without tokens are left out.
    """
    end, split = "\n", str.split if corpus.whitespace == "unicode" else _ASCII.findall
    if corpus.identity()["kind"] == "tokens":
        end, split = "\udcfe", _LISTED.findall
    begun = False
    for block in corpus.blocks():
        text = block.decode("utf-8", "surrogateescape")
        text = text.lower() if corpus.lowercase else text
        stretch: Stretch = []
        for number, line in enumerate(text.split(end)):
            if number and begun:
                stretch.append(None)
                begun = False
            tokens = split(line)
            stretch += tokens
            begun = begun or bool(tokens)
        yield stretch
