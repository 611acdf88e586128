"""Write the reference: a page for every command and every public name, made from the code.

python .ci/reference.py [FOLDER]      # build/reference by default; open its index.html

Fails if something public has no docstring.
"""

from __future__ import annotations

import dataclasses
import html
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

import fastvec
import fastvec.datasets
from fastvec_cli.main import cli

STYLE = """
:root { color-scheme: light dark; --ink: #1f2430; --faint: #6b7280; --line: #8884; --code: #8881; }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto;
  padding: 0 1rem; }
h1, h2, h3 { line-height: 1.25; } h2 { margin-top: 2.2rem; border-bottom: 1px solid var(--line); }
code, pre { font: 0.9em ui-monospace, monospace; background: var(--code); border-radius: 4px; }
code { padding: 0 0.2em; } pre { padding: 0.7em; overflow-x: auto; } pre code { background: none; }
dt { margin-top: 0.6em; font-weight: 600; } dd { margin-left: 1.2em; } nav { color: var(--faint); }
table { border-collapse: collapse; } td { padding: 0.15em 1em 0.15em 0; vertical-align: top; }
td:first-child { white-space: nowrap; }
a { text-decoration-thickness: 1px; overflow-wrap: anywhere; }
"""
MEMBERS = (classmethod, staticmethod, property)

esc = html.escape


class UndocumentedError(Exception):
    """Something public has no docstring."""


def public_names() -> dict[str, Any]:
    """Return what users import, by the name they use."""
    found = {f"fastvec.{name}": getattr(fastvec, name) for name in fastvec.__all__}
    found.pop("fastvec.__version__")
    names = fastvec.datasets.__all__
    return found | {f"fastvec.datasets.{name}": getattr(fastvec.datasets, name) for name in names}


def commands(
    group: click.Group = cli, path: str = "fastvec"
) -> Iterator[tuple[str, click.Command]]:
    """Yield every command with what one types, groups before their own."""
    context = click.Context(group, info_name=path)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")


def page_of(title: str) -> str:
    """Return the file of a command or a name."""
    return re.sub(r"[^\w.-]", "-", title) + ".html"


def write_page(folder: Path, title: str, body: str) -> None:
    """Write a page with the way back."""
    file = folder / ("index.html" if title == "fastvec" else page_of(title))
    back = "" if title == "fastvec" else '<nav><a href="index.html">fastvec</a></nav>\n'
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    file.write_text(
        f"<!doctype html>\n<html lang=\"en\">{head}<title>{esc(title)}</title>"
        f"<style>{STYLE}</style>\n{back}<h1>{esc(title)}</h1>\n{body}\n</html>\n",
        encoding="utf-8",
    )  # fmt: skip


# Commands


def command_body(path: str, command: click.Command) -> str:
    """Lay out what ``--help`` says."""
    context = click.Context(command, info_name=path)
    if not command.help or (not command.epilog and not isinstance(command, click.Group)):
        raise UndocumentedError(f"{path} has no help or no example")
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    parts = [
        f"<pre>{esc(usage)}</pre>",
        *map(_paragraph, inspect.cleandoc(command.help).split("\n\n")),
    ]
    records = [
        record for p in command.get_params(context) if (record := p.get_help_record(context))
    ]
    rows = [f"<dt><code>{esc(f)}</code></dt><dd>{esc(told)}</dd>" for f, told in records if told]
    parts.append(f"<h2>Options</h2><dl>{''.join(rows)}</dl>")
    if command.epilog:
        _, *lines = inspect.cleandoc(command.epilog.replace("\b", "")).strip().splitlines()
        examples = "\n".join(line.strip() for line in lines)
        parts.append(f"<h2>Examples</h2><pre>{esc(examples)}</pre>")
    if isinstance(command, click.Group):
        inner = [(name, own) for name, own in commands(command, path)]
        parts.append("<h2>Commands</h2>" + _list_of(
            (name, own.get_short_help_str(80)) for name, own in inner))  # fmt: skip
    return "\n".join(parts)


# Names


def name_body(name: str, thing: Any) -> str:
    """Lay out a class with its members, or a function."""
    parts = [f"<pre>{esc(_signature(name.rsplit('.')[-1], thing))}</pre>", _doc(name, thing)]
    beside = vars(sys.modules[getattr(thing, "__module__", __name__)])
    if config := beside.get(f"{thing.__name__}Config"):
        parts.append(_settings(config))
    if inspect.isclass(thing):
        members = list(_members(thing))
        parts += ["<h2>Members</h2>"] if members else []
        for own, value, said in members:
            parts.append(f'<h3 id="{esc(own)}"><code>{esc(_signature(own, value))}</code></h3>')
            parts.append(_doc(f"{name}.{own}", said))
    return "\n".join(parts)


def _members(cls: type) -> Iterator[tuple[str, Any, Any]]:
    """Yield name, value and what holds the docstring of each public method and property."""
    if issubclass(cls, dict):  # A typed dict has its keys, which are in its docstring.
        return
    for name in sorted(dir(cls)):
        value = inspect.getattr_static(cls, name)
        if not name.startswith("_") and (inspect.isfunction(value) or isinstance(value, MEMBERS)):
            yield name, getattr(cls, name), value.fget if isinstance(value, property) else value


def _signature(name: str, thing: Any) -> str:
    if isinstance(thing, property):
        return name
    try:
        signature = inspect.signature(thing)
    except (ValueError, TypeError):
        return name
    known = [p for p in signature.parameters.values() if p.name not in ("self", "cls")]
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in known]
    return name + str(inspect.Signature(bare))


def _settings(config: Any) -> str:
    """Lay out a model's settings, as the command line knows them."""
    rows = []
    for item in dataclasses.fields(config):
        choices = ", ".join(item.metadata.get("choices", ()))
        told = esc(item.metadata.get("help", "")) + (f" <em>{esc(choices)}</em>" if choices else "")
        rows.append(
            f"<dt><code>{esc(item.name)} = {esc(repr(item.default))}</code></dt><dd>{told}</dd>"
        )
    return f'<h2 id="settings">Settings</h2><dl>{"".join(rows)}</dl>'


def _doc(name: str, thing: Any) -> str:
    """Lay out a numpydoc docstring."""
    text = inspect.getdoc(thing)
    if not text:
        raise UndocumentedError(f"{name} has no docstring")
    first, *rest = re.split(r"^(\w[\w ]*)\n-{3,}$\n", text, flags=re.MULTILINE)
    parts = list(map(_paragraph, first.strip().split("\n\n")))
    for title, body in zip(rest[::2], rest[1::2], strict=True):
        parts.append(f"<p><strong>{esc(title)}</strong></p>{_section(title, body.strip(chr(10)))}")
    return "\n".join(parts)


def _section(title: str, body: str) -> str:
    if title in ("Examples", "References"):
        return f"<pre>{esc(body.replace('.. [', '['))}</pre>"
    if title in ("Notes", "See Also"):
        return "\n".join(map(_paragraph, body.split("\n\n")))
    entries: list[tuple[str, list[str]]] = []
    for line in body.splitlines():
        if line[:1].strip():
            entries.append((line, []))
        elif entries:
            entries[-1][1].append(line)
    rows = (f"<dt><code>{esc(e)}</code></dt><dd>{_inline(' '.join(t))}</dd>" for e, t in entries)
    return f"<dl>{''.join(rows)}</dl>"


def _paragraph(text: str) -> str:
    if text.startswith((">>>", "    ", "\b")):
        return f"<pre>{esc(text)}</pre>"
    return f"<p>{_inline(' '.join(text.split()))}</p>"


def _inline(text: str) -> str:
    """Mark code, and link public names."""
    text = re.sub(r"\[(\d+)\]_", r"[\1]", esc(" ".join(text.split())))
    text = re.sub(r"``(.+?)``", r"<code>\1</code>", text)
    return re.sub(r"(?<!`)`([\w.]+)`", lambda match: _link(match[1]), text)


def _link(word: str) -> str:
    for place in (word, f"fastvec.{word}", f"fastvec.datasets.{word}"):
        if place in public_names():
            return f'<a href="{page_of(place)}"><code>{word}</code></a>'
    if word.endswith("Config"):  # On the page of the model that it belongs to.
        return f'<a href="#settings"><code>{word}</code></a>'
    return f"<code>{word}</code>"


# All


def _list_of(entries: Any) -> str:
    rows = []
    for name, told in entries:
        link = f'<a href="{page_of(name)}"><code>{esc(name)}</code></a>'
        rows.append(f"<tr><td>{link}</td><td>{_inline(told)}</td></tr>")
    return f"<table>{''.join(rows)}</table>"


def build(folder: Path) -> list[str]:
    """Write all pages; return their titles."""
    folder.mkdir(parents=True, exist_ok=True)
    bodies = {path: command_body(path, command) for path, command in commands()}
    bodies |= {name: name_body(name, thing) for name, thing in public_names().items()}
    for title, body in bodies.items():
        write_page(folder, title, body)
    listed = _list_of((path, command.get_short_help_str(80)) for path, command in commands())
    told = {name: inspect.getdoc(thing) or "" for name, thing in public_names().items()}
    named = _list_of((name, text.split("\n\n")[0]) for name, text in told.items())
    version = f"<p>Version {fastvec.__version__}.</p>"
    body = f"{version}\n<h2>Commands</h2>{listed}\n<h2>Python</h2>{named}"
    write_page(folder, "fastvec", body)
    return list(bodies)


def main() -> None:
    """Run from the command line."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("build/reference")
    try:
        pages = build(folder)
    except UndocumentedError as error:
        raise SystemExit(f"Error: {error}") from error
    click.echo(f"{len(pages)} pages: {folder / 'index.html'}")


if __name__ == "__main__":
    main()
