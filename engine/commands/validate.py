"""`stratrun validate`: every mistake in every file."""

from __future__ import annotations

import json

import click

from ..diagnostics import render
from ..diagnostics.diagnostic import Diagnostic, Severity
from ..language.document import validate, walk
from . import options
from .failures import COULD_NOT_RUN, FINDINGS, told

_UNREADABLE = {"SR001"}


@click.command("validate")
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@options.form
@told
def command(paths: tuple[str, ...], form: str) -> None:
    """Check strategy files and folders of them; tell every mistake at once.

    Exit code 0 when all files are sound (warnings allowed), 1 when there are findings, 2 when a file could not be read.
    """
    files = walk(paths)
    found: list[Diagnostic] = []
    bad = 0
    for path in files:
        diagnostics = validate(path)
        bad += any(d.severity is Severity.ERROR for d in diagnostics)
        found += diagnostics
    if form == "json":
        content = {"files": len(files), "invalid": bad, "diagnostics": [render.as_dict(d) for d in found]}
        click.echo(json.dumps(content, indent=2, ensure_ascii=False))
    else:
        if found:
            click.echo(render.as_text(found))
        click.echo(summary(len(files), bad, found))
    if any(d.code in _UNREADABLE for d in found):
        raise SystemExit(COULD_NOT_RUN)
    if bad:
        raise SystemExit(FINDINGS)


def summary(files: int, bad: int, found: list[Diagnostic]) -> str:
    """One line for the end: how many files, errors and warnings."""
    errors = sum(d.severity is Severity.ERROR for d in found)
    words = f"{files} file{'' if files == 1 else 's'} checked: "
    if not found:
        return words + "no mistakes"
    parts = [f"{errors} error{'' if errors == 1 else 's'} in {bad}"] if errors else []
    if len(found) > errors:
        parts.append(f"{len(found) - errors} warning{'' if len(found) - errors == 1 else 's'}")
    return words + ", ".join(parts)
