"""OKX and Bybit at the exchange, seen by ccxt's unmodified classes: who may ask, what is refused, and nonsense."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import aiohttp
import pytest

from stratrun.engine.exchange.clocks import SpeedClock
from stratrun.engine.exchange.exchange import Exchange
from stratrun.engine.exchange.market_data import Print
from stratrun.engine.exchange.spec import Spec
from stratrun.engine.exchange.wire.bybit import Bybit
from stratrun.engine.exchange.wire.okx import Okx
from stratrun.engine.exchange.wire.serve import serve

from .loopback import LoopbackSession
from .venue import PERP, SPOT, D

ccxt = pytest.importorskip("ccxt.pro")
Scene = Callable[[Exchange, Any, str], Awaitable[None]]
VENUES = pytest.mark.parametrize("venue", ["okx", "bybit"])
_ADAPTERS: dict[str, Callable[[], Any]] = {"okx": Okx, "bybit": Bybit}


def play(venue: str, scene: Scene, secret: str = "secret", phrase: str = "phrase") -> None:
    """Run a scene with ccxt against a served exchange whose prices stand at 100."""

    async def main() -> None:
        now = int(time.time() * 1_000)
        exchange = Exchange(SpeedClock(now))
        for symbol in (SPOT, PERP):
            exchange.list(Spec(symbol), [Print(now - 600_000, D(100))])
        exchange.open_account("me", {"USDT": D(10_000), "BTC": D(10)}).passphrase = "phrase"
        served = await serve(exchange, [_ADAPTERS[venue]()])
        session = LoopbackSession(served.urls)
        types = ["spot", "swap"] if venue == "okx" else ["spot", "linear"]
        client = getattr(ccxt, venue)(
            {"session": session, "apiKey": "key", "secret": secret, "password": phrase, "timeout": 2_000,
             "enableRateLimit": False, "options": {"fetchMarkets": {"types": types}}}
        )  # fmt: skip
        client.has["fetchCurrencies"] = False
        client.timeout_on_exit = 0
        try:
            await client.load_markets()
            await scene(exchange, client, next(iter(served.urls.values())))
        finally:
            await client.close()
            await session.close()
            await served.close()

    asyncio.run(asyncio.wait_for(main(), 20))


@VENUES
@pytest.mark.parametrize("wrong", ["secret", "key", "phrase"])
def test_only_the_owner_is_answered(venue: str, wrong: str) -> None:
    """A wrong secret, key or passphrase is an authentication's error, and nothing is placed."""

    async def scene(exchange: Exchange, client: Any, url: str) -> None:
        if wrong == "key":
            client.apiKey = "another"
        if wrong == "phrase" and venue == "bybit":
            return
        with pytest.raises(ccxt.AuthenticationError):
            await client.create_order(SPOT, "limit", "buy", 1, 90)
        with pytest.raises(ccxt.AuthenticationError):
            await client.fetch_balance()
        assert exchange.truth("me").orders == ()

    secret, phrase = ("wrong" if wrong == name else name for name in ("secret", "phrase"))
    play(venue, scene, secret, phrase)


@VENUES
@pytest.mark.parametrize(
    ("symbol", "order", "outcome"),
    [
        (SPOT, ("limit", "buy", 1_000, 90), "InsufficientFunds"),
        (PERP, ("limit", "buy", 900_000, 90), "InsufficientFunds"),
        (SPOT, ("limit", "buy", 0.01, 90), "InvalidOrder"),
        (SPOT, ("limit", "buy", 1, 90, {"clientOrderId": "taken"}), "InvalidOrder"),
    ],
)
def test_refusals_come_in_the_venues_words(venue: str, symbol: str, order: tuple[Any, ...], outcome: str) -> None:
    """As the classes that ccxt knows for the venue's codes, and nothing is placed."""

    async def scene(exchange: Exchange, client: Any, url: str) -> None:
        await client.create_order(SPOT, "limit", "buy", 1, 90, {"clientOrderId": "taken"})
        with pytest.raises(getattr(ccxt, outcome)):
            await client.create_order(symbol, *order)
        assert len(exchange.truth("me").orders) == 1

    play(venue, scene)


@VENUES
def test_an_order_that_would_take_is_canceled(venue: str) -> None:
    """A post-only order that would match is accepted and ends at once, without a fill."""

    async def scene(exchange: Exchange, client: Any, url: str) -> None:
        await client.create_order(SPOT, "limit", "buy", 1, 110, {"postOnly": True})
        (order,) = exchange.truth("me").orders
        assert (order.status, order.filled) == ("canceled", 0)
        assert exchange.truth("me").wallets["USDT"].locked == 0

    play(venue, scene)


BODIES = ("", "null", "[]", "[1]", "[[]]", "{", "\x00", '{"instId": {}}', '[{"sz": "NaN"}]', '{"sz": 1e999}', "[{},{}]")


@VENUES
def test_nonsense_never_breaks_the_venue(venue: str) -> None:
    """Whatever is sent to whatever route, the answer is a refusal and none is an error of the server."""
    posts = {
        "okx": ("/api/v5/trade/batch-orders", "/api/v5/trade/order-algo", "/api/v5/account/set-leverage"),
        "bybit": ("/v5/order/create", "/v5/order/cancel", "/v5/position/set-leverage"),
    }[venue]
    gets = {
        "okx": ("/api/v5/market/candles?instId=BTC-USDT&bar=0x", "/api/v5/market/candles?instId=BTC-USDT&after=x",
                "/api/v5/market/ticker", "/api/v5/trade/order", "/api/v5/public/instruments"),
        "bybit": ("/v5/market/kline?category=spot&symbol=BTCUSDT&interval=7x", "/v5/market/kline", "/v5/order/realtime",
                  "/v5/market/tickers?category=spot&symbol=?"),
    }[venue]  # fmt: skip

    async def scene(exchange: Exchange, client: Any, url: str) -> None:
        headers = {"Content-Type": "application/json", "OK-ACCESS-KEY": "key", "X-BAPI-API-KEY": "key"}
        async with aiohttp.ClientSession() as session:
            for path in posts:
                for body in BODIES:
                    async with session.post(url + path, data=body.encode(), headers=headers) as answer:
                        assert answer.status < 500, (path, body)
            for path in gets:
                async with session.get(url + path) as answer:
                    assert answer.status < 500, path
        await _signed_nonsense(venue, client)
        assert exchange.truth("me").orders == ()

    play(venue, scene)


async def _signed_nonsense(venue: str, client: Any) -> None:
    for value in ("NaN", "Infinity", "-1", "1e999999", "x", ""):
        if venue == "okx":
            send = client.private_post_trade_order
            order = {"instId": "BTC-USDT", "tdMode": "cash", "side": "buy", "ordType": "limit", "px": "90", "sz": value}
        else:
            send = client.private_post_v5_order_create
            order = {"category": "spot", "symbol": "BTCUSDT", "side": "Buy", "orderType": "Limit", "price": "90"}
            order["qty"] = value
        with pytest.raises(ccxt.ExchangeError):
            await send(order)


@VENUES
def test_streams_want_a_login(venue: str) -> None:
    """Who is not logged in hears nothing of an account, and hostile messages end nothing."""
    path, subscribe = {
        "okx": ("/ws/v5/private", {"op": "subscribe", "args": [{"channel": "orders", "instType": "ANY"}]}),
        "bybit": ("/v5/private", {"op": "subscribe", "args": ["order"]}),
    }[venue]

    async def scene(exchange: Exchange, client: Any, url: str) -> None:
        async with aiohttp.ClientSession() as session, session.ws_connect(url + path) as socket:
            for hostile in HOSTILE:
                await socket.send_json(hostile)
            await socket.send_json(subscribe)
            await client.create_order(SPOT, "market", "buy", 1)
            told = []
            with suppress(asyncio.TimeoutError):
                while True:
                    told.append(await socket.receive_json(timeout=0.2))
            assert told
            assert all(message.get("event") == "error" or message.get("success") is False for message in told)

    play(venue, scene)


HOSTILE: tuple[Any, ...] = (
    {"op": "subscribe", "args": 5}, {"op": "login", "args": [5]}, {"op": "auth", "args": 5}, [], 1
)  # fmt: skip
