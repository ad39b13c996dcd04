"""The user stream and the candle stream: told once, broken and whole again, with polls beneath."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from typing import Any

from stratrun.engine.brokers.ccxt_broker import CcxtBroker
from stratrun.engine.brokers.secret import Redactor
from stratrun.engine.brokers.streams import Flow, Watch, each_candle
from stratrun.engine.brokers.words import FillReport, OrderReport, Report, Status, StreamReport
from stratrun.engine.ledger.values import OrderType, Side, Source

from .scripted import Scripted, order_row


def _order(filled: str = "0", status: Status = Status.OPEN, venue_id: str = "1") -> OrderReport:
    return OrderReport(
        "BTC/USDT", venue_id, "abc", Side.BUY, OrderType.LIMIT, status, Decimal(1), Decimal(filled), Decimal(9), None,
        False, None, Source.STREAM,
    )  # fmt: skip


def _fill(number: str) -> FillReport:
    return FillReport(
        "BTC/USDT", number, "1", "abc", Side.BUY, Decimal(1), Decimal(9), None, None, None, 5, Source.STREAM
    )  # fmt: skip


class Script:
    """Answers put by hand; an exception among them is raised."""

    def __init__(self, *answers: Any) -> None:
        self.queue: asyncio.Queue[Any] = asyncio.Queue()
        for answer in answers:
            self.queue.put_nowait(answer)

    async def __call__(self) -> Any:
        answer = await self.queue.get()
        if isinstance(answer, BaseException):
            raise answer
        return answer


def _flow(watches: list[Watch], poll: Callable[[], Any]) -> Flow:
    return Flow(watches, poll, lambda: 0.01, lambda: True, Redactor())


async def _take(flow: AsyncIterator[Report], count: int) -> list[Report]:
    found = []
    async for report in flow:
        found.append(report)
        if len(found) == count:
            break
    return found


async def _nothing() -> list[Report]:
    return []


def test_what_stream_and_poll_bring_is_told_once() -> None:
    """The same order and fill from both sides pass once; what changed passes again."""

    async def main() -> list[Report]:
        stream = Script([_order(), _fill("1")], [_order(), _fill("1")], [_order("0.5"), _fill("2")])

        async def poll() -> list[Report]:
            return [_order("0.5"), _fill("2"), _fill("1")] if stream.queue.empty() else []

        flow = _flow([Watch("orders", stream, list)], poll)
        found = await _take(flow.reports(), 5)
        await flow.close()
        return found

    found = asyncio.run(asyncio.wait_for(main(), 20))
    assert [report.filled for report in found if isinstance(report, OrderReport)] == [Decimal(0), Decimal("0.5")]
    assert [report.fill_id for report in found if isinstance(report, FillReport)] == ["1", "2"]


def test_a_break_is_told_and_so_is_its_end() -> None:
    """Down when the first loop breaks, up when all stand again; secrets stay out of the words."""

    async def main() -> list[Report]:
        one, two = Script([_order()], ConnectionError("signature=deadbeef"), [_order("0.1")]), Script([_fill("1")])
        flow = _flow([Watch("orders", one, list), Watch("fills", two, list)], _nothing)
        found = await _take(flow.reports(), 6)
        await flow.close()
        return found

    found = asyncio.run(asyncio.wait_for(main(), 20))
    states = [report for report in found if isinstance(report, StreamReport)]
    assert [state.up for state in states] == [True, False, True]
    assert "deadbeef" not in states[1].words
    assert "ConnectionError" in states[1].words


def test_polls_alone_are_the_stream_where_there_is_none() -> None:
    """Up with the first answer, down with the first failure, up again after it."""

    async def main() -> list[Report]:
        answers = Script([], OSError("gone"), [], [_order()])
        flow = _flow([], answers)
        found = await _take(flow.reports(), 4)
        await flow.close()
        return found

    found = asyncio.run(asyncio.wait_for(main(), 20))
    assert [report.up for report in found if isinstance(report, StreamReport)] == [True, False, True]
    assert isinstance(found[-1], OrderReport)


def test_closing_ends_the_reports() -> None:
    """Whoever waits for the next report is let go, and no task stays behind."""

    async def main() -> int:
        before = len(asyncio.all_tasks())
        flow = _flow([Watch("orders", Script(), list)], _nothing)
        waiting = asyncio.create_task(_take(flow.reports(), 99))
        await asyncio.sleep(0.05)  # so that it waits by now
        await flow.close()
        await waiting
        return len(asyncio.all_tasks()) - before

    assert asyncio.run(asyncio.wait_for(main(), 20)) == 0


def test_candles_go_on_after_a_failure() -> None:
    """A broken question is asked again."""

    async def main() -> list[Any]:
        source, found = Script([[1]], OSError(), [[2]]), []
        async for rows in each_candle(source, lambda: 0.0, lambda: len(found) == 2):
            found.append(rows)
            if len(found) == 2:
                break
        return found

    assert asyncio.run(asyncio.wait_for(main(), 20)) == [[[1]], [[2]]]


def _event(**changes: Any) -> dict[str, Any]:
    return {
        "e": "executionReport", "E": 1, "s": "BTCUSDT", "c": "abc123", "S": "BUY", "o": "LIMIT", "f": "GTC",
        "q": "0.50000000", "p": "100.10", "P": "0.0", "F": "0.0", "g": -1, "C": "", "x": "NEW", "X": "NEW", "r": "NONE",
        "i": 28, "l": "0.0", "z": "0.0", "L": "0.0", "n": "0", "N": None, "T": 1_700_000_000_000, "t": -1, "I": 1,
        "w": True, "m": False, "M": False, "O": 1_700_000_000_000, "Z": "0.0", "Y": "0.0", "Q": "0.0",
    } | changes  # fmt: skip


def test_the_user_stream_of_the_unmodified_class(at_venue: Any) -> None:
    """An order and its fill come over the websocket, in Decimals, with our client id; after a cut it stands again."""

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        reports = broker.reports()
        found: list[Report] = []

        async def until(done: Callable[[], bool]) -> None:
            while not done():
                found.append(await anext(reports))

        await until(lambda: any(isinstance(report, StreamReport) and report.up for report in found))
        await venue.tell(_event())
        filled = {
            "x": "TRADE",
            "X": "PARTIALLY_FILLED",
            "l": "0.2",
            "z": "0.2",
            "L": "100.05",
            "n": "0.0002",
            "N": "BTC",
            "t": 9,
        }
        await venue.tell(_event(**filled))
        await until(lambda: any(isinstance(report, FillReport) for report in found))
        fill = next(report for report in found if isinstance(report, FillReport))
        assert (fill.fill_id, fill.quantity, fill.price, fill.venue_id) == (
            "9",
            Decimal("0.2"),
            Decimal("100.05"),
            "28",
        )
        await until(lambda: any(isinstance(report, OrderReport) and report.filled for report in found))
        order = [report for report in found if isinstance(report, OrderReport)][-1]
        assert (order.client_id, order.filled, order.status) == ("abc123", Decimal("0.2"), Status.OPEN)
        found.clear()
        await venue.cut()
        await until(lambda: any(isinstance(report, StreamReport) and report.up for report in found))
        assert [report.up for report in found if isinstance(report, StreamReport)] == [False, True]

    at_venue(play)


def test_an_order_that_left_the_list_is_asked_for_by_name(at_venue: Any) -> None:
    """Missing from the open orders alone never ends an order."""
    from stratrun.engine.brokers.polling import Poller

    async def play(venue: Scripted, broker: CcxtBroker) -> None:
        async def none() -> list[Report]:
            return []

        poller = Poller(broker._orders, none)
        venue.give("GET", "/api/v3/openOrders", [order_row()])
        assert [report.venue_id for report in await poller.round() if isinstance(report, OrderReport)] == ["28"]
        venue.give("GET", "/api/v3/openOrders", [])
        venue.give("GET", "/api/v3/order", order_row())
        (still,) = await poller.round()
        assert isinstance(still, OrderReport)
        assert still.status is Status.OPEN
        venue.give("GET", "/api/v3/order", order_row(status="FILLED", executedQty="0.5"))
        trade = {
            "symbol": "BTCUSDT", "id": 3, "orderId": 28, "price": "100.1", "qty": "0.5", "quoteQty": "50", "time": 5,
            "commission": "0", "commissionAsset": "BTC", "isBuyer": True, "isMaker": True,
        }  # fmt: skip
        venue.give("GET", "/api/v3/myTrades", [trade])
        fill, ended = await poller.round()
        assert isinstance(fill, FillReport)
        assert isinstance(ended, OrderReport)
        assert ended.status is Status.CLOSED
        assert await poller.round() == []

    at_venue(play)
