"""`stratrun completion`: the script that makes a shell complete stratrun's words."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

_WHERE = {
    "bash": 'add to ~/.bashrc: eval "$(stratrun completion bash)"',
    "zsh": 'add to ~/.zshrc: eval "$(stratrun completion zsh)"',
    "fish": "save as ~/.config/fish/completions/stratrun.fish",
}


@click.command("completion", epilog="\b\n" + "\n".join(_WHERE.values()))
@click.argument("shell", type=click.Choice(list(_WHERE)))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the completion script of bash, zsh or fish."""
    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(context.find_root().command, {}, "stratrun", "_STRATRUN_COMPLETE").source())
