"""`stratrun ledger`: look at a ledger, hold it to itself, copy it, archive its beginning."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..diagnostics.diagnostic import InputError
from . import options
from .failures import FINDINGS, told
from .paths import OUT, PATH, SPEC

if TYPE_CHECKING:
    from ..ledger.verify import Verdict

DAY = 86_400_000
where = click.option(
    "--ledger", "place", metavar="FILE|URL", type=SPEC, default="ledger.db", envvar="STRATRUN_LEDGER",
    show_default=True, show_envvar=True, help="The ledger: a file, or postgresql://user@host/database.",
)  # fmt: skip


@click.group("ledger")
def command() -> None:
    """Look at a ledger, verify it, back it up and archive old sessions.

    \b
    stratrun ledger show --ledger ledger.db
    stratrun ledger verify --ledger ledger.db
    """


@command.command(
    "verify", short_help="Check chain, file and tables.", epilog="Example: stratrun ledger verify --ledger desk.db"
)
@where
@click.option("--no-replay", is_flag=True, help="Check file and chain only, not the tables.")
@click.option("--expect", metavar="SEQ:HASH", help="A head noted elsewhere that must still be in the chain.")
@options.form
@told
def verify_command(place: str, no_replay: bool, expect: str | None, form: str) -> None:
    """Check that nothing was changed, removed or reordered, and that the tables follow from the events."""
    from ..ledger.opening import open_reader
    from ..ledger.verify import verify
    from .ledger_text import noted, progress

    expected = noted(expect)
    with progress() as tell:
        verdict = verify(open_reader(place), tell, not no_replay, expected)
    _tell(verdict, place, form)


@command.command(
    "replay-check",
    short_help="Replay the events and compare the tables.",
    epilog="Example: stratrun ledger replay-check --ledger desk.db",
)
@where
@options.form
@told
def replay_check(place: str, form: str) -> None:
    """Make the tables again from the events and compare them; tells how many rows each has."""
    from ..ledger.opening import open_reader
    from ..ledger.verify import verify
    from .ledger_text import counts, progress

    reader = open_reader(place)
    with progress() as tell:
        verdict = verify(reader, tell)
    _tell(verdict, place, form, counts(reader))


@command.command(
    "show",
    short_help="Tell where it stands, or an order's story.",
    epilog="Example: stratrun ledger show --ledger desk.db",
)
@click.argument("name", required=False)
@where
@options.form
@told
def show(name: str | None, place: str, form: str) -> None:
    """Tell where a ledger stands, or all that happened to NAME: an order, an intent or a session."""
    from ..ledger.opening import open_reader
    from .ledger_text import as_data, line, overview, overview_text, story

    reader = open_reader(place)
    if name is None:
        data = overview(reader)
        click.echo(_json(data) if form == "json" else overview_text(data))
        return
    found = story(reader, name)
    if not found:
        raise InputError(f"{reader.place} knows no order, intent or session '{name}'", help="`stratrun ledger tail`")
    click.echo(_json([as_data(entry) for entry in found]) if form == "json" else "\n".join(map(line, found)))


@command.command(
    "tail", short_help="Print the newest events.", epilog="Example: stratrun ledger tail --ledger desk.db --kind filled"
)
@where
@click.option("-n", "--last", default=20, show_default=True, type=click.IntRange(0, 1_000_000), help="How many.")
@click.option("-f", "--follow", is_flag=True, help="Go on as events are recorded, until Ctrl-C.")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only these, such as filled. May be repeated.")
@options.form
@told
def tail(place: str, last: int, follow: bool, kinds: tuple[str, ...], form: str) -> None:
    """Print the newest events, one a line (with `--format json` one JSON object a line)."""
    from ..ledger.opening import open_reader
    from .ledger_text import as_data, known_kinds, line

    wanted = known_kinds(kinds)
    reader = open_reader(place)
    seen = reader.head().seq if last == 0 else 0
    entries = reader.entries(0, kinds=wanted, last=last) if last else iter(())
    while True:
        for entry in entries:
            seen = entry.seq
            click.echo(json.dumps(as_data(entry), ensure_ascii=False) if form == "json" else line(entry))
        if not follow:
            return
        time.sleep(0.5)
        entries = reader.entries(seen, kinds=wanted)


@command.command(
    "export",
    short_help="Write all events as JSON lines.",
    epilog="Example: stratrun ledger export --ledger desk.db --output events.jsonl",
)
@where
@click.option("--output", metavar="FILE", type=OUT, help="Write here; standard output without it.")
@click.option("--session", metavar="ID", help="Only this session's own events.")
@options.form
@told
def export(place: str, output: str | None, session: str | None, form: str) -> None:
    """Write all events as JSON lines; `payload` is the text that the hash covers."""
    from ..ledger.export import lines
    from ..ledger.opening import open_reader
    from ..report.atomic import replacing

    reader = open_reader(place)
    if output is None:
        for text in lines(reader, session):
            click.echo(text)
        return
    count = 0
    with replacing(Path(output)) as file:
        for text in lines(reader, session):
            file.write(text.encode() + b"\n")
            count += 1
    said = {"events": count, "file": output}
    click.echo(_json(said) if form == "json" else f"{count:,} events written to {output}")


@command.command(
    "backup",
    short_help="Copy it, also while a session writes.",
    epilog="Example: stratrun ledger backup desk-backup.db --ledger desk.db",
)
@click.argument("target", type=PATH)
@where
@options.form
@told
def backup_command(target: str, place: str, form: str) -> None:
    """Copy the ledger as it is now into the new file TARGET, also while a session writes, and check the copy."""
    from ..ledger.copying import backup
    from ..ledger.opening import open_reader
    from .ledger_text import progress

    with progress() as tell:
        verdict = backup(open_reader(place), Path(target), tell)
    _tell(verdict, target, form)


@command.command(
    "restore",
    short_help="Make a backup the ledger.",
    epilog="Example: stratrun ledger restore desk-backup.db --ledger desk.db",
)
@click.argument("source", type=PATH)
@where
@options.form
@told
def restore_command(source: str, place: str, form: str) -> None:
    """Check the backup SOURCE and make it the ledger, where there is none: nothing is overwritten."""
    from ..ledger.copying import restore
    from ..ledger.place import place_of
    from .ledger_text import progress

    with progress() as tell:
        verdict = restore(Path(source), place_of(place), tell)
    _tell(verdict, place, form)


@command.command(
    "retention",
    short_help="Archive old closed sessions.",
    epilog="Example: stratrun ledger retention archive.db --ledger desk.db --days 365",
)
@click.argument("archive", type=PATH)
@where
@click.option("--days", default=365, show_default=True, type=click.IntRange(0), help="Keep at least this many.")
@options.form
@told
def retention(archive: str, place: str, days: int, form: str) -> None:
    """Move closed sessions older than that from the ledger's beginning into the new file ARCHIVE."""
    from ..ledger.opening import open_reader, open_writer
    from ..ledger.retention import retain
    from .ledger_text import progress

    open_reader(place)
    with open_writer(place, _now) as writer, progress() as tell:
        count = retain(writer, Path(archive), _now() - days * DAY, tell)
    said: dict[str, Any] = {"archived": count, "file": archive if count else None}
    words = f"{count:,} events moved to {archive}" if count else "nothing is old enough to be archived"
    click.echo(_json(said) if form == "json" else words)


@command.command(
    "upgrade", short_help="Bring older tables up to date.", epilog="Example: stratrun ledger upgrade --ledger desk.db"
)
@where
@options.form
@told
def upgrade(place: str, form: str) -> None:
    """Bring the tables of an older ledger up to date, after a backup beside it."""
    from ..ledger.opening import open_writer
    from ..ledger.place import place_of
    from ..ledger.schema import VERSION

    if not place_of(place).exists:
        raise InputError(f"{place}: there is no ledger", help="name an existing ledger with --ledger")
    with open_writer(place, _now):
        said = {"version": VERSION}
    click.echo(_json(said) if form == "json" else f"{place_of(place)} is of version {VERSION}")


def _now() -> int:
    return time.time_ns() // 1_000_000


def _json(data: object) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False)


def _tell(verdict: Verdict, place: str, form: str, tables: dict[str, int] | None = None) -> None:
    """The verdict, and the exit code that goes with it."""
    from ..ledger.place import place_of
    from .ledger_text import verdict_data, verdict_text

    name = str(place_of(place))
    data = verdict_data(verdict, name, tables)
    click.echo(_json(data) if form == "json" else verdict_text(verdict, name, tables))
    if verdict.findings:
        raise SystemExit(FINDINGS)
