"""A training as a picture: loss, learning rate and speed by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from fastvec.errors import ParameterError, ResourceError
from fastvec.vectors.maps.palette import CATEGORIES, darker
from fastvec.vectors.replacing import replacing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ENDINGS = (".png", ".svg", ".pdf")

_INCHES, _DPI = (9.0, 4.6), 150
_INK, _FAINT, _GRID = "#1f2430", "#6b7280", "#e5e7eb"
_DOTS = 40  # Epochs up to which each has a dot.

History = Sequence[Mapping[str, Any]]


class Panel(NamedTuple):
    """One pair of axes.

    Attributes
    ----------
    title : str
    curves : dict of str to str
        A field of the history's records, and what its curve is called.
    best : str or None
        "low" or "high" where an epoch is the best one by the last of the curves.
    from_zero : bool
        Show all of the axis, down to 0.
    """

    title: str
    curves: dict[str, str]
    best: str | None = None
    from_zero: bool = False


PANELS = (
    Panel("loss", {"loss": "training", "validation_loss": "held-out"}, "low"),
    Panel("held-out perplexity", {"perplexity": "held-out perplexity"}, "low"),
    Panel("development score", {"score": "development score"}, "high"),
    Panel("learning rate", {"learning_rate": "learning rate"}, from_zero=True),
    Panel("words a second", {"words_per_second": "words a second"}, from_zero=True),
)


def draw_history(history: History, path: str | PathLike[str], *, title: str = "") -> None:
    """Draw how a training went, epoch by epoch.

    Parameters
    ----------
    history : sequence of mapping
        A record an epoch: ``[record.as_dict() for record in model.history]``, or what
        ``history.json`` of a model folder holds.
    path : path
        ``.png``, ``.svg`` or ``.pdf``.
    title : str, default ""
        Stands above.

    Raises
    ------
    ParameterError
        If the ending is none of these, or there is no epoch to draw.
    ResourceError
        If Matplotlib is not installed, or the file cannot be written.

    Examples
    --------
    >>> records = [record.as_dict() for record in model.history]  # doctest: +SKIP
    >>> draw_history(records, "training.png", title="skip-gram")  # doctest: +SKIP
    """
    form = picture_form(path)
    if not recorded(history, "loss"):
        raise ParameterError("history must have an epoch or more, but nothing was trained")
    figure = _figure(history, title)
    from fastvec.vectors.maps.picture import write

    with replacing(path) as new:
        write(figure, new, form)


def picture_form(path: str | PathLike[str]) -> str:
    """Return the kind of picture that a file's name asks for; refuse any other."""
    ending = Path(path).suffix.lower()
    if ending not in ENDINGS:
        raise ParameterError(
            f"{path}: a history is drawn as {', '.join(ENDINGS)}; choose one of these"
        )
    return ending[1:]


def recorded(history: History, name: str) -> list[tuple[int, float]]:
    """Return epoch and value for the epochs that have a value of this name."""
    found = ((record["epoch"], record.get(name)) for record in history)
    return [(epoch, value) for epoch, value in found if value is not None and value == value]


def best_epoch(history: History, name: str, best: str) -> tuple[int, float] | None:
    """Return the epoch with the lowest ("low") or highest value, and that; None without any."""
    choose = min if best == "low" else max
    return choose(recorded(history, name), key=lambda pair: pair[1], default=None)


def _figure(history: History, title: str) -> Figure:
    """Lay out the panels: the loss wide on the left, the others on top of each other."""
    try:
        from matplotlib.figure import Figure
        from matplotlib.layout_engine import ConstrainedLayoutEngine
    except ImportError as error:
        raise ResourceError("pictures need Matplotlib: pip install 'fastvec[plot]'") from error
    first, *others = [
        panel for panel in PANELS if any(recorded(history, name) for name in panel.curves)
    ]
    spaced = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.08)
    figure = Figure(figsize=_INCHES, dpi=_DPI, facecolor="white", layout=spaced)
    if title:
        figure.suptitle(title, x=0.015, ha="left", color=_INK, fontsize=11, fontweight="bold",
                        parse_math=False)  # fmt: skip
    grid = figure.add_gridspec(max(len(others), 1), 2, width_ratios=(1.6, 1))
    _draw(figure.add_subplot(grid[:, 0]), first, history)
    for row, panel in enumerate(others):
        _draw(figure.add_subplot(grid[row, 1]), panel, history)
    return figure


def _draw(axes: Axes, panel: Panel, history: History) -> None:
    """Draw the curves of a panel."""
    from matplotlib.ticker import EngFormatter, MaxNLocator

    axes.set_title(panel.title, loc="left", color=_INK, fontsize=9.5)
    axes.grid(axis="y", color=_GRID, linewidth=0.8)
    axes.tick_params(colors=_FAINT, labelsize=8, length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(_GRID)
    axes.xaxis.set_major_locator(MaxNLocator(10, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(4 if panel.from_zero else 6, steps=[1, 2, 2.5, 5, 10]))
    axes.margins(y=0.12)
    if panel.title == "words a second":
        axes.yaxis.set_major_formatter(EngFormatter(sep=" "))
    shown = {name: told for name, told in panel.curves.items() if recorded(history, name)}
    for (name, told), colour in zip(shown.items(), CATEGORIES, strict=False):
        epochs, values = zip(*recorded(history, name), strict=True)
        dots = "o" if len(history) <= _DOTS else None
        axes.plot(
            epochs,
            values,
            color=colour,
            linewidth=1.8,
            marker=dots,
            markersize=4,
            label=told,
            zorder=3,
            clip_on=False,
        )
    if len(shown) > 1:
        axes.legend(frameon=False, fontsize=9, labelcolor=_INK, handlelength=1.4)
    if panel.from_zero:
        axes.set_ylim(0, 1.15 * axes.dataLim.y1 or 1.0)
    if panel.best and list(shown)[-1] != "loss":
        _mark_best(axes, panel, history, list(shown)[-1], len(shown) - 1)


def _mark_best(axes: Axes, panel: Panel, history: History, name: str, number: int) -> None:
    """Ring the best epoch and write its value."""
    best = best_epoch(history, name, panel.best or "low")
    if best is None:
        return
    colour, below = CATEGORIES[number], panel.best == "high"
    axes.plot(*best, marker="o", markersize=9, markerfacecolor="none", markeredgecolor=colour,
              markeredgewidth=1.4)  # fmt: skip
    axes.annotate(f"{best[1]:.4g}", best, xytext=(0, -9 if below else 9), color=darker(colour),
                  textcoords="offset points", ha="center", va="top" if below else "bottom",
                  fontsize=8.5)  # fmt: skip
    axes.margins(x=0.08, y=0.18)
