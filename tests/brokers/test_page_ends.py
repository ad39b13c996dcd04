"""Where a page ends: venues that show fewer rows than asked for, or the same again, are neither believed nor asked on."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from stratrun.engine.brokers.ccxt_broker import CcxtBroker
from stratrun.engine.market.venue import Kind

from .recorded import SYMBOLS, Recorder, play

DAY, HOUR = 86_400_000, 3_600_000
PERP = SYMBOLS[Kind.PERP]


def test_every_payment_of_bybit_is_told() -> None:
    """Bybit answers 50 rows unless its own word for a page's length is used, and ccxt uses another."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        now = broker.now()
        rows = [
            {"execId": f"F{number}", "symbol": "BTCUSDT", "execTime": str(now - number * HOUR), "execFee": "0.1",
             "feeRate": "0.0001", "execType": "Funding", "feeCurrency": "USDT"}
            for number in range(150)
        ]  # fmt: skip

        def page(asked: dict[str, Any]) -> Any:
            start, end = int(asked["startTime"]), int(asked["endTime"])
            kept = [it for it in rows if start <= int(it["execTime"]) <= end]
            return {"retCode": 0, "retMsg": "OK", "result": {"list": kept[: int(asked.get("limit", 50))]}}

        recorder.told["GET /v5/execution/list"] = page
        assert len(await broker.funding(PERP, now - 7 * DAY)) == 150

    play("bybit", Kind.PERP, {}, scene)


def test_payments_of_kraken_are_told_among_those_of_others() -> None:
    """A page of Kraken's account log may be full of other contracts' payments: ours behind them are told, too."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        now = broker.now()
        rows = [
            {"id": number, "date": iso(now - number * HOUR // 12), "asset": "usd", "realized_funding": 0.1,
             "contract": "btcusdt" if number % 12 == 0 else f"other{number % 12}", "info": "funding rate change"}
            for number in range(1_900)
        ]  # fmt: skip

        def page(asked: dict[str, Any]) -> Any:
            since, before = iso(int(asked["since"])), iso(int(asked["before"]))
            kept = sorted((it for it in rows if since <= it["date"] < before), key=lambda it: it["date"])
            return {"accountUid": "a", "logs": kept[: int(asked.get("count", 500))]}

        recorder.told["GET /account-log"] = page
        found = await broker.funding(PERP, now - 7 * DAY)
        assert len(found) == len({report.funding_id for report in found}) == 159
        assert {(report.symbol, report.amount) for report in found} == {(PERP, Decimal("0.1"))}

    play("kraken", Kind.PERP, {}, scene)


def iso(time: int) -> str:
    return f"{datetime.fromtimestamp(time / 1_000, UTC):%Y-%m-%dT%H:%M:%S}.{time % 1_000:03d}Z"
