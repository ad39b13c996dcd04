"""The budget of requests: its rate, its reserve, its silence, in simulated time."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stratrun.engine.brokers.budget import Budget, Urgency, urgency
from stratrun.engine.brokers.ccxt_broker import CcxtBroker
from stratrun.engine.brokers.outcome import NotSentError
from stratrun.engine.brokers.words import Ticket
from stratrun.engine.ledger.values import OrderType, Side
from stratrun.engine.market.venue import Kind

from .recorded import SYMBOLS, Recorder, play


class _Instant(selectors.SelectSelector):
    """Nothing to wait for: time jumps to the next timer."""

    loop: _Loop

    def select(self, timeout: float | None = None) -> list[Any]:
        self.loop.shift += max(timeout or 0.0, 0.0)
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    shift = 0.0

    def time(self) -> float:
        return self.shift


def run(main: Coroutine[Any, Any, Any]) -> Any:
    selector = _Instant()
    selector.loop = loop = _Loop(selector)
    try:
        return loop.run_until_complete(main)
    finally:
        loop.close()


async def _spend(budget: Budget, level: Urgency, cost: float = 1.0) -> float:
    begun = asyncio.get_running_loop().time()
    with urgency(level):
        await budget.take(cost)
    return asyncio.get_running_loop().time() - begun


def test_the_burst_is_free_and_then_the_rate_holds() -> None:
    """Ten a second: the first ten at once, then one each tenth."""

    async def main() -> list[float]:
        budget = Budget(10, 10, reserve=0)
        return [await _spend(budget, Urgency.READ) for _ in range(13)]

    assert run(main()) == pytest.approx([0.0] * 10 + [0.1] * 3)


def test_reads_cannot_touch_what_cancels_need() -> None:
    """However many questions wait, a cancel goes at once, and an order does not queue for ever."""

    async def main() -> None:
        budget = Budget(10, 100, reserve=0.2)
        for _ in range(80):
            await _spend(budget, Urgency.READ)
        waiting = [asyncio.create_task(_spend(budget, Urgency.READ)) for _ in range(100)]
        await asyncio.sleep(0)
        with pytest.raises(NotSentError):
            await _spend(budget, Urgency.SEND)
        assert [await _spend(budget, Urgency.PROTECT) for _ in range(20)] == [0.0] * 20
        await asyncio.gather(*waiting)

    run(main())


def test_a_silence_the_venue_asks_for_holds_for_all() -> None:
    """After Retry-After nothing leaves: what can wait waits, what cannot is told."""

    async def main() -> None:
        budget = Budget(100, 100)
        assert budget.back_off(5) == 5
        with pytest.raises(NotSentError):
            await _spend(budget, Urgency.SEND)
        assert await _spend(budget, Urgency.PROTECT) == pytest.approx(5)
        assert await _spend(budget, Urgency.SEND) == 0

    run(main())


def test_back_off_grows_and_starts_again() -> None:
    """Where the venue does not say how long: 1, 2, 4 … at most 120 s; an answer ends it."""

    async def main() -> None:
        budget = Budget(100, 100)
        assert [budget.back_off() for _ in range(9)] == [1, 2, 4, 8, 16, 32, 64, 120, 120]
        budget.answered()
        assert budget.back_off() == 1

    run(main())


def test_a_canceled_wait_gives_its_part_back() -> None:
    """Who stops waiting has spent nothing."""

    async def main() -> None:
        budget = Budget(1, 10, reserve=0)
        await _spend(budget, Urgency.READ, 10)
        waiting = asyncio.create_task(_spend(budget, Urgency.READ, 10))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert await _spend(budget, Urgency.READ, 1) == pytest.approx(1)

    run(main())


@given(st.lists(st.floats(0.1, 20), max_size=60), st.floats(1, 50), st.floats(1, 100), st.floats(0, 0.9))
def test_no_stretch_spends_more_than_its_share(costs: list[float], rate: float, burst: float, reserve: float) -> None:
    """From the start to any moment, at most the burst and the rate's growth were spent (and one call above it)."""

    async def main() -> None:
        budget, spent = Budget(rate, burst, reserve), 0.0
        for cost in costs:
            try:
                await _spend(budget, Urgency.READ, cost)
            except NotSentError:
                continue
            spent += cost
            assert spent <= burst + rate * asyncio.get_running_loop().time() + cost + 1e-6

    run(main())


@pytest.mark.parametrize("given", [(0, 1, 0), (1, 0, 0), (1, 1, 1), (1, 1, -0.1)])
def test_a_budget_of_nothing_is_refused(given: tuple[float, float, float]) -> None:
    """It would stop everything."""
    with pytest.raises(ValueError, match="budget"):
        Budget(*given)


def test_what_costs_nothing_waits_for_no_question() -> None:
    """Kraken does not count orders with questions: an entry is sent while a long history is read."""

    async def scene(broker: CcxtBroker, recorder: Recorder) -> None:
        budget = Budget(1, 10)
        broker._link.client.throttle = budget.take
        descr = {"order": "buy 0.5 BTCUSDT @ limit 90"}
        recorder.told["POST /0/private/AddOrder"] = {"error": [], "result": {"txid": ["O1"], "descr": descr}}
        reading = [asyncio.ensure_future(broker.fills(SYMBOLS[Kind.SPOT], 0)) for _ in range(3)]
        await asyncio.sleep(0)
        given = Ticket("abc", SYMBOLS[Kind.SPOT], Side.BUY, OrderType.LIMIT, Decimal("0.5"), Decimal(90))
        assert (await broker.submit(broker.wire(given))).venue_id == "O1"
        budget.back_off(60)
        with pytest.raises(NotSentError):
            await broker.submit(broker.wire(given))
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)

    none = {"error": [], "result": {"trades": {}, "count": 0}}
    play("kraken", Kind.SPOT, {"POST /0/private/TradesHistory": none}, scene)
