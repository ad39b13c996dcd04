"""The broker over ccxt's unmodified classes, in front of each venue that the exchange simulator speaks as."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from stratrun.engine.brokers.budget import Budget
from stratrun.engine.brokers.ccxt_broker import CcxtBroker
from stratrun.engine.brokers.connect import connect
from stratrun.engine.brokers.keys import Keys
from stratrun.engine.brokers.local_session import Endpoint
from stratrun.engine.brokers.secret import Secret
from stratrun.engine.brokers.words import Ticket
from stratrun.engine.exchange.clocks import SpeedClock
from stratrun.engine.exchange.exchange import Exchange
from stratrun.engine.exchange.faults import Faults, parse
from stratrun.engine.exchange.market_data import Print
from stratrun.engine.exchange.spec import Spec
from stratrun.engine.exchange.wire.binance_spot import BinanceSpot
from stratrun.engine.exchange.wire.binance_usdm import BinanceUsdm
from stratrun.engine.exchange.wire.bybit import Bybit
from stratrun.engine.exchange.wire.okx import Okx
from stratrun.engine.exchange.wire.serve import Served, serve
from stratrun.engine.ledger.values import OrderType, Side
from stratrun.engine.market.venue import Kind

SYMBOLS = {Kind.SPOT: "BTC/USDT", Kind.PERP: "BTC/USDT:USDT"}


@dataclass(frozen=True)
class Place:
    """A kind of market at a venue, and the adapter that serves it."""

    venue: str
    kind: Kind
    adapter: Callable[[Faults], Any]

    @property
    def symbol(self) -> str:
        return SYMBOLS[self.kind]

    def __str__(self) -> str:
        return f"{self.venue}-{self.kind}"


PLACES = (
    Place("binance", Kind.SPOT, BinanceSpot), Place("binance", Kind.PERP, BinanceUsdm),
    Place("okx", Kind.SPOT, Okx), Place("okx", Kind.PERP, Okx),
    Place("bybit", Kind.SPOT, Bybit), Place("bybit", Kind.PERP, Bybit),
)  # fmt: skip
PERPS = tuple(place for place in PLACES if place.kind is Kind.PERP)


@dataclass(frozen=True)
class Scene:
    place: Place
    exchange: Exchange
    broker: CcxtBroker
    served: Served

    @property
    def symbol(self) -> str:
        return self.place.symbol


Play = Callable[[Scene], Awaitable[None]]


def at_exchange(
    place: Place, play: Play, faults: str = "", timeout: int = 10_000, account: str = "me", **spec: Any
) -> None:
    """Play a scene at a venue whose price stands at 100, with an account of 100,000 USDT and 10 BTC."""

    async def main() -> None:
        now = int(time.time() * 1_000)
        exchange = Exchange(SpeedClock(now))
        exchange.list(Spec(place.symbol, **spec), [Print(now - 600_000, Decimal(100))])
        owner = exchange.open_account(account, {"USDT": Decimal(100_000), "BTC": Decimal(10)}, "key", "secret")
        owner.passphrase = "phrase"
        served = await serve(exchange, [place.adapter(Faults(parse(faults)))])
        phrase = Secret("phrase") if place.venue == "okx" else None
        keys = Keys(account, Secret("key"), Secret("secret"), phrase, "a test")
        endpoint = Endpoint.parse(dict(served.urls))
        link = connect(place.venue, place.kind, keys, endpoint=endpoint, budget=Budget(1e5, 1e5))
        link.client.timeout = timeout
        broker = CcxtBroker(link)
        try:
            await broker.open([place.symbol])
            await play(Scene(place, exchange, broker, served))
        finally:
            await broker.close()
            await served.close()

    asyncio.run(asyncio.wait_for(main(), 20))


def ticket(symbol: str, client_id: str, **changes: Any) -> Ticket:
    """A buy of 0.5 at 90, unless it is changed."""
    given = {
        "client_id": client_id, "symbol": symbol, "side": Side.BUY, "type": OrderType.LIMIT,
        "quantity": Decimal("0.5"), "price": Decimal(90),
    } | changes  # fmt: skip
    return Ticket(**given)


MARKET = {"type": OrderType.MARKET, "price": None}


def stop(trigger: int, **changes: Any) -> dict[str, Any]:
    """What makes a ticket a selling stop."""
    return {"type": OrderType.STOP, "price": None, "side": Side.SELL, "trigger": Decimal(trigger)} | changes
