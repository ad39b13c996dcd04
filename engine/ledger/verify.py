"""Holds a ledger to itself: the file is sound, the chain unbroken, and a replay of the events gives the tables.

1. the database's own check of its pages;
2. the chain, row by row: places without gaps, hashes, payloads that decode, the head, the anchor of an archive;
3. a replay into a scratch ledger, begun at the rows that an archive left, compared table by table.
The first bad row of each part is named; memory stays the same however long the ledger is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, Text, collate, func, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from .chain import EMPTY, Head, link
from .codec import DamagedError, decode
from .events import Entry
from .events_control import Archived
from .facts import read_head
from .failures import error_of
from .reader import PAGE, Reader
from .refusal import RefusedError
from .scratch import Scratch, carried_hash, carried_rows, carried_values
from .tables import EVENTS, ROWS

Progress = Callable[[str, int, int], None]
"""Told what is done, how far, of how many."""


class Fault(StrEnum):
    """What can be wrong with a ledger."""

    FILE = "file"
    HEAD = "head"
    GAP = "gap"
    HASH = "hash"
    PAYLOAD = "payload"
    ANCHOR = "anchor"
    RULE = "rule"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Finding:
    """`seq` is the event it shows at, None for a table or the file."""

    fault: Fault
    words: str
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Nothing was found when `findings` is empty."""

    events: int
    head: Head
    findings: tuple[Finding, ...]


def silent(what: str, done: int, total: int) -> None:
    """Tells nobody."""


def verify(reader: Reader, progress: Progress = silent, replay: bool = True, expected: Head | None = None) -> Verdict:
    """Everything above in one moment of the ledger; `expected` is a row noted elsewhere that must still be there.

    Raises LedgerError when the ledger cannot be read at all.
    """
    with reader.connected() as connection:
        try:
            head, base = read_head(connection), read_head(connection, "base")
        except (LookupError, ValueError) as error:
            return Verdict(0, EMPTY, (Finding(Fault.HEAD, f"head or base are missing: {error}"),))
        check = _Chain(base, expected)
        try:
            findings = _check_file(connection) + _check_events(connection, check, head, replay, progress)
        except DBAPIError as error:
            findings = [*check.findings, Finding(Fault.FILE, error_of(reader.place, error).message, check.head.seq + 1)]
    return Verdict(check.head.seq - base.seq, check.head, tuple(findings))


def _check_events(connection: Connection, check: _Chain, head: Head, replay: bool, progress: Progress) -> list[Finding]:
    carried = carried_rows(connection)
    count = connection.execute(select(func.count()).select_from(EVENTS)).scalar_one()
    scratch = Scratch(carried) if replay else None
    try:
        for done, row in enumerate(_rows(connection)):
            if done % PAGE == 0:
                progress("events", done, count)
            entry = check.take(row)
            if entry is None:
                break
            if scratch is not None and not _replayed(scratch, entry, check.findings):
                break
        check.end(head, carried_hash(carried_values(carried)))
        if scratch is None or check.findings:
            return check.findings
        scratch.flush()
        return _compare(connection, scratch, progress)
    finally:
        if scratch is not None:
            scratch.close()


class _Chain:
    """Takes the events' rows one after the other; stops at the first that does not fit."""

    def __init__(self, base: Head, expected: Head | None) -> None:
        self.head, self.findings = base, list[Finding]()
        self._base, self._expected, self._anchor = base, expected, None if base.seq else base
        self._carried = ""

    def take(self, row: Any) -> Entry | None:
        seq = self.head.seq + 1
        if row.seq != seq:
            words = f"event {seq} is missing" if row.seq > seq else f"event {row.seq} is there after it was archived"
            return self._stop(Fault.GAP, words, seq)
        digest = link(self.head.hash, row.seq, row.time, row.kind, row.version, row.payload)
        if digest != row.hash:
            return self._stop(Fault.HASH, f"event {seq} is not what was recorded, or not in its place", seq)
        try:
            event = decode(row.kind, row.version, row.payload)
        except DamagedError as error:
            return self._stop(Fault.PAYLOAD, f"event {seq}: {error}", seq)
        wanted = (getattr(event, "session_id", None), getattr(event, "order_id", None))
        if (row.session_id, row.order_id) != wanted:
            return self._stop(Fault.TABLE, f"event {seq} is filed under another session or order", seq)
        self.head = Head(seq, digest)
        if isinstance(event, Archived) and event.last == self._base.seq:
            self._anchor, self._carried = Head(event.last, event.head), event.carried
        if self._expected is not None and self._expected.seq == seq and self._expected.hash != digest:
            return self._stop(Fault.HEAD, f"event {seq} is not the one that was noted: the ledger was rewritten", seq)
        return Entry(seq, row.time, event)

    def end(self, head: Head, carried: str) -> None:
        """All rows were taken."""
        if self.findings:
            return
        if head != self.head:
            missing = head.seq > self.head.seq
            words = "events at the end are missing" if missing else "the head is not that of the last event"
            self._stop(Fault.HEAD, f"{words}: {self.head.seq} found, {head.seq} recorded", self.head.seq + 1)
        elif self._expected is not None and self._expected.seq > head.seq:
            self._stop(Fault.HEAD, f"event {self._expected.seq}, which was noted, is missing", head.seq + 1)
        elif self._anchor != self._base or (self._base.seq and carried != self._carried):
            self._stop(Fault.ANCHOR, f"no anchor vouches for what lies before event {self._base.seq + 1}", None)

    def _stop(self, fault: Fault, words: str, seq: int | None) -> Entry | None:
        self.findings.append(Finding(fault, words, seq))
        return None


def _rows(connection: Connection) -> Iterator[Any]:
    query = select(EVENTS).order_by(EVENTS.c.seq)
    with connection.execute(query.execution_options(yield_per=PAGE)) as found:
        yield from found


def _replayed(scratch: Scratch, entry: Entry, findings: list[Finding]) -> bool:
    try:
        scratch.take(entry)
    except RefusedError as refusal:
        findings.append(Finding(Fault.RULE, f"event {entry.seq} breaks a rule: {refusal}", entry.seq))
    except (IntegrityError, LookupError):
        findings.append(Finding(Fault.RULE, f"event {entry.seq} or one just before it happened twice", entry.seq))
    return not findings


def _check_file(connection: Connection) -> list[Finding]:
    if connection.dialect.name != "sqlite":
        return []
    said = connection.exec_driver_sql("PRAGMA integrity_check(3)").scalars().all()
    return [] if said == ["ok"] else [Finding(Fault.FILE, f"the file is damaged: {line}") for line in said]


def _compare(connection: Connection, scratch: Scratch, progress: Progress) -> list[Finding]:
    """The first difference of each table."""
    findings = []
    for done, (cls, table) in enumerate(ROWS.items()):
        progress("tables", done, len(ROWS))
        for ours, replayed in zip_longest(_ordered(connection, table, cls), _ordered(scratch.connection, table, cls)):
            if ours != replayed:
                name = dict(zip(table.c.keys(), replayed or ours, strict=True))
                which = ", ".join(str(name[part]) for part in cls.KEY)
                what = "is missing" if ours is None else "is too many" if replayed is None else "differs"
                if ours is not None and replayed is not None and ours[: len(cls.KEY)] == replayed[: len(cls.KEY)]:
                    pairs = zip(table.c.keys(), ours, replayed, strict=True)
                    what += ": " + ", ".join(f"{c} is {a}, the events say {b}" for c, a, b in pairs if a != b)
                findings.append(Finding(Fault.TABLE, f"{table.name}: the row {which} {what}"))
                break
    return findings


def _ordered(connection: Connection, table: Any, cls: Any) -> Iterator[tuple[Any, ...]]:
    binary = connection.dialect.name == "postgresql"
    keys = [table.c[name] for name in cls.KEY]
    order = [collate(c, "C") if binary and isinstance(c.type, Text) else c for c in keys]
    query = select(table).order_by(*order)
    with connection.execute(query.execution_options(yield_per=PAGE)) as found:
        for row in found:
            yield tuple(row)
