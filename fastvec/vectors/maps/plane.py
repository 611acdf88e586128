"""Rows laid out in the plane, by t-SNE or by principal components."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ParameterError, ResourceError

Method: TypeAlias = Literal["tsne", "pca"]
METHODS: tuple[Method, ...] = ("tsne", "pca")

_FEWEST = 4  # Points for t-SNE; fewer have no neighbourhoods to keep.
_USUAL = 30.0
_LOW = 5.0
_ALONE = Lock()  # The number of threads, which t-SNE limits, is the whole process's.


@dataclass(frozen=True)
class Plane:
    """Points and how they came about."""

    positions: NDArray[np.float32]
    method: Method
    perplexity: float | None
    how: str
    notes: list[str]


def usual_perplexity(points: int) -> float:
    """Return the perplexity for so many points: 30, or a third of the others if less."""
    return min(_USUAL, (points - 1) / 3)


def lay_out(
    matrix: NDArray[np.float32], method: Method, perplexity: float | None, seed: int
) -> Plane:
    """Lay rows out in the plane, so that near ones by cosine stay near.

    Parameters
    ----------
    matrix : ndarray of float32, shape (n, D)
        Rows with a direction.
    method : {"tsne", "pca"}
        With fewer than 4 rows always "pca".
    perplexity : float, optional
        For t-SNE; by default `usual_perplexity`.
    seed : int
        For t-SNE.

    Returns
    -------
    Plane
        Positions of shape (n, 2), float32.

    Raises
    ------
    ParameterError
        If the method is unknown, or the perplexity would mislead.
    ResourceError
        If scikit-learn is not installed and `method` is "tsne".

    References
    ----------
    .. [1] van der Maaten and Hinton, "Visualizing Data using t-SNE", JMLR 9, 2008.
    .. [2] Wattenberg, Viégas and Johnson, "How to Use t-SNE Effectively", Distill 2016.
    """
    if method not in METHODS:
        raise ParameterError(f"method must be one of {', '.join(METHODS)}, but is {method!r}")
    if method == "pca" and perplexity is not None:
        raise ParameterError("perplexity must be left out with method 'pca'; it is t-SNE's")
    points = len(matrix)
    rows = np.asarray(matrix, dtype=np.float64)
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    if method == "pca":
        return _principal(rows, [])
    if points < _FEWEST:
        few = f"t-SNE needs {_FEWEST} words or more; {points} drawn by principal components"
        return _principal(rows, [few])
    chosen = usual_perplexity(points) if perplexity is None else float(perplexity)
    notes = _check(chosen, points)
    positions = _tsne(rows, chosen, seed)
    return Plane(positions, "tsne", chosen, f"t-SNE, perplexity {chosen:.3g}, seed {seed}", notes)


def _check(perplexity: float, points: int) -> list[str]:
    """Refuse a perplexity that shows what is not there; warn of a low one."""
    largest = (points - 1) / 3
    if not 1 <= perplexity <= largest + 1e-9:
        raise ParameterError(
            f"perplexity must be 1 to {largest:.4g} for {points} words, but is {perplexity:g}: it "
            "counts neighbors, and beyond these limits distances in the map mean nothing"
        )
    if perplexity < min(_LOW, usual_perplexity(points)):
        return [f"a perplexity of {perplexity:g} may show clusters where there are none"]
    return []


def _tsne(rows: NDArray[np.float64], perplexity: float, seed: int) -> NDArray[np.float32]:
    """Run t-SNE from the principal components, on one thread: its sums depend on their number."""
    try:
        from sklearn.manifold import TSNE
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise ResourceError(
            "t-SNE needs scikit-learn: pip install 'fastvec[plot]', or choose method 'pca'"
        ) from error
    with _ALONE, threadpool_limits(limits=1):
        start, _ = _components(rows)
        start *= 1e-4 / (start[:, 0].std() or 1.0)
        tsne = TSNE(perplexity=perplexity, init=start.astype(np.float32), random_state=seed)
        positions = tsne.fit_transform(rows.astype(np.float32))
        # A turn changes nothing; the longest side lies as pictures do.
        turned, _ = _components(positions.astype(np.float64))
    return turned.astype(np.float32)


def _principal(rows: NDArray[np.float64], notes: list[str]) -> Plane:
    positions, share = _components(rows)
    how = f"principal components, {share:.0%} of the variance"
    return Plane(positions.astype(np.float32), "pca", None, how, notes)


def _components(rows: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Return rows on their two principal axes, and the share of the variance these hold."""
    centred = rows - rows.mean(axis=0)
    _, lengths, axes = np.linalg.svd(centred, full_matrices=False)
    if len(axes) < 2:  # One row, or vectors of one number.
        axes = np.vstack([axes, np.zeros_like(axes)])
    axes = axes[:2]
    # An axis has no side of its own; its largest entry decides, so that maps can be compared.
    largest = np.abs(axes).argmax(axis=1)
    signs = np.sign(axes[np.arange(2), largest])
    total = float((lengths**2).sum())
    share = float((lengths[:2] ** 2).sum()) / total if total else 1.0
    return centred @ (axes * np.where(signs, signs, 1.0)[:, None]).T, share
