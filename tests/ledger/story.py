"""Events as a session would record them, for tests to begin with."""

from __future__ import annotations

from decimal import Decimal

from stratrun.engine.ledger.events import Event
from stratrun.engine.ledger.events_account import BalancesSeen, Filled
from stratrun.engine.ledger.events_orders import OrderAccepted, OrderSubmitted
from stratrun.engine.ledger.events_session import IntentPlanned, SessionClosed, SessionOpened
from stratrun.engine.ledger.values import Mode, OrderType, Role, Side, Source

D = Decimal
NOW = 1_800_000_000_000
SYMBOL = "BTC/USDT"


class Clock:
    """A second later at each look."""

    def __init__(self, now: int = NOW) -> None:
        self.now = now

    def __call__(self) -> int:
        self.now += 1_000
        return self.now


def opened(session_id: str = "s1") -> SessionOpened:
    return SessionOpened(
        session_id, Mode.PAPER, "main", "dip", "abc", "desk", (SYMBOL,), "1h", 1_700_000_000_000, "1.0"
    )


def closed(session_id: str = "s1") -> SessionClosed:
    return SessionClosed(session_id, "the end")


def funds(amount: str = "100000") -> BalancesSeen:
    return BalancesSeen("main", (("USDT", D(amount)),), Source.POLL)


def intent(
    name: str, role: Role = Role.ENTRY, side: Side = Side.BUY, quantity: str = "1", session_id: str = "s1",
    symbol: str = SYMBOL,
) -> IntentPlanned:  # fmt: skip
    return IntentPlanned(f"i-{name}", session_id, "main", "dip", symbol, role, side, D(quantity), "rule")


def submitted(name: str, quantity: str = "1", **more: object) -> OrderSubmitted:
    wire = (("newClientOrderId", name), ("symbol", "BTCUSDT"))
    return OrderSubmitted(name, f"i-{name}", 0, OrderType.MARKET, D(quantity), wire, NOW, **more)  # type: ignore[arg-type]


def filled(
    name: str | None, fill_id: str, quantity: str = "1", price: str = "100", side: Side = Side.BUY, fee: str = "0.1",
    fee_currency: str = "USDT", symbol: str = SYMBOL,
) -> Filled:  # fmt: skip
    return Filled(
        "main", "spot", fill_id, symbol, side, D(quantity), D(price), D(fee), fee_currency, NOW, Source.STREAM, name
    )


def order(name: str, side: Side = Side.BUY, role: Role = Role.ENTRY, quantity: str = "1") -> list[Event]:
    """Intent, submission, acceptance and one fill."""
    return [
        intent(name, role, side, quantity),
        submitted(name, quantity),
        OrderAccepted(name, f"v-{name}"),
        filled(name, f"f-{name}", quantity, side=side),
    ]


def round_trips(count: int, first: int = 0) -> list[Event]:
    """Bought and sold again, `count` times."""
    events: list[Event] = []
    for k in range(first, first + count):
        events += order(f"b{k}") + order(f"x{k}", Side.SELL, Role.EXIT)
    return events
