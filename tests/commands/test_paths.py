"""Names of files and folders in every command."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from stratrun.engine.commands.group import LazyGroup
from stratrun.engine.commands.paths import Named

from .conftest import Run


def commands(group: click.Group, context: click.Context, before: str = "") -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from commands(found, context, f"{before}{name} ")
        else:
            yield f"{before}{name}", found


def test_every_path_is_one_that_has_a_name() -> None:
    """No command takes an empty name for an option that was left out."""
    context = click.Context(click.Command("stratrun"))
    paths = {
        f"{name} {parameter.name}": parameter.type
        for name, command in commands(LazyGroup(), context)
        for parameter in command.params
        if isinstance(parameter.type, click.Path)
    }
    assert len(paths) > 50
    assert not [name for name, type_ in paths.items() if not isinstance(type_, Named)]


@pytest.mark.parametrize(
    "arguments",
    [["validate", ""], ["compare", "a", "b", "--output", ""], ["schema", "--output", ""], ["test", "--output", " "]],
)
def test_an_empty_name_is_told(run: Run, arguments: list[str]) -> None:
    """As where a script's variable is not set."""
    ended = run(*arguments)
    assert ended.exit_code == 2
    assert "the name is empty" in ended.stderr
