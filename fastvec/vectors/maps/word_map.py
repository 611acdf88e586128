"""A map of words: where each lies in the plane, and how that came about."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError
from fastvec.vectors.maps.choosing import choose
from fastvec.vectors.maps.clusters import cluster, usual_clusters
from fastvec.vectors.maps.plane import Method, lay_out
from fastvec.vectors.replacing import replacing

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors

PICTURES = (".png", ".svg", ".pdf")
ENDINGS = (*PICTURES, ".html")


@dataclass(frozen=True)
class WordMap:
    """Words in the plane; made by ``vectors.map()``.

    Attributes
    ----------
    vectors : WordVectors
        What was drawn.
    words : list of str, length n
        The words.
    positions : ndarray of float32, shape (n, 2)
        Their places.
    groups : list of str, length n, or None
        The name of each word's group, where groups were asked for.
    method : {"tsne", "pca"}
        What laid them out.
    perplexity : float or None
        Of t-SNE.
    seed : int
        Of t-SNE and of the clusters.
    caption : str
        What is shown and how it was made.
    notes : list of str
        What was left out or done otherwise than asked.
    """

    vectors: WordVectors = field(repr=False)
    words: list[str] = field(repr=False)
    positions: NDArray[np.float32] = field(repr=False)
    groups: list[str] | None = field(repr=False)
    method: Method
    perplexity: float | None
    seed: int
    caption: str
    notes: list[str]

    @cached_property
    def clusters(self) -> NDArray[np.intp]:
        """The cluster of each word, shape (n,), by k-means on directions; 0 is the largest."""
        return cluster(self.vectors[self.words], usual_clusters(len(self.words)), self.seed)

    @cached_property
    def ranks(self) -> NDArray[np.intp]:
        """The place of each word in the vocabulary, shape (n,), 0 for the commonest."""
        return np.array([self.vectors.index(word) for word in self.words], dtype=np.intp)

    @property
    def importance(self) -> list[tuple[bool, int]]:
        """A sort key for each word: those whose neighbors are shown first, then common ones."""
        groups = self.groups or [""] * len(self.words)
        pairs = zip(self.words, groups, self.ranks.tolist(), strict=True)
        return [(word != group, rank) for word, group, rank in pairs]

    def save(self, path: str | PathLike[str]) -> list[str]:
        """Write a picture, or a page to look around in.

        Parameters
        ----------
        path : path
            ``.png``, ``.svg`` or ``.pdf`` for a picture (extra plot), ``.html`` for one page
            that needs no network.

        Returns
        -------
        list of str
            What the picture lacks and why: words in scripts that no installed font has.

        Raises
        ------
        ParameterError
            If the ending is none of these.
        ResourceError
            If Matplotlib is not installed, or the file cannot be written.
        """
        ending = ending_of(path)
        if ending == ".html":
            from fastvec.vectors.maps.page import render

            with replacing(path) as new:
                new.write_text(render(self), encoding="utf-8", newline="\n")
            return []
        from fastvec.vectors.maps.picture import draw, write

        figure, notes = draw(self)
        with replacing(path) as new:
            write(figure, new, ending[1:])
        return notes


def ending_of(path: str | PathLike[str]) -> str:
    """Return the ending of a map's file, in small letters; refuse any other file."""
    ending = Path(path).suffix.lower()
    if ending not in ENDINGS:
        raise ParameterError(
            f"{os.fspath(path)}: a map is written as {', '.join(ENDINGS)}; choose one of these"
        )
    return ending


def map_words(  # noqa: PLR0913  # Keywords.
    vectors: WordVectors,
    words: Sequence[str] | None = None,
    *,
    neighbors_of: str | Sequence[str] | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    top: int | None = None,
    method: Method = "tsne",
    perplexity: float | None = None,
    seed: int = 1,
    oov: Literal["error", "skip"] = "error",
) -> WordMap:
    """Lay words out in the plane, to be saved as a picture or a page.

    Parameters
    ----------
    vectors : WordVectors
        Where the words are.
    words : sequence of str, optional
        Words to show.
    neighbors_of : str or sequence of str, optional
        Show these and the `top` nearest words of each, in one colour each.
    groups : mapping of str to sequence of str, optional
        Show these words, a colour for each group.
    top : int, optional
        How many neighbors of a word (default 30); without `words`, `neighbors_of` and
        `groups`, how many of the commonest words (default 300).
    method : {"tsne", "pca"}, default "tsne"
        t-SNE keeps neighbourhoods (extra plot); principal components keep large distances.
        Fewer than 4 words are always laid out by the latter.
    perplexity : float, optional
        For t-SNE, about how many neighbors count; 30 or a third of the words if that is less.
    seed : int, default 1
        The same seed gives the same map.
    oov : {"error", "skip"}, default "error"
        Unknown words: raise, or leave out and say so in ``notes``.

    Returns
    -------
    WordMap
        ``.save("map.png")``, ``.positions``, ``.caption``, ``.notes``.

    Raises
    ------
    ParameterError
        If a setting is outside its range, or the perplexity would mislead.
    UnknownWordError
        If a word is unknown and `oov` is "error".
    VocabularyError
        If no word is left.
    ResourceError
        If scikit-learn is needed and not installed.

    Examples
    --------
    >>> vectors.map(neighbors_of=["bank", "king"]).save("map.png")  # doctest: +SKIP
    """
    choice = choose(vectors, words, neighbors_of, groups, top, oov)
    plane = lay_out(vectors[choice.words], method, perplexity, seed)
    size = f"{len(choice.words):,} word{'s' if len(choice.words) != 1 else ''}"
    return WordMap(
        vectors=vectors,
        words=choice.words,
        positions=plane.positions,
        groups=choice.groups,
        method=plane.method,
        perplexity=plane.perplexity,
        seed=seed,
        caption=f"{size} ({choice.about}) · {plane.how}",
        notes=[*choice.notes, *plane.notes],
    )
