"""What the order path costs: orders a second and waits through ccxt on loopback, decisions, the kill switch, start-up.

    python benchmarks/live.py [orders|wire|decide|kill|start ...] [--folder FOLDER]

The exchange is served by another process; the ledger lies in a temporary folder, synced: in FOLDER, or where the system
keeps such (name a folder on a disk if that is in memory). Figures go to standard output, one a line; nothing here is a
test.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from stratrun.engine.brokers.budget import Budget
from stratrun.engine.brokers.ccxt_broker import CcxtBroker
from stratrun.engine.brokers.clock import LoopClock, SystemClock
from stratrun.engine.brokers.connect import connect
from stratrun.engine.brokers.keys import Keys
from stratrun.engine.brokers.local_session import Endpoint
from stratrun.engine.brokers.secret import Secret
from stratrun.engine.exchange.clocks import SpeedClock
from stratrun.engine.exchange.direct import DirectBroker
from stratrun.engine.exchange.exchange import Exchange
from stratrun.engine.exchange.market_data import Print
from stratrun.engine.exchange.spec import Spec
from stratrun.engine.exchange.virtual_loop import run_virtual
from stratrun.engine.exchange.wire.binance_spot import BinanceSpot
from stratrun.engine.exchange.wire.serve import serve
from stratrun.engine.language.deployment import Deployed, Deployment, Shutdown
from stratrun.engine.language.document import loads
from stratrun.engine.language.strategy import Market
from stratrun.engine.ledger.events_account import Filled
from stratrun.engine.ledger.events_orders import OrderAccepted, OrderSubmitted
from stratrun.engine.ledger.events_session import IntentPlanned, SessionOpened
from stratrun.engine.ledger.opening import open_writer
from stratrun.engine.ledger.values import Mode, OrderType, Role, Side, Source
from stratrun.engine.market.instrument import make_instrument
from stratrun.engine.market.sample import sample_candles
from stratrun.engine.market.timeframe import Timeframe
from stratrun.engine.market.venue import Kind
from stratrun.engine.orders.desk import Desk
from stratrun.engine.orders.settings import Settings
from stratrun.engine.orders.wanted import Wanted
from stratrun.engine.run.halt_marker import HaltMarker
from stratrun.engine.run.kill.switch import Kill, KillSwitch
from stratrun.engine.run.rehearsal.ground import Rehearsal
from stratrun.engine.run.rehearsal.play import play
from stratrun.engine.run.rehearsal.script import Script
from stratrun.engine.run.rehearsal.stage import Stage

SYMBOLS = [f"C{k:02}/USDT" for k in range(20)]
ORDERS, SYNC = 1_000, 0.005
RESTING, TURNS = 40, 5


def serve_apart(line: Connection) -> None:
    """The exchange, in a process of its own, until the line is closed."""

    async def main() -> None:
        now = int(time.time() * 1_000)
        exchange = Exchange(SpeedClock(now))
        exchange.open_account("main", {"USDT": Decimal(10**9)})
        for symbol in SYMBOLS:
            exchange.list(Spec(symbol), [Print(now, Decimal(100))])
        served = await serve(exchange, [BinanceSpot()])
        line.send(dict(served.urls))
        await asyncio.get_running_loop().run_in_executor(None, line.recv)
        await served.close()

    asyncio.run(main())


class AtExchange:
    """A context: an exchange apart, its addresses."""

    def __enter__(self) -> dict[str, str]:
        self._line, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.get_context("spawn").Process(target=serve_apart, args=(theirs,), daemon=True)
        self._process.start()
        urls: dict[str, str] = self._line.recv()
        return urls

    def __exit__(self, *_: object) -> None:
        self._line.send("end")
        self._process.join(5)


def broker_at(urls: dict[str, str]) -> CcxtBroker:
    keys = Keys("main", Secret("key"), Secret("secret"), None, "a benchmark")
    return CcxtBroker(connect("binance", Kind.SPOT, keys, endpoint=Endpoint.parse(urls), budget=Budget(1e6, 1e6)))


class Timed:
    """A broker that notes when each order sets out, and how long ccxt and the wire then take."""

    def __init__(self, broker: Any) -> None:
        self._broker = broker
        self.out: dict[Decimal, float] = {}
        self.answers: list[float] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._broker, name)

    async def submit(self, wire: Any) -> Any:
        begun = self.out[Decimal(dict(wire)["amount"])] = time.perf_counter()
        try:
            return await self._broker.submit(wire)
        finally:
            self.answers.append(time.perf_counter() - begun)


class Slow:
    """A writer whose sync takes so much longer."""

    def __init__(self, writer: Any, seconds: float) -> None:
        self._writer, self._seconds = writer, seconds

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)

    def post(self, events: Any) -> Any:
        time.sleep(self._seconds)
        return self._writer.post(events)


def wanted(k: int) -> Wanted:
    """An order that rests far below the price; its quantity tells which it is."""
    quantity = Decimal("0.1") + Decimal(k) / 10_000
    symbol = SYMBOLS[k % len(SYMBOLS)]
    return Wanted(
        "s", symbol, Role.ENTRY, Side.BUY, quantity, OrderType.LIMIT, Decimal(90), key=f"{k}", reference=Decimal(100)
    )


async def placed(sync: float, at_once: bool) -> tuple[float, list[float], list[float]]:
    """Seconds for all orders; from decision to the broker's call; in ccxt, on the wire and at the venue."""
    with AtExchange() as urls, tempfile.TemporaryDirectory(prefix="stratrun-live-") as folder:
        clock, broker = SystemClock(), Timed(broker_at(urls))
        writer = open_writer(Path(folder) / "ledger.db", clock.now)
        await broker.open(SYMBOLS)
        desk = Desk(Slow(writer, sync) if sync else writer, broker, clock, "main", Settings(mode="rehearsal"))  # type: ignore[arg-type]
        await desk.start()
        decided: dict[Decimal, float] = {}

        async def one(k: int) -> None:
            it = wanted(k)
            decided[it.quantity] = time.perf_counter()
            row = await desk.place(it)
            assert row.venue_id, row

        begun = time.perf_counter()
        if at_once:
            await asyncio.gather(*(one(k) for k in range(ORDERS)))
        else:
            for k in range(ORDERS // 4):
                await one(k)
        took = time.perf_counter() - begun
        waits = [broker.out[name] - at for name, at in decided.items()]
        await desk.stop()
        await broker.close()
        writer.close()
        return took, waits, broker.answers


def orders() -> None:
    for sync in (0.0, SYNC):
        begun = time.process_time()
        took, _, _ = asyncio.run(placed(sync, at_once=True))
        cpu = (time.process_time() - begun) / ORDERS * 1e3
        words = f"{ORDERS / took:.0f} orders/s through ccxt, {len(SYMBOLS)} symbols at once; {cpu:.1f} ms of CPU each"
        say(f"orders{_named(sync)}", words)


def wire() -> None:
    for sync in (0.0, SYNC):
        _, waits, answers = asyncio.run(placed(sync, at_once=False))
        say(f"decision to wire{_named(sync)}", f"{spread(waits)} before ccxt; ccxt and back {spread(answers)}")


STRATEGY = """
stratrun: 2
name: Live
symbols: [{symbol}]
timeframe: 1m
indicators: {{fast: "ema(close, 5)", slow: "ema(close, 20)", strength: rsi(14)}}
long:
  enter: fast crosses above slow and strength > 50
  exit: {{when: fast crosses below slow, stop: 0.6%, target: 1%}}
size: {{equity: 1%}}
"""


def decide() -> None:
    """From the last candle in to the decision, of one strategy and of a hundred."""
    for count in (1, 100):
        names = [f"S{k:03}/USDT" for k in range(count)]
        minutes = 600 if count == 1 else 60
        deployed = tuple(
            Deployed(f"s{k}", 1 / count, loads(STRATEGY.format(symbol=name)), 60_000) for k, name in enumerate(names)
        )
        deployment = Deployment(
            "d", "d", "simulated", "main", Market.SPOT, "USDT", "", deployed, shutdown=Shutdown.KEEP
        )
        start, frame, history = 1_704_067_200_000, Timeframe.parse("1m"), 300
        facts = {"price_tick": 1e-6, "quantity_step": 1e-6, "min_quantity": 1e-6, "min_cost": 1.0}
        rehearsal = Rehearsal(
            deployment, {name: sample_candles(name, frame, start, history + minutes) for name in names},
            {name: make_instrument(name, facts, 0.001) for name in names}, start + history * frame.ms,
            start + (history + minutes) * frame.ms, Decimal(1_000_000), Script(),
        )  # fmt: skip
        took: list[float] = []
        with tempfile.TemporaryDirectory(prefix="stratrun-live-") as folder:
            play(rehearsal, Path(folder), prepare=lambda stage, took=took: timed(stage, took))
        took = took[5:]
        say(f"candle to decision, {count}", f"{spread(took)} a batch; {spread([t / count for t in took])} a strategy")


def timed(stage: Stage, took: list[float]) -> None:
    def change(session: Any) -> None:
        usual: Callable[[Any, Any], Any] = session._made_of

        def made_of(events: Any, state: Any) -> Any:
            begun = time.perf_counter()
            made = usual(events, state)
            if session._ready:
                took.append(time.perf_counter() - begun)
            return made

        session._made_of = made_of

    stage.change = change


async def resting(urls: dict[str, str], folder: Path) -> None:
    """Forty orders that wait at the exchange, and the ledger that knows them."""
    broker = broker_at(urls)
    await broker.open(SYMBOLS)
    clock = SystemClock()
    writer = open_writer(folder / "ledger.db", clock.now)
    desk = Desk(writer, broker, clock, "main", Settings(mode="rehearsal"))
    await desk.start()
    await asyncio.gather(*(desk.place(wanted(k)) for k in range(RESTING)))
    await desk.stop()
    await broker.close()
    writer.close()


async def killed() -> tuple[float, str]:
    with AtExchange() as urls, tempfile.TemporaryDirectory(prefix="stratrun-live-") as folder:
        await resting(urls, Path(folder))
        what = Kill("main", str(Path(folder) / "ledger.db"), "me", "benchmark", tuple(SYMBOLS))
        begun = time.perf_counter()
        report = await KillSwitch(what, HaltMarker(Path(folder) / "halt"), lambda: broker_at(urls)).run()
        return time.perf_counter() - begun, f"complete {report.complete}"


def killed_by_command() -> tuple[float, float]:
    """`stratrun kill` as a process of its own, from its first instruction to its end: seconds, and of processor."""
    with AtExchange() as urls, tempfile.TemporaryDirectory(prefix="stratrun-live-") as name:
        folder = Path(name)
        asyncio.run(resting(urls, folder))
        (folder / "live.yaml").write_text(STRATEGY.format(symbol=", ".join(SYMBOLS)))
        (folder / "desk.yaml").write_text(
            "stratrun: 2\nkind: deployment\nname: Desk\nvenue: binance\naccount: main\nledger: ./ledger.db\n"
            f"endpoint: {urls['api.binance.com']}\nstrategies: [{{strategy: ./live.yaml}}]\n"
        )
        keys = {"STRATRUN_MAIN_KEY": "key", "STRATRUN_MAIN_SECRET": "secret"}
        command = [sys.executable, "-m", "stratrun", "kill", "--deployment", str(folder / "desk.yaml"), "--yes"]
        begun, cpu = time.perf_counter(), children()
        ran = subprocess.run(command, env=os.environ | keys, capture_output=True, text=True, check=False)
        took = time.perf_counter() - begun, children() - cpu
        assert ran.stdout.count("canceled: ") == RESTING, ran.stdout + ran.stderr
        return took


def children() -> float:
    """Seconds of processor time of processes that ended."""
    times = os.times()
    return times.children_user + times.children_system


def kill() -> None:
    took, words = asyncio.run(killed())
    what = f"{RESTING} open orders in {len(SYMBOLS)} symbols through ccxt"
    say("kill switch", f"{took:.2f} s for {what}, {words}")
    runs = [killed_by_command() for _ in range(TURNS)]
    seconds, cpu = (min(figures) for figures in zip(*runs, strict=True))
    say("kill switch, whole process", f"{seconds:.2f} s, {cpu:.2f} s of CPU, for the same; least of {TURNS}")


PAST = 10_000


def fill_ledger(path: Path, start: int) -> None:
    """A ledger with so many orders that filled."""
    at = [start]
    writer = open_writer(path, lambda: at[0])
    writer.append(SessionOpened("s", Mode.REHEARSAL, "main", "s", "h", "d", ("BTC/USDT",), "1m", start, "1"))
    for k in range(0, PAST, 100):
        events: list[Any] = []
        for n in range(k, k + 100):
            buy = n % 2 == 0
            side, role = (Side.BUY, Role.ENTRY) if buy else (Side.SELL, Role.EXIT)
            at[0] += 1_000
            events += [
                IntentPlanned(f"i{n}", "s", "main", "s", "BTC/USDT", role, side, Decimal(1), "r", None, at[0], 0, 0),
                OrderSubmitted(f"o{n}", f"i{n}", 0, OrderType.MARKET, Decimal(1), (("a", "b"),), at[0] + 1),
                OrderAccepted(f"o{n}", f"v{n}", at[0]),
                Filled("main", "BTC/USDT", f"f{n}", "BTC/USDT", side, Decimal(1), Decimal(100), Decimal("0.1"), "USDT",
                       at[0], Source.STREAM, f"o{n}"),
            ]  # fmt: skip
        writer.append(*events)
    writer.close()


def start() -> None:
    """Open the ledger, recover the order path, compare with the venue."""
    begin = 1_700_000_000_000
    with tempfile.TemporaryDirectory(prefix="stratrun-live-") as folder:
        path = Path(folder) / "ledger.db"
        fill_ledger(path, begin)

        async def main(clock: LoopClock) -> float:
            exchange = Exchange(clock)
            exchange.open_account("main", {"USDT": Decimal(10_000)})
            exchange.list(Spec("BTC/USDT"), [Print(clock.now(), Decimal(100))])
            begun = time.perf_counter()
            writer = open_writer(path, clock.now)
            broker = DirectBroker(exchange, "main")
            await broker.open(["BTC/USDT"])
            desk = Desk(writer, broker, clock, "main", Settings(mode="rehearsal", inline=True))
            await desk.start()
            took = time.perf_counter() - begun
            await desk.stop()
            writer.close()
            return took

        took = run_virtual(main, begin + 20_000_000)
        say("start-up", f"{took:.2f} s with {PAST} past orders, {path.stat().st_size / 1e6:.0f} MB of ledger")


def say(name: str, words: str) -> None:
    print(f"{name:36} {words}", flush=True)


def spread(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    p99 = ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)]
    return f"median {statistics.median(ordered) * 1e3:.2f} ms, p99 {p99 * 1e3:.2f} ms ({len(ordered)})"


def _named(sync: float) -> str:
    return f", +{sync * 1e3:.0f} ms a sync" if sync else ""


PARTS: dict[str, Callable[[], None]] = {"orders": orders, "wire": wire, "decide": decide, "kill": kill, "start": start}


def main() -> None:
    parser = argparse.ArgumentParser(description="What the order path costs.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; all where none is named")
    parser.add_argument("--folder", help="where the ledgers lie for a while")
    chosen = parser.parse_args()
    if unknown := set(chosen.parts) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    tempfile.tempdir = chosen.folder
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leaves every folder tidied up
    for part in chosen.parts or PARTS:
        PARTS[part]()
    print(json.dumps({"load": Path("/proc/loadavg").read_text().split()[0]}) if Path("/proc/loadavg").exists() else "")


if __name__ == "__main__":
    main()
