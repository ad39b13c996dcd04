"""`stratrun validate`: every mistake in every file."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import click

from ..diagnostics import render
from ..diagnostics.diagnostic import Diagnostic, Severity
from ..language.batch import validate_all
from ..language.document import validate_bytes, walk
from ..language.yaml.source import MAX_BYTES
from . import options
from .failures import COULD_NOT_RUN, FINDINGS, UNREADABLE, told

_STDIN = "-"
_MANY = 50
"""More files than this get a progress bar."""


@click.command("validate")
@click.argument("paths", nargs=-1, required=True, type=click.Path(allow_dash=True))
@options.form
@told
def command(paths: tuple[str, ...], form: str) -> None:
    """Check strategy files and folders of them; tell every mistake at once. `-` reads one from standard input.

    Exit code 0 when all files are sound (warnings allowed), 1 when there are findings, 2 when a file could not be read.
    """
    files = sorted(walk(path for path in paths if path != _STDIN), key=str)
    total = len(files) + (_STDIN in paths)
    found: list[Diagnostic] = []
    bad = 0
    for diagnostics in chain(_from_stdin() if _STDIN in paths else (), _watched(validate_all(files), files)):
        bad += any(d.severity is Severity.ERROR for d in diagnostics)
        found += diagnostics
    if form == "json":
        content = {"files": total, "invalid": bad, "diagnostics": [render.as_dict(d) for d in found]}
        click.echo(json.dumps(content, indent=2, ensure_ascii=False))
    else:
        if found:
            click.echo(render.as_text(found, render.wants_colour(sys.stdout)))
        click.echo(summary(total, bad, found))
    if any(d.code in UNREADABLE for d in found):
        raise SystemExit(COULD_NOT_RUN)
    if bad:
        raise SystemExit(FINDINGS)


def _from_stdin() -> Iterator[list[Diagnostic]]:
    yield validate_bytes(sys.stdin.buffer.read(MAX_BYTES + 1), "<stdin>")


def _watched(results: Iterable[list[Diagnostic]], files: Sequence[Path]) -> Iterable[list[Diagnostic]]:
    """The same results, with a progress bar on stderr where somebody waits for them."""
    if len(files) <= _MANY or not sys.stderr.isatty():
        return results
    from rich.console import Console
    from rich.progress import track

    return track(results, "checking", len(files), console=Console(file=sys.stderr), transient=True)


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
