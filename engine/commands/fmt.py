"""`stratrun fmt`: one canonical order and layout for documents."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path

import click

from ..diagnostics import render
from ..diagnostics.diagnostic import Diagnostic, InputError
from ..language.document import validate
from ..language.folders import Walked, walk
from ..language.writing.format import Formatted, format_document
from ..language.yaml.source import MAX_BYTES, read_bytes
from ..report.atomic import replacing
from . import options
from .failures import COULD_NOT_RUN, FINDINGS, UNREADABLE, told
from .paths import PATH_OR_DASH

_STDIN = "-"


@dataclass(slots=True)
class _Outcome:
    """What became of the files so far."""

    walked: Walked
    files: int = 0
    changed: list[str] = field(default_factory=list)
    diffs: list[str] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


@click.command("fmt", epilog="Example: stratrun fmt --check --diff strategies")
@click.argument("paths", nargs=-1, required=True, type=PATH_OR_DASH)
@click.option("--check", is_flag=True, help="Change nothing; name the files that would change and end with 1.")
@click.option("--diff", is_flag=True, help="Change nothing; print what would change.")
@options.form
@told
def command(paths: tuple[str, ...], check: bool, diff: bool, form: str) -> None:
    """Write files and folders of them in the one canonical form: keys in order, two blanks of indentation, no needless
    quotes, expressions evenly spaced, every comment kept. `-` formats standard input to standard output.

    Nothing else changes: the new text is read again, and it is only written where it means the same. A file with a
    mistake in its YAML or its keys is left alone. Exit code 0 when all went well, 1 when there are findings (with
    --check also a file that would change), 2 when a file could not be read or written.
    """
    walked = walk(path for path in paths if path != _STDIN)
    outcome = _Outcome(walked)
    if _STDIN in paths:
        if len(paths) > 1:
            raise InputError("`-` stands alone", "format standard input and files in two calls")
        done = format_document(sys.stdin.buffer.read(MAX_BYTES + 1), "<stdin>")
        _note(outcome, "<stdin>", done)
        if not (check or diff or done.text is None or form == "json"):
            sys.stdout.buffer.write(done.text.encode())
            sys.stdout.buffer.flush()
            return
    for path in sorted(walked.files, key=str):
        _one(outcome, path, keep=check or diff)
    _tell(outcome, form, check, diff)
    if any(d.code in UNREADABLE or d.code == "SR600" for d in outcome.diagnostics):
        raise SystemExit(COULD_NOT_RUN)
    if outcome.diagnostics or (check and outcome.changed):
        raise SystemExit(FINDINGS)


def _one(outcome: _Outcome, path: Path, keep: bool) -> None:
    """Format one file; what is wrong with it never stops the others."""
    try:
        data = read_bytes(path)
        if data is None:
            outcome.files += 1
            outcome.diagnostics += validate(path)
            return
        done = format_document(data, str(path))
        _note(outcome, str(path), done)
        if done.changed and done.text is not None and not keep:
            _write(path, done.text)
    except InputError as error:
        outcome.diagnostics.append(Diagnostic(error.code, error.message, str(path), help=error.help))


def _write(path: Path, text: str) -> None:
    """Replace the file a link leads to. Raises InputError, also for a file that says it is not to be written."""
    if not os.access(path, os.W_OK):
        raise InputError(f"{path}: the file is read-only", "make it writable, or leave it out")
    with replacing(path) as file:
        file.write(text.encode())


def _note(outcome: _Outcome, name: str, done: Formatted) -> None:
    outcome.files += 1
    outcome.diagnostics += done.diagnostics
    if done.changed and done.text is not None:
        outcome.changed.append(name)
        outcome.diffs.append(_diff(name, done.before, done.text))


def _diff(name: str, before: str, after: str) -> str:
    lines = unified_diff(before.splitlines(), after.splitlines(), name, f"{name} (formatted)", lineterm="")
    return "\n".join(lines) or f"{name}: only line ends or the byte order mark differ"


def _tell(outcome: _Outcome, form: str, check: bool, diff: bool) -> None:
    if form == "json":
        content = {
            "files": outcome.files,
            "passed_over": list(map(str, outcome.walked.passed_over)),
            "changed": outcome.changed,
            "written": not (check or diff),
            "diffs": outcome.diffs if diff else [],
            "diagnostics": [render.as_dict(d) for d in outcome.diagnostics],
        }
        click.echo(json.dumps(content, indent=2, ensure_ascii=False))
        return
    for text in outcome.diffs if diff else ():
        click.echo(text)
    for name in outcome.changed if not diff else ():
        click.echo(f"{'would change' if check else 'formatted'} {name}")
    if outcome.diagnostics:
        click.echo(render.as_text(outcome.diagnostics, render.wants_colour(sys.stderr)), err=True)
    click.echo(_summary(outcome, check or diff), err=True)


def _summary(outcome: _Outcome, keep: bool) -> str:
    changed: Sequence[str] = outcome.changed
    broken = len({d.path for d in outcome.diagnostics})
    words = f"{outcome.files} file{'' if outcome.files == 1 else 's'}: "
    parts = [f"{len(changed)} {'would change' if keep else 'formatted'}"] if changed else []
    if broken:
        parts.append(f"{broken} left as {'it is' if broken == 1 else 'they are'}")
    return words + (", ".join(parts) or "all in order") + outcome.walked.others
