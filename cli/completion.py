"""``fastvec completion``: what a shell needs to complete commands, options and files."""

from __future__ import annotations

import click

from .options import examples

SHELLS = ("bash", "zsh", "fish")


@click.command(
    epilog=examples(
        'eval "$(fastvec completion bash)"       # in ~/.bashrc',
        'eval "$(fastvec completion zsh)"        # in ~/.zshrc, below compinit',
        "fastvec completion fish | source         # in ~/.config/fish/config.fish",
    )
)
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print a script that has a shell complete fastvec's commands.

    The Tab key then completes commands, options, their choices, and files where files belong.
    """
    from click.shell_completion import get_completion_class

    maker = get_completion_class(shell)
    assert maker is not None  # All of these are in click.
    click.echo(maker(ctx.find_root().command, {}, "fastvec", "_FASTVEC_COMPLETE").source())
