"""A simulated Binance on loopback in a thread of its own, and a deployment that trades there."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from stratrun.engine.exchange.clocks import SpeedClock
from stratrun.engine.exchange.exchange import Exchange
from stratrun.engine.exchange.market_data import Print
from stratrun.engine.exchange.spec import Spec
from stratrun.engine.exchange.wire.binance_spot import BinanceSpot
from stratrun.engine.exchange.wire.serve import Served, serve

T = TypeVar("T")
M = 60_000
KEY, SECRET = "key-that-nobody-may-see", "secret-that-nobody-may-see"
STRATEGY = """
stratrun: 2
name: Jump
symbols: [BTC/USDT]
timeframe: 1m
long: {enter: close > 100.5, exit: {stop: 3%}}
size: {equity: 50%}
risk: {max_open: 1}
"""


@dataclass
class VenueThread:
    exchange: Exchange
    served: Served
    loop: asyncio.AbstractEventLoop

    @property
    def address(self) -> str:
        return self.served.urls["api.binance.com"]

    def call(self, work: Callable[[], T]) -> T:
        """Run something in the venue's own thread."""

        async def worked() -> T:
            return work()

        return asyncio.run_coroutine_threadsafe(worked(), self.loop).result(10)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self.served.close(), self.loop).result(10)


@contextmanager
def venue(lead: float = 25.0, skew: int = 0) -> Iterator[VenueThread]:
    """Its clock is `lead` seconds before a full minute, whose candle then closes at 101 after hours at 100, and
    so does every other from then on: a slow machine that misses the first takes another."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def begin() -> VenueThread:
        close = round(time.time() * 1_000 / M) * M
        start = close - int(lead * 1_000)
        exchange = Exchange(SpeedClock(start), skew)
        past = [Print(close - i * M, Decimal(100), Decimal(1)) for i in range(300, 1, -1)]
        jump = [Print(close - M, Decimal(100), Decimal(1))]
        jump += [Print(close + i * M - 500, Decimal(101 - i % 2), Decimal(1)) for i in range(10)]
        exchange.list(Spec("BTC/USDT"), [*past, *jump])
        exchange.open_account("main", {"USDT": Decimal(10_000)}, KEY, SECRET)
        return VenueThread(exchange, await serve(exchange, [BinanceSpot()]), loop)

    found = asyncio.run_coroutine_threadsafe(begin(), loop).result(10)
    try:
        yield found
    finally:
        found.close()
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def deployment(folder: Path, address: str, more: str = "") -> Path:
    (folder / "jump.yaml").write_text(STRATEGY)
    path = folder / "desk.yaml"
    path.write_text(
        "stratrun: 2\nkind: deployment\nname: Desk\nvenue: binance\naccount: main\n"
        f"endpoint: {address}\nledger: ./desk.db\nnotify: {{log: ./alerts.jsonl}}\nshutdown: keep\n"
        f"strategies: [{{strategy: ./jump.yaml}}]\n{more}"
    )
    return path


def told(folder: Path) -> str:
    """Everything that was written into a folder, whatever it is."""
    return "\n".join(path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file())
