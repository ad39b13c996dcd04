"""The ones that look: entries in order and rows of the tables, from a file or a server, while a session writes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, select

from .chain import Head
from .codec import DamagedError, decode
from .events import Entry
from .facts import read_fact, read_head
from .failures import told
from .place import Place, engine_of
from .refusal import LedgerError
from .rows import (
    BalanceRow,
    CursorRow,
    FillRow,
    FindingRow,
    OrderRow,
    PlanRow,
    PositionRow,
    PrefixRow,
    Row,
    SessionRow,
    StateRow,
    TradeRow,
)
from .schema import check_version
from .tables import BY_KEY, EVENTS, ROWS, key_values, row_of
from .values import LIVE, OrderState

R = TypeVar("R", bound=Row)
PAGE = 1_000
"""Rows fetched at a time."""


class Reader:
    """Each call sees one moment of the ledger, its version checked by the first. Raises LedgerError if unreadable."""

    def __init__(self, place: Place, keeping: bool = False) -> None:
        """With `keeping`, connections that are idle stay open, and outside every transaction, until `release`."""
        self.place = place
        self._engine = engine_of(place, writing=False, keeping=keeping)
        self._checked = False

    def release(self) -> None:
        """Close what was kept open; whoever still reads opens a connection of its own."""
        self._engine.dispose()
        self._engine = engine_of(self.place, writing=False)

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A connection in one read-only transaction."""
        with told(self.place), self._engine.connect() as connection, connection.begin():
            if not self._checked:
                check_version(connection, self.place)
                self._checked = True
            yield connection

    def head(self) -> Head:
        """The last row of the chain."""
        with self.connected() as connection:
            return self._fact(connection, "head")

    def base(self) -> Head:
        """The last row that was archived; seq 0 where none was."""
        with self.connected() as connection:
            return self._fact(connection, "base")

    def hash_at(self, seq: int) -> str | None:
        """The chain's hash at an entry; None where there is no such entry here."""
        with self.connected() as connection:
            base = self._fact(connection, "base")
            if base.seq == seq:
                return base.hash
            found: str | None = connection.execute(select(EVENTS.c.hash).where(EVENTS.c.seq == seq)).scalar()
            return found

    def identity(self) -> str:
        """The ledger's id, made once."""
        with self.connected() as connection:
            return read_fact(connection, "id")

    def entries(
        self,
        after: int = 0,
        *,
        session_id: str | None = None,
        order_id: str | None = None,
        kinds: Collection[str] | None = None,
        last: int | None = None,
    ) -> Iterator[Entry]:
        """Entries behind `after` in their order, read as they are asked for; of `last` only that many newest."""
        c = EVENTS.c
        query = select(c.seq, c.time, c.kind, c.version, c.payload).where(c.seq > after)
        query = query.where(c.session_id == session_id) if session_id is not None else query
        query = query.where(c.order_id == order_id) if order_id is not None else query
        query = query.where(c.kind.in_(sorted(kinds))) if kinds is not None else query
        if last is not None:
            newest = query.order_by(c.seq.desc()).limit(last).subquery()
            query = select(newest)
        for row in self._stream(query.order_by("seq")):
            try:
                yield Entry(row.seq, row.time, decode(row.kind, row.version, row.payload))
            except DamagedError as error:
                raise LedgerError(
                    f"{self.place}: event {row.seq} is damaged: {error}", help="run `stratrun ledger verify`"
                ) from None

    def rows(self, table: type[R], *conditions: Any) -> list[R]:
        """Rows of a table in the order of their keys; conditions are SQLAlchemy's, over `tables.ROWS[table].c`."""
        columns = ROWS[table].c
        query = select(ROWS[table]).where(*conditions).order_by(*(columns[name] for name in table.KEY))
        return [row_of(table, found) for found in self._stream(query)]

    def row(self, table: type[R], *key: object) -> R | None:
        """The one row of a key."""
        with self.connected() as connection:
            found = connection.execute(BY_KEY[table], key_values(table, key)).first()
        return None if found is None else row_of(table, found)

    def sessions(self, running: bool | None = None) -> list[SessionRow]:
        closed = ROWS[SessionRow].c.closed
        return self.rows(SessionRow, *_optional(running, closed.is_(None), closed.is_not(None)))

    def order(self, order_id: str) -> OrderRow | None:
        return self.row(OrderRow, order_id)

    def orders(self, states: Collection[OrderState] = LIVE) -> list[OrderRow]:
        """Orders in these states; as they stand, those that may still fill or whose fate is unknown."""
        return self.rows(OrderRow, ROWS[OrderRow].c.state.in_(sorted(state.value for state in states)))

    def positions(self) -> list[PositionRow]:
        """Positions that are not flat."""
        return self.rows(PositionRow, ROWS[PositionRow].c.quantity != "0")

    def trades(self, closed: bool | None = None) -> list[TradeRow]:
        column = ROWS[TradeRow].c.closed
        return self.rows(TradeRow, *_optional(closed, column.is_not(None), column.is_(None)))

    def fills(self, order_id: str) -> list[FillRow]:
        return self.rows(FillRow, ROWS[FillRow].c.order_id == order_id)

    def balances(self, account: str) -> list[BalanceRow]:
        return self.rows(BalanceRow, ROWS[BalanceRow].c.account == account)

    def states(self) -> list[StateRow]:
        """What may be traded, where anything was ever said about it."""
        return self.rows(StateRow)

    def plans(self) -> list[PlanRow]:
        """Plans that a restart resumes."""
        return self.rows(PlanRow, ROWS[PlanRow].c.finished.is_(False))

    def cursors(self, account: str) -> dict[str, str]:
        """How far each of the venue's lists was read, by the list's name."""
        return {row.stream: row.value for row in self.rows(CursorRow, ROWS[CursorRow].c.account == account)}

    def prefixes(self, account: str) -> list[str]:
        """The beginnings of client ids that are ours, the newest last."""
        rows = self.rows(PrefixRow, ROWS[PrefixRow].c.account == account)
        return [row.prefix for row in sorted(rows, key=lambda row: row.seq)]

    def drift(self) -> list[FindingRow]:
        """Differences to the venue that are not resolved."""
        return self.rows(FindingRow, ROWS[FindingRow].c.resolved.is_(None))

    def _stream(self, query: Select[Any]) -> Iterator[Any]:
        query = query.execution_options(yield_per=PAGE)
        with self.connected() as connection, connection.execute(query) as found:
            yield from found

    def _fact(self, connection: Connection, name: str) -> Head:
        try:
            return read_head(connection, name)
        except (LookupError, ValueError) as error:
            raise LedgerError(f"{self.place}: {error}", help="run `stratrun ledger verify`") from None


def _optional(wanted: bool | None, yes: Any, no: Any) -> tuple[Any, ...]:
    return () if wanted is None else (yes if wanted else no,)
