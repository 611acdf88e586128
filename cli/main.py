"""The `fastvec` group: finds commands by name, turns errors into one line and an exit code."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from fastvec.errors import FastvecError, ParameterError

from .options import examples

COMMANDS = {  # In the order of a session.
    "demo": "demo",
    "build-vocab": "build_vocab",
    "plan": "plan",
    "train": "train",
    "neighbors": "ask",
    "similarity": "ask",
    "analogy": "ask",
    "odd-one-out": "ask",
    "evaluate": "evaluate",
    "predict": "predict",
    "embed": "embed",
    "tagger": "tagger",
    "plot": "plot",
    "explore": "explore",
    "history": "history",
    "convert": "convert",
    "inspect": "inspect",
    "tokenize": "tokenize",
    "phrases": "phrases",
    "info": "info",
    "completion": "completion",
}


class LazyGroup(click.Group):
    """Loads a command's module only when the command, or the list of all, is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names, in the order of a session."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f".{COMMANDS[cmd_name]}", __package__)
        return getattr(module, cmd_name.replace("-", "_"))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, and name close ones if there is none."""
        wrong = args and not args[0].startswith("-") and args[0] not in COMMANDS
        if wrong and not ctx.resilient_parsing:  # A shell that completes wants no advice.
            from difflib import get_close_matches

            close = get_close_matches(args[0], COMMANDS, 1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise click.UsageError(f"No such command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; print errors as one line."""
        try:
            return super().invoke(ctx)
        except ParameterError as error:
            raise click.UsageError(_as_options(str(error))) from error
        except FastvecError as error:
            raise click.ClickException(str(error)) from error
        except MemoryError as error:
            raise click.ClickException(f"out of memory ({error}); see fastvec plan") from error
        except BrokenPipeError:  # The reader of our output, `head` for one, has seen enough.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _as_options(message: str) -> str:
    """Write a setting's name as the option that sets it: ``min_count`` as ``--min-count``."""
    name, space, rest = message.partition(" ")
    return f"--{name.replace('_', '-')}{space}{rest}" if rest.startswith("must ") else message


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "fastvec build-vocab corpus.txt",
        "fastvec train --model skipgram",
        "fastvec neighbors skipgram.fastvec king",
    ),
)
@click.version_option(package_name="fastvec", message="fastvec %(version)s")
def cli() -> None:
    """Train, query and use word embeddings on an ordinary CPU."""


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream is not None:
            # Words may hold bytes that are no text; reading and printing them must not fail.
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")  # type: ignore[union-attr]
    plain = bool(os.environ.get("NO_COLOR"))  # See no-color.org.
    cli.main(prog_name="fastvec", color=False if plain else None)
