"""The simulated exchange over time: equal seeds give equal sessions, and any faults leave honest books."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import pytest

from stratrun.engine.brokers.clock import LoopClock
from stratrun.engine.brokers.outcome import (
    BrokerError,
)
from stratrun.engine.brokers.words import FillReport, Reference, StreamReport
from stratrun.engine.exchange.direct import DirectBroker
from stratrun.engine.exchange.exchange import Exchange
from stratrun.engine.exchange.faults import Faults, drawn, parse
from stratrun.engine.exchange.market_data import walk
from stratrun.engine.exchange.spec import Spec
from stratrun.engine.exchange.virtual_loop import SLICE, DeadlockError, run_patient, run_virtual

from .scene import limit, listen, submit
from .venue import SPOT, START, D, expected_totals


def test_equal_seeds_give_equal_sessions() -> None:
    """Simulated time has no accidents: the same program against the same seed ends with the same books."""

    async def main(clock: LoopClock) -> list[object]:
        exchange = Exchange(clock)
        exchange.list(Spec(SPOT), walk(3, START - 60_000, D(100), sigma=0.004))
        exchange.open_account("me", {"USDT": D(10_000)})
        broker = DirectBroker(exchange, "me", faults=Faults(parse("submit 3.. after_accept drop")), latency=0.02)
        await broker.open([SPOT])
        driver = asyncio.get_running_loop().create_task(exchange.run())
        heard = await listen(broker)
        candles = broker.watch_candles(SPOT, "1m")
        for number in range(30):
            candle = await anext(candles)
            price = (D(repr(candle.close)) * D("0.999")).quantize(D("0.01"))
            try:
                await submit(broker, limit(f"c{number}", str(price), "0.5"))
            except BrokerError as error:
                heard.append(StreamReport(False, str(error)))
        driver.cancel()
        await broker.close()
        return [*heard, exchange.truth("me")]

    one, other = run_virtual(main, START), run_virtual(main, START)
    assert one == other
    assert len(one) > 60


def test_time_does_not_wait() -> None:
    """A year of sleep takes no time, and a program that waits for nothing at all is told so."""

    async def sleep(clock: LoopClock) -> int:
        await clock.sleep(365 * 86_400)
        return clock.now()

    assert run_virtual(sleep, START) == START + 365 * 86_400_000

    async def stuck(clock: LoopClock) -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(DeadlockError):
        run_virtual(stuck, START)


def test_patient_time_stands_while_anything_runs() -> None:
    """With real sockets, an answer that takes a slow machine long comes before a timeout of a thousandth of that."""

    async def main(clock: LoopClock) -> list[int]:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(await reader.readline())
            before = clock.now()
            time.sleep(0.3)  # of the machine's: 300 s if it counted
            worked.append(clock.now() - before)
            await writer.drain()
            writer.close()

        worked: list[int] = []
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"asked\n")
        assert await asyncio.wait_for(reader.readline(), 100) == b"asked\n"
        writer.close()
        server.close()
        before = clock.now()
        await clock.sleep(60)
        return [*worked, clock.now() - before]

    worked, slept = run_patient(main, START, 1_000)
    assert worked == 0
    assert 60_000 <= slept < 70_000 + SLICE * 1_000_000


@pytest.mark.parametrize("seed", range(12))
def test_any_schedule_leaves_honest_books(seed: int) -> None:
    """Whatever strikes, calls end in an answer or a broker's error, and the venue's own books balance."""

    async def main(clock: LoopClock) -> None:
        exchange = Exchange(clock)
        exchange.list(Spec(SPOT, depth=D(1)), walk(seed, START - 60_000, D(100), sigma=0.003))
        exchange.open_account("me", {"USDT": D(10_000)})
        faults = Faults(drawn(seed, 0.4))
        broker = DirectBroker(exchange, "me", faults=faults)
        while True:
            with suppress(BrokerError):
                await broker.open([SPOT])
                break
        driver = asyncio.get_running_loop().create_task(exchange.run())
        heard = await listen(broker)
        for number in range(40):
            name, price = f"c{number}", exchange.market(SPOT).price - D("0.05") * (number % 4 - 1)
            with suppress(BrokerError):
                await submit(broker, limit(name, str(price), "1.5"))
            await clock.sleep(20)
            with suppress(BrokerError):
                await broker.cancel(Reference(SPOT, name))
        driver.cancel()
        truth = exchange.truth("me")
        totals = expected_totals(exchange, truth)
        assert all(wallet.total == totals[name] and wallet.free >= 0 for name, wallet in truth.wallets.items())
        told = {report.fill_id for report in heard if isinstance(report, FillReport)}
        assert told <= {str(fill.fill_id) for fill in truth.fills}
        assert len(faults.struck) > 20

    run_virtual(main, START)
