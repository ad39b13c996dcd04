"""A launch on the simulated exchange in simulated time: what it told, logged and left behind."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from stratrun.engine.brokers.clock import LoopClock
from stratrun.engine.brokers.secret import Redactor
from stratrun.engine.diagnostics.diagnostic import InputError
from stratrun.engine.exchange.accounts import Truth
from stratrun.engine.exchange.direct import DirectBroker
from stratrun.engine.exchange.exchange import Exchange
from stratrun.engine.exchange.market_data import tape
from stratrun.engine.exchange.spec import Spec
from stratrun.engine.exchange.virtual_loop import run_virtual
from stratrun.engine.language.deployment import Deployment
from stratrun.engine.ledger.opening import open_writer
from stratrun.engine.ledger.values import Mode
from stratrun.engine.orders.wanted import Alert
from stratrun.engine.run.beside import Beside
from stratrun.engine.run.live.chronicle import Happening
from stratrun.engine.run.live.launch import Ended, Launch, Outside
from stratrun.engine.run.logs import Logs, LogSettings

from ..stage import CROSS, START, M, Stage, wave

Act = Callable[["Ground", Launch], Awaitable[None]]


@dataclass
class Heard:
    """A viewer that remembers."""

    happenings: list[Happening] = field(default_factory=list)
    closes: list[int] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def happened(self, it: Happening) -> None:
        self.happenings.append(it)

    def closed(self, time: int, equity: float) -> None:
        self.closes.append(time)

    def alerted(self, alert: Alert) -> None:
        self.alerts.append(alert)

    def said(self, words: str) -> None:
        self.words.append(words)


@dataclass
class Ground:
    """`minutes` of trading, then an orderly end, unless `act` ends it otherwise."""

    folder: Path
    mode: Mode = Mode.LIVE
    minutes: int = 120
    text: str = CROSS
    change: dict[str, Any] = field(default_factory=dict)
    notify: Callable[[Alert], Awaitable[None]] | None = None
    once: bool = False
    heard: Heard = field(default_factory=Heard)
    delivered: list[Alert] = field(default_factory=list)
    running: asyncio.Task[Ended] | None = None
    clock: LoopClock = field(init=False)
    exchange: Exchange = field(init=False)
    truth: Truth = field(init=False)
    """What the venue knows of the account in the end."""

    def deployment(self) -> Deployment:
        return replace(Stage(self.folder, {"cross": self.text}).deployment(), **self.change)

    def play(self, *acts: Act) -> list[Ended | InputError]:
        """How the launches ended, one for each act (one if there is none), each going on where the one before ended."""

        async def main(clock: LoopClock) -> list[Ended | InputError]:
            self._open(clock)
            moving = asyncio.create_task(self.exchange.run())
            try:
                return [await self._launch(act) for act in acts or (until_the_end,)]
            finally:
                self.truth = self.exchange.truth("main")
                moving.cancel()

        return run_virtual(main, START + 120 * M)

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "log").read_text().splitlines()]

    @property
    def place(self) -> Path:
        return self.folder / "ledger.db"

    def _open(self, clock: LoopClock) -> None:
        self.clock = clock
        self.exchange = Exchange(clock)
        self.exchange.list(Spec("BTC/USDT"), tape(wave(120 + self.minutes + 60)))
        self.exchange.open_account("main", {"USDT": Decimal(10_000)})

    async def _launch(self, act: Act) -> Ended | InputError:
        async def deliver(alert: Alert) -> None:
            self.delivered.append(alert)

        with (
            open_writer(self.place, self.clock.now) as writer,
            Logs(LogSettings(self.folder / "log", console=io.StringIO()), Redactor().clean, self.clock) as logs,
        ):
            outside = Outside(
                writer, DirectBroker(self.exchange, "main"), self.clock, logs.logger(), self.heard,
                self.notify or deliver, Beside(self.place), "test", inline=True,
            )  # fmt: skip
            launch = Launch(self.deployment(), self.mode, outside, once=self.once)
            meddling = asyncio.create_task(act(self, launch))  # type: ignore[arg-type]
            try:
                self.running = asyncio.create_task(launch.run())
                return await self.running
            except InputError as error:
                return error
            finally:
                meddling.cancel()


async def until_the_end(ground: Ground, launch: Launch) -> None:
    await ground.clock.sleep(ground.minutes * 60 + 10)
    launch.ask_to_stop("the test is over")
