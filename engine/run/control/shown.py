"""Rows of the ledger in, the views of control out: a session and the ledger of one that ended show the same."""

from __future__ import annotations

from decimal import Decimal

from ...ledger.rows import OrderRow, PositionRow, SessionRow, StateRow
from ...ledger.values import Direction
from ..halt_marker import Halted
from .views import OrderView, PositionView, SessionView, StateView


def halt_words(halted: Halted) -> str:
    return f"{halted.who}: {halted.why}"


def session_view(row: SessionRow, candle: int | None) -> SessionView:
    """`candle`: open time of the newest it has seen."""
    return SessionView(
        row.session_id, row.strategy, row.mode.value, row.account, row.symbols, row.timeframe, row.opened, candle
    )


def state_view(row: StateRow) -> StateView:
    return StateView(row.scope, row.name, row.state, row.code, row.who, row.why, row.since, row.until)


def order_view(row: OrderRow) -> OrderView:
    return OrderView(
        row.order_id, row.strategy, row.symbol, row.role, row.side, row.type, row.quantity, row.filled, row.price,
        row.trigger, row.state, row.created,
    )  # fmt: skip


def position_view(row: PositionRow, price: Decimal | None = None, stop: Decimal | None = None) -> PositionView:
    """A position that is not flat, worth `price` now."""
    entry = abs(row.cost / row.quantity)
    profit = None if price is None else row.quantity * (price - entry)
    return PositionView(
        account=row.account,
        strategy=row.strategy,
        symbol=row.symbol,
        side=Direction.LONG if row.quantity > 0 else Direction.SHORT,
        quantity=abs(row.quantity),
        entry=shortened(entry),
        price=price,
        profit=None if profit is None else shortened(profit),
        stop=stop,
    )


def shortened(number: Decimal) -> Decimal:
    """In at most 12 digits: what is shown is not reckoned with."""
    return Decimal(f"{number:.12g}")
