"""A scripted venue on loopback that speaks just enough of Binance for ccxt's unmodified class."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from stratrun.engine.brokers.budget import Budget
from stratrun.engine.brokers.ccxt_broker import CcxtBroker
from stratrun.engine.brokers.connect import connect
from stratrun.engine.brokers.keys import Keys
from stratrun.engine.brokers.local_session import Endpoint
from stratrun.engine.brokers.secret import Secret
from stratrun.engine.brokers.words import Ticket
from stratrun.engine.ledger.values import OrderType, Side
from stratrun.engine.market.venue import Kind

KEY, SECRET = "kEy0123456789visible", "sEcReT9876543210hidden"
Handler = Callable[[web.Request, dict[str, str]], Awaitable[web.StreamResponse]]

FILTERS = [
    {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000.00", "tickSize": "0.01"},
    {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000.0", "stepSize": "0.00001"},
    {"filterType": "NOTIONAL", "minNotional": "5.0"},
]
SYMBOL = {
    "symbol": "BTCUSDT", "status": "TRADING", "baseAsset": "BTC", "quoteAsset": "USDT",
    "baseAssetPrecision": 8, "quoteAssetPrecision": 8, "isSpotTradingAllowed": True,
    "orderTypes": ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT"],
    "permissions": ["SPOT"], "filters": FILTERS,
}  # fmt: skip
PERP = {
    "symbol": "BTCUSDT", "pair": "BTCUSDT", "contractType": "PERPETUAL", "status": "TRADING", "baseAsset": "BTC",
    "quoteAsset": "USDT", "marginAsset": "USDT", "pricePrecision": 2, "quantityPrecision": 3, "contractSize": 1,
    "orderTypes": ["LIMIT", "MARKET", "STOP", "STOP_MARKET"], "filters": FILTERS,
}  # fmt: skip


class Scripted:
    """Answers by (method, path); what is not scripted is a 404. `asked` keeps every request with its parameters."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.hosts: set[str] = set()
        self.answers: dict[tuple[str, str], Handler] = {}
        self.sockets: list[web.WebSocketResponse] = []
        self.said: list[dict[str, Any]] = []
        self.url = ""
        self.ahead = 0
        self.give("GET", "/api/v3/time", lambda: {"serverTime": int(time.time() * 1000) + self.ahead})
        self.give("GET", "/fapi/v1/time", lambda: {"serverTime": int(time.time() * 1000) + self.ahead})
        self.give("GET", "/api/v3/exchangeInfo", lambda: {"timezone": "UTC", "symbols": [SYMBOL]})
        self.give("GET", "/fapi/v1/exchangeInfo", lambda: {"timezone": "UTC", "symbols": [PERP]})
        self.give("GET", "/api/v3/openOrders", lambda: [])
        self.give("GET", "/fapi/v1/openOrders", lambda: [])
        self.give("GET", "/fapi/v1/openAlgoOrders", lambda: [])
        self.give(
            "GET", "/api/v3/account", lambda: {"balances": [{"asset": "USDT", "free": "900.5", "locked": "99.5"}]}
        )

    def give(self, method: str, path: str, body: Callable[[], Any] | object, status: int = 200, **headers: str) -> None:
        """Answer with JSON (a callable's result each time); texts go out as they are."""

        async def answer(request: web.Request, given: dict[str, str]) -> web.StreamResponse:
            content = body() if callable(body) else body
            text = content if isinstance(content, str) else json.dumps(content)
            kind = "text/html" if isinstance(content, str) else "application/json"
            return web.Response(text=text, status=status, content_type=kind, headers=headers)

        self.answers[method, path] = answer

    def does(self, method: str, path: str, handler: Handler) -> None:
        self.answers[method, path] = handler

    def sent(self, method: str, path: str) -> list[dict[str, str]]:
        return [given for m, p, given in self.asked if (m, p) == (method, path)]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._socket(request)
        given = dict(request.query)
        given |= dict(await request.post())  # type: ignore[arg-type]
        self.asked.append((request.method, request.path, given))
        self.hosts.add(request.headers.get("X-Forwarded-Host", ""))
        handler = self.answers.get((request.method, request.path))
        return await handler(request, given) if handler else web.json_response({}, status=404)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.hosts.add(request.headers.get("X-Forwarded-Host", ""))
        self.sockets.append(socket)
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                said = json.loads(message.data)
                self.said.append(said)
                signed = str(said.get("method", "")).startswith("userDataStream")
                await socket.send_json(
                    {"id": said["id"], "status": 200, "result": {"subscriptionId": 0}} if signed else
                    {"id": said["id"], "result": None}
                )  # fmt: skip
        return socket

    async def tell(self, event: dict[str, Any]) -> None:
        """To every open user stream."""
        for socket in self.sockets:
            if not socket.closed:
                await socket.send_json({"subscriptionId": 0, "event": event})

    async def cut(self) -> None:
        for socket in self.sockets:
            await socket.close()
        self.sockets.clear()


def order_row(**changes: Any) -> dict[str, Any]:
    return {
        "symbol": "BTCUSDT", "orderId": 28, "clientOrderId": "abc123", "transactTime": 1_700_000_000_000,
        "time": 1_700_000_000_000, "updateTime": 1_700_000_000_000, "price": "100.10", "origQty": "0.5",
        "executedQty": "0.0", "cummulativeQuoteQty": "0.0", "status": "NEW", "timeInForce": "GTC", "type": "LIMIT",
        "side": "BUY", "fills": [],
    } | changes  # fmt: skip


def keys() -> Keys:
    return Keys("main", Secret(KEY), Secret(SECRET), None, "a test")


def ticket(**changes: Any) -> Ticket:
    given = {
        "client_id": "abc123", "symbol": "BTC/USDT", "side": Side.BUY, "type": OrderType.LIMIT,
        "quantity": Decimal("0.5"), "price": Decimal("100.10"),
    } | changes  # fmt: skip
    return Ticket(**given)


Run = Callable[[Callable[[Scripted, CcxtBroker], Coroutine[Any, Any, None]]], None]


@asynccontextmanager
async def serving(venue: Scripted) -> AsyncIterator[None]:
    server = web.Server(venue.handle)
    runner = web.ServerRunner(server, shutdown_timeout=0.05)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    venue.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield
    finally:
        await venue.cut()
        await runner.cleanup()


@pytest.fixture
def at_venue() -> Callable[..., None]:
    """`at_venue(play, kind=Kind.SPOT, budget=None)` runs `play(venue, broker)` with an opened broker."""

    def run(
        play: Callable[[Scripted, CcxtBroker], Coroutine[Any, Any, None]],
        kind: Kind = Kind.SPOT,
        budget: Budget | None = None,
        symbols: tuple[str, ...] | None = None,
    ) -> None:
        async def main() -> None:
            venue = Scripted()
            async with serving(venue):
                plenty = budget or Budget(10_000, 10_000)
                link = connect("binance", kind, keys(), endpoint=Endpoint.parse(venue.url), budget=plenty)
                broker = CcxtBroker(link)
                try:
                    await broker.open(symbols or (("BTC/USDT",) if kind is Kind.SPOT else ("BTC/USDT:USDT",)))
                    await play(venue, broker)
                finally:
                    await broker.close()

        asyncio.run(asyncio.wait_for(main(), 60))

    return run
