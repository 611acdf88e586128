"""Options that commands share, and options made from a config class."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, fields
from pathlib import Path
from typing import Any, TypeVar

import click

from fastvec.models.configs import Config, Settings
from fastvec.models.registry import CONFIGS

Command = TypeVar("Command", bound=Callable[..., Any])

KINDS: dict[str, Any] = {"int": int, "float": float, "str": str}


def model_options(command: Command) -> Command:
    """Add ``--model``, and one option for each setting of any model.

    What the user leaves out arrives as None; the help shows the real defaults.
    """
    owners: dict[str, dict[str, Field[Any]]] = {}
    for model, config in CONFIGS.items():
        for item in fields(config):
            owners.setdefault(item.name, {})[model] = item
    for name in reversed(owners):
        command = _option(name, owners[name], len(CONFIGS))(command)
    models = click.Choice(list(CONFIGS))
    return click.option("--model", type=models, required=True, help="What to train.")(command)


def settings_options(config: type[Settings]) -> Callable[[Command], Command]:
    """Add one option for each setting of a config class."""

    def add(command: Command) -> Command:
        for item in reversed(fields(config)):
            command = _option(item.name, {"": item}, 1)(command)
        return command

    return add


def _option(name: str, owners: dict[str, Field[Any]], models: int) -> Callable[[Command], Command]:
    """Make the option of a setting, which has a declaration for each of its models."""
    item, flag = next(iter(owners.values())), f"--{name.replace('_', '-')}"
    text = _told({model: own.metadata["help"] for model, own in owners.items()})
    if len(owners) < models:
        text += f"  [only {', '.join(owners)}]"
    if str(item.type) == "bool":
        # What is on by default needs a flag that turns it off.
        flag = f"{flag}/--no{flag[1:]}" if item.default else flag
        return click.option(flag, is_flag=True, default=None, help=text)
    defaults = {model: own.default for model, own in owners.items()}
    if len(set(defaults.values())) > 1:
        stated = {model: own for model, own in defaults.items() if own is not None}
        named = ", ".join(f"{default} {model}" for model, default in stated.items())
        text += f"  [default: {named}]"
    elif item.default is not None:
        text += f"  [default: {item.default}]"
    choices = dict.fromkeys(c for own in owners.values() for c in own.metadata["choices"])
    kind = click.Choice(list(choices)) if choices else KINDS[str(item.type).split()[0]]
    return click.option(flag, type=kind, default=None, help=text, metavar=_metavar(item))


def _told(texts: dict[str, str]) -> str:
    """Return the help of a setting; where models differ, what each makes of it."""
    models: dict[str, list[str]] = {}
    for model, text in texts.items():
        models.setdefault(text, []).append(model)
    if len(models) == 1:
        return next(iter(models))
    return "  ".join(f"{', '.join(own)}: {text}" for text, own in models.items())


def _metavar(item: Field[Any]) -> str | None:
    """Leave choices to click, and call numbers what they are."""
    if item.metadata["choices"]:
        return None
    kinds = {"int": "INTEGER", "float": "NUMBER", "str": "TEXT"}
    return kinds[str(item.type).split()[0]]


def config_of(model: str, chosen: dict[str, Any]) -> Config:
    """Make a model's config of what the user chose; refuse settings of other models."""
    config = CONFIGS[model]
    own = {item.name for item in fields(config)}
    foreign = [name for name in chosen if name not in own]
    if foreign:
        flag = foreign[0].replace("_", "-")
        raise click.UsageError(f"--{flag} is no setting of --model {model}")
    return config(**chosen)


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


def complete_files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
    """Have the shell complete names of files and folders."""
    return click.Path().shell_complete(ctx, param, incomplete)


corpus_argument = click.argument(
    "corpus", nargs=-1, metavar="CORPUS...", shell_complete=complete_files
)
optional_corpus_argument = click.argument(
    "corpus", nargs=-1, metavar="[CORPUS]...", shell_complete=complete_files
)
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
