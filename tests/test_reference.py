"""The reference is built from the code, and holds all of it."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import click
import pytest

import fastvec

SCRIPT = Path(__file__).parent.parent / ".ci" / "reference.py"
VOID = ("meta",)


@pytest.fixture(scope="module")
def reference():
    """Give the script as a module."""
    spec = spec_from_file_location("reference", SCRIPT)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Build the reference as CI does; give each page's text by its file name."""
    folder = tmp_path_factory.mktemp("reference")
    done = subprocess.run([sys.executable, SCRIPT, folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"\d+ pages: .*index\.html\n", done.stdout)
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


class Reader(HTMLParser):
    """Checks that tags are closed in order; collects links, anchors and text."""

    def __init__(self):
        super().__init__()
        self.open, self.links, self.anchors, self.text = [], [], set(), ""

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.links += [named["href"]] if "href" in named else []
        self.anchors |= {named["id"]} if "id" in named else set()
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, self.getpos()

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def read(pages):
    """Parse all pages."""
    readers = {}
    for name, text in pages.items():
        readers[name] = Reader()
        readers[name].feed(text)
        readers[name].close()
        assert readers[name].open == [], name
    return readers


def leaves(command, group, path):
    for name in group.list_commands(None):
        own = group.get_command(None, name)
        yield (*path, name), own
        if isinstance(own, click.Group):
            yield from leaves(command, own, (*path, name))


def test_every_command_has_a_page_with_each_of_its_options(read, command):
    found = dict(leaves(command, command, ()))
    assert ("tagger", "train") in found
    for path, own in found.items():
        page = read[f"fastvec-{'-'.join(path)}.html"]
        assert f"fastvec {' '.join(path)} [OPTIONS]" in page.text
        for option in own.params:
            if isinstance(option, click.Option):
                assert option.opts[0] in page.text
                assert " ".join(option.help.split()[:3]) in page.text
        if not isinstance(own, click.Group):
            assert f"fastvec {' '.join(path)}" in page.text.split("Example")[-1]
        assert f"fastvec {' '.join(path)}" in read["index.html"].text


def test_every_public_name_has_a_page(read):
    for name in fastvec.__all__:
        if name != "__version__":
            assert f"fastvec.{name}.html" in read
            assert f"fastvec.{name}.html" in read["index.html"].links
    assert f"Version {fastvec.__version__}" in read["index.html"].text


def test_all_that_can_be_imported_is_declared_public():
    assert set(fastvec._HOMES) | {"__version__"} == set(fastvec.__all__)


def test_a_model_shows_its_settings_and_members(read):
    page = read["fastvec.SkipGram.html"]
    for text in ("negative = 5", "Noise words against each observed word.", "fit(corpus, *"):
        assert text in page.text
    assert {"settings", "fit", "save", "vectors"} <= page.anchors


def test_no_link_leads_nowhere(read):
    for name, page in read.items():
        for link in page.links:
            file, _, anchor = link.partition("#")
            assert not anchor or anchor in read[file or name].anchors, (name, link)
            assert (file or name) in read, (name, link)


def test_it_needs_no_network(pages):
    for text in pages.values():
        assert not re.search(r"(src|href)=\"?(https?:)?//|@import|url\(", text)


@pytest.mark.parametrize("what", ["class", "method", "function"])
def test_a_missing_docstring_fails_the_build(reference, what):
    class Bare:
        """Has one."""

        def member(self):
            pass

    def bare():
        pass

    thing = {"class": type("Empty", (), {}), "method": Bare, "function": bare}[what]
    with pytest.raises(reference.UndocumentedError, match=r"thing.* has no docstring"):
        reference.name_body("thing", thing)


def test_what_looks_like_markup_is_shown_as_text(reference):
    def thing():
        """Read `<b>` & ``<i>``.

        Parameters
        ----------
        a : int
            Less < more.
        """

    body = reference.name_body("thing", thing)
    assert "&lt;b&gt;" in body
    assert "<code>&lt;i&gt;</code>" in body
    assert "Less &lt; more." in body
    assert "<b>" not in body
