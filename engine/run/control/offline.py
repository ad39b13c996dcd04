"""What a ledger tells of its session where none runs: the same views, and that they may be old."""

from __future__ import annotations

import time
from decimal import Decimal

from ...ledger.reader import Reader
from ...ledger.rows import FeedRow, OrderRow, SessionRow, StateRow
from ...ledger.values import IN_DOUBT, Direction, TradingState
from ..halt_marker import Halted
from .views import OrderView, PositionView, SessionView, StateView, StatusView

NOT_RUNNING = "no session runs: this is what the ledger knew when it last did, and the venue may know more"


def status_of(reader: Reader, halted: Halted | None) -> StatusView:
    """Raises LedgerError."""
    orders, sessions = reader.orders(), reader.sessions(running=True)
    seen: dict[str, int] = {}
    for feed in reader.rows(FeedRow):
        seen[feed.session_id] = max(feed.last, seen.get(feed.session_id, 0))
    return StatusView(
        source="ledger",
        deployment=sessions[-1].deployment if sessions else "",
        time=time.time_ns() // 1_000_000,
        sessions=tuple(_session(row, seen.get(row.session_id)) for row in sessions),
        states=tuple(_state(row) for row in reader.states() if row.state is not TradingState.ACTIVE),
        orders=len(orders),
        in_doubt=sum(order.state in IN_DOUBT for order in orders),
        positions=len(reader.positions()),
        drift=tuple(finding.words for finding in reader.drift()),
        halt=None if halted is None else halt_words(halted),
        notes=(NOT_RUNNING,),
    )


def orders_of(reader: Reader) -> tuple[OrderView, ...]:
    return tuple(_order(row) for row in reader.orders())


def positions_of(reader: Reader) -> tuple[PositionView, ...]:
    return tuple(
        PositionView(
            account=row.account,
            strategy=row.strategy,
            symbol=row.symbol,
            side=Direction.LONG if row.quantity > 0 else Direction.SHORT,
            quantity=abs(row.quantity),
            entry=_shortened(row.cost / row.quantity),
        )
        for row in reader.positions()
    )


def halt_words(halted: Halted) -> str:
    return f"{halted.who}: {halted.why}"


def _session(row: SessionRow, candle: int | None) -> SessionView:
    return SessionView(
        row.session_id, row.strategy, row.mode.value, row.account, row.symbols, row.timeframe, row.opened, candle
    )


def _state(row: StateRow) -> StateView:
    return StateView(row.scope, row.name, row.state, row.code, row.who, row.why, row.since, row.until)


def _order(row: OrderRow) -> OrderView:
    return OrderView(
        row.order_id, row.strategy, row.symbol, row.role, row.side, row.type, row.quantity, row.filled, row.price,
        row.trigger, row.state, row.created,
    )  # fmt: skip


def _shortened(price: Decimal) -> Decimal:
    """A mean price in at most 12 digits, which nobody reckons with."""
    return Decimal(f"{abs(price):.12g}")
