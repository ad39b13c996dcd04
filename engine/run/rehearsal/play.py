"""Plays a rehearsal from its first candle to its last and holds ledger, Book and venue to each other.

1. the venue as it is at the start; 2. a process that trades, kept alive; the script strikes meanwhile; 3. after the
last candle, without faults, until every question is answered; 4. the process ends, and the accounts are compared.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ...brokers.clock import Clock
from ...exchange.exchange import Exchange
from ...exchange.faults import Faults
from ...exchange.virtual_loop import run_patient, run_virtual
from ...ledger.reader import Reader
from ...ledger.values import OrderState
from ...ledger.verify import verify
from ...market.venue import Kind
from .agreement import disagreements, duplicates, orphans
from .clients import Direct, Wire, kind_of
from .ground import Rehearsal, new_exchange
from .happenings import Happenings
from .outcome import Outcome
from .parity import pairs, tested
from .stage import Client, Stage
from .tasks import Lives

Tell = Callable[[int], None]
"""Called with each close (ms UTC) that was decided."""
LAST = 10.0
"""Seconds that a session may trade on after the last candle closed."""


def play(rehearsal: Rehearsal, folder: Path, tell: Tell = lambda close: None,
         prepare: Callable[[Stage], None] = lambda stage: None) -> Outcome:  # fmt: skip
    """In this process, in simulated time. `folder` takes the ledger; `prepare` may change the stage beforehand.

    Raises LedgerError for a folder that cannot be written.
    """

    async def main(clock: Clock) -> Outcome:
        exchange, faults = new_exchange(rehearsal, clock), Faults(rehearsal.script.faults)
        stage = _stage(rehearsal, clock, exchange, faults, folder, Direct(rehearsal, exchange, faults))
        prepare(stage)
        driver = asyncio.create_task(exchange.run())
        try:
            return await perform(stage, tell)
        finally:
            driver.cancel()

    return run_virtual(main, rehearsal.start)


def play_wire(rehearsal: Rehearsal, folder: Path, speed: float, tell: Tell = lambda close: None) -> Outcome:
    """Through ccxt and real sockets on this machine; time passes `speed` times as fast, and stands while the machine
    works. Raises LedgerError."""
    from ...exchange.wire.binance_spot import BinanceSpot
    from ...exchange.wire.binance_usdm import BinanceUsdm
    from ...exchange.wire.serve import serve

    async def main(clock: Clock) -> Outcome:
        exchange, faults = new_exchange(rehearsal, clock), Faults(rehearsal.script.faults)
        adapter = BinanceSpot if kind_of(rehearsal) is Kind.SPOT else BinanceUsdm
        served = await serve(exchange, [adapter(faults, stamps=False)])
        try:
            stage = _stage(rehearsal, clock, exchange, faults, folder, Wire(rehearsal, served.urls))
            return await perform(stage, tell)
        finally:
            await served.close()

    return run_patient(main, rehearsal.start, speed)


def _stage(
    rehearsal: Rehearsal, clock: Clock, exchange: Exchange, faults: Faults, folder: Path, client: Client
) -> Stage:  # fmt: skip
    return Stage(rehearsal, clock, exchange, faults, folder, client, Lives(asyncio.get_running_loop()))


async def perform(stage: Stage, tell: Tell) -> Outcome:
    """The whole rehearsal on a stage whose venue is running."""
    stage.watch.told = tell
    happenings = Happenings(stage, stage.rehearsal.script.happenings)
    await stage.begin()
    keeper = asyncio.create_task(stage.alive())
    until = (stage.rehearsal.end - stage.clock.now()) / 1_000 + LAST
    playing = asyncio.create_task(stage.clock.sleep(until))
    try:
        await asyncio.wait({playing, keeper}, return_when=asyncio.FIRST_COMPLETED)
        if keeper.done():
            await keeper  # raises what it could not go on with
        await happenings.end()
        await stage.settle()
    finally:
        playing.cancel()
        keeper.cancel()
        await asyncio.gather(playing, keeper, return_exceptions=True)
    return await _concluded(stage, happenings)


async def _concluded(stage: Stage, happenings: Happenings) -> Outcome:
    """Compare, end the process, and compare what only an ended one can tell."""
    watch, desk, now = stage.watch, stage.session.desk, stage.clock.now()
    truth, reader = stage.truth(), stage.pen.read
    for words in disagreements(truth, desk.state, reader, stage.forgotten):
        watch.broke(now, words)
    equity = math.nan
    if stage.session.ready:
        watch.same_book(now, desk, stage.session.book)
        equity = stage.session.book.portfolio.equity
    else:
        watch.broke(now, "the session had not begun, long after the last fault")
    drift = tuple(row.words for row in desk.state.drift())
    doubled, lost = duplicates(truth, desk.state), orphans(truth, desk.state, reader)
    alerts = tuple(desk.alerts) if not stage.noted else tuple(stage.noted)
    await stage.end()
    for finding in verify(Reader(reader.place)).findings:
        watch.broke(now, f"the ledger's tables are not its events: {finding}")
    for leak in watch.leaks:
        watch.broke(now, f"a task outlived its process: {leak}")
    trades = tuple(reader.trades(closed=True))
    orders = tuple(reader.orders(tuple(OrderState)))
    return Outcome(
        tuple(map(str, stage.faults.struck)), tuple(happenings.done), tuple(happenings.left), alerts,
        tuple(stage.said), orders, sum(len(reader.fills(row.order_id)) for row in orders), trades,
        len(watch.equity), watch.steps, stage.restarts, tuple(watch.violations), drift, len(doubled), len(lost), equity,
    )  # fmt: skip


def with_parity(outcome: Outcome, rehearsal: Rehearsal) -> Outcome:
    """The same with the back-test's trades beside its own. Raises InputError."""
    return replace(outcome, pairs=tuple(pairs(outcome.trades, tested(rehearsal), rehearsal)))
