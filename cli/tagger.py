"""``fastvec tagger``: named entities, and other tags of words, learned from column files."""

from __future__ import annotations

from importlib import import_module

import click

from .options import examples

COMMANDS = ("train", "predict", "evaluate")


class TaggerGroup(click.Group):
    """Loads the module of a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names, in the order of a session."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f".tagger_{cmd_name}", __package__)
        return getattr(module, cmd_name)


@click.command(
    cls=TaggerGroup,
    epilog=examples(
        "fastvec tagger train train.conll --dev dev.conll --vectors skipgram.fastvec",
        'fastvec tagger predict tagger.fastvec "Robert Lin is a durian cultivator"',
        "fastvec tagger evaluate tagger.fastvec --test test.conll",
    ),
)
def tagger() -> None:
    """Find named entities, or tag words otherwise.

    A bidirectional LSTM on word vectors, ELMo or both learns from a file with a token a line and
    its tag in the last column, a blank line after each sentence: entities as IOB1, IOB2 or
    BIOES, or plain labels such as parts of speech.
    """
