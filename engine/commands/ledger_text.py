"""What `stratrun ledger` shows, as words and as data."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from sqlalchemy import func, select

from ..diagnostics.diagnostic import InputError
from ..ledger.chain import Head
from ..ledger.codec import VERSIONS, encode
from ..ledger.events import KINDS, Entry
from ..ledger.reader import Reader
from ..ledger.rows import TABLES, IntentRow, KeyRow, OrderRow, SessionRow, StateRow
from ..ledger.tables import ROWS
from ..ledger.values import TradingState
from ..ledger.verify import Progress as Tell
from ..ledger.verify import Verdict


@contextmanager
def progress() -> Iterator[Tell]:
    """A bar on standard error, where that is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        tasks: dict[str, Any] = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total or None)
            bar.update(tasks[what], completed=done)

        yield tell


def noted(text: str | None) -> Head | None:
    """`SEQ:HASH` as a head. Raises InputError."""
    if text is None:
        return None
    match = re.fullmatch(r"([0-9]{1,18}):([0-9a-f]{64})", text.strip())
    if match is None:
        raise InputError(f"--expect {text}: expected SEQ:HASH", help="write it as `stratrun ledger show` prints it")
    return Head(int(match[1]), match[2])


def known_kinds(kinds: Sequence[str]) -> Sequence[str] | None:
    """The kinds, or None for all. Raises InputError for one that there is not."""
    for kind in kinds:
        if kind not in KINDS:
            near = get_close_matches(kind, KINDS, 1)
            raise InputError(f"there are no events '{kind}'", help=f"did you mean '{near[0]}'?" if near else None)
    return kinds or None


def instant(time: int | None) -> str | None:
    """ms UTC as an ISO text; a number that is no date stays one."""
    if time is None:
        return None
    try:
        return datetime.fromtimestamp(time / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except (OverflowError, ValueError, OSError):
        return str(time)


def as_data(entry: Entry) -> dict[str, Any]:
    """An entry as data; numbers of money are texts."""
    return {
        "seq": entry.seq,
        "time": instant(entry.time),
        "kind": entry.kind,
        "version": VERSIONS[entry.kind],
        "payload": json.loads(encode(entry.event)),
    }


def line(entry: Entry) -> str:
    """An entry as one line."""
    payload = json.loads(encode(entry.event))
    words = " ".join(f"{name}={_word(value)}" for name, value in payload.items() if value not in (None, "", {}, []))
    return f"{entry.seq:>8}  {instant(entry.time)}  {entry.kind:<18} {words}"


def _word(value: Any) -> str:
    if isinstance(value, str):
        return value if value.isprintable() and " " not in value and value else json.dumps(value)
    return json.dumps(value, separators=(",", ":"))


def story(reader: Reader, name: str) -> list[Entry]:
    """All that happened to an order (with the decision and intent behind it), an intent or a session."""
    order, intent = reader.order(name), _intent(reader, name)
    if order is not None:
        intent = _intent(reader, order.intent_id) if order.intent_id else None
    entries: dict[int, Entry] = {}
    if intent is not None:
        found = reader.rows(OrderRow, ROWS[OrderRow].c.intent_id == intent.intent_id)
        decision = f"decision|{intent.decision_id}"
        seqs = [row.seq for row in reader.rows(KeyRow, ROWS[KeyRow].c.key == decision)] + [intent.seq]
        entries |= {entry.seq: entry for seq in seqs for entry in _at(reader, seq)}
        names = [name] if order is not None else [row.order_id for row in found]
    else:
        names = [name]
    for one in names:
        entries |= {entry.seq: entry for entry in reader.entries(order_id=one)}
    if not entries:
        entries = {entry.seq: entry for entry in reader.entries(session_id=name)}
    return [entries[seq] for seq in sorted(entries)]


def _intent(reader: Reader, name: str) -> IntentRow | None:
    return next(iter(reader.rows(IntentRow, ROWS[IntentRow].c.intent_id == name)), None)


def _at(reader: Reader, seq: int) -> list[Entry]:
    return [entry for entry in [next(reader.entries(seq - 1), None)] if entry is not None and entry.seq == seq]


def counts(reader: Reader) -> dict[str, int]:
    """Rows of each table."""
    with reader.connected() as connection:
        return {
            TABLES[cls]: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for cls, table in ROWS.items()
        }


def overview(reader: Reader) -> dict[str, Any]:
    """Where a ledger stands."""
    head, base = reader.head(), reader.base()
    states = reader.rows(StateRow, ROWS[StateRow].c.state != TradingState.ACTIVE.value)
    return {
        "ledger": str(reader.place),
        "id": reader.identity(),
        "head": f"{head.seq}:{head.hash}",
        "events": head.seq - base.seq,
        "archived": base.seq,
        "sessions": [_session(row) for row in reader.sessions(running=True)],
        "orders": [
            {"order_id": o.order_id, "symbol": o.symbol, "role": o.role, "side": o.side, "state": o.state,
             "quantity": str(o.quantity), "filled": str(o.filled)} for o in reader.orders()
        ],
        "positions": [
            {"account": p.account, "symbol": p.symbol, "strategy": p.strategy, "quantity": str(p.quantity),
             "cost": str(p.cost)} for p in reader.positions()
        ],
        "states": [{"scope": s.scope, "name": s.name, "state": s.state, "why": s.why} for s in states],
        "drift": [{"finding_id": f.finding_id, "subject": f.subject, "words": f.words} for f in reader.drift()],
    }  # fmt: skip


def _session(row: SessionRow) -> dict[str, Any]:
    return {
        "session_id": row.session_id, "strategy": row.strategy, "mode": row.mode, "account": row.account,
        "opened": instant(row.opened),
    }  # fmt: skip


def overview_text(data: dict[str, Any]) -> str:
    rows = [
        f"{data['ledger']}  {data['events']:,} events"
        + (f", {data['archived']:,} archived" if data["archived"] else "")
    ]
    rows += [f"head  {data['head']}", f"id    {data['id']}"]
    for title in ("sessions", "orders", "positions", "states", "drift"):
        rows.append(f"\n{title}: {len(data[title]) or 'none'}")
        rows += ["  " + "  ".join(str(value) for value in row.values()) for row in data[title]]
    return "\n".join(rows)


def verdict_data(verdict: Verdict, place: str, tables: dict[str, int] | None) -> dict[str, Any]:
    found = [{"fault": f.fault, "seq": f.seq, "message": f.words} for f in verdict.findings]
    data = {"ledger": place, "sound": not found, "events": verdict.events, "head": _head(verdict), "findings": found}
    return data if tables is None else data | {"tables": tables}


def verdict_text(verdict: Verdict, place: str, tables: dict[str, int] | None) -> str:
    rows = [f"{finding.fault}: {finding.words}" for finding in verdict.findings]
    if not rows:
        rows = [f"{place} is sound: {verdict.events:,} events, head {_head(verdict)}"]
    rows += [f"  {name:<10} {count:>10,}" for name, count in (tables or {}).items()]
    return "\n".join(rows)


def _head(verdict: Verdict) -> str:
    return f"{verdict.head.seq}:{verdict.head.hash}"
