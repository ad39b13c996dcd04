"""Executions and stops of venues that cannot be asked for a stretch of time: walked back, a page at a time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from stratrun.engine.brokers.order_questions import OrderQuestions
from stratrun.engine.brokers.outcome import ReadError
from stratrun.engine.brokers.venue_facts import facts_of
from stratrun.engine.market.venue import Kind

START = 1_700_000_000_000
SYMBOL, OTHER = "BTC/USD:USD", "ETH/USD:USD"


class Kraken:
    """Lists the last hundred executions of all symbols, or those before a time."""

    def __init__(self, fills: list[dict[str, Any]]) -> None:
        self.fills = fills

    def iso8601(self, time: int) -> str:
        return datetime.fromtimestamp(time / 1_000, UTC).isoformat(timespec="milliseconds")

    async def fetch_my_trades(self, symbol: Any, since: Any, limit: Any, params: dict[str, str]) -> list[Any]:
        until = params.get("lastFillTime", "9999")
        return [fill for fill in self.fills if self.iso8601(fill["timestamp"]) < until][-100:]


def asked_for(fills: list[dict[str, Any]], since: int) -> list[str]:
    link = SimpleNamespace(facts=facts_of("kraken", Kind.PERP), client=Kraken(fills))
    contract: Any = SimpleNamespace(size=Decimal(1), instrument=SimpleNamespace(symbol=SYMBOL))
    questions = OrderQuestions(link, lambda symbol: contract, lambda: (SYMBOL,), lambda: START + 10**9)  # type: ignore[arg-type]
    return [fill.fill_id for fill in asyncio.run(questions.fills(SYMBOL, since))]


def fill(number: int, time: int, symbol: str = SYMBOL) -> dict[str, Any]:
    return {"id": str(number), "order": "o", "symbol": symbol, "side": "buy", "amount": "1", "price": "2",
            "timestamp": time}  # fmt: skip


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 350])
@pytest.mark.parametrize("together", [1, 7])
def test_every_page_is_walked(count: int, together: int) -> None:
    """However many there are, and however many share a moment, each is found once, and none of another symbol."""
    fills = [fill(n, START + n // together, SYMBOL if n % 3 else OTHER) for n in range(count)]
    assert sorted(map(int, asked_for(fills, START))) == [n for n in range(count) if n % 3]


def test_the_walk_ends_before_what_is_asked_for() -> None:
    """What happened before is left out."""
    fills = [fill(n, START + n * 1_000) for n in range(350)]
    assert sorted(map(int, asked_for(fills, START + 200_000))) == list(range(200, 350))


def test_a_page_of_one_moment_is_an_error() -> None:
    """More than a page within a millisecond cannot be seen whole, and that is said."""
    with pytest.raises(ReadError):
        asked_for([fill(n, START) for n in range(150)], START - 1)
