"""A picture of words: projected to two dimensions, coloured by group."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ResourceError

if TYPE_CHECKING:
    from fastvec.vectors.word_vectors import WordVectors


def tsne_plane(matrix: NDArray[np.float32], seed: int = 1) -> NDArray[np.float32]:
    """Lay rows out in the plane by t-SNE, so that near ones by cosine stay near.

    Parameters
    ----------
    matrix : ndarray of float32, shape (n, D)
        At least 4 rows.
    seed : int, default 1

    Returns
    -------
    ndarray of float32, shape (n, 2)

    References
    ----------
    van der Maaten and Hinton, "Visualizing Data using t-SNE", JMLR 9, 2008.
    """
    from sklearn.manifold import TSNE

    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    unit = matrix / np.where(lengths > 0, lengths, 1)
    perplexity = min(30.0, (len(unit) - 1) / 3)
    return TSNE(perplexity=perplexity, init="pca", random_state=seed).fit_transform(unit)


def draw_groups(
    vectors: WordVectors, groups: Mapping[str, Sequence[str]], path: str | PathLike[str]
) -> None:
    """Draw groups of words by t-SNE, each in its colour.

    Parameters
    ----------
    vectors : WordVectors
    groups : mapping of str to sequence of str
        Words by group.
    path : path
        ``.png``, ``.svg`` or ``.pdf``.

    Raises
    ------
    ResourceError
        If Matplotlib or scikit-learn is not installed (``pip install 'fastvec[plot]'``).
    UnknownWordError
        If a word is unknown.
    """
    try:
        from matplotlib.figure import Figure

        words = [word for group in groups.values() for word in group]
        points = iter(tsne_plane(vectors[words]))
    except ImportError as error:
        raise ResourceError(
            "pictures need Matplotlib and scikit-learn: pip install 'fastvec[plot]'"
        ) from error
    figure = Figure(figsize=(9, 6.5), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    for name, group in groups.items():
        x, y = np.array([next(points) for _ in group]).T
        dots = axes.scatter(x, y, s=22, label=name, alpha=0.8, linewidths=0)
        colour = dots.get_facecolor()[0]
        for word, place in zip(group, zip(x, y, strict=True), strict=True):
            axes.annotate(word, place, xytext=(3, 3), textcoords="offset points",
                          fontsize=8, color=colour)  # fmt: skip
    axes.legend(loc="best", frameon=False, fontsize=9)
    axes.set(xticks=[], yticks=[], title=f"{len(words)} word vectors by t-SNE")
    axes.spines[:].set_visible(False)
    figure.savefig(os.fspath(path))
