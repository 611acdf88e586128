"""A map as one web page that needs no network.

Words are data, never markup: they lie in a block of JSON in which no character can end the block,
and the page's script writes them as text. The page runs that one script, told by its hash.
"""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

from fastvec.vectors.maps.data import as_data

if TYPE_CHECKING:
    from fastvec.vectors.maps.word_map import WordMap

NEIGHBORS = 10
SHARED_SCRIPTS = ("dom.js", "theme.js", "camera.js", "labels.js", "painter.js", "map_view.js",
                  "combobox.js", "ranking.js", "search.js")  # fmt: skip
SCRIPTS = (*SHARED_SCRIPTS, "page.js")
STYLES = ("base.css", "page.css")
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def render(word_map: WordMap) -> str:
    """Return a map as an HTML page.

    Parameters
    ----------
    word_map : WordMap

    Returns
    -------
    str
        The page, ASCII in its data, so that it reads alike everywhere.
    """
    script = "\n" + "".join(asset(name) for name in SCRIPTS)
    style = "\n" + "".join(asset(name) for name in STYLES)
    return Template(asset("page.html")).substitute(
        script=script,
        style=style,
        script_hash=_hash(script),
        style_hash=_hash(style),
        data=escaped(as_data(word_map, NEIGHBORS)),
    )


def asset(name: str) -> str:
    """Return a file of the page."""
    return (files(__package__) / "assets" / name).read_text(encoding="utf-8")


def escaped(value: Any) -> str:
    """Write JSON that may stand inside a script element, whatever its texts hold."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return "".join(_ESCAPES.get(character, character) for character in text)


def _hash(text: str) -> str:
    """Return what a Content-Security-Policy calls a text."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
