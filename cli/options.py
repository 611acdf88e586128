"""Options that commands share, and options made from a config class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, fields
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

KINDS: dict[str, Any] = {"int": int, "float": float, "str": str}


def settings_of(config: type) -> Callable[[Command], Command]:
    """Give a command one option for each setting of a config class.

    What the user leaves out arrives as None; the help shows the real default.
    """

    def decorate(command: Command) -> Command:
        for item in reversed(fields(config)):
            command = _option(item)(command)
        return command

    return decorate


def _option(item: Field[Any]) -> Callable[[Command], Command]:
    """Make the option of one setting."""
    about = item.metadata
    flag = f"--{item.name.replace('_', '-')}"
    text = about["help"]
    if str(item.type) == "bool":
        return click.option(flag, is_flag=True, default=None, help=text)
    if item.default is not None:
        text += f"  [default: {item.default}]"
    kind = click.Choice(about["choices"]) if about["choices"] else KINDS[str(item.type).split()[0]]
    return click.option(flag, type=kind, default=None, help=text, metavar=_metavar(item))


def _metavar(item: Field[Any]) -> str | None:
    """Leave choices to click, and call numbers what they are."""
    if item.metadata["choices"]:
        return None
    return "INTEGER" if str(item.type).startswith("int") else "NUMBER"


def corpus_options(command: Command) -> Command:
    """Add the options that say how text is read."""
    for option in (
        click.option(
            "--whitespace", type=click.Choice(["unicode", "ascii"]), default="unicode",
            show_default=True, help="White space that separates tokens.",
        ),
        click.option("--lowercase", is_flag=True, help="Fold words to lower case."),
        click.option(
            "--tokenizer", type=click.Choice(["whitespace", "words", "zh"]), default="whitespace",
            show_default=True,
            help="Tokens: as separated by white space, Unicode words, or Chinese words (jieba).",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def examples(*commands: str) -> str:
    """Lay out commands, one a line, for the end of a help text."""
    title = "Examples" if len(commands) > 1 else "Example"
    return "\b\n" + "\n  ".join([f"{title}:", *commands])  # \b: keep the lines as they are.


corpus_argument = click.argument("corpus", nargs=-1, metavar="CORPUS...")
optional_corpus_argument = click.argument("corpus", nargs=-1, metavar="[CORPUS]...")
workspace_option = click.option(
    "-w", "--workspace", type=click.Path(file_okay=False, path_type=Path), default="fastvec-data",
    show_default=True, help="Folder of the encoded corpus.",
)  # fmt: skip
rebuild_option = click.option(
    "--rebuild", is_flag=True, help="Encode again what has changed, or is of other text."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
quiet_option = click.option("-q", "--quiet", is_flag=True, help="Print no progress.")


def given(settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that the user gave."""
    return {name: value for name, value in settings.items() if value is not None}
