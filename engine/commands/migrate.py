"""`stratrun migrate`: files of older versions, rewritten for good."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..diagnostics import render
from ..diagnostics.diagnostic import Diagnostic, DocumentError, InputError, Severity
from ..language.folders import Walked, walk
from ..migrating.look import Looked, Move, Status, look
from . import options
from .failures import COULD_NOT_RUN, FINDINGS, UNREADABLE, told
from .paths import PATH

if TYPE_CHECKING:
    from ..migrating.prove import Proof

_MANY = 20
"""More files than this get a progress bar."""
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@dataclass(frozen=True, slots=True)
class _Asked:
    check: bool
    diff: bool
    write: bool
    backup: bool
    specs: tuple[str, ...]


@dataclass(slots=True)
class _Done:
    """What became of one file."""

    looked: Looked
    backup: Path | None = None
    proof: Proof | None = None
    extra: list[Diagnostic] = field(default_factory=list)

    @property
    def diagnostics(self) -> list[Diagnostic]:
        return [*self.looked.diagnostics, *self.extra]


@click.command("migrate", epilog="Example: stratrun migrate strategies --diff")
@click.argument("paths", nargs=-1, required=True, type=PATH)
@click.option("--check", is_flag=True, help="Change nothing; name the old files and end with 1 where there are any.")
@click.option("--diff", is_flag=True, help="Change nothing; print what would change.")
@click.option("--write", is_flag=True, help="Rewrite the old files.")
@click.option("--backup/--no-backup", default=True, show_default=True, help="Keep the old file beside the new one.")
@options.candles
@options.form
@told
def command(
    paths: tuple[str, ...], check: bool, diff: bool, write: bool, backup: bool, specs: tuple[str, ...], form: str
) -> None:
    """Bring files of older versions, and folders of them, to the newest. Without --write nothing changes.

    A version 1 file (JSON) becomes NAME.yaml, and the old one is kept as NAME.v1.json.bak. Before anything is written
    the new file is read again and held to the old one: equal graph, and equal signals and trades over candles (those
    of --candles, else synthetic ones). What cannot be carried over is told with its place.

    Exit code 0 when all went well, 1 when there are findings (with --check also an old file), 2 when a file could not
    be read or written.
    """
    if write and (check or diff):
        raise click.UsageError("--write changes files, --check and --diff change none: choose one.")
    if specs and not write:
        raise click.UsageError("--candles is what --write proves with; add --write.")
    asked = _Asked(check, diff, write, backup, specs)
    given = {Path(path) for path in paths}
    walked = walk(paths)
    files = sorted(walked.files, key=str)
    done = [_one(path, asked, path in given) for path in _watched(files)]
    if form == "json":
        click.echo(json.dumps(_content(done, walked, asked), indent=2, ensure_ascii=False))
    else:
        _tell(done, walked, asked)
    _leave(done, asked)


def _one(path: Path, asked: _Asked, given: bool) -> _Done:
    """Look at one file and, if asked, rewrite it; what is wrong with it never stops the others."""
    done = _Done(look(path))
    if done.looked.status is Status.OTHER and given:
        done.looked = replace(done.looked, status=Status.REFUSED)
        done.extra.append(Diagnostic("SR103", "this is no strategy file of any version", str(path)))
    move = done.looked.move
    if move is None or not asked.write:
        return done
    try:
        _rewrite(done, move, asked)
        done.looked = replace(done.looked, status=Status.MIGRATED)
    except DocumentError as error:
        done.extra += error.diagnostics
    except InputError as error:
        done.extra.append(Diagnostic(error.code, error.message, help=error.help))
    if done.looked.status is not Status.MIGRATED:
        done.looked = replace(done.looked, status=Status.REFUSED)
    return done


def _rewrite(done: _Done, move: Move, asked: _Asked) -> None:
    from ..migrating import replace as files
    from ..migrating.prove import prove

    done.proof = prove(move, asked.specs)
    done.backup = files.replace(move, asked.backup)


def _watched(files: Sequence[Path]) -> Iterable[Path]:
    """The same files, with a progress bar on stderr where somebody waits for them."""
    if len(files) <= _MANY or not sys.stderr.isatty():
        return files
    from rich.console import Console
    from rich.progress import track

    return track(files, "migrating", len(files), console=Console(file=sys.stderr), transient=True)


def _tell(done: Sequence[_Done], walked: Walked, asked: _Asked) -> None:
    found = [d for one in done for d in one.diagnostics]
    if found:
        click.echo(render.as_text(found, render.wants_colour(sys.stderr)), err=True)
    for one in done:
        move = one.looked.move
        if move is None:
            continue
        if asked.diff:
            click.echo(_coloured(_diff(move)), nl=False)
        else:
            click.echo(_line(one, move))
    click.echo(_summary(done) + walked.others, err=True)


def _line(done: _Done, move: Move) -> str:
    way = f"{move.path}" if move.target == move.path else f"{move.path} -> {move.target}"
    versions = f"version {move.before} to {move.after}"
    if done.looked.status is Status.REFUSED:
        return f"left as it is  {move.path}"
    if done.looked.status is Status.OLD:
        return f"would migrate  {way}  ({versions})"
    kept = f", backup {done.backup.name}" if done.backup is not None else ""
    return f"migrated  {way}  ({versions}{kept}{_proved(done.proof)})"


def _proved(proof: Proof | None) -> str:
    if proof is None:
        return ""
    alike = f"{_count(proof.signals, 'signal')} and {_count(proof.trades, 'trade')}"
    return f"; {alike} alike over {proof.candles:,} candles"


def _summary(done: Sequence[_Done]) -> str:
    count = {status: sum(one.looked.status is status for one in done) for status in Status}
    words = f"{len(done)} file{'' if len(done) == 1 else 's'}: "
    parts = [
        f"{count[status]} {says}"
        for status, says in (
            (Status.MIGRATED, "migrated"), (Status.OLD, "old"), (Status.REFUSED, "left as found, see above"),
            (Status.CURRENT, "up to date"), (Status.OTHER, "not strategies"),
        )
        if count[status]
    ]  # fmt: skip
    return words + ", ".join(parts)


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _diff(move: Move) -> str:
    old, new = (data.decode("utf-8-sig").splitlines() for data in (move.old, move.new))
    lines = unified_diff(old, new, str(move.path), str(move.target), lineterm="")
    return "".join(f"{line}\n" for line in lines)


def _coloured(text: str) -> str:
    if not render.wants_colour(sys.stdout):
        return text
    return "".join(click.style(line, _COLOURS.get(line[:1])) for line in text.splitlines(keepends=True))


def _content(done: Sequence[_Done], walked: Walked, asked: _Asked) -> dict[str, Any]:
    files = []
    for one in done:
        move, proof = one.looked.move, one.proof
        files.append({
            "path": str(one.looked.path),
            "status": one.looked.status,
            "from": move.before if move else None,
            "to": move.after if move else None,
            "target": str(move.target) if move else None,
            "backup": str(one.backup) if one.backup else None,
            "diff": _diff(move) if move and asked.diff else None,
            "proof": {"hash": proof.hash, "candles": proof.candles, "signals": proof.signals, "trades": proof.trades}
            if proof else None,
            "diagnostics": [render.as_dict(d) for d in one.diagnostics],
        })  # fmt: skip
    count = {str(status): sum(one.looked.status is status for one in done) for status in Status}
    return {"files": files, "count": count, "passed_over": list(map(str, walked.passed_over))}


def _leave(done: Sequence[_Done], asked: _Asked) -> None:
    found = [d for one in done for d in one.diagnostics if d.severity is Severity.ERROR]
    if any(d.code in UNREADABLE or d.code == "SR600" for d in found):
        raise SystemExit(COULD_NOT_RUN)
    if found or (asked.check and any(one.looked.status is Status.OLD for one in done)):
        raise SystemExit(FINDINGS)
