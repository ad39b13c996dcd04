"""The markets that a session leaves behind let orders be canceled where the venue does not list its own any more."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiohttp import web

from stratrun.engine.brokers.budget import Budget
from stratrun.engine.brokers.ccxt_broker import CcxtBroker
from stratrun.engine.brokers.connect import connect
from stratrun.engine.brokers.local_session import Endpoint
from stratrun.engine.brokers.outcome import ReadError
from stratrun.engine.brokers.saved_markets import SavedMarkets
from stratrun.engine.brokers.words import Reference
from stratrun.engine.market.venue import Kind

from .recorded import SYMBOLS, market
from .scripted import Scripted, keys, order_row, serving

LIST = ("GET", "/api/v3/exchangeInfo")
SPOT = SYMBOLS[Kind.SPOT]
Scene = Callable[[Scripted, Callable[[SavedMarkets | None], CcxtBroker]], Awaitable[None]]


def at_venue(scene: Scene) -> None:
    """A scripted venue, and what makes brokers that are not open yet."""

    async def main() -> None:
        venue, made = Scripted(), []

        def broker(saved: SavedMarkets | None) -> CcxtBroker:
            link = connect("binance", Kind.SPOT, keys(), endpoint=Endpoint.parse(venue.url), budget=Budget(1e5, 1e5))
            made.append(CcxtBroker(link, saved=saved))
            return made[-1]

        async with serving(venue):
            try:
                await scene(venue, broker)
            finally:
                for one in made:
                    await one.close()

    asyncio.run(asyncio.wait_for(main(), 30))


async def _hang(request: web.Request, given: dict[str, str]) -> web.StreamResponse:
    await asyncio.sleep(60)  # longer than anybody waits: it is given up
    return web.json_response({})


@pytest.mark.parametrize("failure", ["an error", "nothing"])
def test_orders_are_canceled_without_the_venues_list(tmp_path: Path, failure: str) -> None:
    """Where the list fails or never comes, orders are listed and canceled, and quantities rounded, by the saved one."""
    path, told = tmp_path / "desk.db.markets", list[str]()

    async def scene(venue: Scripted, broker: Callable[[SavedMarkets | None], CcxtBroker]) -> None:
        session = broker(SavedMarkets(path))
        await session.open([SPOT])
        assert os.name != "posix" or path.stat().st_mode & 0o077 == 0
        if failure == "nothing":
            venue.does(*LIST, _hang)
            venue.does("GET", "/api/v3/time", _hang)
        else:
            venue.give(*LIST, {"code": -1, "msg": "busy"}, 503)
        kill = broker(SavedMarkets(path, told.append, patience=0.3))
        await kill.open([SPOT])
        assert kill.instrument(SPOT) == session.instrument(SPOT)
        venue.give("GET", "/api/v3/openOrders", [order_row()])
        venue.give("DELETE", "/api/v3/order", order_row(status="CANCELED"))
        (order,) = await kill.open_orders()
        assert (order.client_id, order.quantity) == ("abc123", Decimal("0.5"))
        await kill.cancel(Reference(order.symbol, order.client_id, order.venue_id))
        assert venue.sent("DELETE", "/api/v3/order")[0]["orderId"] == "28"
        assert len(told) == 1

    at_venue(scene)


def test_the_venues_own_list_comes_first(tmp_path: Path) -> None:
    """Steps change: what is saved is not looked at while the venue answers, and a session never takes it."""
    path, told = tmp_path / "desk.db.markets", list[str]()

    async def scene(venue: Scripted, broker: Callable[[SavedMarkets | None], CcxtBroker]) -> None:
        await broker(SavedMarkets(path)).open([SPOT])
        await broker(SavedMarkets(path, told.append)).open([SPOT])
        assert not told
        venue.give(*LIST, {"code": -1, "msg": "busy"}, 503)
        with pytest.raises(ReadError):
            await broker(SavedMarkets(path)).open([SPOT])

    at_venue(scene)


def _changed(**changes: Any) -> Callable[[bytes], bytes]:
    return lambda content: json.dumps(json.loads(content) | changes).encode()


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "cut": lambda content: content[: len(content) // 2],
    "no text": lambda content: b"\xff\xfe" + content,
    "nested": lambda content: b"[" * 100_000,
    "a list": lambda content: b"[1, 2]",
    "of another venue": _changed(venue="bybit"),
    "of a test network": _changed(sandbox=True),
    "of another format": _changed(format=99),
    "without markets": _changed(markets=None),
    "with odd markets": _changed(markets=[{"symbol": SPOT}, {"symbol": ["x"]}, 7]),
    "odd inside": _changed(markets=[{"symbol": SPOT, "precision": 7, "limits": "x", "id": []}]),
    "of other symbols": _changed(markets=[{"symbol": "ETH/USDT"}]),
}


@pytest.mark.parametrize("spoil", BROKEN.values(), ids=BROKEN)
def test_a_file_that_is_no_help_is_as_none(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    """Missing or spoilt, it changes nothing while the venue answers, and else the venue's failure is told."""
    path = tmp_path / "desk.db.markets"

    async def scene(venue: Scripted, broker: Callable[[SavedMarkets | None], CcxtBroker]) -> None:
        await broker(SavedMarkets(path)).open([SPOT])
        path.write_bytes(spoil(path.read_bytes()))
        await broker(SavedMarkets(path, [].append)).open([SPOT])
        venue.give(*LIST, {"code": -1, "msg": "busy"}, 503)
        for file in (path, tmp_path / "none"):
            with pytest.raises(ReadError, match=r"busy|no spot market"):
                await broker(SavedMarkets(file, [].append)).open([SPOT])

    at_venue(scene)


async def _listed() -> None:
    pass


async def _fails() -> None:
    raise ReadError("busy")


def test_markets_of_a_simulated_venue_are_not_taken_for_the_real_ones(tmp_path: Path) -> None:
    """Steps and sizes of a venue on this machine are nobody's at the true one, and the other way round."""
    path = tmp_path / "desk.db.markets"

    async def main() -> None:
        local = connect("binance", Kind.SPOT, endpoint=Endpoint.parse("http://127.0.0.1:9"))
        real = connect("binance", Kind.SPOT)
        try:
            for saver, other in ((local, real), (real, local)):
                saver.client.set_markets([market(saver.client, "binance", Kind.SPOT)])
                await SavedMarkets(path).loaded(saver, _listed, [SPOT])
                with pytest.raises(ReadError, match="none are saved"):
                    await SavedMarkets(path, [].append).loaded(other, _fails, [SPOT])
                await SavedMarkets(path, [].append).loaded(saver, _fails, [SPOT])
        finally:
            for link in (local, real):
                await link.close()

    asyncio.run(main())


def test_only_a_file_is_read(tmp_path: Path) -> None:
    """What would not end when it is read, such as a pipe, keeps no emergency waiting."""
    path, pipe = tmp_path / "desk.db.markets", tmp_path / "pipe"
    os.mkfifo(pipe)

    async def main() -> None:
        link = connect("binance", Kind.SPOT)
        try:
            link.client.set_markets([market(link.client, "binance", Kind.SPOT)])
            await SavedMarkets(path).loaded(link, _listed, [SPOT])
            feeding = Thread(target=lambda: pipe.write_bytes(path.read_bytes()), daemon=True)
            feeding.start()
            with pytest.raises(ReadError, match="none are saved"):
                await SavedMarkets(pipe, [].append).loaded(link, _fails, [SPOT])
            pipe.read_bytes()  # lets the thread end
        finally:
            await link.close()

    asyncio.run(main())


def test_a_session_starts_where_nothing_can_be_saved(tmp_path: Path) -> None:
    """The file is for an emergency: that it cannot be written keeps nobody from trading."""

    async def scene(venue: Scripted, broker: Callable[[SavedMarkets | None], CcxtBroker]) -> None:
        await broker(SavedMarkets(tmp_path / "no" / "folder")).open([SPOT])

    at_venue(scene)


def test_what_ccxt_learns_with_the_markets_is_kept(tmp_path: Path) -> None:
    """Kraken's orders name their markets by another name, KuCoin's account is of one kind or the other."""
    path = tmp_path / "desk.db.markets"

    async def main(venue: str, name: str, value: Any) -> Any:
        links = [connect(venue, Kind.SPOT) for _ in range(2)]
        row = market(links[0].client, venue, Kind.SPOT) | {"altname": "XBTUSDT"}
        links[0].client.set_markets([row])
        links[0].client.options[name] = value
        await SavedMarkets(path).loaded(links[0], _listed, [SPOT])
        await SavedMarkets(path, [].append).loaded(links[1], _fails, [SPOT])
        for link in links:
            await link.close()
        return links[1].client.options[name]

    assert asyncio.run(main("kucoin", "hf", True)) is True
    assert asyncio.run(main("kraken", "marketsByAltname", {}))["XBTUSDT"]["symbol"] == SPOT
