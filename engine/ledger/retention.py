"""Moves the oldest events into an archive of their own: closed sessions only, and the chain stays whole.

1. choose the last event to go: all sessions and orders up to it have ended up to it;
2. copy everything up to it into a new ledger file, and verify that;
3. append an anchor: up to where, the hash there, the archive's name, the hash of the rows that stay;
4. in one transaction: delete those events, keep what later events build on, make the tables anew from there.
A crash after 3 leaves a whole ledger with an anchor that nobody needs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select

from .codec import decode
from .copying import archive
from .events import KIND_OF
from .events_account import FeeCorrected
from .events_control import Archived
from .facts import read_head, write_fact
from .opening import open_reader
from .rows import FeedRow, FillRow, FindingRow, IntentRow, OrderRow, PlanRow, Row, SessionRow, TradeRow
from .scratch import Scratch, carried_hash, carried_values
from .tables import CARRIED, EVENTS, ROWS, row_of
from .values import LIVE
from .verify import Progress, silent
from .writer import Writer


def retain(writer: Writer, target: Path, before: int, progress: Progress = silent) -> int:
    """Archive what was recorded before `before` (ms UTC) into a new file; returns how many events went there.

    Nothing is done, and 0 returned, when nothing may go yet. Raises LedgerError.
    """
    with writer.read.connected() as connection:
        base, last = read_head(connection, "base"), _last(connection, before)
        if not _worth(connection, last) or (base.seq and _anchor(connection, base.seq) > last):
            return 0
        head = archive(connection, target, last, progress)
    with open_reader(target).connected() as archived:
        rows = _staying(archived, writer, last)
    values = carried_values(rows)
    writer.record([Archived(head.seq, head.hash, target.name, carried_hash(values))])
    scratch = Scratch(rows)
    try:
        for entry in writer.read.entries(last):
            scratch.take(entry)
        scratch.flush()
        writer.rebase(lambda connection: _cut(connection, scratch.connection, f"{head.seq}:{head.hash}", last, values))
    finally:
        scratch.close()
    return head.seq - base.seq


def _last(connection: Connection, before: int) -> int:
    """The last event that may go: recorded before then, with all it belongs to ended."""
    last = connection.execute(select(func.max(EVENTS.c.seq)).where(EVENTS.c.time < before)).scalar() or 0
    sessions, orders = ROWS[SessionRow].c, ROWS[OrderRow].c
    while True:
        open_ = or_(sessions.closed_seq.is_(None), sessions.closed_seq > last)
        first = connection.execute(select(func.min(sessions.opened_seq)).where(sessions.opened_seq <= last, open_))
        live = orders.state.in_([state.value for state in LIVE])
        order = connection.execute(select(func.min(orders.seq)).where(orders.seq <= last, live))
        starts = [seq for seq in (first.scalar(), order.scalar()) if seq is not None]
        if not starts:
            return last
        last = min(starts) - 1


def _worth(connection: Connection, last: int) -> bool:
    """Whether anything but anchors would go."""
    query = select(EVENTS.c.seq).where(EVENTS.c.seq <= last, EVENTS.c.kind != KIND_OF[Archived]).limit(1)
    return connection.execute(query).first() is not None


def _anchor(connection: Connection, base: int) -> int:
    """The seq of the event that vouches for what was archived before."""
    query = select(EVENTS).where(EVENTS.c.kind == KIND_OF[Archived])
    for row in connection.execute(query):
        event = decode(row.kind, row.version, row.payload)
        if isinstance(event, Archived) and event.last == base:
            return int(row.seq)
    return 0


def _staying(archived: Connection, writer: Writer, last: int) -> list[Row]:
    """Rows of the archive that later events build on, and those that still hold."""
    later = _later(writer, last)
    rows: list[Row] = []
    trades: set[int] = set()
    for cls, table in ROWS.items():
        for found in archived.execute(select(table).order_by(*(table.c[name] for name in cls.KEY))):
            row = row_of(cls, found)
            match row:
                case OrderRow():
                    stays = row.order_id in later
                case FillRow():
                    stays = (row.account, row.market, row.fill_id) in later
                    trades |= {row.trade_id} if stays else set()
                case TradeRow():
                    stays = row.closed is None or row.trade_id in trades
                case FindingRow():
                    stays = row.resolved is None
                case PlanRow():
                    stays = not row.finished
                case SessionRow() | IntentRow() | FeedRow():
                    stays = False
                case _:
                    stays = True
            if stays:
                rows.append(row)
    return rows


def _later(writer: Writer, last: int) -> set[Any]:
    """Orders and fills that events behind `last` speak of."""
    found: set[Any] = set()
    for entry in writer.read.entries(last):
        order_id = getattr(entry.event, "order_id", None)
        if order_id is not None:
            found.add(order_id)
        if isinstance(entry.event, FeeCorrected):
            found.add((entry.event.account, entry.event.market, entry.event.fill_id))
    return found


def _cut(connection: Connection, scratch: Connection, base: str, last: int, values: list[dict[str, Any]]) -> None:
    connection.execute(delete(EVENTS).where(EVENTS.c.seq <= last))
    connection.execute(delete(CARRIED))
    if values:
        connection.execute(insert(CARRIED), values)
    for table in ROWS.values():
        connection.execute(delete(table))
        for page in scratch.execute(select(table)).mappings().partitions(1_000):
            connection.execute(insert(table), [dict(row) for row in page])
    write_fact(connection, "base", base)
