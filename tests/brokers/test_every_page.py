"""Histories that are longer than one answer: nothing between the ledger's last word and now may be missing."""

from __future__ import annotations

from typing import Any

import pytest

from stratrun.engine.brokers.ccxt_broker import CcxtBroker
from stratrun.engine.brokers.outcome import ReadError
from stratrun.engine.market.venue import Kind

from .recorded import SYMBOLS, Recorder, good, play

DAY = 86_400_000
SPOT, PERP = SYMBOLS[Kind.SPOT], SYMBOLS[Kind.PERP]


STRETCHES = {
    ("binance", Kind.SPOT): ("startTime", "endTime", 1),
    ("binance", Kind.PERP): ("startTime", "endTime", 7),
    ("bybit", Kind.SPOT): ("startTime", "endTime", 7),
    ("bybit", Kind.PERP): ("startTime", "endTime", 7),
    ("kucoin", Kind.SPOT): ("startAt", "endAt", 7),
    ("kucoin", Kind.PERP): ("startAt", "endAt", 7),
    ("bitget", Kind.SPOT): ("startTime", "endTime", 7),
    ("bitget", Kind.PERP): ("startTime", "endTime", 7),
}
"""What begins and ends a question, and the days between that the venue takes, by its documents."""
NOTHING: dict[str, Any] = {
    "binance": [], "bybit": {"retCode": 0, "retMsg": "OK", "result": {"list": []}}, "kucoin": good({"items": []}),
    "bitget": good([], "00000"),
}  # fmt: skip


@pytest.mark.parametrize(("venue", "kind"), STRETCHES)
def test_no_question_is_longer_than_the_venue_takes(venue: str, kind: Kind) -> None:
    """After a fortnight's absence each stretch that is asked for is one that the venue does not refuse, and all are."""
    begins, ends, days = STRETCHES[venue, kind]

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        since = broker.now() - 14 * DAY
        for ask in (broker.fills, broker.ended_orders):
            recorder.sent.clear()
            assert await ask(SYMBOLS[kind], since) == []
            said = [recorder.request(number)[1] for number in range(len(recorder.sent))]
            asked = [(int(it[begins]), int(it[ends])) for it in said if begins in it and ends in it]
            assert max(end - start for start, end in asked) <= days * DAY
            assert min(asked)[0] <= since
            assert max(end for _, end in asked) >= since + 14 * DAY

    play(venue, kind, {}, scene, otherwise=NOTHING[venue])


def _leaves(rows: dict[str, Any], name: str, asked: dict[str, Any]) -> Any:
    """Kraken's pages: 50 of the account's rows, the newest first, from an offset on."""
    kept = [key for key, row in rows.items() if row.get("closetm", row.get("time")) > int(asked["start"])]
    page = kept[int(asked["ofs"]) :][:50]
    return {"error": [], "result": {name: {key: rows[key] for key in page}, "count": len(kept)}}


def _pair(number: int) -> str:
    return "BTCUSDT" if number % 4 == 0 else "ETHUSDT"


def test_kraken_is_leafed_through_to_the_last_execution() -> None:
    """Of 230 executions, most in another market, none of ours is missing, though no page held more than a few."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        now = broker.now()
        rows = {
            f"T{number}": {
                "ordertxid": f"O{number}", "pair": _pair(number), "time": (now - number * 60_000) / 1_000,
                "type": "buy", "ordertype": "limit", "price": "100", "cost": "10", "fee": "0.01", "vol": "0.1",
            }
            for number in range(230)
        }  # fmt: skip
        recorder.told["POST /0/private/TradesHistory"] = lambda asked: _leaves(rows, "trades", asked)
        found = await broker.fills(SPOT, now - DAY)
        assert {report.fill_id for report in found} == {f"T{number}" for number in range(0, 230, 4)}

    play("kraken", Kind.SPOT, {}, scene)


def test_an_order_made_long_ago_that_ended_lately_is_seen_at_kraken() -> None:
    """An order counts by its end: ccxt would leave out those that were made before the time that is asked for."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        now = broker.now()
        rows = {
            f"O{number}": {
                "cl_ord_id": f"c{number}", "status": "canceled", "opentm": (now - 30 * DAY) / 1_000,
                "closetm": (now - number * 60_000) / 1_000, "vol": "0.5", "vol_exec": "0.2", "cost": "20", "fee": "0",
                "price": "100", "oflags": "fciq", "descr": {
                    "pair": _pair(number), "type": "sell", "ordertype": "limit", "price": "100", "price2": "0",
                },
            }
            for number in range(120)
        }  # fmt: skip
        recorder.told["POST /0/private/ClosedOrders"] = lambda asked: _leaves(rows, "closed", asked)
        found = await broker.ended_orders(SPOT, now - DAY)
        assert {report.venue_id for report in found} == {f"O{number}" for number in range(0, 120, 4)}

    play("kraken", Kind.SPOT, {}, scene)


def test_a_page_that_comes_again_is_no_answer() -> None:
    """A venue that turned no page is told, rather than asked for ever or taken at its word."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        row = {"ordertxid": "O", "pair": "BTCUSDT", "time": broker.now() / 1_000, "type": "buy", "price": "100",
               "cost": "10", "fee": "0", "vol": "0.1", "ordertype": "limit"}  # fmt: skip
        page = {"error": [], "result": {"trades": {f"T{number}": row for number in range(50)}, "count": 60}}
        recorder.told["POST /0/private/TradesHistory"] = lambda asked: page
        with pytest.raises(ReadError, match="the same page"):
            await broker.fills(SPOT, broker.now() - DAY)

    play("kraken", Kind.SPOT, {}, scene)
