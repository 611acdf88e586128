"""Fonts that hold the characters of words, found among the installed ones."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

BASE = "DejaVu Sans"  # Comes with Matplotlib.
# Plain faces with many characters, for the looks; any other installed font comes after them.
PREFERRED = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Source Han Sans SC",
    "Microsoft YaHei", "PingFang SC", "Hiragino Sans GB", "WenQuanYi Micro Hei", "SimHei",
    "Noto Sans CJK KR", "Malgun Gothic", "Apple SD Gothic Neo", "Yu Gothic", "Arial Unicode MS",
    "Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari", "Noto Sans Thai",
)  # fmt: skip
# Their glyphs are boxes, whatever the character.
EMPTY = ("Last Resort", "Adobe Blank", "Unifont Upper", "NonUnicode")
_FAR_EAST = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO")


@dataclass(frozen=True)
class Fonts:
    """Families to draw with, first the usual one, and the characters that none of them has."""

    families: list[str]
    missing: frozenset[str]

    def draws(self, text: str) -> bool:
        """Tell whether each character of a text has a glyph."""
        return self.missing.isdisjoint(text)


def find_fonts(words: Iterable[str]) -> Fonts:
    """Choose installed fonts that together hold the characters of some words.

    Parameters
    ----------
    words : iterable of str

    Returns
    -------
    Fonts
    """
    wanted = {character for word in words for character in word if not character.isspace()}
    families = [BASE]
    wanted -= _characters(_path_of(BASE))
    for family, path in _candidates():
        if not wanted:
            break
        if wanted & _characters(path):
            wanted -= _characters(path)
            families.append(family)
    return Fonts(families, frozenset(wanted))


def advice(missing: Iterable[str]) -> str:
    """Say which font to install for characters, by their scripts' names."""
    named = sorted({_family_for(character) for character in missing})
    return f"install a font that has them, such as {', '.join(named)}"


def _family_for(character: str) -> str:
    """Name the Noto font of a character's script."""
    script = unicodedata.name(character, "SYMBOLS").split(" ")[0].split("-")[0]
    if script in _FAR_EAST:
        return "Noto Sans CJK (Debian and Ubuntu: fonts-noto-cjk)"
    if not unicodedata.category(character).startswith("L"):
        return "Noto Sans Symbols"
    return f"Noto Sans {script.capitalize()}"


def _candidates() -> Iterator[tuple[str, str]]:
    """Yield families with a file of each: the preferred ones first, then all that are installed."""
    known = _installed()
    for family in PREFERRED:
        if family in known:
            yield family, known[family]
    for family in sorted(known):
        if family not in PREFERRED and not any(name in family for name in EMPTY):
            yield family, known[family]


@cache
def _installed() -> dict[str, str]:
    """Return a file of each installed family; those installed since Matplotlib looked, too."""
    from matplotlib import font_manager

    manager = font_manager.fontManager
    listed = {entry.fname for entry in manager.ttflist}
    for path in sorted(font_manager.findSystemFonts()):
        if path not in listed:
            with suppress(Exception):  # A damaged font is one that is not there.
                manager.addfont(path)
    found: dict[str, str] = {}
    for entry in sorted(manager.ttflist, key=_plainness):
        found.setdefault(entry.name, entry.fname)
    return found


def _plainness(entry: Any) -> tuple[bool, bool, str]:
    """Order a family's files: the upright one of ordinary weight first."""
    return entry.style != "normal", entry.weight not in (400, "normal", "regular"), entry.fname


def _path_of(family: str) -> str:
    return _installed()[family]


@cache
def _characters(path: str) -> frozenset[str]:
    """Return the characters that a font file has glyphs for."""
    from matplotlib.font_manager import get_font

    try:
        return frozenset(map(chr, get_font(path).get_charmap()))
    except (OSError, RuntimeError):
        return frozenset()
