"""A map as plain data, which the page and ``fastvec explore`` draw from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastvec.vectors.maps.palette import CATEGORIES

if TYPE_CHECKING:
    from fastvec.vectors.maps.word_map import WordMap

_SIDE = 10_000  # Places of the longer side; a whole number is short.


def as_data(word_map: WordMap, neighbors: int = 0) -> dict[str, Any]:
    """Return a map as lists, numbers and texts.

    Parameters
    ----------
    word_map : WordMap
    neighbors : int, default 0
        How many of the nearest words of each to look up beforehand, among all words.

    Returns
    -------
    dict
        ``words``, of which the first ``points`` lie in the map and the others are neighbors of
        these; for each point ``x``, ``y``, ``ranks``, ``clusters``, and where known ``counts``
        and ``groups`` (numbers of ``groupNames``); with `neighbors` also ``neighbors`` (numbers
        of words) and ``similarities``; ``caption`` and ``colours``.
    """
    positions = word_map.positions - word_map.positions.min(axis=0)
    positions *= _SIDE / max(float(positions.max()), 1e-12)
    x, y = positions.round().astype(int).T.tolist()
    data: dict[str, Any] = {
        "caption": word_map.caption,
        "colours": list(CATEGORIES),
        "words": list(word_map.words),
        "points": len(word_map.words),
        "x": x,
        "y": y,
        "ranks": word_map.ranks.tolist(),
        "clusters": word_map.clusters.tolist(),
    }
    if word_map.vectors.counts is not None:
        data["counts"] = word_map.vectors.counts[word_map.ranks].tolist()
    if word_map.groups is not None:
        names = list(dict.fromkeys(word_map.groups))
        places = {name: place for place, name in enumerate(names)}
        data["groups"], data["groupNames"] = [places[name] for name in word_map.groups], names
    if neighbors:
        _add_neighbors(data, word_map, neighbors)
    return data


def _add_neighbors(data: dict[str, Any], word_map: WordMap, count: int) -> None:
    """Add the nearest words, and those of them that are not in the map to the words."""
    numbers = {word: number for number, word in enumerate(word_map.words)}
    answers = word_map.vectors.most_similar_batch(word_map.words, topn=count)
    data["neighbors"] = [
        [numbers.setdefault(word, len(numbers)) for word, _ in answer] for answer in answers
    ]
    data["similarities"] = [[round(score, 3) for _, score in answer] for answer in answers]
    data["words"] = list(numbers)
