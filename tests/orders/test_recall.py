"""Orders that are no longer in memory."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest

from stratrun.engine.brokers.clock import SystemClock
from stratrun.engine.ledger.events import Event
from stratrun.engine.ledger.events_orders import OrderAccepted, OrderSubmitted
from stratrun.engine.ledger.events_session import IntentPlanned, SessionOpened
from stratrun.engine.ledger.opening import open_writer
from stratrun.engine.ledger.values import Mode, OrderType, Role, Side
from stratrun.engine.orders.journal import Journal
from stratrun.engine.orders.state import State

SYMBOLS = ("BTC/USDT", "ETH/USDT", "SOL/USDT")


def placed(symbol: str) -> list[Event]:
    """An order of the symbol that the venue calls 7."""
    name = f"o-{symbol}"
    intent = IntentPlanned(
        f"i-{symbol}", "s", "main", "s", symbol, Role.ENTRY, Side.BUY, Decimal(1), "r", None, 1, 0, 0
    )
    sent = OrderSubmitted(name, intent.intent_id, 0, OrderType.MARKET, Decimal(1), (("a", "b"),), 2)
    return [intent, sent, OrderAccepted(name, "7", 1)]


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_a_venue_that_numbers_each_symbol_by_itself(symbol: str, tmp_path: Path) -> None:
    """The order of that symbol is found, whatever the other symbols' orders are called."""
    writer = open_writer(tmp_path / "ledger.db", lambda: 1)
    try:
        writer.append(SessionOpened("s", Mode.REHEARSAL, "main", "s", "h", "d", SYMBOLS, "1m", 1, "1"))
        for other in SYMBOLS:
            writer.append(*placed(other))
        journal = Journal(writer, SystemClock(), State("main"), inline=True)
        found = asyncio.run(journal.recall(None, (symbol, "7")))
        assert found is not None
        assert found.symbol == symbol
        assert asyncio.run(journal.recall(None, (symbol, "8"))) is None
    finally:
        writer.close()
