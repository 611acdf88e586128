"""A map as a picture: PNG, SVG or PDF, by Matplotlib."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fastvec.errors import ResourceError
from fastvec.vectors.maps.fonts import Fonts, advice, find_fonts
from fastvec.vectors.maps.labels import Box, end_of_line, place_labels
from fastvec.vectors.maps.palette import CATEGORIES, colour_of, darker

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from fastvec.vectors.maps.word_map import WordMap

_INCHES, _DPI = (10.0, 7.0), 150
_MARGIN = 0.03  # Of the picture's width, around the points.
_RADIUS = 2.4  # Points (1/72 inch), as all below.
_TEXT, _SMALL, _LINE = 8.0, 8.5, 0.5
_INK, _FAINT = "#1f2430", "#6b7280"
_LEGEND = 24  # Groups; more need a table, not a legend.


def draw(word_map: WordMap) -> tuple[Figure, list[str]]:
    """Draw a map.

    Words are coloured by group, or else by cluster. Labels do not overlap: in a crowd the
    commonest words keep theirs. A word with a character that no installed font has is a point
    without a label.

    Parameters
    ----------
    word_map : WordMap

    Returns
    -------
    (matplotlib.figure.Figure, list of str)
        The picture, and what it lacks.

    Raises
    ------
    ResourceError
        If Matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ResourceError("pictures need Matplotlib: pip install 'fastvec[plot]'") from error
    names, members = _groups(word_map)
    texts = [printable(word) for word in word_map.words]
    fonts = find_fonts([*texts, *names])
    figure = Figure(figsize=_INCHES, dpi=_DPI, facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    head, foot = _surroundings(figure, word_map, names, fonts)
    places = _fit(word_map.positions, head, foot)
    axes.set(xlim=(0, _INCHES[0] * 72), ylim=(0, _INCHES[1] * 72))
    colours = [colour_of(group) for group in members]
    axes.scatter(
        places[:, 0], places[:, 1], s=(2 * _RADIUS) ** 2, c=colours, alpha=0.85, linewidths=0
    )
    lettered = [number for number, text in enumerate(texts) if fonts.draws(text)]
    _label(figure, word_map, texts, lettered, places, colours, fonts, (head, foot))
    lost = len(texts) - len(lettered)
    if not lost:
        return figure, []
    found = f"{lost:,} word{'s have' if lost != 1 else ' has'} no label"
    return figure, [f"{found}: no installed font has their characters; {advice(fonts.missing)}"]


def write(figure: Figure, path: str | PathLike[str], form: str) -> None:
    """Write a picture; the same figure gives the same bytes."""
    from matplotlib import rc_context

    dates = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}
    with rc_context({"svg.hashsalt": "fastvec"}):
        figure.savefig(path, format=form, metadata=dates[form])


def printable(word: str) -> str:
    """Return a word without what no font can draw: controls, line breaks, halves of characters."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in word)


def _groups(word_map: WordMap) -> tuple[list[str], list[int]]:
    """Return the groups' names, and the number of each word's group; clusters have no names."""
    if word_map.groups is None:
        return [], word_map.clusters.tolist()
    names = list(dict.fromkeys(word_map.groups))
    places = {name: place for place, name in enumerate(names)}
    return [printable(name) for name in names], [places[name] for name in word_map.groups]


def _surroundings(
    figure: Figure, word_map: WordMap, names: list[str], fonts: Fonts
) -> tuple[float, float]:
    """Draw legend and caption; return the heights that they leave free, above and below."""
    from matplotlib.lines import Line2D

    width, height = (side * 72 for side in _INCHES)
    side = _MARGIN * width
    clustered = not names and word_map.clusters.any()
    caption = word_map.caption + (" · coloured by k-means cluster" if clustered else "")
    figure.text(side / width, 14 / height, printable(caption), fontsize=_SMALL, color=_FAINT,
                fontfamily=fonts.families, parse_math=False)  # fmt: skip
    shown = [name for name in names if fonts.draws(name)]
    if not shown or len(names) > _LEGEND:
        return height - side, side + 14
    dots = [
        Line2D([], [], linestyle="", marker="o", markersize=6, label=name,
               color=CATEGORIES[place % len(CATEGORIES)])
        for place, name in enumerate(names) if name in shown
    ]  # fmt: skip
    legend = figure.legend(
        handles=dots, loc="upper left", bbox_to_anchor=(side / width - 0.008, 1 - 8 / height),
        ncols=min(8, len(dots)), frameon=False, borderpad=0, handletextpad=0.1, columnspacing=1.2,
        labelcolor=_INK, prop={"family": fonts.families, "size": 9.5},
    )  # fmt: skip
    for text in legend.get_texts():
        text.set_parse_math(False)
    rows = -(-len(dots) // 8)
    return height - side - 15 * rows, side + 14


def _fit(positions: NDArray[np.float32], head: float, foot: float) -> NDArray[np.float64]:
    """Stretch positions over the free part of the picture, alike in both directions."""
    width = _INCHES[0] * 72
    side = 2 * _MARGIN * width  # Labels stand beside the outermost points.
    low, high = positions.min(axis=0).astype(float), positions.max(axis=0).astype(float)
    span = np.maximum(high - low, 1e-12)
    room = np.array([width - 2 * side, head - foot - 24])
    scale = float((room / span).min()) if (high > low).any() else 1.0
    centre = np.array([width / 2, (head + foot) / 2])
    return centre + (positions - (low + high) / 2) * scale


def _label(
    figure: Figure,
    word_map: WordMap,
    texts: list[str],
    lettered: list[int],
    places: NDArray[np.float64],
    colours: list[str],
    fonts: Fonts,
    free: tuple[float, float],
) -> None:
    """Write the labels that find a place."""
    from matplotlib.patheffects import withStroke

    axes = figure.axes[0]
    sizes = _sizes(figure, texts, lettered, fonts)
    order = sorted(lettered, key=word_map.importance.__getitem__)
    bounds = Box(4, free[1], _INCHES[0] * 72 - 4, free[0])
    for label in place_labels(places, sizes, order, bounds, _RADIUS):
        ink = darker(colours[label.point])
        if label.far:
            x, y = places[label.point].tolist()
            to_x, to_y = end_of_line(x, y, label.box)
            axes.plot((x, to_x), (y, to_y), color=ink, linewidth=_LINE, alpha=0.6, zorder=1)
        middle = (label.box.left + label.box.right) / 2, (label.box.bottom + label.box.top) / 2
        axes.text(*middle, texts[label.point], fontsize=_TEXT, color=ink, parse_math=False,
                  fontfamily=fonts.families, ha="center", va="center",
                  path_effects=[withStroke(linewidth=1.8, foreground="white")])  # fmt: skip


def _sizes(
    figure: Figure, texts: list[str], lettered: list[int], fonts: Fonts
) -> NDArray[np.float64]:
    """Measure the labels that can be drawn, in points."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    artist = figure.text(0, 0, "", fontsize=_TEXT, fontfamily=fonts.families, parse_math=False)
    canvas: Any = FigureCanvasAgg(figure)  # Without types, where it is installed at all.
    renderer = canvas.get_renderer()
    sizes = np.zeros((len(texts), 2))
    for number in lettered:
        artist.set_text(texts[number])
        extent = artist.get_window_extent(renderer, dpi=_DPI)
        sizes[number] = extent.width * 72 / _DPI + 2, extent.height * 72 / _DPI
    artist.remove()
    return sizes
