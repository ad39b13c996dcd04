"""Histories that a venue tells of its whole account cost one reading for all symbols of a comparison."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from stratrun.engine.brokers.ccxt_broker import CcxtBroker
from stratrun.engine.brokers.clock import LoopClock
from stratrun.engine.brokers.instruments import make_contract
from stratrun.engine.brokers.order_questions import OrderQuestions
from stratrun.engine.brokers.shared_reading import SharedReading
from stratrun.engine.brokers.venue_facts import facts_of
from stratrun.engine.exchange.virtual_loop import run_virtual
from stratrun.engine.market.venue import Kind

from .recorded import Recorder, market, play

START = 1_700_000_000_000
SYMBOLS = [f"C{number}/USD" for number in range(6)]


class Kraken:
    """Lists all executions of an account, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def fetch_my_trades(self, symbol: Any, since: Any, limit: Any, params: dict[str, Any]) -> list[Any]:
        self.asked += 1
        return [
            {"id": f"{name}-{n}", "order": "o", "symbol": name, "side": "buy", "amount": "1", "price": "2",
             "timestamp": START + n * 60_000}
            for n in range(5) for name in SYMBOLS
        ]  # fmt: skip


def questions(client: Kraken) -> OrderQuestions:
    def contract(symbol: str) -> Any:
        return SimpleNamespace(size=Decimal(1), instrument=SimpleNamespace(symbol=symbol))

    link: Any = SimpleNamespace(facts=facts_of("kraken", Kind.SPOT), client=client)
    return OrderQuestions(link, contract, lambda: SYMBOLS, lambda: START + 10**9)


def test_one_reading_tells_of_every_symbol() -> None:
    """Each symbol has its own executions, from its own time on, out of what was read once."""

    async def main() -> None:
        client = Kraken()
        asked = questions(client)
        for number, symbol in enumerate(SYMBOLS):
            found = await asked.fills(symbol, START + number % 3 * 60_000)
            assert [one.fill_id for one in found] == [f"{symbol}-{n}" for n in range(number % 3, 5)]
        assert client.asked == 1

    asyncio.run(main())


@pytest.mark.parametrize(("wait", "since", "readings"), [(0.0, 10, 1), (1.4, 11, 1), (1.6, 10, 2), (0.0, 9, 2)])
def test_what_is_older_or_asks_for_more_is_read_again(wait: float, since: int, readings: int) -> None:
    """Nothing is answered that the venue said more than a moment ago, or that begins too late."""

    async def main(clock: LoopClock) -> None:
        read: list[int] = []

        async def reading(since: int) -> list[int]:
            read.append(since)
            return list(range(since, 20))

        shared: SharedReading[int] = SharedReading()
        await shared.rows(10, reading)
        await clock.sleep(wait)
        assert set(range(since, 20)) <= set(await shared.rows(since, reading))
        assert len(read) == readings

    run_virtual(main, START)


def test_a_reading_that_failed_is_none() -> None:
    """The next question asks the venue again."""

    async def main(clock: LoopClock) -> None:
        async def broken(since: int) -> list[int]:
            raise ConnectionError

        async def whole(since: int) -> list[int]:
            return [since]

        shared: SharedReading[int] = SharedReading()
        assert await shared.rows(5, whole) == [5]
        with pytest.raises(ConnectionError):
            await shared.rows(4, broken)
        assert await shared.rows(6, whole) == [6]

    run_virtual(main, START)


def test_payments_of_all_contracts_are_read_once() -> None:
    """Kraken's account log holds every contract's payments."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        client, now = broker._link.client, broker.now()
        first = market(client, "kraken", Kind.PERP)
        other = first | {"id": "ETHUSDT", "symbol": "ETH/USDT:USDT", "base": "ETH", "baseId": "ETH"}
        client.set_markets([first, other])
        for row in (first, other):
            broker._contracts[row["symbol"]] = make_contract(row, row["symbol"], Kind.PERP, False)
        rows = [
            {"id": number, "date": client.iso8601(now - number * 60_000 - 1), "asset": "usd", "realized_funding": 0.1,
             "contract": ("btcusdt", "ethusdt")[number % 2], "info": "funding rate change"}
            for number in range(10)
        ]  # fmt: skip
        recorder.told["GET /account-log"] = {"accountUid": "a", "logs": rows}
        recorder.sent.clear()
        found = [await broker.funding(symbol, now - 86_400_000) for symbol in ("BTC/USDT:USDT", "ETH/USDT:USDT")]
        assert [len(one) for one in found] == [5, 5]
        assert len(recorder.sent) == 1

    play("kraken", Kind.PERP, {}, scene)
