"""Small exchanges to test with."""

from __future__ import annotations

from decimal import Decimal

from stratrun.engine.exchange.accounts import Account, Truth
from stratrun.engine.exchange.clocks import HandClock
from stratrun.engine.exchange.exchange import Exchange
from stratrun.engine.exchange.market_data import Print
from stratrun.engine.exchange.orders import Request
from stratrun.engine.exchange.spec import Spec
from stratrun.engine.ledger.values import OrderType, Side

START = 1_700_000_000_000
SPOT, PERP = "BTC/USDT", "ETH/USDT:USDT"
D = Decimal


def venue(spec: Spec | None = None, price: str = "100", **balances: str) -> tuple[Exchange, Account]:
    """An exchange that stands still, with one market at a price and an account of 10,000 USDT."""
    exchange = Exchange(HandClock(START))
    exchange.list(spec or Spec(SPOT), [Print(START, D(price))])
    money = {name: D(amount) for name, amount in balances.items()} or {"USDT": D(10_000)}
    return exchange, exchange.open_account("me", money)


def ask(side: Side, kind: OrderType, quantity: str, symbol: str = SPOT, **more: object) -> Request:
    for name in ("price", "trigger"):
        if name in more:
            more[name] = D(str(more[name]))
    return Request(symbol, side, kind, D(quantity), **more)  # type: ignore[arg-type]


def later(exchange: Exchange, seconds: float) -> None:
    clock = exchange.clock
    assert isinstance(clock, HandClock)
    clock.time += int(seconds * 1_000)


def expected_totals(exchange: Exchange, truth: Truth) -> dict[str, Decimal]:
    """Wallets as the fold of everything that happened, by an arithmetic of its own."""
    totals: dict[str, Decimal] = {}

    def add(currency: str, amount: Decimal) -> None:
        totals[currency] = totals.get(currency, D(0)) + amount

    for flow in truth.flows:
        add(flow.currency, flow.amount)
    for payment in truth.funding:
        add(payment.currency, payment.amount)
    for fill in truth.fills:
        spec = exchange.market(fill.symbol).spec
        if spec.settle:
            add(spec.settle, fill.realized)
        else:
            sign = 1 if fill.side is Side.BUY else -1
            add(spec.base, sign * fill.quantity)
            add(spec.quote, -sign * fill.quantity * fill.price)
        add(fill.fee_currency, -fill.fee)
    return totals
