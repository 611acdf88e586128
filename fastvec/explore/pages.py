"""The files that the server gives out, by the path they are asked for."""

from __future__ import annotations

from importlib.resources import files
from typing import NamedTuple

from fastvec.vectors.maps.page import SHARED_SCRIPTS
from fastvec.vectors.maps.page import asset as shared_asset

SCRIPTS = ("api.js", "columns.js", "neighbors_tab.js", "analogy_tab.js", "heat_table.js",
           "compare_tab.js", "senses_tab.js", "map_tab.js", "explore.js")  # fmt: skip
_KINDS = {"html": "text/html", "css": "text/css", "js": "text/javascript"}


class File(NamedTuple):
    """What is sent, and its media type."""

    kind: str
    content: bytes


def read_pages() -> dict[str, File]:
    """Read all files into memory, so that no path of a request reaches the disk.

    Returns
    -------
    dict of str to File
        By path, such as ``/explore.css``.
    """
    shared = {name: shared_asset(name) for name in (*SHARED_SCRIPTS, "base.css")}
    own = {name: _asset(name) for name in (*SCRIPTS, "explore.css", "explore.html")}
    tags = "\n".join(f'<script src="/{name}" defer></script>' for name in _scripts())
    own["explore.html"] = own["explore.html"].replace("<!-- scripts -->", tags)
    found = {f"/{name}": _file(name, text) for name, text in (shared | own).items()}
    found["/"] = found.pop("/explore.html")
    return found


def _scripts() -> tuple[str, ...]:
    return (*SHARED_SCRIPTS, *SCRIPTS)


def _file(name: str, text: str) -> File:
    kind = _KINDS[name.rsplit(".", 1)[1]]
    return File(f"{kind}; charset=utf-8", text.encode())


def _asset(name: str) -> str:
    return (files(__package__) / "assets" / name).read_text(encoding="utf-8")
