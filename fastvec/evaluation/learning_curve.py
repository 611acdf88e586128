"""A learning curve: scores against the number of labelled examples, as a picture."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import NamedTuple

from fastvec.errors import ParameterError, ResourceError

MARKERS = "osD^vPX*"


class Point(NamedTuple):
    """A score.

    Attributes
    ----------
    size : int
        Labelled sentences.
    score : float
        From 0 to 1; the mean over seeds.
    deviation : float
        Over seeds; NaN for one seed.
    """

    size: int
    score: float
    deviation: float = math.nan


def draw_learning_curve(
    curves: Mapping[str, Sequence[Point]],
    path: str | PathLike[str],
    *,
    title: str = "",
    score: str = "F1",
) -> None:
    """Draw scores against the number of labelled sentences, a line each.

    Parameters
    ----------
    curves : mapping of str to sequence of Point
        By what is compared: "random", "word2vec", ...
    path : path
        Picture to write; its ending says which kind (png, svg, pdf).
    title : str
    score : str, default "F1"
        What is drawn.

    Raises
    ------
    ParameterError
        If there is nothing to draw.
    ResourceError
        If Matplotlib is missing, or the file cannot be written.
    """
    if not any(curves.values()):
        raise ParameterError("there is no point to draw")
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ResourceError("pictures need Matplotlib: pip install 'fastvec[plot]'") from error
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for marker, (name, points) in zip(_markers(len(curves)), curves.items(), strict=True):
        ordered = sorted(points)
        axes.errorbar(
            [point.size for point in ordered],
            [100 * point.score for point in ordered],
            yerr=[0 if math.isnan(p.deviation) else 100 * p.deviation for p in ordered],
            marker=marker, capsize=3, label=name,
        )  # fmt: skip
    sizes = sorted({point.size for points in curves.values() for point in points})
    axes.set_xscale("log")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.set(xlabel="labelled sentences", ylabel=f"{score} (%)", title=title)
    axes.grid(alpha=0.3)
    axes.legend()
    try:
        figure.savefig(path, dpi=150)
    except OSError as error:
        raise ResourceError(f"{path}: cannot be written: {error.strerror}") from error
    except ValueError as error:
        raise ParameterError(f"{path}: must end in .png, .svg or .pdf ({error})") from None


def _markers(number: int) -> str:
    """Return a marker for each line."""
    return "".join(MARKERS[place % len(MARKERS)] for place in range(number))
