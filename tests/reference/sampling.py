"""Random numbers, noise words and windows, one plain Python step after another."""

from __future__ import annotations

import numpy as np


class Stream:
    """xoshiro128** as published: four words of 32 bits."""

    def __init__(self, words) -> None:
        self.words = [int(word) for word in words]

    def next(self) -> int:
        s = self.words
        result = _rotate(s[1] * 5 % 2**32, 7) * 9 % 2**32
        shifted = s[1] * 2**9 % 2**32
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = _rotate(s[3], 11)
        return result

    def below(self, limit: int) -> int:
        return self.next() * limit // 2**32


def _rotate(word: int, places: int) -> int:
    return (word * 2**places + word // 2 ** (32 - places)) % 2**32


def alias_distribution(keep, alias) -> np.ndarray:
    """Add up what every column of an alias table gives to every word."""
    chances = np.zeros(len(keep))
    for column, (limit, other) in enumerate(zip(keep, alias, strict=True)):
        share = int(limit) / 2**32
        chances[column] += share / len(keep)
        chances[other] += (1 - share) / len(keep)
    return chances


def draw_noise(keep, alias, stream: Stream) -> int:
    column = stream.below(len(keep))
    return column if stream.next() < keep[column] else int(alias[column])


def _unlike(centre: int, draw, words: int) -> int:
    """Draw up to nine times for a word that is not the centre, then take its neighbour."""
    for _ in range(9):
        word = draw()
        if word != centre:
            return word
    if words == 1:
        return centre
    return 1 if centre == 0 else centre - 1


def fresh_targets(keep, alias, centres, negative: int, stream: Stream) -> list[list[int]]:
    def draw() -> int:
        return draw_noise(keep, alias, stream)

    return [
        [centre, *(_unlike(centre, draw, len(keep)) for _ in range(negative))] for centre in centres
    ]


def pooled_targets(keep, alias, centres, negative: int, stream: Stream, size: int):
    pool = [draw_noise(keep, alias, stream) for _ in range(size)]

    bits: list[int] = []

    def pick() -> int:
        """Take the next eight bits of a random number, lowest first."""
        if not bits:
            number = stream.next()
            bits.extend(number >> shift & 255 for shift in (24, 16, 8, 0))
        return pool[bits.pop() % size]

    targets = []
    for number, centre in enumerate(centres):
        pool[number % size] = draw_noise(keep, alias, stream)
        targets.append([centre, *(_unlike(centre, pick, len(keep)) for _ in range(negative))])
    return targets


def thinned(sentence, rows, stream: Stream) -> list[int]:
    """Turn a sentence of workspace ids into the rows that are trained."""
    kept = [rows.begin] if rows.begin >= 0 else []
    for token in sentence:
        row = token if token < rows.known else rows.unknown
        if row < 0:
            continue
        if stream.next() < rows.keep[row]:
            kept.append(int(row))
    return kept + ([rows.end] if rows.end >= 0 else [])


def windows(sentences, rows, shape, stream: Stream) -> list[tuple[int, list[int]]]:
    """Return each centre with its contexts."""
    found = []
    for sentence in sentences:
        kept = thinned(sentence, rows, stream)
        for place, centre in enumerate(kept):
            radius = shape.smallest + stream.below(shape.largest - shape.smallest + 1)
            near = kept[max(0, place - radius) : place] + kept[place + 1 : place + 1 + radius]
            if near and shape.draws:
                near = [near[stream.below(len(near))] for _ in range(shape.draws)]
            if near:
                found.append((centre, near))
    return found
