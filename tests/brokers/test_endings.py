"""How a venue words that an order ended: whatever ended it, the order is told to have ended, with what was filled."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from stratrun.engine.brokers.ccxt_broker import CcxtBroker
from stratrun.engine.brokers.outcome import ReadError
from stratrun.engine.brokers.words import Reference, Status
from stratrun.engine.market.venue import Kind

from .recorded import SYMBOLS, Recorder, play

CONTRACTS = (
    "auto_deleveraged", "reduce_only", "position_closed", "reduce_out", "stp", "liquidated", "ioc", "cancelled", "new",
)  # fmt: skip
SPOT = (
    "poc", "fok", "stp", "ioc", "cancelled", "liquidate_cancelled", "small", "depth_not_enough", "trader_not_enough",
    "price_protect_cancelled", "unknown", "-",
)  # fmt: skip
"""As the venue's documents list them, and one that they do not."""


@pytest.mark.parametrize("words", CONTRACTS)
@pytest.mark.parametrize("left", [-500, -200])
def test_contracts_of_gate_that_ended_by_themselves(words: str, left: int) -> None:
    """An order that the venue took away, such as a target whose position was closed, has ended with what was filled."""
    row = {
        "id": 7311, "text": "t-abc", "contract": "BTC_USDT", "size": -500, "left": left, "price": "100", "tif": "gtc",
        "status": "finished", "finish_as": words, "create_time": 1_700_000_000, "finish_time": 1_700_000_060,
        "is_reduce_only": True,
    }  # fmt: skip

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        report = await broker.find(Reference(SYMBOLS[Kind.PERP], "abc", "7311"))
        assert report is not None
        assert (report.status, report.filled) == (Status.CANCELED, Decimal(500 + left) / 1_000)

    play("gate", Kind.PERP, {"GET /futures/usdt/orders/7311": row}, scene, otherwise=[])


@pytest.mark.parametrize("words", SPOT)
def test_spot_orders_of_gate_that_ended_by_themselves(words: str) -> None:
    """The same of spot orders, of which a part may have been filled."""
    row: dict[str, Any] = {
        "id": "7311", "text": "t-abc", "currency_pair": "BTC_USDT", "type": "limit", "account": "spot", "side": "buy",
        "amount": "0.5", "left": "0.3", "filled_total": "20", "price": "100", "status": "cancelled", "finish_as": words,
        "create_time_ms": 1_700_000_000_000, "update_time_ms": 1_700_000_060_000, "time_in_force": "gtc",
    }  # fmt: skip

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        report = await broker.find(Reference(SYMBOLS[Kind.SPOT], "abc", "7311"))
        assert report is not None
        assert (report.status, report.filled) == (Status.CANCELED, Decimal("0.2"))

    play("gate", Kind.SPOT, {"GET /spot/orders/7311": row}, scene, otherwise=[])


@pytest.mark.parametrize("changes", [{"left": None}, {"status": "odd"}])
def test_an_end_that_is_not_certain_is_not_read(changes: dict[str, Any]) -> None:
    """Words that nobody knows say nothing without the venue's own state and what was left."""
    row = {
        "id": 7311, "text": "t-abc", "contract": "BTC_USDT", "size": -500, "left": -200, "price": "100", "tif": "gtc",
        "status": "finished", "finish_as": "new", "create_time": 1_700_000_000,
    } | changes  # fmt: skip

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        with pytest.raises(ReadError, match="without its state"):
            await broker.find(Reference(SYMBOLS[Kind.PERP], "abc", "7311"))

    play("gate", Kind.PERP, {"GET /futures/usdt/orders/7311": row}, scene, otherwise=[])
