"""A deployment on a simulated exchange in simulated time: a strategy's text and candles in, what happened out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from stratrun.engine.brokers.clock import LoopClock
from stratrun.engine.exchange.direct import DirectBroker
from stratrun.engine.exchange.exchange import Exchange
from stratrun.engine.exchange.faults import Faults
from stratrun.engine.exchange.market_data import tape
from stratrun.engine.exchange.spec import Spec
from stratrun.engine.exchange.virtual_loop import run_virtual
from stratrun.engine.language.deployment import Deployed, Deployment, Shutdown
from stratrun.engine.language.document import loads
from stratrun.engine.language.strategy import Market
from stratrun.engine.ledger.opening import open_writer
from stratrun.engine.ledger.values import Mode
from stratrun.engine.market.candles import Candles
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.orders.settings import Settings
from stratrun.engine.run.live.live_session import LiveSession
from stratrun.engine.run.live.paper_session import PaperSession
from stratrun.engine.run.live.session import Hooks, Session

M = 60_000
AFTER = 10
"""Minutes that a brief session goes on when nobody meddles any more."""
START = 1_700_000_100_000 // (60 * M) * 60 * M
CROSS = """
stratrun: 2
name: Cross
symbols: [BTC/USDT]
timeframe: 1m
indicators: {fast: "ema(close, 3)", slow: "ema(close, 8)"}
long:
  enter: fast crosses above slow
  exit: {when: fast crosses below slow, stop: 0.4%, target: 1%}
size: {equity: 50%}
"""


def wave(count: int, symbol: str = "BTC/USDT", seed: int = 1, start: int = START) -> Candles:
    """Candles of one minute on ticks of 0.01 that swing, with gaps at some opens."""
    draw = np.random.default_rng(seed)
    steps = draw.normal(0, 0.0015, count) + 0.0012 * np.sin(np.arange(count) / 9)
    close = np.round(100 * np.exp(np.cumsum(steps)), 2)
    opens = np.round(np.concatenate([[100.0], close[:-1]]) * (1 + draw.normal(0, 0.0001, count)), 2)
    high = np.round(np.maximum(opens, close) + np.abs(draw.normal(0, 0.05, count)), 2)
    low = np.round(np.minimum(opens, close) - np.abs(draw.normal(0, 0.05, count)), 2)
    time = start + M * np.arange(count, dtype=np.int64)
    return Candles(symbol, Timeframe.parse("1m"), time, opens, high, low, close, np.full(count, 40.0))


@dataclass
class Stage:
    """`history` minutes lie before the session's start, `minutes` after it."""

    folder: Path
    texts: dict[str, str] = field(default_factory=lambda: {"cross": CROSS})
    history: int = 120
    minutes: int = 180
    faults: Faults | None = None
    spec: dict[str, Any] = field(default_factory=dict)
    shutdown: Shutdown = Shutdown.KEEP
    latency: float = 0.0
    paper: bool = False
    noticed: list[tuple[str, str]] = field(default_factory=list)

    def deployment(self) -> Deployment:
        share = 1.0 / len(self.texts)
        deployed = tuple(Deployed(name, share, loads(text), 60_000) for name, text in self.texts.items())
        return Deployment(
            "d.yaml", "desk", "simulated", "main", Market.SPOT, "USDT", str(self.folder / "ledger.db"), deployed,
            shutdown=self.shutdown,
        )  # fmt: skip

    def play(self, act: Callable[[World], Awaitable[None]] | None = None, brief: bool = False) -> World:
        """Run the session for its minutes; `act` may meddle meanwhile. `brief`: until a bit after it has."""

        async def main(clock: LoopClock) -> World:
            world = World(self, clock)
            await world.open()
            await world.trade(self.minutes, act, brief)
            await world.end()
            return world

        return run_virtual(main, START + self.history * M)


class World:
    """One exchange, and sessions one after the other on the same ledger."""

    def __init__(self, stage: Stage, clock: LoopClock) -> None:
        self.stage, self.clock = stage, clock
        self.exchange = Exchange(clock)
        self.candles = {}
        for k, symbol in enumerate(stage.deployment().symbols):
            self.candles[symbol] = wave(stage.history + stage.minutes + 60, symbol, 1 + k)
            self.exchange.list(Spec(symbol, **stage.spec), tape(self.candles[symbol]))
        self.account = self.exchange.open_account("main", {"USDT": Decimal(10_000)})
        self.equity: list[tuple[int, float]] = []

    async def open(self) -> None:
        """Begin a session on the ledger, or go on with the one before."""
        stage = self.stage
        self.broker = DirectBroker(self.exchange, "main", faults=stage.faults, latency=stage.latency)
        self.writer = open_writer(stage.folder / "ledger.db", self.clock.now)
        hooks = Hooks(
            noticed=lambda subject, words: stage.noticed.append((subject, words)),
            decided=lambda close, equity: self.equity.append((close, equity)),
        )  # fmt: skip
        self.session: Session
        if stage.paper:
            paper = PaperSession(stage.deployment(), self.writer, self.broker, self.clock, hooks, inline=True)
            await paper.start()
            self.session = paper
            return
        settings = Settings(mode="rehearsal", inline=True)
        self.live = LiveSession(
            stage.deployment(), Mode.REHEARSAL, self.writer, self.broker, self.clock, settings, hooks
        )
        self.session = self.live
        self.live.around.confirmed = True
        await self.live.start()

    async def trade(
        self, minutes: int, act: Callable[[World], Awaitable[None]] | None = None, brief: bool = False
    ) -> None:
        running = asyncio.create_task(self.session.run())
        moving = asyncio.create_task(self.exchange.run())
        meddling = asyncio.create_task(act(self)) if act else None  # type: ignore[arg-type]
        lasting = asyncio.create_task(self.clock.sleep(minutes * 60 + 10))
        if brief and meddling:
            await asyncio.wait({lasting, meddling}, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait({lasting}, timeout=AFTER * 60 if brief and meddling else None)
        lasting.cancel()
        self.session.ask_to_stop()
        await running
        if meddling:
            await meddling
        moving.cancel()

    async def end(self) -> None:
        await self.session.stop()
        self.writer.close()
        self.truth = self.exchange.truth("main")
