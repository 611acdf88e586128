"""Colours of groups: told apart on white, also by most eyes that confuse some."""

from __future__ import annotations

CATEGORIES = (
    "#3b6fd4", "#e0762a", "#2f9e5b", "#c43d5d", "#8459c4", "#1d9aaa", "#b8860b", "#d45fa8",
    "#5f6b7a", "#7a9a1f", "#a0522d", "#4b4fb8",
)  # fmt: skip


def colour_of(group: int) -> str:
    """Return the colour of a group by its number; after the last they begin anew."""
    return CATEGORIES[group % len(CATEGORIES)]


def darker(colour: str, share: float = 0.72) -> str:
    """Return a colour for text, which must be darker than a dot to be read."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(part * share):02x}" for part in parts)
