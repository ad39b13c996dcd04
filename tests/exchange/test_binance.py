"""ccxt's unmodified Binance classes trade at the simulated exchange, and learn of faults what they learn at the real
one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest

from stratrun.engine.exchange.clocks import SpeedClock
from stratrun.engine.exchange.exchange import Exchange
from stratrun.engine.exchange.faults import Faults, parse
from stratrun.engine.exchange.market_data import Print
from stratrun.engine.exchange.spec import Spec
from stratrun.engine.exchange.wire.binance_spot import BinanceSpot
from stratrun.engine.exchange.wire.binance_usdm import BinanceUsdm
from stratrun.engine.exchange.wire.serve import Served, serve
from stratrun.engine.market.venue import Kind

from .loopback import LoopbackSession
from .venue import PERP, SPOT, D

ccxt = pytest.importorskip("ccxt.pro")
Scene = Callable[[Exchange, Any], Awaitable[None]]
_TYPES = {Kind.SPOT: ("spot", "spot"), Kind.PERP: ("swap", "linear")}


def play(scene: Scene, faults: str = "", kind: Kind = Kind.SPOT, timeout: int = 400, secret: str = "secret") -> None:
    """Run a scene with ccxt against a served exchange whose price stands at 100."""

    async def main() -> None:
        now = int(time.time() * 1_000)
        exchange = Exchange(SpeedClock(now))
        exchange.list(Spec(SPOT), [Print(now - 600_000, D(100))])
        exchange.list(Spec(PERP), [Print(now - 600_000, D(100))])
        exchange.open_account("me", {"USDT": D(10_000), "BTC": D(10)})
        adapters = [BinanceSpot(Faults(parse(faults))), BinanceUsdm(Faults(parse(faults)))]
        served = await serve(exchange, adapters)
        await _with_client(exchange, served, scene, kind, timeout, secret)

    asyncio.run(main())


async def _with_client(exchange: Exchange, served: Served, scene: Scene, kind: Kind, timeout: int, secret: str) -> None:
    session = LoopbackSession(served.urls)
    name, market = _TYPES[kind]
    options = {
        "defaultType": name,
        "fetchMarkets": {"types": [market]},
        "fetchMargins": False,
        "fetchCurrencies": False,
    }
    client = ccxt.binance(
        {"session": session, "apiKey": "key", "secret": secret, "timeout": timeout, "enableRateLimit": False,
         "number": Decimal, "options": options}
    )  # fmt: skip
    client.timeout_on_exit = 0
    try:
        await client.load_markets()
        await scene(exchange, client)
    finally:
        await client.close()
        await session.close()
        await served.close()


async def limit(client: Any, client_id: str = "a1", price: str = "90") -> Any:
    return await client.create_order(SPOT, "limit", "buy", "1", price, {"clientOrderId": client_id})


@pytest.mark.parametrize(
    ("fault", "outcome", "placed"),
    [
        ("before_accept cut", ccxt.ExchangeNotAvailable, False),
        ("after_accept cut", ccxt.ExchangeNotAvailable, True),
        ("before_accept drop", ccxt.RequestTimeout, False),
        ("after_accept drop", ccxt.RequestTimeout, True),
        ("before_accept error 503", ccxt.ExchangeNotAvailable, False),
        ("after_accept error 503", ccxt.ExchangeNotAvailable, True),
        ("after_accept error 504", ccxt.RequestTimeout, True),
        ("after_accept error -1007", ccxt.RequestTimeout, True),
        ("after_accept error -1006", ccxt.OperationFailed, True),
        ("before_response cut_body", ccxt.ExchangeError, True),
        ("before_accept error 429", ccxt.DDoSProtection, False),
        ("before_accept error 418", ccxt.DDoSProtection, False),
        ("before_accept error -1021", ccxt.InvalidNonce, False),
        ("before_accept crash", ccxt.ExchangeNotAvailable, False),
    ],
)
def test_what_ccxt_knows_after_a_send(fault: str, outcome: type[Exception], placed: bool) -> None:
    """Each fault reaches the caller as the class that the real venue's would, with the order placed or not."""

    async def scene(exchange: Exchange, client: Any) -> None:
        with pytest.raises(outcome) as caught:
            await limit(client)
        assert type(caught.value) is outcome
        assert bool(exchange.truth("me").orders) is placed
        if "error 4" in fault:
            assert client.last_response_headers["Retry-After"] in ("5", "60")
        found = await client.fetch_orders(SPOT)
        assert [order["clientOrderId"] for order in found] == (["a1"] if placed else [])

    play(scene, f"submit 1 {fault}")


@pytest.mark.parametrize("fault", ["html", "no_id"])
def test_an_answer_without_an_order_raises_nothing(fault: str) -> None:
    """A page with status 200, or an answer without ids, gives an order that has no id: it was placed."""

    async def scene(exchange: Exchange, client: Any) -> None:
        order = await limit(client)
        assert order["id"] is None
        assert len(exchange.truth("me").orders) == 1

    play(scene, f"submit 1 before_response {fault}")


def test_giving_up_leaves_the_order_there() -> None:
    """The caller's own time-out says nothing of the venue."""

    async def scene(exchange: Exchange, client: Any) -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(limit(client), 0.05)
        await asyncio.sleep(0.2)  # until the venue has taken it, 0.1 s after it came
        assert len(exchange.truth("me").orders) == 1

    play(scene, "submit 1 before_accept delay 0.1")


def test_a_refused_connection_is_not_sent() -> None:
    """While the venue is down connections are refused; afterwards it is as it was."""

    async def main() -> None:
        now = int(time.time() * 1_000)
        exchange = Exchange(SpeedClock(now))
        exchange.list(Spec(SPOT), [Print(now, D(100))])
        exchange.open_account("me", {"USDT": D(10_000)})
        served = await serve(exchange, [BinanceSpot()])

        async def scene(exchange: Exchange, client: Any) -> None:
            await served.down()
            with pytest.raises(ccxt.ExchangeNotAvailable) as caught:
                await limit(client)
            assert "Connect" in repr(caught.value.__cause__)
            await served.up()
            await limit(client)
            assert len(exchange.truth("me").orders) == 1

        await _with_client(exchange, served, scene, Kind.SPOT, 400, "secret")

    asyncio.run(main())


def test_a_wrong_secret_is_refused() -> None:
    """Signatures are checked."""

    async def scene(exchange: Exchange, client: Any) -> None:
        with pytest.raises(ccxt.AuthenticationError, match="-1022"):
            await limit(client)
        client.apiKey = "another"
        with pytest.raises(ccxt.AuthenticationError, match="-2015"):
            await client.fetch_balance()

    play(scene, secret="wrong")


def test_spot_round_trip() -> None:
    """Orders of every type are placed, found by both ids, changed, filled and canceled, and balances tell of it."""

    async def scene(exchange: Exchange, client: Any) -> None:
        market = client.market(SPOT)
        assert (market["precision"]["amount"], market["limits"]["cost"]["min"]) == (D("0.0001"), D(5))
        bought = await client.create_order(SPOT, "market", "buy", "2")
        assert (bought["status"], bought["filled"], bought["average"]) == ("closed", D(2), D(100))
        resting = await limit(client)
        changed = await client.edit_order(resting["id"], SPOT, "limit", "buy", "1", "91")
        assert (changed["id"] != resting["id"], changed["price"]) == (True, D(91))
        stop = await client.create_order(
            SPOT, "market", "sell", "1", None, {"stopLossPrice": "80", "clientOrderId": "s"}
        )
        taken = await client.create_order(SPOT, "limit", "sell", "1", "121", {"takeProfitPrice": "120"})
        assert {order["id"] for order in await client.fetch_open_orders(SPOT)} == {
            changed["id"],
            stop["id"],
            taken["id"],
        }
        assert (await client.fetch_order(None, SPOT, {"origClientOrderId": "s"}))["info"]["stopPrice"] == "80"
        assert (await client.cancel_order(taken["id"], SPOT))["status"] == "canceled"
        with pytest.raises(ccxt.OrderNotFound):
            await client.cancel_order(bought["id"], SPOT)
        exchange.print(SPOT, D(79))
        assert (await client.fetch_order(stop["id"], SPOT))["average"] == D(79)
        fills = await client.fetch_my_trades(SPOT)
        assert [(fill["order"], fill["takerOrMaker"]) for fill in fills] == [
            (bought["id"], "taker"), (changed["id"], "maker"), (stop["id"], "taker")
        ]  # fmt: skip
        told, truth = await client.fetch_balance(), exchange.truth("me").wallets
        assert (told["BTC"]["total"], told["USDT"]["free"]) == (truth["BTC"].total, truth["USDT"].free)

    play(scene)


@pytest.mark.parametrize(
    ("order", "outcome"),
    [
        (("limit", "buy", "0.01", "90"), ccxt.BadRequest),
        (("limit", "buy", "1000", "90"), ccxt.InsufficientFunds),
        (("market", "sell", "1000", None), ccxt.InsufficientFunds),
        (("market", "sell", "1", None, {"stopLossPrice": "110"}), ccxt.OrderImmediatelyFillable),
        (("limit", "buy", "1", "110", {"postOnly": True}), ccxt.OrderImmediatelyFillable),
        (("limit", "buy", "1", "90", {"clientOrderId": "taken"}), ccxt.InvalidOrder),
    ],
)
def test_spot_refusals(order: tuple[Any, ...], outcome: type[Exception]) -> None:
    """Refusals come as the classes that ccxt knows for Binance's codes, and nothing is placed."""

    async def scene(exchange: Exchange, client: Any) -> None:
        await limit(client, "taken")
        with pytest.raises(outcome):
            await client.create_order(SPOT, *order)
        assert len(exchange.truth("me").orders) == 1

    play(scene)


async def forever(ask: Callable[[], Awaitable[Any]]) -> None:
    while True:
        await ask()


def test_streams_tell_orders_and_candles() -> None:
    """An order's changes and a candle's last price arrive over websockets; a broken stream is an error once."""

    async def scene(exchange: Exchange, client: Any) -> None:
        orders = asyncio.create_task(client.watch_orders())
        candles = asyncio.create_task(client.watch_ohlcv(SPOT, "1m"))
        while not exchange.accounts["me"].listeners or not exchange.market(SPOT).books["1m"].listeners:
            await asyncio.sleep(0.01)  # the sockets get their turn
        await client.create_order(SPOT, "market", "buy", "2", None, {"clientOrderId": "a1"})
        assert (await orders)[-1]["clientOrderId"] == "a1"
        exchange.print(SPOT, D(105))
        assert (await candles)[-1][4] == 105.0
        await client.create_order(SPOT, "market", "buy", "1")
        with pytest.raises(ccxt.NetworkError):
            await forever(client.watch_orders)

    play(scene, "user_stream 5 message break 0.1")


def test_contract_round_trip() -> None:
    """Positions, reduce-only stops in their own list, modified limits and leverage work through ccxt."""

    async def scene(exchange: Exchange, client: Any) -> None:
        await client.set_leverage(10, PERP)
        bought = await client.create_order(PERP, "market", "buy", "2")
        assert (bought["status"], bought["average"]) == ("closed", D(100))
        params = {"stopLossPrice": "95", "reduceOnly": True, "clientOrderId": "s"}
        stop = await client.create_order(PERP, "market", "sell", "2", None, params)
        assert await client.fetch_open_orders(PERP) == []
        (waiting,) = await client.fetch_open_orders(PERP, params={"trigger": True})
        assert (waiting["id"], waiting["clientOrderId"], waiting["info"]["triggerPrice"]) == (stop["id"], "s", "95")
        with pytest.raises(ccxt.OrderNotFound):
            await client.fetch_order(None, PERP, {"origClientOrderId": "s"})
        target = await client.create_order(PERP, "limit", "sell", "2", "120", {"reduceOnly": True})
        moved = await client.edit_order(target["id"], PERP, "limit", "sell", "2", "119")
        assert (moved["id"], moved["price"]) == (target["id"], D(119))
        (held,) = await client.fetch_positions([PERP])
        assert (held["contracts"], held["side"], held["marginMode"]) == (D(2), "long", "isolated")
        exchange.print(PERP, D(94))
        assert exchange.truth("me").holdings == {}
        assert (await client.fetch_order(None, PERP, {"origClientOrderId": "s"}))["filled"] == D(2)
        assert len(await client.fetch_my_trades(PERP)) == 2
        with pytest.raises(ccxt.InvalidOrder):
            await client.create_order(PERP, "market", "sell", "2", None, {"reduceOnly": True})
        assert (await client.fetch_balance())["USDT"]["total"] == exchange.truth("me").wallets["USDT"].total

    play(scene, kind=Kind.PERP)


def test_contract_streams() -> None:
    """Positions and orders of contracts arrive through a listen key, a stop as the two orders that it is."""

    async def scene(exchange: Exchange, client: Any) -> None:
        heard: list[tuple[str, str]] = []

        async def hear() -> None:
            while True:
                heard.extend((order["clientOrderId"], order["status"]) for order in await client.watch_orders(PERP))

        task = asyncio.create_task(hear())
        while not exchange.accounts["me"].listeners:
            await asyncio.sleep(0.01)  # the sockets get their turn
        await client.create_order(PERP, "market", "buy", "2", None, {"clientOrderId": "a1"})
        params = {"stopLossPrice": "95", "reduceOnly": True, "clientOrderId": "s"}
        await client.create_order(PERP, "market", "sell", "2", None, params)
        exchange.print(PERP, D(94))
        for _ in range(100):
            if ("s", "closed") in heard:
                break
            await asyncio.sleep(0.01)  # the sockets get their turn
        task.cancel()
        assert {("a1", "closed"), ("s", "open"), ("s", "closed")} <= set(heard)

    play(scene, kind=Kind.PERP)


def test_positions_can_be_left_out() -> None:
    """A position that the venue omits is not in the answer, and is in the next."""

    async def scene(exchange: Exchange, client: Any) -> None:
        await client.create_order(PERP, "market", "buy", "2")
        assert [len(await client.fetch_positions([PERP])) for _ in range(2)] == [0, 1]

    play(scene, "positions 1 before_response omit", kind=Kind.PERP)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-1", "1e999999", "x", ""])
def test_nonsense_is_a_bad_request(value: str) -> None:
    """Numbers that are none, and parameters that are missing, are refused with a code and never break the venue."""

    async def scene(exchange: Exchange, client: Any) -> None:
        for params in ({"quantity": value, "price": "90"}, {"quantity": "1", "price": value}):
            with pytest.raises(ccxt.ExchangeError, match='"code": -1'):
                await client.private_post_order({"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", **params})
        with pytest.raises(ccxt.BadRequest):
            await client.private_get_order({"symbol": "BTCUSDT"})
        with pytest.raises(ccxt.BadSymbol):
            await client.private_get_order({"symbol": value or "?"})
        assert exchange.truth("me").orders == ()

    play(scene)
