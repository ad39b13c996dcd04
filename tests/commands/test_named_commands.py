"""Commands that messages tell people to run."""

from __future__ import annotations

import re
from pathlib import Path

import click

import stratrun
from stratrun.engine.commands.group import COMMANDS, LazyGroup

NAMED = re.compile(r"`stratrun ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")


def test_messages_name_commands_that_exist() -> None:
    """Every `stratrun COMMAND` in the code's own words is a command, and so is what follows one that has several."""
    group, context = LazyGroup(), click.Context(click.Command("stratrun"))
    root = Path(stratrun.__file__).parent / "engine"
    named = {
        (path.relative_to(root).as_posix(), *found)
        for path in root.rglob("*.py")
        for found in NAMED.findall(path.read_text(encoding="utf-8"))
    }
    assert len(named) > 30
    wrong = []
    for path, command, part in named:
        known = group.get_command(context, command) if command in COMMANDS else None
        if known is None or (part and isinstance(known, click.Group) and part not in known.list_commands(context)):
            wrong.append(f"{path}: stratrun {command} {part}")
    assert not sorted(wrong)
