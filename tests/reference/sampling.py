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


def draw_words(keep, alias, number: int, stream: Stream) -> list[int]:
    return [draw_noise(keep, alias, stream) for _ in range(number)]


def _unlike(centre: int, words, rows: int) -> int:
    """Return the first of some words that is not the centre, or else the centre's neighbour."""
    for word in words:
        if word != centre:
            return word
    if rows == 1:
        return centre
    return 1 if centre == 0 else centre - 1


def fresh_targets(centres, negative: int, words, rows: int) -> list[list[int]]:
    """Give each centre the next words; one more of them stands in once for the centre."""
    targets = []
    for number, centre in enumerate(centres):
        *own, spare = words[number * (negative + 1) : (number + 1) * (negative + 1)]
        spares = [spare]
        targets.append([centre])
        for word in own:
            second = [spares.pop()] if word == centre and spares else []
            targets[-1].append(_unlike(centre, [word, *second], rows))
    return targets


def pooled_targets(
    centres, negative: int, words, rows: int, stream: Stream, size: int = 256
) -> list[list[int]]:
    """Pick from a pool that takes in a word every second window; try nine times for another."""
    pool, arriving = words[:size], words[size:]
    bits: list[int] = []

    def pick() -> int:
        """Take the next eight bits of a random number, lowest first."""
        if not bits:
            number = stream.next()
            bits.extend(number >> shift & 255 for shift in (24, 16, 8, 0))
        return pool[bits.pop()]

    targets = []
    for number, centre in enumerate(centres):
        pool[number // 2 % size] = arriving[number // 2]
        picks = ((pick() for _ in range(9)) for _ in range(negative))
        targets.append([centre, *(_unlike(centre, words, rows) for words in picks)])
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


def cut(sentences, shape, stream: Stream) -> list[tuple[int, list[int]]]:
    """Return each centre of thinned sentences with its contexts."""
    found = []
    for kept in sentences:
        for place, centre in enumerate(kept):
            radius = shape.smallest + stream.below(shape.largest - shape.smallest + 1)
            near = kept[max(0, place - radius) : place] + kept[place + 1 : place + 1 + radius]
            if near and shape.draws:
                near = [near[stream.below(len(near))] for _ in range(shape.draws)]
            if near:
                found.append((centre, near))
    return found


def windows(sentences, rows, shape, stream: Stream) -> list[tuple[int, list[int]]]:
    """Thin all sentences, then cut them into windows."""
    return cut([thinned(sentence, rows, stream) for sentence in sentences], shape, stream)
