"""The ledger's rows that the order path works with, in memory: what is live, what is held, what is known of late."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import count, takewhile
from typing import TypeVar, cast

from ..ledger.exact import ZERO, add, subtract
from ..ledger.reader import Reader
from ..ledger.rows import (
    BalanceRow,
    CursorRow,
    DoubtRow,
    FillRow,
    FindingRow,
    IntentRow,
    Key,
    OrderRow,
    PlanRow,
    PositionRow,
    PrefixRow,
    Row,
    SessionRow,
    StateRow,
    key,
)
from ..ledger.tables import ROWS
from ..ledger.values import LIVE, FindingKind, OrderState, Role, Side
from .wanted import REDUCING

R = TypeVar("R", bound=Row)
_KEPT = (
    BalanceRow, CursorRow, DoubtRow, FindingRow, IntentRow, OrderRow, PlanRow, PositionRow, PrefixRow, SessionRow,
    StateRow,
)  # fmt: skip
_UNSURE = frozenset({OrderState.UNKNOWN, OrderState.QUARANTINED})


class State:
    """One account's rows; a View. It follows the ledger change by change and never runs ahead of it."""

    def __init__(self, account: str, kept: int = 2_000) -> None:
        self.account = account
        self._kept = kept
        self._rows: dict[type[Row], dict[Key, Row]] = {table: {} for table in _KEPT}
        self._fills: dict[str, dict[str, FillRow]] = {}
        self._strays: OrderedDict[tuple[str, str], FillRow] = OrderedDict()
        self._venue: dict[tuple[str, str], str] = {}
        self._live: dict[str, OrderRow] = {}
        self._ended: OrderedDict[str, None] = OrderedDict()

    def get(self, table: type[R], *parts: object) -> R | None:
        return cast("R | None", self._rows[table].get(parts))

    def all(self, table: type[R]) -> Iterator[R]:
        return cast("Iterator[R]", iter(tuple(self._rows[table].values())))

    def take(self, rows: Iterable[Row]) -> None:
        """The rows as they are now."""
        for row in rows:
            if isinstance(row, FillRow):
                self._take_fill(row)
            elif type(row) in self._rows and getattr(row, "account", self.account) == self.account:
                self._rows[type(row)][key(row)] = row
                if isinstance(row, OrderRow):
                    self._take_order(row)
                elif _over(row):
                    del self._rows[type(row)][key(row)]

    def load(self, reader: Reader, overlap: int) -> None:
        """What the ledger holds now: everything unfinished, positions, balances, and where reading stopped.

        `overlap`: ms before the cursors from which fills of nobody's order will be read again.
        """
        for row in reader.orders():
            if row.account == self.account:
                self.take(told_of(reader, row))
        for table in (BalanceRow, CursorRow, DoubtRow, PositionRow, PrefixRow):
            self.take(reader.rows(table, ROWS[table].c.account == self.account))
        for rows in (reader.sessions(running=True), reader.states(), reader.plans(), reader.drift()):
            self.take(rows)
        times = [int(row.value) for row in self.all(CursorRow) if row.stream.startswith("fills ")]
        c = ROWS[FillRow].c
        since = c.venue_time >= min(times, default=0) - overlap
        self.take(reader.rows(FillRow, c.account == self.account, c.order_id.is_(None), since))

    def recall(self, fills: Iterable[FillRow]) -> None:
        """Fills that are told again, whosever they are: they are known by their names."""
        for row in fills:
            self._keep(row)

    def order(self, order_id: str) -> OrderRow | None:
        return self.get(OrderRow, order_id)

    def by_venue(self, symbol: str, venue_id: str) -> OrderRow | None:
        return self.order(self._venue.get((symbol, venue_id), ""))

    def live(self, symbol: str | None = None, strategy: str | None = None) -> list[OrderRow]:
        """Orders that may still fill as far as is known, the oldest first; somebody else's among them."""
        found = [
            row for row in self._live.values() if symbol in (None, row.symbol) and strategy in (None, row.strategy)
        ]
        return sorted(found, key=lambda row: row.seq)

    def fills(self, order_id: str) -> dict[str, FillRow]:
        """An order's fills by their id."""
        return self._fills.get(order_id, {})

    def fills_since(self, symbol: str, time: int) -> list[FillRow]:
        """Fills of a symbol after `time` (ms UTC), everybody's, as far as memory reaches; `Journal.recall_fills` lets
        it reach further."""
        known = [*self._strays.values(), *(row for rows in self._fills.values() for row in rows.values())]
        found = {row.fill_id: row for row in known if row.symbol == symbol and row.venue_time > time}
        return list(found.values())

    def parts(self, symbol: str, fill_id: str, order_id: str | None) -> list[FillRow]:
        """A fill as it was booked, in all of its parts (`dividing.py`), of this order or of none, as far as memory
        reaches; `Journal.recall_fill` lets it reach further."""
        mine = {} if order_id is None else self.fills(order_id)

        def row(name: str) -> FillRow | None:
            return mine.get(name) or self._strays.get((symbol, name))

        numbered = (row(f"{fill_id}#{number}") for number in count(2))
        found = [row(fill_id), *takewhile(bool, numbered), row(f"{fill_id}#rest")]
        return [one for one in found if one is not None]

    def positions(self, symbol: str | None = None) -> list[PositionRow]:
        """Positions that are not flat."""
        return [row for row in self.all(PositionRow) if row.quantity and symbol in (None, row.symbol)]

    def position(self, symbol: str, strategy: str) -> Decimal:
        """Signed base units."""
        row = self.get(PositionRow, self.account, symbol, strategy)
        return ZERO if row is None else row.quantity

    def held(self, symbol: str) -> Decimal:
        """What all strategies together hold, signed; without somebody else's coins (strategy ``) on spot."""
        contract = ":" in symbol
        return add(*(row.quantity for row in self.positions(symbol) if row.strategy or contract))

    def unsure(self, symbol: str | None = None) -> list[OrderRow]:
        """Orders whose fate is not known, and is not just being asked."""
        return [row for row in self.live(symbol) if row.state in _UNSURE]

    def drift(self, symbol: str | None = None) -> list[FindingRow]:
        """Differences to the venue that forbid to add exposure."""
        return [
            row for row in self.all(FindingRow)
            if row.kind is not FindingKind.OVERFILL and symbol in (None, row.subject)
        ]  # fmt: skip

    def prefixes(self) -> list[str]:
        return [row.prefix for row in sorted(self.all(PrefixRow), key=lambda row: row.seq)]

    def cursor(self, stream: str) -> str | None:
        row = self.get(CursorRow, self.account, stream)
        return None if row is None else row.value

    def symbols(self) -> set[str]:
        """Everything the ledger has something to do with."""
        traded = {symbol for row in self.all(SessionRow) if row.account == self.account for symbol in row.symbols}
        return traded | {row.symbol for row in self.live()} | {row.symbol for row in self.positions()}

    def shrinks(self, symbol: str, side: Side) -> bool:
        """Whether a trade of this side would make a strategy's position smaller."""
        rows = self.positions(symbol)
        return any(row.strategy and (row.quantity > 0) == (side is Side.SELL) for row in rows)

    def owner(self, symbol: str) -> str:
        """Who trades a symbol; empty where that cannot be said."""
        names = {row.strategy for row in self.all(SessionRow) if symbol in row.symbols and row.account == self.account}
        names |= {row.strategy for row in self.positions(symbol) if row.strategy}
        return names.pop() if len(names) == 1 else ""

    def reducing(self, symbol: str, strategy: str, without: Role | None = None) -> Decimal:
        """Base units that open orders would take off the position; a stop and a target of one pair count once.

        `without`: as it would be if there were no orders of this role. Orders in doubt are not counted.
        """
        sums = dict.fromkeys(REDUCING, ZERO)
        position = self.position(symbol, strategy)
        for row in self.live(symbol, strategy):
            shrinks = (row.side is Side.SELL) == (position > 0)
            if row.role in REDUCING and row.role is not without and shrinks and row.state not in _UNSURE:
                sums[row.role] = add(sums[row.role], max(subtract(row.quantity, row.filled), ZERO))
        return add(max(sums[Role.STOP], sums[Role.TARGET]), sums[Role.EXIT], sums[Role.EMERGENCY])

    def _take_order(self, row: OrderRow) -> None:
        if row.venue_id is not None:
            self._venue[row.symbol, row.venue_id] = row.order_id
        if row.state in LIVE:
            self._live[row.order_id] = row
            self._ended.pop(row.order_id, None)
            return
        self._live.pop(row.order_id, None)
        self._ended[row.order_id] = None
        while len(self._ended) > self._kept:
            self._forget(self._ended.popitem(last=False)[0])

    def _forget(self, order_id: str) -> None:
        row = cast("OrderRow", self._rows[OrderRow].pop((order_id,)))
        self._fills.pop(order_id, None)
        self._rows[IntentRow].pop((row.intent_id,), None)
        if row.venue_id is not None:
            self._venue.pop((row.symbol, row.venue_id), None)

    def _take_fill(self, row: FillRow) -> None:
        if row.order_id is not None:
            self._fills.setdefault(row.order_id, {})[row.fill_id] = row
            return
        self._keep(row)

    def _keep(self, row: FillRow) -> None:
        self._strays[row.symbol, row.fill_id] = row
        while len(self._strays) > self._kept:
            self._strays.popitem(last=False)


def told_of(reader: Reader, row: OrderRow) -> list[Row]:
    """An order with its fills and its intent, from the ledger."""
    intents = [] if row.intent_id is None else [reader.row(IntentRow, row.intent_id)]
    return [row, *reader.fills(row.order_id), *(it for it in intents if it is not None)]


def _over(row: Row) -> bool:
    """Whether nothing more will come of the row."""
    match row:
        case SessionRow(closed=when) | FindingRow(resolved=when):
            return when is not None
        case PlanRow(finished=finished):
            return finished
        case _:
            return False
