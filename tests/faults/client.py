"""A process that trades a round trip at an exchange served elsewhere, and kills itself at a point that it is told.

Arguments: ledger, the served hosts as JSON, now (ms UTC), speed, point. A point is `append 7 before`, `append 7 after`,
`submit 2 before`, `cancel 1 after`, or `never`. It ends with 0 when everything is bought, protected, sold and flat.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import Any

from stratrun.engine.brokers.budget import Budget
from stratrun.engine.brokers.ccxt_broker import CcxtBroker
from stratrun.engine.brokers.clock import Clock
from stratrun.engine.brokers.connect import connect
from stratrun.engine.brokers.keys import Keys
from stratrun.engine.brokers.local_session import Endpoint
from stratrun.engine.brokers.secret import Secret
from stratrun.engine.exchange.virtual_loop import run_fast
from stratrun.engine.ledger.events_session import SessionOpened
from stratrun.engine.ledger.opening import open_writer
from stratrun.engine.ledger.values import Mode, OrderState, Role, Side
from stratrun.engine.market.venue import Kind
from stratrun.engine.orders.desk import Desk
from stratrun.engine.orders.settings import Settings
from stratrun.engine.orders.wanted import Wanted

SYMBOL, KEY, SECRET = "BTC/USDT", "kill-key-77aa01", "kill-secret-93bb42"
_GONE = (OrderState.NEVER_PLACED, OrderState.REJECTED, OrderState.DENIED)


class Doom:
    """Ends the process, without a word, at the point."""

    def __init__(self, point: str) -> None:
        self._what, *rest = point.split()
        self._nth, self._when = (int(rest[0]), rest[1]) if rest else (0, "")
        self.counts: Counter[str] = Counter()

    def count(self, what: str) -> None:
        self.counts[what] += 1
        self.at(what, "before")

    def at(self, what: str, when: str) -> None:
        if (what, self.counts[what], when) == (self._what, self._nth, self._when):
            os.kill(os.getpid(), signal.SIGKILL)


class Pen:
    def __init__(self, writer: Any, doom: Doom) -> None:
        self._writer, self._doom = writer, doom

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)

    def post(self, events: Any) -> Any:
        self._doom.count("append")
        posted = self._writer.post(events)
        self._doom.at("append", "after")
        return posted


class Line:
    """A broker whose sends and cancels are points, before and after the await."""

    def __init__(self, broker: CcxtBroker, doom: Doom) -> None:
        self._broker, self._doom = broker, doom

    def __getattr__(self, name: str) -> Any:
        return getattr(self._broker, name)

    async def submit(self, wire: Any) -> Any:
        self._doom.count("submit")
        answer = await self._broker.submit(wire)
        self._doom.at("submit", "after")
        return answer

    async def cancel(self, order: Any) -> None:
        self._doom.count("cancel")
        await self._broker.cancel(order)
        self._doom.at("cancel", "after")


async def insist(desk: Desk, wanted: Wanted) -> None:
    """Place what a candle decided until the venue had it; each try has its own name."""
    for attempt in range(5):
        row = await desk.place(replace(wanted, attempt=attempt))
        await desk.settled(row.order_id, 200)
        found = desk.state.order(row.order_id)
        if found is not None and found.state not in _GONE:
            return


async def round_trip(desk: Desk, clock: Clock) -> None:
    """Buy 1, protect it, sell 0.4 of it, move the stop, close the rest."""
    entry = Wanted("dip", SYMBOL, Role.ENTRY, Side.BUY, Decimal(1), reference=Decimal(100), candle=1)
    await insist(desk, entry)
    if desk.state.position(SYMBOL, "dip"):
        await desk.protect("dip", SYMBOL, Decimal(90))
        await clock.sleep(3)
        leave = Wanted("dip", SYMBOL, Role.EXIT, Side.SELL, Decimal("0.4"), reduce_only=True,
                       reference=Decimal(100), candle=2)  # fmt: skip
        await insist(desk, leave)
        await desk.protect("dip", SYMBOL, Decimal(95))
        await clock.sleep(3)
    await desk.flatten(SYMBOL, "the end", 300)


async def trade(clock: Clock, ledger: str, urls: dict[str, str], doom: Doom) -> None:
    writer = open_writer(ledger, clock.now)
    keys = Keys("main", Secret(KEY), Secret(SECRET), None, "a test")
    link = connect("binance", Kind.SPOT, keys, endpoint=Endpoint.parse(urls), budget=Budget(1e6, 1e6))
    broker = CcxtBroker(link, clock)
    writer.append(SessionOpened("s", Mode.REHEARSAL, "main", "dip", "hash", "desk", (SYMBOL,), "1m", 0, "1"))
    await broker.open([SYMBOL])
    desk = Desk(Pen(writer, doom), Line(broker, doom), clock, "main", Settings(mode="rehearsal"))  # type: ignore[arg-type]
    await desk.start()
    await round_trip(desk, clock)
    assert not desk.violations(), desk.violations()
    await desk.reconcile("the end")
    assert not desk.state.drift(), desk.state.drift()
    await desk.stop()
    await broker.close()
    writer.close()


def main() -> None:
    ledger, urls, now, speed, point = sys.argv[1:]
    doom = Doom(point)
    run_fast(
        lambda clock: asyncio.wait_for(trade(clock, ledger, json.loads(urls), doom), 1_500), int(now), float(speed)
    )
    print(json.dumps(doom.counts))


if __name__ == "__main__":
    main()
