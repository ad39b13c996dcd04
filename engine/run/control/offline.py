"""What a ledger tells of its session where none runs: the same views, and that they may be old."""

from __future__ import annotations

import time

from ...ledger.reader import Reader
from ...ledger.rows import FeedRow
from ...ledger.values import IN_DOUBT, TradingState
from ..halt_marker import Halted
from .shown import halt_words, order_view, position_view, session_view, state_view
from .views import OrderView, PositionView, StatusView

NOT_RUNNING = "no session runs: this is what the ledger knew when it last did, and the venue may know more"


def status_of(reader: Reader, halted: Halted | None) -> StatusView:
    """Raises LedgerError."""
    orders, sessions = reader.orders(), reader.sessions(running=True)
    seen: dict[str, int] = {}
    for feed in reader.rows(FeedRow):
        seen[feed.session_id] = max(feed.last, seen.get(feed.session_id, 0))
    return StatusView(
        source="ledger",
        deployment="",  # the ledger holds its hash, which is no name
        time=time.time_ns() // 1_000_000,
        sessions=tuple(session_view(row, seen.get(row.session_id)) for row in sessions),
        states=tuple(state_view(row) for row in reader.states() if row.state is not TradingState.ACTIVE),
        orders=len(orders),
        in_doubt=sum(order.state in IN_DOUBT for order in orders),
        positions=len(reader.positions()),
        drift=tuple(finding.words for finding in reader.drift()),
        halt=None if halted is None else halt_words(halted),
        notes=(NOT_RUNNING,),
    )


def orders_of(reader: Reader) -> tuple[OrderView, ...]:
    return tuple(order_view(row) for row in reader.orders())


def positions_of(reader: Reader) -> tuple[PositionView, ...]:
    return tuple(position_view(row) for row in reader.positions())
